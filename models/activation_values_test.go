package models

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Every activation and its derivative are those that mpmath computes with 60 digits, and those of PyTorch as far as its formulas
// go, which lose digits where two numbers cancel. At an infinite s, where PyTorch may say NaN, so may f.
func TestActivationValues(t *testing.T) {
	text, err := os.ReadFile("testdata/activations.json") // by testdata/activations.py
	if err != nil {
		t.Fatal(err)
	}
	var rows map[string][][]string
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	for _, a := range Activations() {
		var in []float64
		var want [][]float64
		for _, row := range rows[a.Name] {
			var x []float64
			for _, field := range row {
				v, err := strconv.ParseFloat(field, 64)
				if err != nil {
					t.Fatal(err)
				}
				x = append(x, v)
			}
			in, want = append(in, x[0]), append(want, x[1:])
		}
		if len(in) < 40 {
			t.Fatalf("%s has %d values", a.Name, len(in))
		}
		z, dz := onMachine(t, a, tensor.Float64, in)
		single, singleGrad := onMachine(t, a, tensor.Float32, in)
		for i, s := range in {
			if math.IsInf(s, 0) {
				limit(t, a.Name, s, z[i], want[i][0])
				limit(t, a.Name+"'", s, dz[i], want[i][1])
				continue
			}
			if a.Name != "softplus" || s <= 20 { // beyond, PyTorch takes s itself, which errs by 2e-9 at first
				near(t, a.Name+" of PyTorch", s, z[i], want[i][0], 1e-14*math.Max(1, math.Abs(s)))
				near(t, a.Name+"' of PyTorch", s, dz[i], want[i][1], 1e-14)
			}
			z64, dz64 := want[i][2], want[i][3]
			// A product that underflows, or whose factor is e^(-s²/2), has fewer digits; so has gelu' next to where it is 0.
			near(t, a.Name, s, z[i], z64, 1e-14*math.Abs(z64)+1e-32)
			near(t, a.Name+"'", s, dz[i], dz64, 1e-14*math.Abs(dz64)+3e-16*closedSum(a.Name, s)+1e-32)
			near(t, a.Name+" Derivative", s, a.Derivative(s, z64), dz64, 1e-14*math.Abs(dz64)+2e-16)
			if s != 0 && float32(s) == 0 {
				continue
			}
			near(t, a.Name+" in float32", s, single[i], z64, 1e-6*math.Abs(z64)+1e-12)
			near(t, a.Name+"' in float32", s, singleGrad[i], dz64, 5e-7)
		}
	}
}

// closedSum is the size of the terms of f' that may cancel.
func closedSum(name string, s float64) float64 {
	switch name {
	case "gelu", "gelu_tanh", "silu", "mish":
		return math.Abs(s) * math.Exp(-math.Abs(s))
	case "sigmoid", "tanh", "softsign": // 1-z, 1-z² and 1-|z|, of z that is rounded
		return 1
	}
	return 0
}

// limit holds a value at an infinite argument to PyTorch's.
func limit(t *testing.T, what string, s, got, want float64) {
	t.Helper()
	if got != want && !(math.IsNaN(want) && (math.IsNaN(got) || math.Abs(got) <= 1+1e-15 || math.IsInf(got, 0))) {
		t.Errorf("%s at %v is %v, want %v", what, s, got, want)
	}
}

// In float32, every activation and its derivative have the same bits with every kernel set and any number of threads.
func TestActivationBits(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	in := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, 1e-40, -1e-40, 3e38, -3e38, 20, -20}
	for len(in) < 7003 {
		in = append(in, math.Ldexp(r.NormFloat64(), r.IntN(12)-6))
	}
	for _, a := range Activations() {
		var want [2][]float32
		for _, set := range append([]string{"portable"}, kernel.Sets()...) {
			for threads := 1; threads <= 3; threads++ {
				e, err := kernel.New(kernel.Options{Set: set, Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				got := forwardBackward(t, a, in, e)
				e.Close()
				if want[0] == nil {
					want = got
				}
				for k := range got {
					for i, x := range got[k] {
						if y := want[k][i]; math.Float32bits(x) != math.Float32bits(y) && (x == x || y == y) {
							t.Fatalf("%s with %s on %d threads: %v at %v, want %v", a.Name, set, threads, x, in[i], y)
						}
					}
				}
			}
		}
	}
}

func forwardBackward(t *testing.T, a Activation, in []float64, e *kernel.Engine) [2][]float32 {
	t.Helper()
	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float32, G.WithShape(len(in)), G.WithName("s"), G.WithValue(tensorOf(tensor.Float32, in, len(in))))
	z, err := a.Apply(x)
	if err != nil {
		t.Fatal(err)
	}
	grads, err := G.Grad(G.Must(G.Sum(z)), x)
	if err != nil {
		t.Fatal(err)
	}
	m := compiled(t, g, graph.Observe(z, grads[0]), graph.WithEngine(e))
	run(t, m)
	return [2][]float32{z.Value().(*tensor.Dense).Float32s(), grads[0].Value().(*tensor.Dense).Float32s()}
}

// One layer's activations and their derivatives, for a batch of 10 and 1000 units.
func BenchmarkActivations(b *testing.B) {
	e, err := kernel.New(kernel.Options{Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	r := rand.New(rand.NewPCG(1, 2))
	in := make([]float64, 10_000)
	for i := range in {
		in[i] = r.NormFloat64()
	}
	for _, a := range Activations() {
		g := G.NewGraph()
		x := G.NewMatrix(g, tensor.Float32, G.WithShape(10, 1000), G.WithName("s"), G.WithValue(tensorOf(tensor.Float32, in, 10, 1000)))
		dz := G.NewMatrix(g, tensor.Float32, G.WithShape(10, 1000), G.WithName("dz"), G.WithValue(tensorOf(tensor.Float32, in, 10, 1000)))
		z, err := a.Apply(x)
		if err != nil {
			b.Fatal(err)
		}
		ds, err := a.nodes.back(x, z, dz)
		if err != nil {
			b.Fatal(err)
		}
		forward, back := compiled(b, g, graph.Observe(z), graph.WithEngine(e)), compiled(b, g, graph.Observe(z, ds), graph.WithEngine(e))
		for name, m := range map[string]*graph.Machine{"forward": forward, "both": back} {
			b.Run(a.Name+"/"+name, func(b *testing.B) {
				for b.Loop() {
					run(b, m)
				}
			})
		}
	}
}
