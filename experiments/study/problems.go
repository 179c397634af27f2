package study

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/export"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// nearChance is the distance from the error of the best constant prediction within which an error is at chance.
const nearChance = 0.02

// findProblems finds runs that did not end, diverged, are at chance, or predict one class.
func (r *Result) findProblems(data map[string]*dataset.Data) {
	add := func(format string, args ...any) { r.Problems = append(r.Problems, fmt.Sprintf(format, args...)) }
	for i := range r.Groups {
		g := &r.Groups[i]
		of := fmt.Sprintf("of %s of %s", report.Plural(g.Planned, "run"), g.Label)
		if missing := g.Planned - len(g.runs); missing > 0 {
			add("%d %s did not end.", missing, of)
		}
		if g.Diverged > 0 {
			add("%d %s diverged, which the errors leave out.", g.Diverged, of)
		}
		oneClass, constant := 0, math.NaN()
		for _, x := range g.runs {
			errors, e := constantErrors(x, data), lastTestError(x, r.comparison.Tested)
			if errors == nil || math.IsNaN(e) {
				continue
			}
			constant = slices.Min(errors)
			one := slices.Contains(errors, e)
			if one {
				oneClass++
			}
			if one || e > constant-nearChance {
				g.AtChance++
			}
		}
		if g.AtChance > 0 {
			add("%d %s are at chance: the most frequent class as the answer to every example has a test error of %.1f %%, and they are not %g points better.", g.AtChance, of,
				100*constant, 100*nearChance)
		}
		if oneClass > 0 {
			add("%d %s answer every example with one class, it seems: their test error is exactly that of such answers.", oneClass, of)
		}
	}
}

// lastTestError returns the test error of a run after some updates, NaN if it has none.
func lastTestError(x *export.Run, update int) float64 {
	for _, s := range x.Scores {
		if s.Event == run.TestEvent && s.Update == update {
			return s.Error
		}
	}
	return math.NaN()
}

// constantErrors returns the test error of each class as the answer to every example, on the examples on which a run was tested; nil if its data are
// not there.
func constantErrors(x *export.Run, data map[string]*dataset.Data) []float64 {
	d := data[x.Config.Data.Content()]
	if d == nil {
		return nil
	}
	set := d.Test
	if n := x.Config.Observe.Images; n > 0 {
		set = set.Head(n)
	}
	right := make([]int, set.Classes)
	for _, label := range set.Labels {
		right[label]++
	}
	errors := make([]float64, len(right))
	for class, n := range right {
		errors[class] = float64(set.Len()-n) / float64(set.Len())
	}
	return errors
}
