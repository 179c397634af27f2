package compare

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/export"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/train"

	"golang.org/x/perf/benchmath"
)

// Options say what is compared, and when.
type Options struct {
	GroupBy query.Projection
	Base    query.Filter // chooses the group with which the others are compared; none means the first
	Metrics []string     // of Names; nil means all
	Paired  bool         // runs of two groups with the same seed are pairs
	Pairs   bool         // test all pairs of groups as well
	At      int          // after so many updates at the latest; negative means as late as all runs allow, 0 before the first update
	Alpha   float64      // below which p is a difference; 0 means 0.05
}

// confidence is that of the intervals.
const confidence = 0.95

// A Comparison is what Compare found.
type Comparison struct {
	Keys     []string // by which the runs are grouped
	Groups   []*Group // the first is the base, with which the others are compared
	Tested   int      // updates after which the errors are compared; -1 if no run has errors at the same time as all others
	Looked   int      // and the layers; -1 likewise
	Alpha    float64
	Paired   bool
	Metrics  []Metric
	Warnings []error // not failures, to be shown with the result
}

// A Metric is one number, in every group.
type Metric struct {
	Name    string
	Layer   int // 1 is the first hidden layer; 0 the whole network
	Percent bool
	Assumes Assumption
	Groups  []Summary // in the order of the groups
	Pairs   []Pair    // of all groups with values, if Options ask for them
}

// A Summary is a metric in one group.
type Summary struct {
	Values    []float64 // one a run that has it, ascending
	Mean      float64   // NaN without values, as are Center, Low and High
	Center    float64   // mean or median, as the assumption has it
	Low, High float64   // interval of Center over seeds; infinite for one run
	Level     float64   // of the interval: 0.95, or less where runs are too few for that
	Against   *Test     // the base; nil of the base itself and where one of the two has no values
	Warnings  []error   // too few runs
}

// Compare compares runs. It is a [*run.UsageError] if there are none, or if Options name what there is not.
func Compare(runs []*export.Run, o Options) (*Comparison, error) {
	if len(runs) == 0 {
		return nil, &run.UsageError{Problem: "there are no runs to compare, expected: one or more"}
	}
	for _, name := range o.Metrics {
		if !slices.Contains(Names(), name) {
			return nil, unknownMetric(name)
		}
	}
	c := &Comparison{Keys: query.Keys(o.GroupBy, runs), Alpha: o.Alpha, Paired: o.Paired}
	if c.Alpha == 0 {
		c.Alpha = benchmath.DefaultThresholds.CompareAlpha
	}
	c.Groups, c.Warnings = groups(runs, c.Keys)
	if err := base(c.Groups, o.Base); err != nil {
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

// leaveOut takes runs that diverged out of their groups, and warns of those that have not ended.
func (c *Comparison) leaveOut() {
	for _, g := range c.Groups {
		g.Runs = slices.DeleteFunc(slices.Clone(g.Runs), func(r *export.Run) bool {
			if r.Status == run.Diverged {
				c.Warnings = append(c.Warnings, fmt.Errorf("%s diverged, and is left out", r.Name))
			} else if w := r.Warning(); w != nil {
				c.Warnings = append(c.Warnings, w)
			}
			return r.Status == run.Diverged
		})
	}
}

// findTimes finds the last updates after which all runs have errors, and after which all were looked at.
func (c *Comparison) findTimes(at int) {
	var tests, looks [][]int
	for _, g := range c.Groups {
		for _, r := range g.Runs {
			var t, l []int
			for _, s := range r.Scores {
				if s.Event == "test" {
					t = append(t, s.Update)
				}
			}
			for _, look := range r.Looks {
				l = append(l, look.Update)
			}
			tests, looks = append(tests, t), append(looks, l)
		}
	}
	c.Tested, c.Looked = lastCommon(tests, at), lastCommon(looks, at)
	c.warnOfTime("errors", c.Tested, at, tests)
	c.warnOfTime("layers", c.Looked, at, looks)
}

// warnOfTime warns where something is not compared when it might be: not at all, or not at the end of all runs, or not when it was
// asked for.
func (c *Comparison) warnOfTime(what string, when, at int, times [][]int) {
	last := at
	if at < 0 {
		for _, t := range times {
			last = slices.Max(append(t, last))
		}
	}
	switch {
	case last < 0: // nobody has any
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

// lastCommon is the largest number that all lists have, at most at unless that is negative; -1 if there is none.
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

// measure fills in the metrics that were asked for and that some run has.
func (c *Comparison) measure(o Options) {
	wanted := func(name string) bool { return o.Metrics == nil || slices.Contains(o.Metrics, name) }
	for _, m := range netMetrics {
		if wanted(m.name) {
			c.add(Metric{Name: m.name, Percent: m.percent, Assumes: Normal}, o.Pairs, func(r *export.Run) float64 { return m.of(r, c.Tested) })
		}
	}
	for _, m := range layerMetrics {
		for layer := range c.layers() {
			if wanted(m.name) {
				c.add(Metric{Name: m.name, Layer: layer + 1, Percent: m.percent, Assumes: m.assumes}, o.Pairs, func(r *export.Run) float64 {
					if l := layerOf(r, layer+1, c.Looked); l != nil {
						return m.of(l)
					}
					return math.NaN()
				})
			}
		}
	}
}

// add adds a metric, unless no run has it.
func (c *Comparison) add(m Metric, pairs bool, of func(r *export.Run) float64) {
	samples := make([]sample, len(c.Groups))
	some := false
	for i, g := range c.Groups {
		for _, r := range g.Runs {
			if v := of(r); !math.IsNaN(v) && !math.IsInf(v, 0) {
				samples[i].seeds, samples[i].values, some = append(samples[i].seeds, r.Value("seed")), append(samples[i].values, v), true
			}
		}
	}
	if !some {
		return
	}
	t := tester{m.Assumes, c.Alpha, c.Paired}
	for i, x := range samples {
		s := t.summary(x)
		if i > 0 {
			s.Against = t.test(samples[0], x)
		}
		m.Groups = append(m.Groups, s)
	}
	if pairs {
		m.Pairs = t.pairs(samples)
	}
	c.Metrics = append(c.Metrics, m)
}

// layers is the number of layers of the deepest network that was looked at.
func (c *Comparison) layers() int {
	n := 0
	for _, g := range c.Groups {
		for _, r := range g.Runs {
			for _, look := range r.Looks {
				n = max(n, len(look.Layers))
			}
		}
	}
	return n
}

// layerOf is what was seen of a layer after some updates, nil if nothing was.
func layerOf(r *export.Run, layer, update int) *train.Layer {
	for i := range r.Looks {
		if look := &r.Looks[i]; look.Update == update && layer <= len(look.Layers) {
			return &look.Layers[layer-1]
		}
	}
	return nil
}
