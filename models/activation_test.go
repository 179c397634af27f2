package models

import (
	"math"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// closed is f(s) and f'(s) of every activation (Glorot & Bengio 2010, section 2.2: sigmoid, tanh, softsign), in s.
var closed = map[string]struct{ f, df func(s float64) float64 }{
	"sigmoid": {func(s float64) float64 { return 1 / (1 + math.Exp(-s)) },
		func(s float64) float64 { return math.Exp(-math.Abs(s)) / math.Pow(1+math.Exp(-math.Abs(s)), 2) }},
	"tanh": {math.Tanh, func(s float64) float64 { return 1 / math.Pow(math.Cosh(s), 2) }},
	"softsign": {func(s float64) float64 { return s / (1 + math.Abs(s)) },
		func(s float64) float64 { return 1 / math.Pow(1+math.Abs(s), 2) }},
	"identity": {func(s float64) float64 { return s }, func(float64) float64 { return 1 }},
	"relu":     {func(s float64) float64 { return math.Max(s, 0) }, func(s float64) float64 { return (math.Copysign(1, s) + 1) / 2 }},
}

// points are arguments from the middle to the tails, none of them 0, where relu has a corner.
var points = []float64{-20, -6, -3, -1.7, -1, -0.3, -1e-3, 1e-3, 0.2, 0.9, 1, 2.5, 5, 20}

// Every activation and its derivative, as a node on the Machine in both types, is its closed form; the derivative is
// also the finite difference of the activation.
func TestActivations(t *testing.T) {
	for _, a := range Activations() {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(a.Name+"/"+dt.String(), func(t *testing.T) {
				tol := 4e-7 // three units in the last place of a float32 near 1
				if dt == tensor.Float64 {
					tol = 1e-14
				}
				c := closed[a.Name]
				z, dz := onMachine(t, a, dt, points)
				for i, s := range points {
					if z[i] < a.Low || z[i] > a.High {
						t.Errorf("f at %v is %v, outside of [%v, %v]", s, z[i], a.Low, a.High)
					}
					near(t, "f", s, z[i], c.f(s), tol*max(1, math.Abs(s)))
					near(t, "f'", s, dz[i], c.df(s), tol)
					near(t, "Derivative", s, a.Derivative(c.f(s)), c.df(s), 1e-14)
				}
				if dt == tensor.Float32 {
					return
				}
				const h = 1e-6
				up, down := make([]float64, len(points)), make([]float64, len(points))
				for i, s := range points {
					up[i], down[i] = s+h, s-h
				}
				above, _ := onMachine(t, a, dt, up)
				below, _ := onMachine(t, a, dt, down)
				for i, s := range points {
					near(t, "f' by difference", s, dz[i], (above[i]-below[i])/(2*h), 1e-8)
				}
			})
		}
	}
	if len(Activations()) != len(closed) {
		t.Errorf("%d activations, closed forms for %d", len(Activations()), len(closed))
	}
}

// onMachine returns f(s) and f'(s), the gradient of their sum.
func onMachine(t *testing.T, a Activation, dt tensor.Dtype, s []float64) (z, dz []float64) {
	t.Helper()
	g := G.NewGraph()
	x := G.NewVector(g, dt, G.WithShape(len(s)), G.WithName("s"), G.WithValue(tensorOf(dt, s, len(s))))
	y, err := a.Apply(x)
	if err != nil {
		t.Fatal(err)
	}
	grads, err := G.Grad(G.Must(G.Sum(y)), x)
	if err != nil {
		t.Fatal(err)
	}
	m := compiled(t, g, graph.Observe(y, grads[0]))
	if m.Stats().Fallback != 0 {
		t.Errorf("%d steps have no kernel", m.Stats().Fallback)
	}
	run(t, m)
	return numbers(y.Value()), numbers(grads[0].Value())
}

// The bounds are those that f comes near, and as infinite as f is.
func TestActivationBounds(t *testing.T) {
	for _, a := range Activations() {
		f := closed[a.Name].f
		for _, c := range []struct{ s, bound float64 }{{-1e6, a.Low}, {1e6, a.High}} {
			if math.IsInf(c.bound, 0) {
				near(t, a.Name, c.s, f(c.s), c.s, 0)
				continue
			}
			near(t, a.Name, c.s, f(c.s), c.bound, 2e-6)
		}
	}
}

func TestActivationByName(t *testing.T) {
	for _, a := range Activations() {
		if b, err := ActivationByName(a.Name); err != nil || b.Name != a.Name || a.Formula == "" {
			t.Errorf("ActivationByName(%q) is %q, %v", a.Name, b.Name, err)
		}
	}
	_, err := ActivationByName("swish")
	message(t, err, `unknown activation "swish"; want sigmoid, tanh, softsign, identity, relu`)
	g := G.NewGraph()
	_, err = Activation{}.Apply(G.NewScalar(g, tensor.Float64))
	message(t, err, "no activation; want sigmoid, tanh, softsign, identity, relu")
}
