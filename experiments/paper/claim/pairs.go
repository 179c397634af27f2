package claim

import (
	"math"
	"slices"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
)

// less returns a's test error minus b's, in percentage points, for each seed: networks of one seed have learned the same images in the same
// order.
func (of sample) less(a, b *observed.Trained) []float64 {
	x, y := of(a), of(b)
	d := make([]float64, min(len(x), len(y)))
	for k := range d {
		d[k] = observed.TestError(x[k]) - observed.TestError(y[k])
	}
	return d
}

// difference is the name of checks of less.
const difference = "difference of test errors, points"

// worse checks that a has a larger test error than b: over seeds where there are several; with one seed, by McNemar's test on the test images
// of both.
func (of sample) worse(a, b *observed.Trained) check {
	c := above(difference, between(a, b), of.less(a, b), 0)
	if len(c.values) == 1 {
		c.by = basis{paired: true, p: mcNemar(of(a)[0], of(b)[0])}
	}
	return c
}

// notBetter checks that a's test error is not below b's by more than a difference that the paper ignores.
func (of sample) notBetter(a, b *observed.Trained) check {
	return atLeast(difference, between(a, b), of.less(a, b), -sameError)
}

// alike checks that the test errors of a and b differ by no more than that.
func (of sample) alike(a, b *observed.Trained) check {
	return within(difference, between(a, b), of.less(a, b), -sameError, sameError)
}

// leastDifference is the smallest difference, in points, that the two-proportion z test finds at the paper's level of significance between two
// networks with the given mean error on its 10,000 test images: 1.5 points at 16 %.
func leastDifference(percent float64) float64 {
	return math.Sqrt2 * math.Erfinv(1-printed.Significance) * math.Sqrt2 * standardError(percent)
}

// standardError is that of a printed error, in points: it is a share of the paper's 10,000 test images.
func standardError(percent float64) float64 {
	return math.Sqrt(percent * (100 - percent) / printed.TestImages)
}

// printedOrder checks all pairs of Table 1's networks on a data set. Where the paper's numbers differ significantly, the same network must be
// worse; elsewhere the order must not be reversed by a difference that would have been significant there.
func (of sample) printedOrder(o *observed.Observations, data string) []check {
	var checks []check
	column := slices.Index(setup.Table1Data, data)
	for i, row := range printed.Table1 {
		for j := range i {
			a, b := o.Trained[setup.Table1[i].On(data)], o.Trained[setup.Table1[j].On(data)]
			x, y := row.Percents()[column], printed.Table1[j].Percents()[column]
			if x < y {
				a, b, x, y = b, a, y, x
			}
			switch least := leastDifference((x + y) / 2); {
			case printed.P(x, y) < printed.Significance:
				checks = append(checks, of.worse(a, b))
			case x == y:
				checks = append(checks, within(difference, between(a, b), of.less(a, b), -least, least))
			default:
				checks = append(checks, atLeast(difference, between(a, b), of.less(a, b), -least))
			}
		}
	}
	return checks
}

// printedNumbers checks that the test errors on a data set do not differ from Table 1's by as much as would have been significant there.
func (of sample) printedNumbers(o *observed.Observations, data string) []check {
	var checks []check
	for i, sub := range setup.On(data, setup.Table1...) {
		percent := printed.Table1[i].Percents()[slices.Index(setup.Table1Data, data)]
		c := within("test error less the paper's, points", sub.Legend(), observed.Each(of(o.Trained[sub]), func(r *run.Trace) float64 { return observed.TestError(r) - percent }),
			-leastDifference(percent), leastDifference(percent))
		c.sampling = math.Sqrt2 * math.Erfinv(observed.Level) * standardError(percent)
		checks = append(checks, c)
	}
	return checks
}

func between(a, b *observed.Trained) string { return a.Subject.Legend() + " − " + b.Subject.Legend() }

// error checks that a network's test error, in percent, is the paper's.
func (of sample) error(t *observed.Trained, low, high float64) check {
	return within("test error, %", t.Subject.Legend(), observed.Each(of(t), observed.TestError), low, high)
}

// mcNemar returns the probability of McNemar's exact test that two networks, each at its best, differ in their errors as much as they do;
// NaN if one diverged before its first test.
func mcNemar(a, b *run.Trace) float64 {
	return pOf(observed.WrongImages(a), observed.WrongImages(b))
}

// pOf is McNemar's p; NaN if there is nothing to compare.
func pOf(a, b measure.Bits) float64 {
	p, err := measure.McNemar(a, b)
	if err != nil { // no images, or different ones
		return math.NaN()
	}
	return p.P
}

// reach returns the number of updates after which a training's test error was first below share, interpolated linearly between tests. If it never
// was, reach returns the end of the training and false.
func reach(r *run.Trace, share float64) (updates float64, reached bool) {
	for i, e := range r.Errors {
		if !(e.Test.Error < share) {
			continue
		}
		if i == 0 {
			return float64(e.Update), true
		}
		before := r.Errors[i-1]
		part := (before.Test.Error - share) / (before.Test.Error - e.Test.Error)
		return float64(before.Update) + part*float64(e.Update-before.Update), true
	}
	if len(r.Errors) == 0 {
		return 0, false
	}
	return float64(r.Errors[len(r.Errors)-1].Update), false
}

// examples returns how many examples, in 1e7, a training took until its test error was first below share; NaN, which means unknown, if it never
// was.
func examples(r *run.Trace, share float64) float64 {
	updates, reached := reach(r, share)
	if !reached {
		return math.NaN()
	}
	return updates * setup.Batch / 1e7
}

// A sample is which of a network's trainings a claim compares, one for each seed.
type sample func(t *observed.Trained) []*run.Trace
