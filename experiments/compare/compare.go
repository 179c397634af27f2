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

// Options choose what is compared, and after how many updates.
type Options struct {
	GroupBy query.Projection
	Base    query.Filter // chooses the group with which the others are compared; nil means the first
	Metrics []string     // of Names; nil means all
	Paired  bool         // runs of two groups with the same seed are pairs
	Pairs   bool         // test all pairs of groups as well
	At      int          // the largest number of updates to compare after; negative means as late as all runs allow, 0 before the first update
	Alpha   float64      // significance level; 0 means 0.05
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
	Paired   bool
	Metrics  []Metric
	Warnings []error // not failures; show them with the result
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
	Values    []float64 // one per run that has it, ascending
	Mean      float64   // NaN without values, like Center, Low and High
	Center    float64   // mean or median, depending on the assumption
	Low, High float64   // interval of Center over seeds; infinite for one run
	Level     float64   // of the interval: 0.95, or less if there are too few runs
	Against   *Test     // with the base; nil for the base itself, or if one of the two has no values
	Warnings  []error   // too few runs
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

// layerOf returns the statistics of a layer after some updates, or nil if there are none.
func layerOf(r *export.Run, layer, update int) *train.Layer {
	for i := range r.Snapshots {
		if snapshot := &r.Snapshots[i]; snapshot.Update == update && layer <= len(snapshot.Layers) {
			return &snapshot.Layers[layer-1]
		}
	}
	return nil
}
