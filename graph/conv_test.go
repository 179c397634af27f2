package graph_test

import (
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A window of a pooling that has only padding is what Gorgonia makes of it; it has no derivative, and the error says where. The tape
// machine panics there, in a goroutine of its own.
func TestPoolingOfPadding(t *testing.T) {
	build := func() (b *bench, x, y *G.Node) {
		b = newBench(tensor.Float64)
		x = b.in("x", 1, 2, 4, 4)
		return b, x, must(G.MaxPool2D(x, tensor.Shape{2, 2}, []int{3, 3}, []int{2, 2}))
	}
	tape, _, onTape := build()
	want, err := tapeValues(&built{graph: tape.ExprGraph}, G.Nodes{onTape})
	if err != nil {
		t.Fatal(err)
	}
	b, x, y := build()
	run(t, newMachine(t, b.ExprGraph))
	if d := distance(elements(y.Value()), elements(want[0])); d != 0 {
		t.Errorf("%v, on the tape machine %v", y.Value(), want[0])
	}
	dx := b.grad(must(G.Sum(y)), x)[0]
	fails(t, newMachine(t, b.ExprGraph, graph.Observe(dx)).RunAll(), "MaxPoolDiff", "panic")
}

// The derivative of a pooling has the places of the same run, though nothing else reads the pooling.
func TestPoolingForItsDerivative(t *testing.T) {
	b := newBench(tensor.Float64)
	x := b.in("x", 1, 1, 2, 4)
	y, dy := must(G.MaxPool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2})), b.in("dy", 1, 1, 1, 2)
	let(dy, []float64{1, 1})
	grads, err := G.Backpropagate(G.Nodes{y}, G.Nodes{dy}, G.Nodes{x})
	if err != nil {
		t.Fatal(err)
	}
	dx := grads[0]
	m := newMachine(t, b.ExprGraph, graph.Observe(dx))
	for _, c := range [][2][]float64{
		{{1, 2, 3, 3, 0, -1, 3, 2}, {0, 1, 1, 0, 0, 0, 0, 0}},
		{{1, 2, 0, 1, 4, 4, 0, 2}, {0, 0, 0, 0, 1, 0, 0, 1}},
	} {
		let(x, c[0])
		run(t, m)
		if d := distance(elements(dx.Value()), c[1]); d != 0 {
			t.Errorf("of %v: %v, want %v", c[0], dx.Value(), c[1])
		}
	}
}
