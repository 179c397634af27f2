package sweep

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"glorot/experiments/live"
)

// Runs belong to the sweep that made them: not to one in the present directory if they are elsewhere, and not to one in whose directory they were
// made by hand, or which has another program's file of that name.
func TestGroups(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{".", "s", "damaged"} {
		if err := planOf(t, small).Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join("damaged", PlanFile), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	var list []live.Head
	for _, path := range []string{"../a", "runs/b", "s/runs/c", "s/d", "s/more/runs/e", "s/cells/00003/run", "damaged/runs/f", "s/runs/g", "run"} {
		list = append(list, live.Head{Path: filepath.FromSlash(path)})
	}
	groups, err := Groups(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	want := []live.Group{
		{Runs: pick(list, 0)}, {Path: ".", Summary: "0 of 16 cells done, 16 ready", Runs: pick(list, 1)},
		{Path: "s", Summary: "0 of 16 cells done, 16 ready", Runs: pick(list, 2, 5, 7)}, {Runs: pick(list, 3, 4)},
		{Path: "damaged", Summary: "damaged", Runs: pick(list, 6)}, {Runs: pick(list, 8)},
	}
	same := func(a, b live.Head) bool { return a.Path == b.Path }
	if !slices.EqualFunc(groups, want, func(a, b live.Group) bool {
		return a.Path == b.Path && a.Summary == b.Summary && slices.EqualFunc(a.Runs, b.Runs, same)
	}) {
		t.Errorf("got %+v, want %+v", groups, want)
	}
}

func pick(list []live.Head, places ...int) (some []live.Head) {
	for _, i := range places {
		some = append(some, list[i])
	}
	return some
}
