package paper

import (
	"math"

	"glorot/experiments/measure"
	"glorot/experiments/trial"
)

// A sample is which of a network's trainings a claim compares, one for each seed.
type sample func(t *Trained) []*trial.Result

func wholeRuns(t *Trained) []*trial.Result  { return t.Runs }
func commonRuns(t *Trained) []*trial.Result { return t.Commons }
func shortRuns(t *Trained) []*trial.Result  { return t.Short }

// each measures f on every training.
func each(runs []*trial.Result, f func(r *trial.Result) float64) []float64 {
	values := make([]float64, len(runs))
	for k, r := range runs {
		values[k] = f(r)
	}
	return values
}

// atBest is the test error, in percent, at the lowest validation error.
func atBest(r *trial.Result) float64 { return 100 * r.AtBest().Test }

// less returns a's test error less b's, in points of percent, of each seed: networks of one seed have learned the same images in the same
// order.
func (of sample) less(a, b *Trained) []float64 {
	x, y := of(a), of(b)
	d := make([]float64, min(len(x), len(y)))
	for k := range d {
		d[k] = atBest(x[k]) - atBest(y[k])
	}
	return d
}

// difference is the name of checks of less.
const difference = "difference of test errors, points"

// worse checks that a has a larger test error than b: over seeds where there are several; of one seed, by McNemar's test on the test images
// that both saw.
func (of sample) worse(a, b *Trained) check {
	c := check{difference, between(a, b), of.less(a, b), math.SmallestNonzeroFloat64, math.Inf(1), seeded}
	if len(c.values) == 1 {
		c.by = basis{paired: true, p: mcNemar(of(a)[0], of(b)[0])}
	}
	return c
}

// notBetter checks that a's test error is not below b's by more than what the paper calls no difference.
func (of sample) notBetter(a, b *Trained) check {
	return check{difference, between(a, b), of.less(a, b), -sameError, math.Inf(1), seeded}
}

// alike checks that the test errors of a and b differ by no more than that.
func (of sample) alike(a, b *Trained) check {
	return check{difference, between(a, b), of.less(a, b), -sameError, sameError, seeded}
}

func between(a, b *Trained) string { return a.Subject.legend() + " − " + b.Subject.legend() }

// error checks that a network's test error, in percent, is the paper's.
func (of sample) error(t *Trained, low, high float64) check {
	return check{"test error, %", t.Subject.legend(), each(of(t), atBest), low, high, seeded}
}

// mcNemar returns the probability of McNemar's exact test that two networks, each at its best, differ in their errors as much as they do;
// NaN if one diverged before its first test.
func mcNemar(a, b *trial.Result) float64 {
	return pOf(wrongImages(a), wrongImages(b))
}

// pOf is McNemar's p; NaN if there is nothing to compare.
func pOf(a, b measure.Bits) float64 {
	p, err := measure.McNemar(a, b)
	if err != nil { // no images, or others
		return math.NaN()
	}
	return p.P
}

// wrongImages returns which test images were wrong. Up to seven images at the end may be none, and as such right: the test counts
// only those on which networks differ.
func wrongImages(r *trial.Result) measure.Bits {
	b := measure.NewBits(8 * len(r.Wrong))
	for i := range b.Len() {
		if r.Wrong[i/8]>>(i%8)&1 == 1 {
			b.Set(i)
		}
	}
	return b
}

// reach returns after how many updates a training's test error was first below share, between two tests by a straight line. One that never
// was has not reached it at its end, which is returned.
func reach(r *trial.Result, share float64) (updates float64, reached bool) {
	for i, e := range r.Tests {
		if e.Test >= share {
			continue
		}
		if i == 0 {
			return float64(e.Update), true
		}
		before := r.Tests[i-1]
		part := (before.Test - share) / (before.Test - e.Test)
		return float64(before.Update) + part*float64(e.Update-before.Update), true
	}
	if len(r.Tests) == 0 {
		return 0, false
	}
	return float64(r.Tests[len(r.Tests)-1].Update), false
}

// examples returns how many examples, in 1e7, a training took until its test error was first below share. One that never was says that it
// takes longer than it lasted, which refutes a time of at most high, in 1e7, if it lasted that long; otherwise nothing is known, NaN.
func examples(r *trial.Result, share, high float64) float64 {
	updates, reached := reach(r, share)
	x := updates * Batch / 1e7
	if !reached && x <= high {
		return math.NaN()
	}
	return x
}
