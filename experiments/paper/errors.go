package paper

import (
	"glorot/experiments/measure"
	"glorot/experiments/run"
)

// level is that of the intervals over seeds.
const level = 0.95

// wholeRuns, commonRuns and shortRuns select trainings of a network, one for each seed.
func wholeRuns(t *Trained) []*run.Trace  { return t.Runs }
func commonRuns(t *Trained) []*run.Trace { return t.Commons }
func shortRuns(t *Trained) []*run.Trace  { return t.Short }

// each evaluates f on every training.
func each(runs []*run.Trace, f func(r *run.Trace) float64) []float64 {
	values := make([]float64, len(runs))
	for k, r := range runs {
		values[k] = f(r)
	}
	return values
}

// atBest is the test error, in percent, at the lowest validation error.
func atBest(r *run.Trace) float64 { return 100 * bestOf(r).Test.Error }

// noErrors are those of a training that diverged before they were measured.
var noErrors = run.Errors{Valid: run.Score{Error: 1}, Test: run.Score{Error: 1}}

// bestOf returns the errors at the lowest validation error; a training that diverged before its first test has an error of 1.
func bestOf(r *run.Trace) run.Errors {
	if e, ok := r.Best(); ok {
		return e
	}
	return noErrors
}

// lastOf returns the errors at the end; a training that diverged has an error of 1.
func lastOf(r *run.Trace) run.Errors {
	if e, ok := r.Last(); ok {
		return e
	}
	return noErrors
}

// wrongImages returns the test images that were classified wrongly. Up to seven bits at the end may not stand for images. They count as right,
// which does no harm: the test counts only the images on which networks differ.
func wrongImages(r *run.Trace) measure.Bits {
	wrong := bestOf(r).Test.Wrong
	b := measure.NewBits(8 * len(wrong))
	for i := range b.Len() {
		if wrong[i/8]>>(i%8)&1 == 1 {
			b.Set(i)
		}
	}
	return b
}

// errorsAt returns errors at the given shares of wrong images.
func errorsAt(update int, valid, test float64) run.Errors {
	return run.Errors{Update: update, Valid: run.Score{Event: run.ValidEvent, Update: update, Error: valid}, Test: run.Score{Event: run.TestEvent, Update: update, Error: test}}
}
