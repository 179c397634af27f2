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
