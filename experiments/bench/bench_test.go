package bench

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"glorot/experiments/train"
)

// A tiny bench has every number that scripts read, and numbers that fit each other.
func TestRun(t *testing.T) {
	r, err := Run(context.Background(), Options{Width: 20, Depth: 2, Batch: 4, Rounds: 11, Tape: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"update_ms", "gflops", "peak_gflops", "tape_machine_ms", "threads"} {
		if x, ok := read[key].(float64); !ok || !(x > 0) {
			t.Errorf("%s is %v, want a positive number", key, read[key])
		}
	}
	if read["kernels"] == "" || read["allocs_per_update"] != 0.0 {
		t.Errorf("kernels %q, allocs_per_update %v; want a name and 0", read["kernels"], read["allocs_per_update"])
	}
	if r.Update.Min > r.Update.Median || r.Update.Median > r.Update.P90 || r.Update.Runs != 110 {
		t.Errorf("update times %+v are out of order, or not 110", r.Update)
	}
	if want := r.FlopsPerUpdate / r.UpdateMS / 1e6; r.GFLOPS != want {
		t.Errorf("gflops %v, want %v", r.GFLOPS, want)
	}
	if want := r.Snapshot.Mean / train.Epoch / r.UpdateMS; r.HookCost != want {
		t.Errorf("cost of hooks %v, want %v", r.HookCost, want)
	}
}

// Flops of the paper's network, counted by hand: 2*10 for each of 1,024,000 weights twice, of 4,009,000 three times.
func TestFlops(t *testing.T) {
	model, err := network(1000, 5)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Flops(model, 10), 2.*10*(2*1_024_000+3*4_009_000); got != want {
		t.Errorf("flops %v, want %v", got, want)
	}
}

func TestTimes(t *testing.T) {
	c := clock{ms: []float64{4, 1, 3, 2, 10}}
	if got, want := c.times(), (Times{Mean: 4, Min: 1, Median: 3, P90: 10, Runs: 5}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if none := (&clock{}).times(); !math.IsNaN(none.Mean) {
		t.Errorf("no times have mean %v, want NaN", none.Mean)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Width: -1}, {Depth: -1}, {Batch: -2}, {Threads: -1}, {Rounds: -1}, {Set: "sse"}} {
		if _, err := Run(context.Background(), o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, Options{Width: 5, Depth: 1}); err == nil {
		t.Error("no error of a cancelled context")
	}
}

// Every point of a sweep varies one thing.
func TestMeasurePoint(t *testing.T) {
	p, err := measurePoint(context.Background(), Options{Width: 16, Depth: 1, Batch: 3}.defaults())
	if err != nil {
		t.Fatal(err)
	}
	if p.Width != 16 || p.Depth != 1 || p.Batch != 3 || !(p.GFLOPS > 0) || !(p.Share > 0) {
		t.Errorf("point %+v", p)
	}
}
