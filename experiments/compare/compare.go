package compare

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/export"
	"glorot/experiments/run"
	"glorot/experiments/train"

	"golang.org/x/perf/benchmath"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/combin"
)

// Options say what is compared, and when.
type Options struct {
	GroupBy []string // keys of the configuration; nil means all in which the runs differ, but for seeds and what changes no number
	Metrics []string // of Names; nil means all
	At      int      // after so many updates at the latest; negative means as late as all runs allow, 0 before the first update
	Alpha   float64  // below which p is a difference; 0 means 0.05
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
}

// A Summary is a metric in one group.
type Summary struct {
	Values    []float64 // one a run that has it, ascending
	Mean      float64   // NaN without values, as are Center, Low and High
	Center    float64   // mean or median, as the assumption has it
	Low, High float64   // 95 % interval of Center over seeds; infinite where there are too few runs
	Against   *Test     // the base; nil of the base itself and where one of the two has no values
	Warnings  []error   // too few runs
}

// A Test is that of a difference from the base.
type Test struct {
	Difference float64 // Center less that of the base
	P          float64 // two-sided; of the hypothesis that both come from one distribution; NaN if no test can be made
	Differs    bool    // P is below alpha
	Warnings   []error // too few runs, or none of them differs
}

// Compare compares runs. It is a [*run.UsageError] if there are none, or if Options name what there is not.
func Compare(runs []*export.Run, o Options) (*Comparison, error) {
	if len(runs) == 0 {
		return nil, &run.UsageError{Problem: "there are no runs to compare, expected: one or more"}
	}
	if err := checkKeys(o.GroupBy); err != nil {
		return nil, err
	}
	for _, name := range o.Metrics {
		if !slices.Contains(Names(), name) {
			return nil, &run.UsageError{Problem: fmt.Sprintf("there is no metric %q, allowed: %q", name, Names())}
		}
	}
	c := &Comparison{Keys: o.GroupBy, Alpha: o.Alpha}
	if c.Alpha == 0 {
		c.Alpha = benchmath.DefaultThresholds.CompareAlpha
	}
	if c.Keys == nil {
		c.Keys = groupKeys(runs)
	}
	c.Groups, c.Warnings = groups(runs, c.Keys)
	c.Warnings = append(c.Warnings, unnamed(c.Groups, c.Keys)...)
	c.leaveOut()
	c.findTimes(o.At)
	c.measure(o.Metrics)
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
			} else if r.Status != run.Done {
				c.Warnings = append(c.Warnings, fmt.Errorf("%s has not come to its end", r.Name))
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
				if s.Set == "test" {
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
func (c *Comparison) measure(names []string) {
	wanted := func(name string) bool { return names == nil || slices.Contains(names, name) }
	for _, m := range netMetrics {
		if wanted(m.name) {
			c.add(Metric{Name: m.name, Percent: m.percent, Assumes: Normal}, func(r *export.Run) float64 { return m.of(r, c.Tested) })
		}
	}
	for _, m := range layerMetrics {
		for layer := range c.layers() {
			if wanted(m.name) {
				c.add(Metric{Name: m.name, Layer: layer + 1, Percent: m.percent, Assumes: m.assumes}, func(r *export.Run) float64 {
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
func (c *Comparison) add(m Metric, of func(r *export.Run) float64) {
	values := make([][]float64, len(c.Groups))
	some := false
	for i, g := range c.Groups {
		for _, r := range g.Runs {
			if v := of(r); !math.IsNaN(v) && !math.IsInf(v, 0) {
				values[i], some = append(values[i], v), true
			}
		}
	}
	if some {
		m.Groups = summaries(values, m.Assumes, c.Alpha)
		c.Metrics = append(c.Metrics, m)
	}
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

// summaries summarises the values of every group, and tests all but the first against the first.
func summaries(values [][]float64, assumes Assumption, alpha float64) []Summary {
	method, thresholds := assumes.method(), &benchmath.Thresholds{CompareAlpha: alpha}
	list := make([]Summary, len(values))
	samples := make([]*benchmath.Sample, len(values))
	for i, v := range values {
		nan := math.NaN()
		list[i] = Summary{Values: v, Mean: nan, Center: nan, Low: nan, High: nan}
		if len(v) == 0 {
			continue
		}
		samples[i] = benchmath.NewSample(v, thresholds)
		s := method.Summary(samples[i], confidence)
		list[i].Mean, list[i].Center, list[i].Low, list[i].High = stat.Mean(v, nil), s.Center, s.Lo, s.Hi
		list[i].Warnings = ofRuns(s.Warnings)
		if len(v) == 1 { // of which no method knows how far it may be off
			list[i].Low, list[i].High = math.Inf(-1), math.Inf(1)
			list[i].Warnings = []error{errors.New("need >= 2 runs for a confidence interval")}
		}
		if i > 0 && samples[0] != nil {
			list[i].Against = against(assumes, samples[0], samples[i], alpha)
			list[i].Against.Difference = list[i].Center - list[0].Center
		}
	}
	return list
}

// against tests whether two samples differ. Where no test can be made P is NaN, where there are too few runs for any difference to be
// found a warning says so.
func against(assumes Assumption, base, other *benchmath.Sample, alpha float64) *Test {
	a, b := base.Values, other.Values
	constant := a[0] == a[len(a)-1] && b[0] == b[len(b)-1]
	switch {
	case assumes == Normal && (len(a) < 2 || len(b) < 2):
		return &Test{P: math.NaN(), Warnings: []error{errors.New("need >= 2 runs of both to detect a difference")}}
	case assumes == Normal && constant && a[0] == b[0]:
		return &Test{P: 1}
	case assumes == Normal && constant:
		return &Test{P: math.NaN(), Warnings: []error{errors.New("the runs of each have one number: there is no spread to test with")}}
	}
	t := assumes.method().Compare(base, other)
	warnings := ofRuns(t.Warnings)
	// The two orders of the runs in which all of one group come first are the least probable.
	if least := 2 / math.Exp(combin.LogGeneralizedBinomial(float64(len(a)+len(b)), float64(len(a)))); assumes == Nothing && least >= alpha && len(warnings) == 0 {
		warnings = []error{fmt.Errorf("%d and %d runs are too few to detect a difference at alpha level %v", len(a), len(b), alpha)}
	}
	return &Test{P: t.P, Differs: t.P < alpha, Warnings: warnings}
}

// ofRuns are benchmath's warnings, whose samples are runs here.
func ofRuns(warnings []error) (list []error) {
	for _, w := range warnings {
		list = append(list, errors.New(strings.ReplaceAll(w.Error(), "samples", "runs")))
	}
	return list
}
