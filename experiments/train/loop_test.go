package train

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/graph/hook"
	"glorot/models"
)

// turns gives the images of a set batch by batch, round and round.
type turns struct {
	set   *dataset.Set
	batch int
	next  int
}

func (s *turns) Next(b *dataset.Batch) error {
	from := s.next * s.batch % s.set.Len()
	s.set.Batch(unit, from, from+s.batch, b)
	s.next++
	return nil
}

const testBatch = 8

// newLoop makes a loop over 40 random examples in batches of 8, and returns its parameters and its set.
func newLoop(t *testing.T, c models.Config, rate float64) (*Loop, *models.Parameters, *dataset.Set) {
	t.Helper()
	p, set := parameters(t, c), randomSet(40, c.Inputs, c.Classes)
	l, err := New(Options{Model: c, Params: p, Source: &turns{set: set, batch: testBatch}, Batch: testBatch, Rate: rate, Engine: engine(t)})
	if err != nil {
		t.Fatal(err)
	}
	return l, p, set
}

// Training is plain SGD on the mean gradient of each batch in turn: the plain network, given the same batches in the same order,
// ends at the same weights. 1e-4 is far above float32's error after 60 updates, and far below a changed order's effect.
func TestLoopIsPlainSGD(t *testing.T) {
	const updates, rate = 60, 0.5
	for _, cost := range []string{"nll", "quadratic"} {
		for _, a := range models.Activations() {
			if a.Learned() {
				continue // see TestNetworksAgainstTorch
			}
			t.Run(a.Name+" "+cost, func(t *testing.T) {
				c := small(t, a.Name, cost)
				l, p, set := newLoop(t, c, rate)
				want := plainOf(c, p)
				x := scaled(set, unit)
				for u := range updates {
					from := u * testBatch % set.Len()
					want.update(x[from*c.Inputs:(from+testBatch)*c.Inputs], set.Labels[from:from+testBatch], rate)
				}
				before := slices.Clone(p.W[0].Float32s())
				if err := l.Run(context.Background(), updates); err != nil {
					t.Fatal(err)
				}
				if l.Updates() != updates {
					t.Errorf("%d updates, want %d", l.Updates(), updates)
				}
				for i := range p.W {
					near(t, l.Net.W[i].Name(), p.W[i].Float32s(), want.w[i], 1e-4)
					near(t, l.Net.B[i].Name(), p.B[i].Float32s(), want.b[i], 1e-4)
				}
				moved := 0.0
				for i, w := range p.W[0].Float32s() {
					moved = max(moved, math.Abs(float64(w-before[i])))
				}
				if moved < 0.01 {
					t.Errorf("weights of the first layer moved by %v: nothing was trained", moved)
				}
			})
		}
	}
}

// Training with momentum is that of the plain network whose steps are v <- mu v + g, w <- w - rate v.
func TestMomentumIsPlain(t *testing.T) {
	const updates, rate, mu = 40, 0.1, 0.8
	c := small(t, "tanh", "nll")
	p, set := parameters(t, c), randomSet(40, c.Inputs, c.Classes)
	want, x := plainOf(c, p), scaled(set, unit)
	var vw, vb [][]float64
	for i := range want.w {
		vw, vb = append(vw, make([]float64, len(want.w[i]))), append(vb, make([]float64, len(want.b[i])))
	}
	step := func(w, v, g []float64) {
		for i := range w {
			v[i] = mu*v[i] + g[i]/testBatch
			w[i] -= rate * v[i]
		}
	}
	for u := range updates {
		from := u * testBatch % set.Len()
		dw, db := want.gradients(x[from*c.Inputs:(from+testBatch)*c.Inputs], set.Labels[from:from+testBatch])
		for i := range want.w {
			step(want.w[i], vw[i], dw[i])
			step(want.b[i], vb[i], db[i])
		}
	}
	l, err := New(Options{Model: c, Params: p, Source: &turns{set: set, batch: testBatch}, Batch: testBatch, Rate: rate, Optimizer: Optimizer{Name: "momentum", Momentum: mu}, Engine: engine(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Run(t.Context(), updates); err != nil {
		t.Fatal(err)
	}
	for i := range p.W {
		near(t, l.Net.W[i].Name(), p.W[i].Float32s(), want.w[i], 1e-4)
		near(t, l.Net.B[i].Name(), p.B[i].Float32s(), want.b[i], 1e-4)
	}
}

// The batch that the last update saw is the source's, in the source's order.
func TestBatchesInOrder(t *testing.T) {
	c := small(t, "tanh", "nll")
	l, _, set := newLoop(t, c, 0.1)
	x := scaled(set, unit)
	for u := 1; u <= 12; u++ {
		if err := l.Run(context.Background(), u); err != nil {
			t.Fatal(err)
		}
		from := (u - 1) * testBatch % set.Len()
		near(t, "batch", l.Batch().X, x[from*c.Inputs:(from+testBatch)*c.Inputs], 1e-7)
		if !slices.Equal(l.Batch().Labels, set.Labels[from:from+testBatch]) {
			t.Fatalf("update %d saw labels %v", u, l.Batch().Labels)
		}
	}
}

// Hooks run at 0, on their schedule and at the end, in the order of On, once for each update however often Run is called.
func TestHooksOnSchedule(t *testing.T) {
	l, _, _ := newLoop(t, small(t, "tanh", "nll"), 0.1)
	var first, second, order []int
	l.On(hook.Every(3), func(_ context.Context, u int) error {
		if u != l.Updates() {
			t.Errorf("hook at %d after %d updates", u, l.Updates())
		}
		first, order = append(first, u), append(order, 1)
		return nil
	})
	l.On(hook.At(0, 7), func(_ context.Context, u int) error {
		second, order = append(second, u), append(order, 2)
		return nil
	})
	for _, updates := range []int{0, 6, 6, 7, 9, 2} {
		if err := l.Run(context.Background(), updates); err != nil {
			t.Fatal(err)
		}
	}
	if want := []int{0, 3, 6, 9}; !slices.Equal(first, want) {
		t.Errorf("every 3: %v, want %v", first, want)
	}
	if want := []int{0, 7}; !slices.Equal(second, want) {
		t.Errorf("at 0 and 7: %v, want %v", second, want)
	}
	if want := []int{1, 2, 1, 1, 2, 1}; !slices.Equal(order, want) {
		t.Errorf("hooks in order %v, want %v", order, want)
	}
	if l.Updates() != 9 {
		t.Errorf("%d updates, want 9", l.Updates())
	}
}

// Looking never changes training: with probes, gradients, evaluators and Jacobians after every update the weights are the same
// bits as with none.
func TestLookingChangesNothing(t *testing.T) {
	ctx := context.Background()
	for _, activation := range []string{"sigmoid", "tanh", "softsign"} {
		c := small(t, activation, "nll")
		blind, p, _ := newLoop(t, c, 0.3)
		if err := blind.Run(ctx, 30); err != nil {
			t.Fatal(err)
		}
		seen, q, set := newLoop(t, c, 0.3)
		e := engine(t)
		probe, err := NewProbe(ProbeOptions{Model: c, Params: q, Set: set, Scale: unit, Batch: 10, Engine: e})
		if err != nil {
			t.Fatal(err)
		}
		evaluator, err := NewEvaluator(c, q, set, unit, e)
		if err != nil {
			t.Fatal(err)
		}
		looks := 0
		seen.On(hook.Every(1), func(ctx context.Context, u int) error {
			looks++
			_, errProbe := probe.Snapshot(ctx, u)
			_, errScore := evaluator.Run(ctx)
			_, errJacobian := Jacobians(ctx, c, q, set, unit, e)
			return errors.Join(errProbe, errScore, errJacobian)
		})
		if err := seen.Run(ctx, 30); err != nil {
			t.Fatal(err)
		}
		if looks != 31 {
			t.Errorf("%d looks, want 31", looks)
		}
		if got, want := parametersDigest(q), parametersDigest(p); got != want {
			t.Errorf("%s: weights %s when looked at, %s when not", activation, got, want)
		}
	}
}

// A run ends between two updates when its context does.
func TestCancel(t *testing.T) {
	c := small(t, "tanh", "nll")
	ctx, cancel := context.WithCancel(context.Background())
	l, p, _ := newLoop(t, c, 0.3)
	l.On(hook.At(5), func(context.Context, int) error { cancel(); return nil })
	if err := l.Run(ctx, 100); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	// The hook at 5 ends, and the update it stands before is made whole.
	if l.Updates() != 6 {
		t.Fatalf("%d updates, want 6", l.Updates())
	}
	other, q, _ := newLoop(t, c, 0.3)
	if err := other.Run(context.Background(), 6); err != nil {
		t.Fatal(err)
	}
	if parametersDigest(p) != parametersDigest(q) {
		t.Error("the weights are not those after 6 updates")
	}
	if err := l.Run(ctx, 100); !errors.Is(err, context.Canceled) || l.Updates() != 6 {
		t.Errorf("a run of an ended context: %v, %d updates", err, l.Updates())
	}
}

// A hook's error ends the run as it is; it runs again when the run continues.
func TestHookError(t *testing.T) {
	l, _, _ := newLoop(t, small(t, "tanh", "nll"), 0.3)
	broken, calls := errors.New("broken"), 0
	l.On(hook.At(4), func(context.Context, int) error {
		calls++
		if calls == 1 {
			return broken
		}
		return nil
	})
	if err := l.Run(context.Background(), 10); err != broken || l.Updates() != 4 {
		t.Errorf("got %v after %d updates, want the hook's error after 4", err, l.Updates())
	}
	if err := l.Run(context.Background(), 10); err != nil || l.Updates() != 10 || calls != 2 {
		t.Errorf("got %v after %d updates and %d calls", err, l.Updates(), calls)
	}
}

type brokenSource struct {
	turns
	at  int
	err error
}

func (s *brokenSource) Next(b *dataset.Batch) error {
	if s.next == s.at {
		return s.err
	}
	return s.turns.Next(b)
}

func TestSourceError(t *testing.T) {
	c := small(t, "tanh", "nll")
	torn := errors.New("torn")
	source := &brokenSource{turns: turns{set: randomSet(40, c.Inputs, c.Classes), batch: testBatch}, at: 3, err: torn}
	l, err := New(Options{Model: c, Params: parameters(t, c), Source: source, Batch: testBatch, Rate: 0.1, Engine: engine(t)})
	if err != nil {
		t.Fatal(err)
	}
	err = l.Run(context.Background(), 10)
	if !errors.Is(err, torn) || err.Error() != "update 3: training batch: torn" || l.Updates() != 3 {
		t.Errorf("got %v after %d updates", err, l.Updates())
	}
}

func TestLoopRefuses(t *testing.T) {
	c := small(t, "tanh", "nll")
	good := Options{Model: c, Params: parameters(t, c), Source: &turns{set: randomSet(40, 6, 3), batch: testBatch}, Batch: testBatch, Rate: 0.1, Engine: engine(t)}
	for want, spoil := range map[string]func(o *Options){
		"a rate of 0; want a number above 0":     func(o *Options) { o.Rate = 0 },
		"a rate of -0.1; want a number above 0":  func(o *Options) { o.Rate = -0.1 },
		"a rate of NaN; want a number above 0":   func(o *Options) { o.Rate = math.NaN() },
		"a rate of +Inf; want a number above 0":  func(o *Options) { o.Rate = math.Inf(1) },
		"a momentum of 1; want it in [0, 1)":     func(o *Options) { o.Optimizer.Momentum = 1 },
		"a momentum of -0.1; want it in [0, 1)":  func(o *Options) { o.Optimizer.Momentum = -0.1 },
		"a momentum of NaN; want it in [0, 1)":   func(o *Options) { o.Optimizer.Momentum = math.NaN() },
		"an optimizer and a curvature; want one": func(o *Options) { o.Optimizer.Name, o.Curvature = "adam", &Curvature{Method: "hessian"} },
		"batch of 0; want at least 1":            func(o *Options) { o.Batch = 0 },
		"parameters of 3 layers for a network":   func(o *Options) { o.Model.Hidden = []int{5} },
		"W1 is float32 (6, 5); want float32 (7,": func(o *Options) { o.Model.Inputs = 7 },
	} {
		o := good
		spoil(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// In steady state an update allocates nothing, beginning with the source.
func TestUpdateAllocatesNothing(t *testing.T) {
	for _, activation := range []string{"sigmoid", "tanh", "softsign"} {
		l, _, _ := newLoop(t, small(t, activation, "nll"), 0.1)
		step := func() {
			if err := l.Step(); err != nil {
				t.Fatal(err)
			}
		}
		step()
		if n := testing.AllocsPerRun(100, step); n != 0 {
			t.Errorf("%s: %v allocations an update", activation, n)
		}
	}
}
