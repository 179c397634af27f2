package compare

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/measure"

	"golang.org/x/perf/benchmath"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/combin"
	"gonum.org/v1/gonum/stat/distuv"
)

// A sample is a metric in one group: its values, and the seeds of their runs.
type sample struct {
	seeds  []string
	values []float64
}

// A Test tests the difference between two groups.
type Test struct {
	Difference float64 // of the Centers or, for paired runs, the Center of the differences; NaN if there is none
	P          float64 // two-sided, for the hypothesis that both come from one distribution; NaN if no test is possible
	Differs    bool    // P, or Adjusted for one of several pairs, is below alpha
	Warnings   []error // too few runs, or no two runs differ
}

// A Pair is the test of one of all pairs of groups.
type Pair struct {
	A, B int // the groups; the difference is B minus A
	Test
	Adjusted float64 // P by Holm's correction for all pairs of the metric; NaN if P is
}

// A tester summarises and tests samples.
type tester struct {
	assumes Assumption
	alpha   float64
	paired  bool
}

// summary computes the summary of a sample.
func (t tester) summary(x sample) Summary {
	nan := math.NaN()
	s := Summary{Mean: nan, Center: nan, Low: nan, High: nan, Level: confidence}
	if len(x.values) == 0 {
		return s
	}
	sorted := t.benchmath(x)
	found := t.assumes.method().Summary(sorted, confidence)
	s.Values, s.Mean, s.Center, s.Low, s.High, s.Warnings = sorted.Values, stat.Mean(x.values, nil), found.Center, found.Lo, found.Hi, ofRuns(found.Warnings)
	switch n := len(x.values); {
	case n == 1: // no method gives an interval for a single value
		s.Low, s.High = math.Inf(-1), math.Inf(1)
		s.Warnings = []error{errors.New("need >= 2 runs for a confidence interval")}
	case t.assumes == Nothing && math.IsInf(s.Low, -1):
		// The median lies outside if all values lie on one side of it, each with probability 1/2.
		s.Low, s.High, s.Level = sorted.Values[0], sorted.Values[n-1], 1-math.Pow(2, float64(1-n))
		s.Warnings = []error{fmt.Errorf("%d runs: the smallest to the largest value, which is an interval of the median at %.4g %%", n, 100*s.Level)}
	}
	return s
}

// benchmath converts the sample for benchmath, which sorts it.
func (t tester) benchmath(x sample) *benchmath.Sample {
	return benchmath.NewSample(slices.Clone(x.values), &benchmath.Thresholds{CompareAlpha: t.alpha})
}

// test tests whether b differs from a; nil if one of them has no values.
func (t tester) test(a, b sample) *Test {
	if len(a.values) == 0 || len(b.values) == 0 {
		return nil
	}
	var result *Test
	if t.paired {
		result = t.pairedTest(differences(a, b))
	} else {
		result = t.unpairedTest(t.benchmath(a), t.benchmath(b))
		result.Difference = t.summary(b).Center - t.summary(a).Center
	}
	result.Differs = result.P < t.alpha
	return result
}

// unpairedTest is Welch's t or Mann-Whitney's U. P is NaN if no test is possible; a warning says if there are too few runs to find any
// difference.
func (t tester) unpairedTest(base, other *benchmath.Sample) *Test {
	a, b := base.Values, other.Values
	constant := a[0] == a[len(a)-1] && b[0] == b[len(b)-1]
	switch {
	case t.assumes == Normal && (len(a) < 2 || len(b) < 2):
		return &Test{P: math.NaN(), Warnings: []error{errors.New("need >= 2 runs of both to detect a difference")}}
	case t.assumes == Normal && constant && a[0] == b[0]:
		return &Test{P: 1}
	case t.assumes == Normal && constant:
		return &Test{P: math.NaN(), Warnings: []error{errors.New("all runs of a group have the same number: without variation no test is possible")}}
	}
	found := t.assumes.method().Compare(base, other)
	warnings := ofRuns(found.Warnings)
	// The smallest p belongs to the two orders of the runs in which all runs of one group come first.
	if least := 2 / math.Exp(combin.LogGeneralizedBinomial(float64(len(a)+len(b)), float64(len(a)))); t.assumes == Nothing && least >= t.alpha && len(warnings) == 0 {
		warnings = []error{fmt.Errorf("%d and %d runs are too few to detect a difference at alpha level %v", len(a), len(b), t.alpha)}
	}
	return &Test{P: found.P, Warnings: warnings}
}

// differences returns b minus a for the seeds that both have.
func differences(a, b sample) (d []float64) {
	for i, seed := range a.seeds {
		if k := slices.Index(b.seeds, seed); k >= 0 {
			d = append(d, b.values[k]-a.values[i])
		}
	}
	return d
}

// pairedTest is Student's t of the differences, or Wilcoxon's signed ranks.
func (t tester) pairedTest(d []float64) *Test {
	n := len(d)
	result := &Test{Difference: math.NaN(), P: math.NaN()}
	if n > 0 {
		result.Difference = t.summary(sample{values: d}).Center
	}
	mean, std := stat.MeanStdDev(d, nil)
	switch {
	case n < 2:
		result.Warnings = []error{errors.New("need >= 2 seeds in both groups to detect a difference")}
	case t.assumes == Nothing:
		result.P = measure.SignedRank(d)
		if math.Pow(2, float64(1-n)) >= t.alpha {
			result.Warnings = []error{fmt.Errorf("%d pairs are too few to detect a difference at alpha level %v", n, t.alpha)}
		}
	case std == 0 && mean == 0:
		result.P = 1
	case std == 0:
		result.Warnings = []error{errors.New("all seeds have the same difference: without variation no test is possible")}
	default:
		result.P = 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Survival(math.Abs(mean)/(std/math.Sqrt(float64(n))))
	}
	return result
}

// pairs tests every pair of samples, with Holm's correction.
func (t tester) pairs(samples []sample) (list []Pair) {
	var p []float64
	for a := range samples {
		for b := a + 1; b < len(samples); b++ {
			if found := t.test(samples[a], samples[b]); found != nil {
				list, p = append(list, Pair{A: a, B: b, Test: *found}), append(p, found.P)
			}
		}
	}
	for i, adjusted := range measure.Holm(p) {
		list[i].Adjusted, list[i].Differs = adjusted, adjusted < t.alpha
	}
	return list
}

// ofRuns rewrites benchmath's warnings, whose samples are runs here.
func ofRuns(warnings []error) (list []error) {
	for _, w := range warnings {
		list = append(list, errors.New(strings.ReplaceAll(w.Error(), "samples", "runs")))
	}
	return list
}
