package graph_test

import (
	"math"
	"slices"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// values runs the graph on the tape machine, and returns the nodes' values as gorgonia.Read sees them: a node's own
// Value may be another node's, since registers are reused.
func tapeValues(b *built, nodes G.Nodes) ([]G.Value, error) {
	read := make([]G.Value, len(nodes))
	for i, n := range nodes {
		G.Read(n, &read[i])
	}
	vm := G.NewTapeMachine(b.graph)
	defer vm.Close()
	return read, vm.RunAll()
}

func lispValues(b *built, nodes G.Nodes) ([]G.Value, error) {
	vm := G.NewLispMachine(b.graph, G.ExecuteFwdOnly())
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		return nil, err
	}
	var out []G.Value
	for _, n := range nodes {
		out = append(out, n.Value())
	}
	return out, nil
}

func newMachine(t testing.TB, g *G.ExprGraph, opts ...graph.Option) *graph.Machine {
	t.Helper()
	m, err := graph.New(g, append([]graph.Option{graph.WithThreads(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// The Machine's nodes hold what those of the tape machine and of the lisp machine hold, all of them, run after run.
func TestRandomGraphs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRecipe(rt, 12, false)
		dtype, tol := tensor.Float64, 1e-10
		if rapid.Bool().Draw(rt, "float32") {
			dtype, tol = tensor.Float32, 2e-4
		}
		b := r.build(dtype)
		m, err := graph.New(b.graph, graph.WithThreads(1), graph.Observe(b.nodes...))
		if err != nil {
			rt.Fatal(err)
		}
		defer m.Close()
		for seed := range uint64(2) {
			b.bind(seed)
			if err := m.RunAll(); err != nil {
				rt.Fatalf("%v\n%v", err, r)
			}
			for name, run := range map[string]func(*built, G.Nodes) ([]G.Value, error){"tape": tapeValues, "lisp": lispValues} {
				other := r.build(dtype)
				other.bind(seed)
				want, err := run(other, other.nodes)
				if err != nil {
					rt.Fatalf("%s machine: %v\n%v", name, err, r)
				}
				for i, n := range b.nodes {
					if d := distance(elements(n.Value()), elements(want[i])); !(d <= tol) {
						rt.Fatalf("run %d, node %d: %v, on the %s machine %v\n%v", seed, i+len(r.shapes), n.Value(), name, want[i], r)
					}
				}
			}
		}
	})
}

// distance is the largest difference of two slices, relative where they are larger than 1; infinite if their lengths
// differ or one holds a NaN.
func distance(x, y []float64) float64 {
	if len(x) != len(y) {
		return math.Inf(1)
	}
	var d float64
	for i := range x {
		e := math.Abs(x[i]-y[i]) / max(1, math.Abs(y[i]))
		if math.IsNaN(e) {
			return math.Inf(1)
		}
		d = max(d, e)
	}
	return d
}

// The symbolic gradients of random graphs, run on the Machine, are those of the lisp machine (forward only) and, in
// float64, the finite differences of the cost. The tape machine has the same but for a few graphs in a hundred: it lets
// a reshape share its argument's memory and then writes to it.
func TestRandomGradients(t *testing.T) {
	graphs, astray := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRecipe(rt, 8, true)
		dtype, tol := tensor.Float64, 1e-9
		if rapid.Bool().Draw(rt, "float32") {
			dtype, tol = tensor.Float32, 1e-3
		}
		b, cost, grads := differentiated(rt, r, dtype)
		m, err := graph.New(b.graph, graph.WithThreads(1), graph.Observe(cost), graph.Observe(grads...))
		if err != nil {
			rt.Fatal(err)
		}
		defer m.Close()
		for seed := range uint64(2) {
			b.bind(seed)
			if err := m.RunAll(); err != nil {
				rt.Fatalf("%v\n%v", err, r)
			}
			lisp, _, nodes := differentiated(rt, r, dtype)
			lisp.bind(seed)
			want, err := lispValues(lisp, nodes)
			if err != nil {
				rt.Fatalf("lisp machine: %v\n%v", err, r)
			}
			for i, n := range grads {
				if d := distance(elements(n.Value()), elements(want[i])); !(d <= tol) {
					rt.Fatalf("gradient %d is %v, on the lisp machine %v\n%v", i, n.Value(), want[i], r)
				}
			}
			if graphs++; !sameOnTape(rt, r, dtype, seed, grads, tol) {
				astray++
			}
			if dtype == tensor.Float32 {
				continue
			}
			for i, n := range b.inputs {
				got := elements(grads[i].Value())
				if want := differences(rt, m, cost, n); !(distance(got, want) <= 1e-6) {
					rt.Fatalf("gradient %d is %v, by differences %v\n%v", i, got, want, r)
				}
			}
		}
	})
	if astray*20 > graphs {
		t.Errorf("%d of %d graphs have other gradients on the tape machine, want 1 in 20 at most", astray, graphs)
	}
}

// sameOnTape reports whether the tape machine computes the same gradients.
func sameOnTape(t *rapid.T, r recipe, dtype tensor.Dtype, seed uint64, grads G.Nodes, tol float64) bool {
	tape, _, nodes := differentiated(t, r, dtype)
	tape.bind(seed)
	want, err := tapeValues(tape, nodes)
	if err != nil {
		t.Fatalf("tape machine: %v\n%v", err, r)
	}
	for i, n := range grads {
		if !(distance(elements(n.Value()), elements(want[i])) <= tol) {
			return false
		}
	}
	return true
}

// differentiated builds the recipe's graph, its cost, and the gradients of all inputs and then of all other nodes.
func differentiated(t *rapid.T, r recipe, dtype tensor.Dtype) (b *built, cost *G.Node, grads G.Nodes) {
	b = r.build(dtype)
	cost = b.cost()
	one := G.NewConstant(1.0)
	if dtype == tensor.Float32 {
		one = G.NewConstant(float32(1))
	}
	one = b.graph.AddNode(one)
	grads, err := G.Backpropagate(G.Nodes{cost}, G.Nodes{one}, append(append(G.Nodes{}, b.inputs...), b.nodes...))
	if err != nil {
		t.Fatalf("%v\n%v", err, r)
	}
	return b, cost, grads
}

// differences returns dcost/dn by central differences of the machine's cost. The error is of the order h² = 1e-10 times
// the third derivative, and of rounding, 1e-16/h.
func differences(t testFatal, m *graph.Machine, cost, n *G.Node) []float64 {
	const h = 1e-5
	at := func(x []float64) float64 {
		let(n, x)
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
		return elements(cost.Value())[0]
	}
	x := elements(n.Value())
	d := make([]float64, len(x))
	for i, x0 := range x {
		x[i] = x0 + h
		up := at(x)
		x[i] = x0 - h
		d[i] = (up - at(x)) / (2 * h)
		x[i] = x0
	}
	at(x)
	return d
}

// testFatal is what a test and a rapid test have in common.
type testFatal interface{ Fatal(...any) }

// Whoever is observed, in whichever order, and with hooks or without, a random graph is trained to the same bits, and shows
// the same.
func TestWatchingRandomGraphs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRecipe(rt, 8, true)
		dtype := rapid.SampledFrom([]tensor.Dtype{tensor.Float32, tensor.Float64}).Draw(rt, "type")
		train := func(choose func(b *built, cost *G.Node, grads G.Nodes) G.Nodes) (params, cost []float64, gradient [][]float64) {
			b, c, grads := differentiated(rt, r, dtype)
			b.bind(1)
			n := len(b.inputs)
			opts := []graph.Option{graph.WithThreads(1), graph.Observe(choose(b, c, grads)...)}
			opts = append(opts, graph.Update(&graph.SGD{Rate: 0.01}, b.inputs, grads[:n]))
			m, err := graph.New(b.graph, opts...)
			if err != nil {
				rt.Skip(err) // one parameter is another one's gradient
			}
			defer m.Close()
			for range 3 {
				if err := m.RunAll(); err != nil {
					rt.Fatalf("%v\n%v", err, r)
				}
			}
			for _, x := range b.inputs {
				params = append(params, elements(x.Value())...)
			}
			shows, err := graph.New(b.graph, graph.WithThreads(1))
			if err != nil {
				rt.Fatal(err)
			}
			defer shows.Close()
			if err := shows.RunAll(); err != nil {
				rt.Fatalf("%v\n%v", err, r)
			}
			for i, x := range b.inputs {
				g, err := x.Grad()
				if err != nil || !slices.Equal(elements(g), elements(grads[i].Value())) {
					rt.Fatalf("the gradient of %v is %v, %v; want %v\n%v", x, g, err, grads[i].Value(), r)
				}
				gradient = append(gradient, elements(g))
			}
			return params, elements(c.Value()), gradient
		}
		alone, cost, grads := train(func(*built, *G.Node, G.Nodes) G.Nodes { return nil })
		watched, again, gradsAgain := train(func(b *built, c *G.Node, grads G.Nodes) G.Nodes {
			all := append(append(append(G.Nodes{c}, b.nodes...), grads...), b.inputs...)
			n := rapid.IntRange(0, len(all)).Draw(rt, "observed")
			return rapid.Permutation(all).Draw(rt, "order")[:n]
		})
		if !slices.Equal(alone, watched) || !slices.Equal(cost, again) || !slices.EqualFunc(grads, gradsAgain, slices.Equal) {
			rt.Fatalf("watched, the parameters are %v, alone %v\n%v", watched, alone, r)
		}
	})
}
