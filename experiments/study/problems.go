package study

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/export"
	"glorot/experiments/run"
	"glorot/experiments/show"
)

// findProblems finds runs that did not end, diverged, are at chance, or predict one class.
func (r *Result) findProblems(data map[string]*dataset.Data) {
	for i := range r.Groups {
		g := &r.Groups[i]
		oneClass, constant := 0, math.NaN()
		for _, x := range g.runs {
			errors, e := constantErrors(x, data), lastTestError(x, r.comparison.Tested)
			if errors == nil || math.IsNaN(e) || x.Status == run.Diverged {
				continue
			}
			constant = slices.Min(errors)
			one := slices.Contains(errors, e)
			if one {
				oneClass++
			}
			if one || e > constant-show.NearChance {
				g.AtChance++
			}
		}
		add := func(n int, one, several string) {
			if n > 0 {
				r.Problems = append(r.Problems, g.some(n, one, several))
			}
		}
		add(g.Planned-len(g.runs), "has not ended", "have not ended")
		add(g.Diverged, "diverged, which the errors leave out", "diverged, which the errors leave out")
		chance := fmt.Sprintf(" at chance: answering every example with the most frequent class has a test error of %.1f %%, less than %g points more than ", 100*constant, 100*show.NearChance)
		if g.AtChance > oneClass {
			add(g.AtChance, "is"+chance+"its own", "are"+chance+"theirs")
		}
		const one = " to answer every example with one class: the test error is exactly that of such answers"
		add(oneClass, "seems"+one, "seem"+one)
	}
}

// some is a sentence about n of the runs of a group.
func (g Group) some(n int, one, several string) string {
	of := ""
	if g.Label != "" {
		of = " of " + g.Label
	}
	switch {
	case g.Planned == 1:
		return fmt.Sprintf("The run%s %s.", of, one)
	case n == g.Planned:
		return fmt.Sprintf("All %d runs%s %s.", n, of, several)
	case n == 1:
		return fmt.Sprintf("1 of %d runs%s %s.", g.Planned, of, one)
	}
	return fmt.Sprintf("%d of %d runs%s %s.", n, g.Planned, of, several)
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
	set := d.Test.Head(x.Config.Observe.Tested(d.Test.Len()))
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
