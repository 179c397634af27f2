package graph_test

import (
	"strings"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// What Flaws says is so: where one of these numbers becomes right, Gorgonia has mended it.
func TestFlaws(t *testing.T) {
	b := newBench(tensor.Float64)
	x := b.in("x", 1, 1, 2, 4)
	let(x, []float64{1, 2, 3, 4, 5, 6, 7, 8})
	pooled := must(G.AveragePool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	run(t, newMachine(t, b.ExprGraph))
	want(t, pooled, (1+2+5+6)/4., (3+4+7+8)/4.) // an image of width 4 hides it
	lists(t, b.ExprGraph, "AvgPool", "divided by the width of the whole image")

	b = newBench(tensor.Float64)
	x = b.in("x", 1, 1, 2, 2)
	let(x, []float64{1, 2, 3, 4})
	pooled = must(G.AveragePool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	run(t, newMachine(t, b.ExprGraph))
	want(t, pooled, 10/2.) // 10/4 is right

	b = newBench(tensor.Float64)
	v := b.in("v", 100)
	ones := make([]float64, 100)
	for i := range ones {
		ones[i] = 1
	}
	let(v, ones)
	y := must(G.Dropout(v, 0.2))
	dv := b.grad(must(G.Sum(y)), v)[0]
	m := newMachine(t, b.ExprGraph)
	run(t, m)
	dropped := elements(y.Value())
	for i, g := range elements(dv.Value()) {
		if kept := dropped[i] != 0; kept && g != 1/.2 || !kept && g != 0 { // 1/.8 is right
			t.Errorf("dropout makes %v of 1, with a gradient of %v", dropped[i], g)
		}
	}
	lists(t, b.ExprGraph, "Dropout", "dy/(1-p) is right")

	b = newBench(tensor.Float64)
	n := must(G.ConvType(b.in("s"), tensor.Float64, tensor.Int))
	lists(t, b.ExprGraph, n.Name(), "a vector of a scalar")
	if f := graph.Flaws(newPerceptron(tensor.Float64).ExprGraph); f != nil {
		t.Errorf("a perceptron has the flaws %v", f)
	}
}

func lists(t *testing.T, g *G.ExprGraph, parts ...string) {
	t.Helper()
	f := graph.Flaws(g)
	if len(f) != 1 {
		t.Fatalf("the flaws are %v, want one", f)
	}
	for _, p := range parts {
		if !strings.Contains(f[0].String(), p) {
			t.Errorf("the flaw %q lacks %q", f[0], p)
		}
	}
}
