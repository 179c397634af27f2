package runner

import (
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
