package graph_test

import (
	"math"
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
