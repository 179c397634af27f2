package models

import (
	"math"
	"strings"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// closed is f(s) and f'(s) of every activation as a textbook has them.
var closed = map[string]struct{ f, df func(s float64) float64 }{
	"sigmoid": {logistic, func(s float64) float64 { return math.Exp(-math.Abs(s)) / math.Pow(1+math.Exp(-math.Abs(s)), 2) }},
	"tanh":    {math.Tanh, func(s float64) float64 { return 1 / math.Pow(math.Cosh(s), 2) }},
	"softsign": {func(s float64) float64 { return s / (1 + math.Abs(s)) },
		func(s float64) float64 { return 1 / math.Pow(1+math.Abs(s), 2) }},
	"identity": {func(s float64) float64 { return s }, func(float64) float64 { return 1 }},
	"relu":     {func(s float64) float64 { return math.Max(s, 0) }, func(s float64) float64 { return (math.Copysign(1, s) + 1) / 2 }},
	"leaky_relu": {func(s float64) float64 { return math.Max(s, 0) + math.Min(s, 0)/100 },
		func(s float64) float64 { return (99*math.Copysign(1, s) + 101) / 200 }},
	"prelu":       {quarter, func(s float64) float64 { return (3*math.Copysign(1, s) + 5) / 8 }},
	"prelu_units": {quarter, func(s float64) float64 { return (3*math.Copysign(1, s) + 5) / 8 }},
	"elu": {func(s float64) float64 { return math.Max(s, 0) + math.Expm1(math.Min(s, 0)) },
		func(s float64) float64 { return math.Exp(math.Min(s, 0)) }},
	"selu": {func(s float64) float64 { return seluScale * (math.Max(s, 0) + seluAlpha*math.Expm1(math.Min(s, 0))) },
		func(s float64) float64 {
			if s > 0 {
				return seluScale
			}
			return seluScale * seluAlpha * math.Exp(s)
		}},
	"gelu": {func(s float64) float64 { return s * math.Erfc(-s/math.Sqrt2) / 2 },
		func(s float64) float64 { return math.Erfc(-s/math.Sqrt2)/2 + s*math.Exp(-s*s/2)/math.Sqrt(2*math.Pi) }},
	"gelu_tanh": {func(s float64) float64 { return s * (1 + math.Tanh(inner3(s))) / 2 },
		func(s float64) float64 {
			t := math.Tanh(inner3(s))
			return (1+t)/2 + s*(1-t*t)/2*math.Sqrt(2/math.Pi)*(1+3*0.044715*s*s)
		}},
	"silu": {func(s float64) float64 { return s * logistic(s) },
		func(s float64) float64 { return logistic(s) + s*logistic(s)*logistic(-s) }},
	"softplus":  {func(s float64) float64 { return math.Log1p(math.Exp(s)) }, logistic},
	"hard_tanh": {func(s float64) float64 { return math.Max(-1, math.Min(s, 1)) }, func(s float64) float64 { return math.Floor(2 / (1 + math.Max(1, math.Abs(s)))) }},
	"mish": {func(s float64) float64 { return s * math.Tanh(math.Log1p(math.Exp(s))) },
		func(s float64) float64 {
			p := math.Log1p(math.Exp(s))
			return math.Tanh(p) + s*logistic(s)/math.Pow(math.Cosh(p), 2)
		}},
}

func quarter(s float64) float64 { return math.Max(s, 0) + math.Min(s, 0)/4 }

func logistic(s float64) float64 { return 1 / (1 + math.Exp(-s)) }

func inner3(s float64) float64 { return math.Sqrt(2/math.Pi) * (s + 0.044715*s*s*s) }

// points are arguments from the middle to the tails, none of them 0 or 1, where some functions have a corner.
var points = []float64{-20, -6, -3, -1.7, -1.1, -0.3, -1e-3, 1e-3, 0.2, 0.9, 1.1, 2.5, 5, 20}

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
					near(t, "Derivative", s, a.Derivative(s, c.f(s)), c.df(s), 1e-14)
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

// The bounds are the least and the greatest value of f, and as infinite as f is.
func TestActivationBounds(t *testing.T) {
	for _, a := range Activations() {
		f := closed[a.Name].f
		low, high := f(-1e6), f(1e6)
		for s := -10.0; s < 10; s += 1e-3 {
			low, high = min(low, f(s)), max(high, f(s))
		}
		for _, c := range []struct{ got, bound float64 }{{low, a.Low}, {high, a.High}} {
			if math.IsInf(c.bound, 0) {
				if c.got*math.Copysign(1, c.bound) < 1e4-1 {
					t.Errorf("%s comes to %v, but its bound is %v", a.Name, c.got, c.bound)
				}
				continue
			}
			near(t, a.Name, "bound", c.got, c.bound, 2e-6)
		}
		if a.Axis != [2]float64{} && a.Axis != [2]float64{a.Low, a.High} {
			t.Errorf("%s has the axis %v, bounds %v and %v", a.Name, a.Axis, a.Low, a.High)
		}
	}
}

// A unit that a rule counts as saturated has a slope below 1/20, and far out, so has none that it does not count.
func TestSaturation(t *testing.T) {
	for _, a := range Activations() {
		if (a.Saturation.In == nil) != (a.Saturation.Text == "none") {
			t.Errorf("%s: the rule is %q", a.Name, a.Saturation.Text)
		}
		if a.Saturation.In == nil {
			continue
		}
		f, n := closed[a.Name], 0
		for _, s := range []float64{-30, -10, -7, -1.7, 0.5, 1.7, 7, 10, 30} {
			z, saturated := f.f(s), a.Saturation.In(float32(f.f(s)))
			if slope := math.Abs(f.df(s)); saturated != (slope < 0.05) && (saturated || math.Abs(s) == 30) {
				t.Errorf("%s at %v: z is %v, the slope %v, saturated by %q: %v", a.Name, s, z, slope, a.Saturation.Text, saturated)
			}
			if saturated {
				n++
			}
		}
		if n == 0 {
			t.Errorf("%s: nothing is saturated by %q", a.Name, a.Saturation.Text)
		}
	}
}

func TestActivationByName(t *testing.T) {
	seen := map[string]string{}
	for _, a := range Activations() {
		if a.Formula == "" || a.Source == "" {
			t.Errorf("%s has no formula or no source", a.Name)
		}
		for _, name := range append(a.names(), strings.ToUpper(a.Name), strings.ReplaceAll(a.Name, "_", "-"), strings.ReplaceAll(a.Name, "_", "")) {
			if b, err := ActivationByName(name); err != nil || b.Name != a.Name || CanonicalActivation(name) != a.Name {
				t.Errorf("ActivationByName(%q) is %q, %v", name, b.Name, err)
			}
		}
		for _, name := range a.names() {
			if other, taken := seen[plain(name)]; taken {
				t.Errorf("%s and %s share the name %s", a.Name, other, name)
			}
			seen[plain(name)] = a.Name
		}
	}
	for name, want := range map[string]string{"LeakyReLU": "leaky_relu", "leaky-relu": "leaky_relu", "swish": "silu", "SiLU": "silu", "Hardtanh": "hard_tanh", "GELU": "gelu", "linear": "identity"} {
		if a, err := ActivationByName(name); err != nil || a.Name != want {
			t.Errorf("ActivationByName(%q) is %q, %v; want %s", name, a.Name, err, want)
		}
	}
	const all = "sigmoid, tanh, softsign, identity, relu, leaky_relu, elu, selu, gelu, gelu_tanh, silu, softplus, hard_tanh, mish, prelu, prelu_units"
	_, err := ActivationByName("gleu")
	message(t, err, `unknown activation "gleu"; want `+all+`; did you mean gelu?`)
	_, err = ActivationByName("maxout")
	message(t, err, `unknown activation "maxout"; want `+all)
	if got := CanonicalActivation("maxout"); got != "maxout" {
		t.Errorf("CanonicalActivation(maxout) is %q", got)
	}
	g := G.NewGraph()
	_, err = Activation{}.Apply(G.NewScalar(g, tensor.Float64))
	message(t, err, "no activation; want "+all)
}
