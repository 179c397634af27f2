package runner

import (
	"context"
	"path/filepath"
	"testing"

	"glorot/experiments/run"
)

// A run that recorded some measures, or none, can be asked for others: at its beginning, near a checkpoint, at its end and beyond. The answer is
// that of a run that recorded them.
func TestMeasureAfterwards(t *testing.T) {
	c := small()
	c.Observe.Layers, c.Observe.Measures = &run.Schedule{At: []int{0, 1, 7, 14, 20, 21, 29}}, Allowed().Measures
	c.Observe.Histograms = &run.Schedule{}
	for _, updates := range []int{20, 40} {
		c.Train.Updates = updates
		want := do(t, filepath.Join(t.TempDir(), "alone"), c)
		for _, measures := range [][]string{nil, {"grad_cosine"}, {"rank", "update_ratio"}} {
			dir, other := filepath.Join(t.TempDir(), "other"), c
			other.Observe.Measures, other.Train.Updates = measures, 20
			do(t, dir, other)
			log := read(t, dir, run.LogFile)
			got := do(t, dir, c)
			if got.Digests = want.Digests; !equal(got, want) {
				t.Errorf("%d updates after a run with %v: the answer differs:\n%+v\n%+v", updates, measures, got, want)
			}
			if updates == 20 && string(read(t, dir, run.LogFile)) != string(log) {
				t.Errorf("measuring after a run with %v has changed its log", measures)
			}
		}
	}
}

// A fork that asks for more than its parent recorded, or for other updates, has in its past what the parent would have recorded. So has a fork of the fork.
func TestForkMeasuresItsPast(t *testing.T) {
	folder := t.TempDir()
	c := small()
	c.Observe.Layers, c.Observe.Histograms = &run.Schedule{At: []int{0, 5, 9, 15, 20}}, &run.Schedule{}
	c.Train.Updates = 20
	do(t, filepath.Join(folder, "parent"), c)
	whole := c
	whole.Observe.Measures, whole.Observe.Errors = Allowed().Measures, &run.Schedule{Every: 4}
	want := do(t, filepath.Join(folder, "whole"), whole)
	from := "parent"
	for _, f := range []struct {
		name string
		at   int
	}{{"child", 10}, {"grandchild", 17}} {
		child, err := (&Runner{Data: library}).Fork(context.Background(), filepath.Join(folder, from), f.at, []string{"train.rate=0.02"}, filepath.Join(folder, f.name))
		if err != nil {
			t.Fatal(err)
		}
		child.Observe.Measures, child.Observe.Errors = whole.Observe.Measures, whole.Observe.Errors
		got := do(t, filepath.Join(folder, f.name), child)
		if len(got.Snapshots) != 5 || len(got.Errors) != len(want.Errors) {
			t.Fatalf("%s has %d snapshots and %d tests, want 5 and %d", f.name, len(got.Snapshots), len(got.Errors), len(want.Errors))
		}
		for i := range 3 { // before both forks
			if !sameText(got.Snapshots[i], want.Snapshots[i]) {
				t.Errorf("%s: snapshot %d is\n%+v\nwant\n%+v", f.name, i, got.Snapshots[i], want.Snapshots[i])
			}
			if !sameText(got.Errors[i], want.Errors[i]) {
				t.Errorf("%s: test %d is %+v, want %+v", f.name, i, got.Errors[i], want.Errors[i])
			}
		}
		from = f.name
	}
}

// sameText reports whether two records are written alike.
func sameText(a, b any) bool {
	x, err := run.Encode(a)
	y, err2 := run.Encode(b)
	return err == nil && err2 == nil && string(x) == string(y)
}
