package graph_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A guard stops the run before any update, and FirstNonFinite finds where the trouble began.
func TestGuard(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		p := newPerceptron(dt)
		m := p.machine(t, &graph.SGD{Rate: 0.1}, graph.Guard(p.cost))
		run(t, m)
		if e, err := m.FirstNonFinite(); e != nil || err != nil {
			t.Errorf("FirstNonFinite is %v, %v; want nil, nil", e, err)
		}
		huge := make([]float64, 15)
		huge[4] = 1e38 // its square is no float32, and the square of its square no float64
		if dt == tensor.Float64 {
			huge[4] = 1e300
		}
		let(p.y, huge)
		before := p.bits()
		err := m.RunAll()
		var e *graph.NonFiniteError
		if !errors.As(err, &e) || e.Node != p.cost || !math.IsInf(e.Value, 1) || e.Index != 0 {
			t.Errorf("the run ends with %v, want the cost to be +Inf", err)
		}
		fails(t, err, "graph: node", "is +Inf at index 0")
		if !slices.Equal(p.bits(), before) {
			t.Error("a parameter was updated")
		}
		e, err = m.FirstNonFinite()
		if err != nil || e == nil || e.Node.Op().String() != "square" || e.Index != 4 {
			t.Errorf("FirstNonFinite is %v, %v; want the square at index 4", e, err)
		}
		if !slices.Equal(p.bits(), before) {
			t.Error("FirstNonFinite updated a parameter")
		}
	})
}

// All updates wait for the last guard: here the first layer's gradient, when the second layer's is long known.
func TestUpdatesWaitForGuards(t *testing.T) {
	p := newPerceptron(tensor.Float64)
	m := p.machine(t, &graph.SGD{Rate: 0.1}, graph.Guard(p.grads[0]))
	let(p.y, slices.Repeat([]float64{math.Inf(-1)}, 15))
	before := p.bits()
	var e *graph.NonFiniteError
	if err := m.RunAll(); !errors.As(err, &e) || e.Node != p.grads[0] {
		t.Errorf("the run ends with %v, want the gradient of w1 not to be finite", err)
	}
	if !slices.Equal(p.bits(), before) {
		t.Error("a parameter was updated")
	}
}

// A guarded input, and an input that is not finite already.
func TestGuardedInput(t *testing.T) {
	p := newPerceptron(tensor.Float64)
	m := p.machine(t, &graph.SGD{Rate: 0.1}, graph.Guard(p.x))
	x := make([]float64, 35)
	x[7] = math.NaN()
	let(p.x, x)
	before := p.bits()
	var e *graph.NonFiniteError
	if err := m.RunAll(); !errors.As(err, &e) || e.Node != p.x || e.Index != 7 || !math.IsNaN(e.Value) {
		t.Errorf("the run ends with %v, want x to be NaN at 7", err)
	}
	if !slices.Equal(p.bits(), before) {
		t.Error("a parameter was updated")
	}
	if e, err := m.FirstNonFinite(); err != nil || e == nil || e.Node != p.x || e.Index != 7 {
		t.Errorf("FirstNonFinite is %v, %v; want x at 7", e, err)
	}
}

// Of several inputs that are not finite, the one that the plan reads last is the first that back-propagation spoiled.
func TestFirstNonFiniteParameter(t *testing.T) {
	p := newPerceptron(tensor.Float64)
	m := p.machine(t, &graph.SGD{Rate: math.Inf(1)}, graph.Guard(p.cost))
	run(t, m)
	if e, err := m.FirstNonFinite(); err != nil || e == nil || e.Node != p.params[3] && e.Node != p.params[2] {
		t.Errorf("FirstNonFinite is %v, %v; want a parameter of the last layer", e, err)
	}
}

// FirstNonFinite passes other errors on.
func TestFirstNonFiniteErrors(t *testing.T) {
	p := newPerceptron(tensor.Float64)
	m := p.machine(t, &graph.SGD{Rate: 0.1})
	if err := G.UnsafeLet(p.x, 1.0); err != nil {
		t.Fatal(err)
	}
	_, err := m.FirstNonFinite()
	fails(t, err, `graph: input "x" holds shape`)

	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float64, G.WithShape(1), G.WithName("x"))
	let(x, []float64{1})
	y := must(G.ApplyOp(strange{func([]float64) error { return errors.New("no luck") }}, x))
	_, err = newMachine(t, g, graph.Observe(y)).FirstNonFinite()
	fails(t, err, "graph: ", "strange", "no luck")
}
