package study

import (
	"slices"
	"testing"

	"glorot/experiments/compare"
	"glorot/experiments/dataset"
	"glorot/experiments/export"
	"glorot/experiments/run"
)

// Of five images, three are of one class: errors above 38 % are at chance.
func TestChance(t *testing.T) {
	c := run.Default()
	c.Observe.Images = 0
	data := map[string]*dataset.Data{c.Data.Content(): {Test: &dataset.Set{Labels: []uint8{0, 0, 1, 2, 0}, Classes: 3, Values: make([]float32, 5), Features: 1}}}
	of := func(errors ...float64) (runs []*export.Run) {
		for _, e := range errors {
			runs = append(runs, &export.Run{Config: c, Status: run.Done, Scores: []run.Score{{Event: run.TestEvent, Update: 10, Error: e}}})
		}
		return runs
	}
	const chance = " at chance: answering every example with the most frequent class has a test error of 40.0 %, less than 2 points more than "
	for _, x := range []struct {
		runs []*export.Run
		want string
	}{
		{of(0.2, 0.379), ""}, {of(0.2, 0.39), "1 of 2 runs is" + chance + "its own."}, {of(0.39), "The run is" + chance + "its own."},
		{of(0.39, 0.5), "All 2 runs are" + chance + "theirs."}, {of(0.4), "The run seems to answer every example with one class: the test error is exactly that of such answers."},
	} {
		r := &Result{Groups: []Group{{Planned: len(x.runs), runs: x.runs}}, comparison: &compare.Comparison{Tested: 10}}
		r.findProblems(data)
		if x.want == "" && len(r.Problems) > 0 || x.want != "" && !slices.Equal(r.Problems, []string{x.want}) {
			t.Errorf("%q, want %q", r.Problems, x.want)
		}
	}
}
