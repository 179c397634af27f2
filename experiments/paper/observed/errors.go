package observed

import (
	"glorot/experiments/measure"
	"glorot/experiments/run"
)

// Level is that of the intervals over seeds.
const Level = 0.95

// Whole returns the whole trainings of a network, one for each seed.
func Whole(t *Trained) []*run.Trace { return t.Runs }

// Common returns those at the shared input scale.
func Common(t *Trained) []*run.Trace { return t.Commons }

// Short returns those that only the text compares.
func Short(t *Trained) []*run.Trace { return t.Short }

// Each evaluates f on every training.
func Each(runs []*run.Trace, f func(r *run.Trace) float64) []float64 {
	values := make([]float64, len(runs))
	for k, r := range runs {
		values[k] = f(r)
	}
	return values
}

// TestError is the test error, in percent, at the lowest validation error.
func TestError(r *run.Trace) float64 { return 100 * BestErrors(r).Test.Error }

// noErrors are those of a training that diverged before they were measured.
var noErrors = run.Errors{Valid: run.Score{Error: 1}, Test: run.Score{Error: 1}}

// BestErrors returns the errors at the lowest validation error; a training that diverged before its first test has an error of 1.
func BestErrors(r *run.Trace) run.Errors {
	if e, ok := r.Best(); ok {
		return e
	}
	return noErrors
}

// LastErrors returns the errors at the end; a training that diverged has an error of 1.
func LastErrors(r *run.Trace) run.Errors {
	if e, ok := r.Last(); ok {
		return e
	}
	return noErrors
}

// WrongImages returns the test images that were classified wrongly. Up to seven bits at the end may not stand for images. They count as right,
// which does no harm: the test counts only the images on which networks differ.
func WrongImages(r *run.Trace) measure.Bits {
	wrong := BestErrors(r).Test.Wrong
	b := measure.NewBits(8 * len(wrong))
	for i := range b.Len() {
		if wrong[i/8]>>(i%8)&1 == 1 {
			b.Set(i)
		}
	}
	return b
}

// ErrorsAt returns errors at the given shares of wrong images.
func ErrorsAt(update int, valid, test float64) run.Errors {
	return run.Errors{Update: update, Valid: run.Score{Event: run.ValidEvent, Update: update, Error: valid}, Test: run.Score{Event: run.TestEvent, Update: update, Error: test}}
}
