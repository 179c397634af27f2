package graph_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// This file holds programs that were written for the tape machine.

func newBench(dt tensor.Dtype) *bench {
	return &bench{G.NewGraph(), dt, rand.New(rand.NewPCG(3, 3))}
}

// vector makes an input with the given elements.
func (b *bench) vector(name string, x ...float64) *G.Node {
	n := G.NewVector(b.ExprGraph, b.dt, G.WithShape(len(x)), G.WithName(name))
	let(n, x)
	return n
}

func (b *bench) grad(cost *G.Node, wrt ...*G.Node) G.Nodes {
	g, err := G.Grad(cost, wrt...)
	if err != nil {
		panic(err)
	}
	return g
}

// BinaryXent rewrites log(1-x), which removes a node from the graph; the others keep their children. The values are
// -log(out) where the target is 1 and -log(1-out) where it is 0.
func TestBinaryXent(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		b := newBench(dt)
		out, target := b.vector("out", .1, .2, .3), b.vector("target", 1, 0, 1)
		cost := must(G.BinaryXent(out, target))
		run(t, newMachine(t, b.ExprGraph))
		want(t, cost, -math.Log(.1), -math.Log(.8), -math.Log(.3))

		grads := b.grad(must(G.Sum(cost)), out)
		run(t, newMachine(t, b.ExprGraph))
		want(t, grads[0], -1/.1, 1/.8, -1/.3)
		want(t, cost, -math.Log(.1), -math.Log(.8), -math.Log(.3))
	})
}

// A node that reads what Gorgonia has removed is refused by name, and so is one with too few arguments, and one whose op
// panics.
func TestLoweringErrors(t *testing.T) {
	b := newBench(tensor.Float64)
	x := b.vector("x", .1, .2)
	_ = must(G.BinaryXent(x, b.vector("y", 0, 1))) // brings Gorgonia's own constant 1, which a rewriting wants
	rest := must(G.Sub(b.constant(1), x))
	twice := must(G.Add(rest, rest))
	G.WithName("twice")(twice)
	_ = must(G.Log(rest)) // becomes log1p(-x), and rest is gone
	_, err := graph.New(b.ExprGraph, graph.Observe(twice))
	fails(t, err, "graph: lowering", "twice", "argument 0 was removed from the graph")

	b = newBench(tensor.Float64)
	x = b.vector("x", .1, .2)
	lone := G.NewUniqueNode(G.WithType(x.Type()), G.WithShape(2), G.WithOp(must(G.Add(x, x)).Op()), G.WithChildren(G.Nodes{x}),
		G.In(b.ExprGraph), G.WithName("lone"))
	_, err = graph.New(b.ExprGraph, graph.Observe(lone))
	fails(t, err, "graph: lowering", "lone", "reads 1 nodes, and its op takes 2")

	b = newBench(tensor.Float64)
	x = b.vector("x", .1, .2)
	odd := must(G.ApplyOp(noisy{}, x))
	G.WithName("odd")(odd)
	_, err = graph.New(b.ExprGraph, graph.Observe(odd))
	fails(t, err, "graph: lowering", "odd", "panic: oh no")
}

// noisy panics when its arity is asked for a second time, which is when it is lowered.
type noisy struct{ strange }

var asked int

func (noisy) Arity() int {
	if asked++; asked > 1 {
		panic("oh no")
	}
	return 1
}

// A derivative that reads what its forward op has left behind is right when nobody looks at the forward part, and the batch
// changes.
func TestDerivativesThatShareMemory(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, tol float64) {
		b := newBench(dt)
		x, scale, bias := b.in("x", 4, 2, 3, 3), b.in("scale", 1, 2, 1, 1), b.in("bias", 1, 2, 1, 1)
		y, _, _, _, err := G.BatchNorm(x, scale, bias, 0.1, 1e-5)
		if err != nil {
			t.Fatal(err)
		}
		cost := must(G.Sum(must(G.HadamardProd(y, b.in("weights", 4, 2, 3, 3))))) // linear: its gradient needs no y
		dx := b.grad(cost, x)[0]
		alone := newMachine(t, b.ExprGraph, graph.Observe(dx))
		watched := newMachine(t, b.ExprGraph, graph.Observe(dx, cost, y))
		for range 3 {
			letRandom(x, b.r)
			run(t, alone)
			got := elements(dx.Value())
			run(t, watched)
			if !slices.Equal(got, elements(dx.Value())) {
				t.Fatalf("alone %v, watched %v", got, elements(dx.Value()))
			}
			if dt == tensor.Float64 {
				if d := distance(got, differences(t, watched, cost, x)); !(d <= 1e-6) {
					t.Errorf("the gradient is %v off the differences", d)
				}
			}
		}
	})
}

// Two parameters with one gradient, one whose gradient is an input, and one whose gradient is a constant are trained by a
// solver as on the tape machine, or where that clears the input itself, as calculus has it.
func TestSharedGradients(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, tol float64) {
		build := func() (b *bench, params G.Nodes) {
			b = newBench(dt)
			x, b1, b2, w, s := b.vector("x", 1, 2), b.vector("b1", .5, .25), b.vector("b2", 0, 1), b.vector("w", 3, 4), b.in("s")
			let(s, []float64{2})
			hidden := must(G.Square(must(G.Add(x, must(G.Add(b1, b2))))))
			cost := must(G.Add(must(G.Sum(must(G.Add(hidden, must(G.HadamardProd(w, x)))))), s))
			params = G.Nodes{b1, b2, w, s}
			b.grad(cost, params...)
			return b, params
		}
		tape, onTape := build()
		vm := G.NewTapeMachine(tape.ExprGraph, G.BindDualValues(onTape...))
		defer vm.Close()
		b, params := build()
		train(t, vm, onTape[:2], 3, 0.05)
		train(t, newMachine(t, b.ExprGraph), params, 3, 0.05)
		for i, n := range params[:2] {
			if d := distance(elements(n.Value()), elements(onTape[i].Value())); !(d <= tol) {
				t.Errorf("%v is %v, on the tape machine %v", n, n.Value(), onTape[i].Value())
			}
		}
		want(t, params[2], 3-3*.05, 4-3*.05*2) // w - 3 rate x
		want(t, params[3], 2-3*.05)            // s - 3 rate
	})
}

// A machine without options shows the cost, the prediction and every other node of the forward part, as well as the roots
// and the gradients of the inputs, whatever reads them.
func TestDefaults(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, tol float64) {
		b := newBench(dt)
		x, y, w := b.in("x", 5, 3), b.in("y", 5), b.in("w", 3)
		pred := must(G.Sigmoid(must(G.Mul(x, w))))
		wrong := must(G.Gt(pred, b.constant(.5), true))
		errors := must(G.Mean(wrong))
		cost := must(G.Exp(must(G.Mean(must(G.Square(must(G.Sub(pred, y))))))))
		forward := slices.Clone(b.AllNodes())
		dw := b.grad(cost, w)[0]
		var seen [4]G.Value
		for i, n := range []*G.Node{pred, cost, errors, dw} {
			G.Read(n, &seen[i])
		}
		run(t, newMachine(t, b.ExprGraph))
		for i, n := range []*G.Node{pred, cost, errors, dw} {
			if d := distance(elements(n.Value()), elements(seen[i])); d != 0 {
				t.Errorf("%v is %v, read as %v", n, n.Value(), seen[i])
			}
		}
		for _, n := range forward {
			if n.Value() == nil {
				t.Errorf("%v of the forward part has no value", n)
			}
		}
		if d := distance(elements(wrong.Value()), elements(errors.Value())); len(elements(wrong.Value())) != 5 || d == 0 {
			t.Errorf("the wrong predictions are %v", wrong.Value())
		}
	})
}

// gorgonia.Set is executed at the end of a run: all statements take the values of the old inputs.
func TestSet(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		b := newBench(dt)
		w, k := b.vector("w", 1, 2), b.in("k")
		let(k, []float64{3})
		next := must(G.Sub(w, must(G.HadamardProd(b.constant(.5), w))))
		G.Set(w, next)
		G.Set(k, must(G.Sum(w)))
		m := newMachine(t, b.ExprGraph)
		run(t, m)
		want(t, next, .5, 1)
		want(t, w, .5, 1)
		want(t, k, 3)
		run(t, m)
		want(t, w, .25, .5)
		want(t, k, 1.5)
		if e, err := m.FirstNonFinite(); e != nil || err != nil {
			t.Errorf("FirstNonFinite is %v, %v", e, err)
		}
		want(t, w, .25, .5) // it sets nothing
	})
	for what, c := range map[string]struct {
		build func(b *bench, v, w *G.Node)
		want  string
	}{
		"not an input": {func(b *bench, v, w *G.Node) { G.Set(must(G.Neg(v)), w) }, "the parameter is not an input"},
		"twice":        {func(b *bench, v, w *G.Node) { G.Set(v, must(G.Neg(w))); G.Set(v, must(G.Square(w))) }, `input "v": it is updated twice`},
		"swapped":      {func(b *bench, v, w *G.Node) { G.Set(v, w); G.Set(w, v) }, `its new value is the parameter input`},
		"size":         {func(b *bench, v, w *G.Node) { G.Set(v, must(G.Sum(w))) }, "want the same, float32 or float64"},
	} {
		t.Run(what, func(t *testing.T) {
			b := newBench(tensor.Float64)
			v, w := b.vector("v", 1, 2), b.vector("w", 3, 4)
			_ = must(G.Add(v, w))
			c.build(b, v, w)
			_, err := graph.New(b.ExprGraph)
			fails(t, err, "graph: gorgonia.Set of ", c.want)
		})
	}
}

// A machine's gradients take the place of those that a tape machine, or another Machine, has left in the parameters.
func TestGradAfterOtherMachines(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		b := newBench(dt)
		w, s := b.vector("w", 1, 2), b.in("s")
		let(s, []float64{3})
		cost := must(G.Add(must(G.Sum(must(G.Square(w)))), must(G.Cube(s))))
		b.grad(cost, w, s)
		vm := G.NewTapeMachine(b.ExprGraph, G.BindDualValues(w, s))
		defer vm.Close()
		check := func(m G.VM, x, y, z float64) {
			t.Helper()
			let(w, []float64{x, y})
			let(s, []float64{z})
			if err := m.RunAll(); err != nil {
				t.Fatal(err)
			}
			m.Reset()
			for n, want := range map[*G.Node][]float64{w: {2 * x, 2 * y}, s: {3 * z * z}} {
				g, err := n.Grad()
				if d := distance(elements(g), want); err != nil || !(d <= 1e-5) {
					t.Errorf("the gradient of %v is %v, %v; want %v", n, g, err, want)
				}
			}
		}
		check(vm, 1, 2, 3)
		first, second := newMachine(t, b.ExprGraph), newMachine(t, b.ExprGraph)
		check(first, 3, 4, 5)
		check(second, 5, 6, 7)
		check(first, 7, 8, 9)
		train(t, first, G.Nodes{w, s}, 1, .25)
		want(t, w, 7-.25*14, 8-.25*16)
		want(t, s, 9-.25*243)
	})
}

// A machine that trains and one that evaluates run one graph in turn, each in its mode, and what training has learnt of the
// batches is kept when another machine is made.
func TestModesSideBySide(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, tol float64) {
		b := newBench(dt)
		x, scale, bias := b.in("x", 6, 2), b.in("scale", 1, 2), b.in("bias", 1, 2)
		let(scale, []float64{1, 1})
		let(bias, []float64{0, 0})
		y, _, _, op, err := G.BatchNorm(x, scale, bias, 0.5, 0)
		if err != nil {
			t.Fatal(err)
		}
		dropped := must(G.Dropout(b.in("ones", 200), 0.5))
		learn := newMachine(t, b.ExprGraph)
		judge := newMachine(t, b.ExprGraph, graph.EvalMode())
		mean, variance := [2]float64{}, [2]float64{1, 1}
		for round := range 4 {
			if round == 2 {
				newMachine(t, b.ExprGraph) // changes nothing
			}
			letRandom(x, b.r)
			run(t, learn)
			zeros := func() int {
				return len(slices.DeleteFunc(elements(dropped.Value()), func(v float64) bool { return v != 0 }))
			}
			if n := zeros(); n < 50 || n > 150 {
				t.Errorf("training dropped %d of 200", n)
			}
			v := elements(x.Value())
			for c := range 2 {
				var m, s float64
				for i := range 6 {
					m += v[2*i+c] / 6
				}
				for i := range 6 {
					s += (v[2*i+c] - m) * (v[2*i+c] - m) / 5
				}
				mean[c], variance[c] = (mean[c]+m)/2, (variance[c]+s)/2
			}
			if e, err := learn.FirstNonFinite(); e != nil || err != nil {
				t.Errorf("FirstNonFinite is %v, %v", e, err)
			}
			run(t, judge)
			if n := zeros(); n != 0 {
				t.Errorf("evaluation dropped %d of 200", n)
			}
			for i, got := range elements(y.Value()) {
				c := i % 2
				if want := (v[i] - mean[c]) / math.Sqrt(variance[c]); !(math.Abs(got-want) <= 10*tol) {
					t.Fatalf("round %d: element %d is %v, by the running statistics %v", round, i, got, want)
				}
			}
		}
		m, _ := op.Stats()
		if d := distance(elements(m), mean[:]); !(d <= tol) {
			t.Errorf("the running mean is %v, want %v", m, mean)
		}
	})
}

// Machines that nobody closes leave no goroutine behind.
func TestForgottenMachines(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 300 {
		g, _, _, _, _ := softsignGraph(tensor.Float32, []float64{-1, 3})
		m, err := graph.New(g, graph.WithThreads(2))
		if err != nil {
			t.Fatal(err)
		}
		run(t, m)
	}
	for range 100 {
		runtime.GC()
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, before %d", runtime.NumGoroutine(), before)
}

// Other people's derivatives may share memory with the forward op in any way: a pointer to the op, to a state, a slice. Here the
// forward op leaves twice its argument behind.
func TestOtherPeoplesDerivatives(t *testing.T) {
	for name, share := range map[string]func() (forward, backward G.Op){
		"op": func() (G.Op, G.Op) {
			f := &leaving{left: new([2]float64)}
			return f, readsOp{from: f}
		},
		"state": func() (G.Op, G.Op) {
			s := &state{}
			return &leaving{state: s}, readsState{state: s}
		},
		"slice": func() (G.Op, G.Op) {
			s := make([]float64, 2)
			return &leaving{slice: s}, &readsSlice{slice: s}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(tensor.Float64)
			x := b.vector("x", 1, 2)
			forward, backward := share()
			y := must(G.ApplyOp(forward, x))
			dx := must(G.ApplyOp(backward, must(G.Neg(x)))) // of another node, for Gorgonia knows ops by their text
			m := newMachine(t, b.ExprGraph, graph.Observe(dx))
			for _, v := range []float64{1, 3} {
				let(x, []float64{v, 2 * v})
				run(t, m)
				want(t, dx, 2*v, 4*v)
			}
			if y.Value() != nil {
				t.Error("the forward node was bound, though nobody observes it")
			}
		})
	}
}

// leaving is an op that leaves what it has computed wherever it is to.
type leaving struct {
	strange
	left  *[2]float64
	state *state
	slice []float64
}

type state struct{ left [2]float64 }

func (*leaving) String() string { return "leaving" }
func (f *leaving) Do(in ...G.Value) (G.Value, error) {
	for i, v := range in[0].Data().([]float64) {
		switch {
		case f.left != nil:
			f.left[i] = 2 * v
		case f.state != nil:
			f.state.left[i] = 2 * v
		default:
			f.slice[i] = 2 * v
		}
	}
	return G.CloneValue(in[0])
}

type readsOp struct {
	strange
	from *leaving
}

func (readsOp) String() string                       { return "readsOp" }
func (r readsOp) Do(...G.Value) (G.Value, error)     { return reading(r.from.left[:]) }
func (readsState) String() string                    { return "readsState" }
func (r readsState) Do(...G.Value) (G.Value, error)  { return reading(r.state.left[:]) }
func (*readsSlice) String() string                   { return "readsSlice" }
func (r *readsSlice) Do(...G.Value) (G.Value, error) { return reading(r.slice) }
func reading(x []float64) (G.Value, error) {
	return tensor.New(tensor.WithBacking(append([]float64{}, x...))), nil
}

type readsState struct {
	strange
	state *state
}

type readsSlice struct {
	strange
	slice []float64
}
