package compare

import (
	"errors"
	"math"
	"slices"

	"glorot/experiments/measure"
)

// A Verdict says what the test of a pair of groups has shown.
type Verdict string

// The verdicts. A test never shows that there is no difference.
const (
	Differs  Verdict = "differs"             // Adjusted is below the significance level
	NotShown Verdict = "no difference shown" // it is not
	Untested Verdict = "not tested"          // there are too few runs, or they do not vary
)

// A Pair is a metric in two groups, and the test of their difference.
type Pair struct {
	Metric string // one of Names
	Layer  int    // 1 is the first hidden layer; 0 the whole network
	Named  string // the name of the layer; see Metric
	A, B   string // the groups; see Label
	First  int    // the place of A in Comparison.Groups
	Second int    // the place of B

	N      [2]int // runs of A and B that count; of a paired test both are the number of pairs
	Paired bool   // each run of one is compared with the run of the other that has the same seeds and images
	Scale  measure.Scale

	From, To   float64    // the centres of A and B
	Difference float64    // of B less A in the unit of the metric. Where a number cannot be computed it is NaN
	Low, High  float64    // its 95 % interval, for this pair alone
	Ratio      [3]float64 // B by A, and the ends of its interval; NaN if ratios mean nothing
	Effect     float64    // Hedges' g, on the scale
	P          float64    // two-sided, for the hypothesis that there is no difference
	Adjusted   float64    // P by Holm's correction for the Family
	Family     int        // how many pairs of groups of this metric and layer were tested
	Verdict    Verdict
	Warnings   []error // why there is no test
}

// Test names the test.
func (p Pair) Test() string {
	if p.Paired {
		return "paired t"
	}
	return "Welch t"
}

// A sample is a metric in one group: its values, and what the partner of each run in another group must have in common with it.
type sample struct {
	partners []string
	values   []float64
}

// A tester summarises and tests samples.
type tester struct {
	scale    measure.Scale
	alpha    float64
	unpaired bool
	all      bool // every pair of groups, not only those with the first
}

// pairs tests pairs of samples with Holm's correction. Samples without values are in no pair.
func (t tester) pairs(samples []sample) (list []Pair) {
	var p []float64
	for a := range samples {
		for b := a + 1; b < len(samples) && (a == 0 || t.all); b++ {
			if len(samples[a].values) > 0 && len(samples[b].values) > 0 {
				pair := t.test(samples[a], samples[b])
				pair.First, pair.Second = a, b
				list, p = append(list, pair), append(p, pair.P)
			}
		}
	}
	family := 0
	for _, v := range p {
		if !math.IsNaN(v) {
			family++
		}
	}
	for i, adjusted := range measure.Holm(p) {
		q := &list[i]
		q.Adjusted, q.Family, q.Verdict = adjusted, family, NotShown
		switch {
		case math.IsNaN(adjusted):
			q.Verdict = Untested
		case adjusted < t.alpha:
			q.Verdict = Differs
		}
	}
	return list
}

// test tests whether b differs from a.
func (t tester) test(a, b sample) Pair {
	scale := t.scale.For(a.values, b.values)
	x, y, ok := partners(a, b)
	paired := ok && !t.unpaired && measure.Equal(scale.All(x)) == measure.Equal(scale.All(y)) // pairs say nothing more where only one group varies
	if !paired {
		x, y = a.values, b.values
	}
	p := Pair{Paired: paired, N: [2]int{len(x), len(y)}, Scale: scale}
	d := scale.Compare(x, y, paired, confidence)
	p.P, p.Effect = d.P, d.Effect
	p.From, _, _ = scale.Interval(x, confidence)
	p.To, _, _ = scale.Interval(y, confidence)
	p.Difference, p.Low, p.High = scale.Difference(x, y, d, paired, confidence)
	nan := math.NaN()
	p.Ratio = [3]float64{nan, nan, nan}
	if scale.Ratio() {
		p.Ratio = [3]float64{math.Exp(d.Mean), math.Exp(d.Low), math.Exp(d.High)}
	}
	switch {
	case !math.IsNaN(p.P):
	case len(x) < 2 || len(y) < 2:
		p.Warnings = []error{errors.New("a test takes two or more runs of both")}
	case p.Paired:
		p.Warnings = []error{errors.New("all seeds have the same difference, so that no test is possible")}
	default:
		p.Warnings = []error{errors.New("all runs of each group have the same number, so that no test is possible")}
	}
	return p
}

// partners returns the values of runs in a and b that belong together. It reports whether all runs of a or all of b, at least two, have a partner,
// and each only one: if fewer do, an unpaired test of all runs knows more.
func partners(a, b sample) (x, y []float64, ok bool) {
	for i, key := range a.partners {
		k := slices.Index(b.partners, key)
		if k < 0 || key == "" {
			continue
		}
		if slices.Contains(a.partners[i+1:], key) || slices.Contains(b.partners[k+1:], key) {
			return nil, nil, false
		}
		x, y = append(x, a.values[i]), append(y, b.values[k])
	}
	return x, y, len(x) >= 2 && len(x) == min(len(a.values), len(b.values))
}

// Pairs returns the tested pairs of all metrics, or of the named ones.
func (c *Comparison) Pairs(metrics ...string) (list []Pair) {
	for _, m := range c.Metrics {
		if len(metrics) == 0 || slices.Contains(metrics, m.Name) {
			list = append(list, m.Pairs...)
		}
	}
	return list
}
