package bench

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"

	"glorot/experiments/train"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
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

// A step of training allocates nothing on any of the networks, in either type, and all machines train alike. They do so in float64:
// in float32 Adam makes whole steps of the rounding errors in gradients that are zero, as those of biases before a batch normalisation.
func TestNetworks(t *testing.T) {
	if want := []string{"autoencoder", "batchnorm", "charrnn", "convnet", "lstm", "mlp"}; !slices.Equal(Networks(), want) {
		t.Errorf("the networks are %v, want %v", Networks(), want)
	}
	for _, name := range Networks() {
		for _, dt := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			t.Run(name+" "+dt.String(), func(t *testing.T) { testNetwork(t, name, dt) })
		}
	}
}

func testNetwork(t *testing.T, name string, dt tensor.Dtype) {
	var want G.Nodes
	for i, prepare := range []func(*net, *kernel.Engine) (*contestant, error){onTape, withSolver, withUpdate} {
		n, c := trained(t, name, dt, kernel.Options{Threads: 1}, prepare)
		if i == 0 {
			want = n.params
		}
		for k, p := range n.params {
			if dt != tensor.Float64 {
				break
			}
			if d := furthest(p.Value(), want[k].Value()); !(d <= 1e-9) {
				t.Errorf("machine %d: %s is %v off the tape machine's", i, p.Name(), d)
			}
		}
		if i < 2 {
			continue
		}
		least := math.Inf(1)
		for range 5 { // the minimum, because the runtime's own goroutines allocate now and then
			n, err := allocations(c.step)
			if err != nil {
				t.Fatal(err)
			}
			least = min(least, n)
		}
		if least != 0 {
			t.Errorf("a step with Update allocates %v times", least)
		}
	}
}

// furthest is the largest difference of two values' elements.
func furthest(a, b G.Value) (d float64) {
	x, y := a.Data().([]float64), b.Data().([]float64)
	for i := range max(len(x), len(y)) {
		d = max(d, math.Abs(x[i]-y[i]))
	}
	return d
}

func TestCompare(t *testing.T) {
	c, err := Compare(context.Background(), "autoencoder", tensor.Float64, Options{Rounds: 2})
	if err != nil {
		t.Fatal(err)
	}
	if c.Network != "autoencoder" || c.Dtype != "float64" || c.Threads != 1 || c.Allocs != 0 || c.Tape.Runs != 20 || c.Update.Runs != 20 {
		t.Errorf("compared %+v", c)
	}
	if c.UpdateRatio != c.Tape.Min/c.Update.Min || c.SolverRatio != c.Tape.Min/c.Solver.Min {
		t.Errorf("the ratios %v and %v are not those of the times", c.SolverRatio, c.UpdateRatio)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for what, err := range map[string]error{
		"no network": func() error { _, err := Compare(context.Background(), "x", tensor.Float32, Options{}); return err }(),
		"rounds": func() error {
			_, err := Compare(context.Background(), "mlp", tensor.Float32, Options{Rounds: -1})
			return err
		}(),
		"set": func() error {
			_, err := Compare(context.Background(), "mlp", tensor.Float32, Options{Set: "sse"})
			return err
		}(),
		"cancelled": func() error { _, err := Compare(cancelled, "mlp", tensor.Float32, Options{}); return err }(),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// The networks are trained to the same bits by all kernel sets and on one thread or three.
func TestNetworksSameBits(t *testing.T) {
	for _, name := range Networks() {
		for _, dt := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			t.Run(name+" "+dt.String(), func(t *testing.T) {
				var want G.Nodes
				for _, set := range kernel.Sets() {
					for _, threads := range []int{1, 3} {
						n, _ := trained(t, name, dt, kernel.Options{Set: set, Threads: threads}, withUpdate)
						if want == nil {
							want = n.params
						}
						for k, p := range n.params {
							if !reflect.DeepEqual(p.Value().Data(), want[k].Value().Data()) {
								t.Errorf("%s has other bits with %s on %d threads", p.Name(), set, threads)
							}
						}
					}
				}
			})
		}
	}
}

// trained makes three updates of a network.
func trained(t *testing.T, name string, dt tensor.Dtype, o kernel.Options, prepare func(*net, *kernel.Engine) (*contestant, error)) (*net, *contestant) {
	t.Helper()
	e, err := kernel.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	n, err := newNet(name, dt)
	if err != nil {
		t.Fatal(err)
	}
	c, err := prepare(n, e)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.vm.Close() })
	for range 3 {
		if err := c.step(); err != nil {
			t.Fatal(err)
		}
	}
	return n, c
}
