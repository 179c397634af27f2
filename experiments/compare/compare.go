package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/train"

	"gonum.org/v1/gonum/stat"
)

// Options choose what is compared, and after how many updates.
type Options struct {
	GroupBy query.Projection
	Base    query.Filter // chooses the group with which the others are compared; nil means the first
	Label   string       // chooses it by its label, its title or one of its values; "" means by Base
	Allowed run.Allowed  // says for which values other names stand; see Label
	Metrics []string     // of Names; nil means all
	Pairs   bool         // test all pairs of groups, not only those with the base

	// Unpaired takes all runs as independent. Otherwise two groups are compared in pairs of runs with the same seeds and images, if all runs of
	// one of them have such a partner.
	Unpaired bool

	At    int     // the largest number of updates to compare after; negative means as late as all runs allow, 0 before the first update
	Alpha float64 // significance level; 0 means 0.05
}

// confidence is the level of the intervals.
const confidence = 0.95

// A Comparison is the result of Compare.
type Comparison struct {
	Keys     []string // by which the runs are grouped
	Groups   []*Group // the first is the base, with which the others are compared
	Tested   int      // updates after which the errors are compared; -1 if no run has errors at the same time as all others
	Looked   int      // the same for the layers
	Alpha    float64
	Metrics  []Metric
	Warnings []error // not failures; show them with the result
}

// A Metric is one number, in every group.
type Metric struct {
	Name    string
	Layer   int    // 1 is the first hidden layer; 0 the whole network
	Named   string // the name of the layer in runs of other programs; "" if it has none, or not the same in all runs
	Percent bool
	Scale   measure.Scale // where it has its intervals, and where it is tested; see [measure.Scale.For] for groups with a 0
	Groups  []Summary     // in the order of the groups
	Pairs   []Pair        // the base with every other group, or all pairs of groups, as far as they have values
}

// A Summary is a metric in one group.
type Summary struct {
	Values    []float64 // one per run that has it, ascending
	Mean      float64   // NaN without values, like Center
	Center    float64   // the mean on the metric's scale; of a logarithmic one the geometric mean
	Low, High float64   // the 95 % interval of Center over seeds; NaN for fewer than two runs, and if all have the same number
}

// Summarize summarises a number that has one value per run, on a scale that fits it.
func Summarize(x []float64, scale measure.Scale) Summary {
	s := Summary{Values: slices.Sorted(slices.Values(x)), Mean: math.NaN()}
	if len(x) > 0 {
		s.Mean = stat.Mean(x, nil)
	}
	s.Center, s.Low, s.High = scale.Interval(x, confidence)
	return s
}

// Interval writes the interval, the ends with a function, or why there is none.
func (s Summary) Interval(write func(float64) string) string {
	switch n := len(s.Values); {
	case n == 0:
		return "-"
	case n == 1:
		return "unknown"
	case math.IsNaN(s.Low):
		return fmt.Sprintf("all %d equal", n)
	}
	return write(s.Low) + " to " + write(s.High)
}

// Compare compares runs. The error is a [*run.UsageError] if there are no runs, or if Options name something that does not exist.
func Compare(runs []*export.Run, o Options) (*Comparison, error) {
	if len(runs) == 0 {
		return nil, &run.UsageError{Problem: "there are no runs to compare, expected: one or more"}
	}
	for _, name := range o.Metrics {
		if !slices.Contains(Names(), name) {
			return nil, unknownMetric(name)
		}
	}
	c := &Comparison{Keys: query.Keys(o.GroupBy, runs), Alpha: o.Alpha}
	if c.Alpha == 0 {
		c.Alpha = 0.05
	}
	c.Groups, c.Warnings = groups(runs, c.Keys)
	if err := base(c.Groups, o); err != nil {
		return nil, err
	}
	c.Warnings = append(c.Warnings, unnamed(c.Groups, o.GroupBy)...)
	c.leaveOut()
	c.findTimes(o.At)
	c.measure(o)
	for _, name := range o.Metrics {
		if !slices.ContainsFunc(c.Metrics, func(m Metric) bool { return m.Name == name }) {
			c.Warnings = append(c.Warnings, fmt.Errorf("no run has %s at that time", name))
		}
	}
	return c, nil
}

// leaveOut removes runs that diverged from their groups, and warns of runs that have not ended.
func (c *Comparison) leaveOut() {
	for _, g := range c.Groups {
		g.Runs = slices.DeleteFunc(slices.Clone(g.Runs), func(r *export.Run) bool {
			if r.Status == run.Diverged {
				c.Warnings = append(c.Warnings, fmt.Errorf("%s diverged and is left out", r.Name))
			} else if w := r.Warning(); w != nil {
				c.Warnings = append(c.Warnings, w)
			}
			return r.Status == run.Diverged
		})
	}
}

// findTimes finds the last number of updates after which all runs have errors, and the same for layer statistics.
func (c *Comparison) findTimes(at int) {
	var tests, snapshots [][]int
	for _, g := range c.Groups {
		for _, r := range g.Runs {
			var t, l []int
			for _, s := range r.Scores {
				if s.Event == "test" {
					t = append(t, s.Update)
				}
			}
			for _, snapshot := range r.Snapshots {
				l = append(l, snapshot.Update)
			}
			tests, snapshots = append(tests, t), append(snapshots, l)
		}
	}
	c.Tested, c.Looked = lastCommon(tests, at), lastCommon(snapshots, at)
	c.warnOfTime("errors", c.Tested, at, tests)
	c.warnOfTime("layers", c.Looked, at, snapshots)
}

// warnOfTime warns if something is not compared at the expected time: not at all, not at the end of all runs, or not after the
// requested updates.
func (c *Comparison) warnOfTime(what string, when, at int, times [][]int) {
	last := at
	if at < 0 {
		for _, t := range times {
			last = slices.Max(append(t, last))
		}
	}
	switch {
	case last < 0: // no run has any
	case when < 0:
		c.Warnings = append(c.Warnings, fmt.Errorf("there is no number of updates%s after which all runs have %s", upTo(at), what))
	case when < last:
		c.Warnings = append(c.Warnings, fmt.Errorf("%s are compared after %d updates, the last%s after which all runs have them", what, when, upTo(last)))
	}
}

func upTo(at int) string {
	if at < 0 {
		return ""
	}
	return fmt.Sprintf(" up to %d", at)
}

// lastCommon returns the largest number that all lists have, or -1 if there is none. Unless at is negative it is at most at.
func lastCommon(lists [][]int, at int) int {
	last := -1
	if len(lists) == 0 {
		return last
	}
	for _, u := range lists[0] {
		everywhere := !slices.ContainsFunc(lists, func(l []int) bool { return !slices.Contains(l, u) })
		if everywhere && (at < 0 || u <= at) {
			last = max(last, u)
		}
	}
	return last
}

// measure computes the requested metrics that some run has.
func (c *Comparison) measure(o Options) {
	wanted := func(name string) bool { return o.Metrics == nil || slices.Contains(o.Metrics, name) }
	runs := c.runs()
	for _, m := range netMetrics {
		if wanted(m.name) {
			c.add(m.metricInfo, 0, m.scale(runs), o, func(r *export.Run) float64 { return m.of(r, c.Tested) })
		}
	}
	for _, m := range layerMetrics {
		for layer := range c.layers() {
			if wanted(m.name) {
				c.add(m.metricInfo, layer+1, m.scale(boundsOf(runs, layer+1, c.Looked)), o, func(r *export.Run) float64 { return valueOf(m, layerOf(r, layer+1, c.Looked)) })
			}
		}
	}
}

// runs returns the runs of all groups.
func (c *Comparison) runs() (list []*export.Run) {
	for _, g := range c.Groups {
		list = append(list, g.Runs...)
	}
	return list
}

// add adds a metric, unless no run has it.
func (c *Comparison) add(info metricInfo, layer int, scale measure.Scale, o Options, of func(r *export.Run) float64) {
	samples, values := make([]sample, len(c.Groups)), make([][]float64, len(c.Groups))
	for i, g := range c.Groups {
		for _, r := range g.Runs {
			if v := of(r); !math.IsNaN(v) && !math.IsInf(v, 0) {
				samples[i].partners, samples[i].values = append(samples[i].partners, partner(r)), append(samples[i].values, v)
			}
		}
		values[i] = samples[i].values
	}
	if len(slices.Concat(values...)) == 0 {
		return
	}
	m := Metric{Name: info.name, Layer: layer, Named: c.layerName(layer), Percent: info.percent, Scale: scale}
	for _, x := range values {
		m.Groups = append(m.Groups, Summarize(x, scale))
	}
	m.Pairs = tester{m.Scale, c.Alpha, o.Unpaired, o.Pairs}.pairs(samples)
	for i := range m.Pairs {
		p := &m.Pairs[i]
		p.Metric, p.Layer, p.Named, p.A, p.B = m.Name, m.Layer, m.Named, Label(c.Groups[p.First]), Label(c.Groups[p.Second])
	}
	c.Metrics = append(c.Metrics, m)
}

// partner returns what two runs of different groups have in common if they are a pair: the images, their order, and the random numbers of the
// initial weights. It returns "" if that is not known.
func partner(r *export.Run) string {
	if r.Value("seed") == "" {
		return ""
	}
	return strings.Join([]string{r.Value("data.name"), r.Value(query.Images), r.Value("data.seed"), r.Value("seed")}, " ")
}

// layers returns the number of layers of the deepest network with snapshots.
func (c *Comparison) layers() int {
	n := 0
	for _, g := range c.Groups {
		for _, r := range g.Runs {
			for _, snapshot := range r.Snapshots {
				n = max(n, len(snapshot.Layers))
			}
		}
	}
	return n
}

// layerName returns the name of a layer on which all runs that have the layer agree, or "".
func (c *Comparison) layerName(layer int) (name string) {
	for _, r := range c.runs() {
		if layer == 0 || len(r.Snapshots) == 0 || layer > len(r.Snapshots[0].Layers) {
			continue
		}
		own := r.Snapshots[0].Layers[layer-1].Name
		if own == "" || name != "" && own != name {
			return ""
		}
		name = own
	}
	return name
}

// layerOf returns the statistics of a layer after some updates, or nil if there are none.
func layerOf(r *export.Run, layer, update int) *train.Layer {
	for i := range r.Snapshots {
		if snapshot := &r.Snapshots[i]; snapshot.Update == update && layer <= len(snapshot.Layers) {
			return &snapshot.Layers[layer-1]
		}
	}
	return nil
}
