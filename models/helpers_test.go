package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func compiled(t testing.TB, g *G.ExprGraph, opts ...graph.Option) *graph.Machine {
	t.Helper()
	m, err := graph.New(g, append([]graph.Option{graph.WithThreads(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func run(t testing.TB, vm G.VM) {
	t.Helper()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
}

// tensorOf makes a tensor of the given type.
func tensorOf(dt tensor.Dtype, x []float64, shape ...int) *tensor.Dense {
	t := tensor.New(tensor.Of(dt), tensor.WithShape(shape...))
	for i, v := range x {
		if dt == tensor.Float32 {
			t.Float32s()[i] = float32(v)
		} else {
			t.Float64s()[i] = v
		}
	}
	return t
}

// numbers returns the elements of a dense, row-major value.
func numbers(v G.Value) []float64 {
	switch x := v.Data().(type) {
	case float32:
		return []float64{float64(x)}
	case float64:
		return []float64{x}
	case []float64:
		return append([]float64{}, x...)
	case []float32:
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = float64(v)
		}
		return out
	}
	return nil
}

func near(t testing.TB, what string, at any, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s at %v is %v, want %v ± %v", what, at, got, want, tol)
	}
}

// allNear compares slices, relative to the largest element wanted.
func allNear(t testing.TB, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d elements, want %d", what, len(got), len(want))
		return
	}
	var scale float64
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tol*scale) {
			t.Errorf("%s: element %d is %v, want %v ± %v", what, i, got[i], want[i], tol*scale)
			return
		}
	}
}

func message(t testing.TB, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("the error is %q, want %q", err, want)
	}
}

// network builds a network; what it is not told is tanh, standard and nll.
func network(t testing.TB, c Config, seed uint64, batch int) (*Parameters, *MLP) {
	t.Helper()
	if c.Activation.Name == "" {
		c.Activation = byNameOrFail(t, ActivationByName, "tanh")
	}
	if c.Init.Name == "" {
		c.Init = byNameOrFail(t, InitializerByName, "standard")
	}
	if c.Cost.Name == "" {
		c.Cost = byNameOrFail(t, CostByName, "nll")
	}
	p, err := c.Parameters(seed)
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Build(p, batch)
	if err != nil {
		t.Fatal(err)
	}
	return p, m
}

func byNameOrFail[T any](t testing.TB, find func(string) (T, error), name string) T {
	t.Helper()
	x, err := find(name)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// feed binds random inputs in [0, 1) and one-hot targets.
func feed(t testing.TB, m *MLP, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 9))
	batch, inputs, classes := m.X.Shape()[0], m.X.Shape()[1], m.Y.Shape()[1]
	x, y := make([]float64, batch*inputs), make([]float64, batch*classes)
	for i := range x {
		x[i] = r.Float64()
	}
	for i := range batch {
		y[i*classes+r.IntN(classes)] = 1
	}
	dt := m.X.Dtype()
	if err := G.Let(m.X, tensorOf(dt, x, batch, inputs)); err != nil {
		t.Fatal(err)
	}
	if err := G.Let(m.Y, tensorOf(dt, y, batch, classes)); err != nil {
		t.Fatal(err)
	}
}
