package runner

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
)

// A training ends at the test at which the validation error has not fallen for train.patience tests, which a reference counts in the log
// of a training without patience. Its log is that training's up to there; it is done, and a request for more is answered by it.
func TestPatience(t *testing.T) {
	const updates, patience = 60, 2
	c := small()
	c.Train.Updates, c.Train.Rate = updates, 3 // a rate at which errors rise and fall
	c.Observe.Errors = &run.Schedule{Every: 2}
	dir := t.TempDir()
	free := do(t, filepath.Join(dir, "free"), c)
	lowest, since, at, stop := 2.0, 0, 0, -1
	for _, e := range free.Errors {
		if since++; e.Valid.Error < lowest {
			lowest, since, at = e.Valid.Error, 0, e.Update
		}
		if since == patience && stop < 0 {
			stop = e.Update
			break
		}
	}
	if stop < 0 || stop == updates {
		t.Fatalf("the validation error falls to the end: %v", free.Errors)
	}
	c.Train.Patience = patience
	stopped := filepath.Join(dir, "stopped")
	for range 2 { // the second time from what is known
		got := do(t, stopped, c)
		if got.Stopped == nil || got.Stopped.Update != stop || got.Stopped.Lowest != at {
			t.Fatalf("stopped %+v, want after %d updates, the lowest error after %d", got.Stopped, stop, at)
		}
		if last := got.Errors[len(got.Errors)-1]; last.Update != stop {
			t.Errorf("the last test is after %d updates, want %d", last.Update, stop)
		}
		c.Train.Updates = 2 * updates // which is no longer than the training can be
	}
	r, err := run.Open(stopped)
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Manifest(); m.Exit != run.Done || !m.Stopped() {
		t.Errorf("the run ended as %q, %q", m.Exit, m.Reason)
	}
	log, whole := string(read(t, stopped, run.LogFile)), string(read(t, filepath.Join(dir, "free"), run.LogFile))
	before, _, found := strings.Cut(log, `{"event":"stopped"`)
	if !found || !strings.HasPrefix(whole, before) {
		t.Error("the log is not that of the training without patience up to the stop")
	}
	verdict, err := (&Runner{Data: library}).Replay(context.Background(), r, ReplayOptions{From: -1, To: -1})
	if err != nil || !verdict.Identical || verdict.To != stop {
		t.Errorf("replayed to %d: %+v, %v", verdict.To, verdict.Differences, err)
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
