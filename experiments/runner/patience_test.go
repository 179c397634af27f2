package runner

import (
	"bytes"
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
)

// A training ends at the test at which the validation error has not fallen for train.patience tests, which a reference counts in the errors
// of a training without patience. Its log is that training's up to there. More patience continues it, and a request with other tests
// ends where these say.
func TestPatience(t *testing.T) {
	const updates, patience = 60, 2
	c := small()
	c.Train.Updates, c.Train.Rate = updates, 3 // a rate at which errors rise and fall
	c.Observe.Errors = &run.Schedule{Every: 2}
	dir := t.TempDir()
	free := do(t, filepath.Join(dir, "free"), c)
	stopOf := func(all []run.Errors) (stop, lowest int) {
		least, since := 2.0, 0
		for _, e := range all {
			if since++; e.Valid.Error < least {
				least, since, lowest = e.Valid.Error, 0, e.Update
			}
			if since == patience {
				return e.Update, lowest
			}
		}
		t.Fatalf("the validation error falls to the end: %v", all)
		return 0, 0
	}
	stop, lowest := stopOf(free.Errors)
	stopped := filepath.Join(dir, "stopped")
	c.Train.Patience = patience
	for _, length := range []int{updates, updates, 2 * updates} { // from what is known; and no longer than the training can be
		c.Train.Updates = length
		got := do(t, stopped, c)
		if got.Stopped == nil || got.Stopped.Update != stop || got.Stopped.Lowest != lowest || got.Errors[len(got.Errors)-1].Update != stop {
			t.Fatalf("stopped %+v, want after %d updates, the lowest error after %d", got.Stopped, stop, lowest)
		}
	}
	r, err := run.Open(stopped)
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Manifest(); m.Exit != run.Done || !m.Stopped() {
		t.Errorf("the run ended as %q, %q", m.Exit, m.Reason)
	}
	if kept, err := r.Checkpoints(); err != nil || !slices.Contains(kept, stop) {
		t.Errorf("checkpoints %v, %v; want one where it stopped, %d", kept, err, stop)
	}
	whole := read(t, filepath.Join(dir, "free"), run.LogFile)
	if log := read(t, stopped, run.LogFile); len(log) == len(whole) || !bytes.HasPrefix(whole, log) {
		t.Error("the log is not that of the training without patience up to the stop")
	}
	verdict, err := (&Runner{Data: library}).Replay(context.Background(), r, ReplayOptions{From: -1, To: -1})
	if err != nil || !verdict.Identical || verdict.To != stop {
		t.Errorf("replayed to %d: %+v, %v", verdict.To, verdict.Differences, err)
	}

	other := c
	other.Train.Updates, other.Observe.Errors = updates, &run.Schedule{Every: 4}
	asked := other
	asked.Train.Patience = 0
	want, _ := stopOf(do(t, filepath.Join(dir, "free"), asked).Errors)
	if got := do(t, filepath.Join(dir, "free"), other); got.Stopped == nil || got.Stopped.Update != want {
		t.Errorf("with other tests stopped %+v, want after %d updates", got.Stopped, want)
	}

	c.Train.Updates, c.Train.Patience = updates, 0
	if got := do(t, stopped, c); got.Stopped != nil || got.Errors[len(got.Errors)-1].Update != updates {
		t.Errorf("without patience stopped %+v", got.Stopped)
	}
	if !bytes.Equal(read(t, stopped, run.LogFile), whole) {
		t.Error("the continued training has another log than one without patience")
	}
}

// A fork with another optimizer begins its state anew, and counts its updates from the fork: so it continues with the same bits after an
// interrupt.
func TestForkOfAnotherOptimizer(t *testing.T) {
	c := small()
	c.Train.Updates = 20
	dir := t.TempDir()
	do(t, filepath.Join(dir, "parent"), c)
	var weights []string
	for _, pieces := range [][]int{{40}, {27, 33, 40}} {
		out := filepath.Join(dir, "child", "of", strings.Repeat("x", len(pieces)))
		child, err := (&Runner{Data: library}).Fork(context.Background(), filepath.Join(dir, "parent"), 10, []string{"train.optimizer=adam", "train.rate=0.01"}, out)
		if err != nil {
			t.Fatal(err)
		}
		// The first update of fresh averages is rate g/(|g| + epsilon), nearly the rate wherever there is a gradient (Kingma & Ba 2015, section 2.1).
		before := weightsOf(t, out, run.CheckpointFile(10))
		child.Train.Updates = 11
		do(t, out, child)
		largest := 0.0
		for i, w := range weightsOf(t, out, run.WeightsFile) {
			largest = max(largest, math.Abs(float64(w-before[i])))
		}
		if math.Abs(largest-0.01) > 1e-6 {
			t.Errorf("the first update changes a weight by %v, want the rate, 0.01", largest)
		}
		for _, to := range pieces {
			child.Train.Updates = to
			do(t, out, child)
		}
		weights = append(weights, string(read(t, out, run.WeightsFile)))
	}
	if weights[0] != weights[1] {
		t.Error("in pieces the fork ends at other weights")
	}
}

// weightsOf reads W1 from a file of a run.
func weightsOf(t *testing.T, path ...string) []float32 {
	t.Helper()
	file, err := safetensors.Parse(read(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	w, err := safetensors.Get[float32](file, "W1", 1024, 6)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
