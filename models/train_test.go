package models

import (
	"fmt"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A network of 1024-100-100-9, trained for 50 updates from the same weights on the Machine and on the tape machine with
// a solver of Gorgonia's, ends with the same weights: to 1e-10 in float64 and 1e-4 in float32.
func TestSameAsTapeMachine(t *testing.T) {
	const rate, updates = 0.1, 50
	for dt, tol := range map[tensor.Dtype]float64{tensor.Float64: 1e-10, tensor.Float32: 1e-4} {
		t.Run(dt.String(), func(t *testing.T) {
			cfg := Config{Inputs: 1024, Hidden: []int{100, 100}, Classes: 9, Dtype: dt}
			ours, m := network(t, cfg, 1, 10)
			theirs, onTape := network(t, cfg, 1, 10)
			start, _ := network(t, cfg, 1, 10)

			params, grads := m.Learnables()
			machine := compiled(t, m.Graph, graph.Update(&graph.SGD{Rate: rate}, params, grads))
			tapeParams, _ := onTape.Learnables()
			tape := G.NewTapeMachine(onTape.Graph, G.BindDualValues(tapeParams...))
			defer tape.Close()
			solver := G.NewVanillaSolver(G.WithLearnRate(rate))
			for u := range uint64(updates) {
				feed(t, m, u)
				run(t, machine)
				feed(t, onTape, u)
				run(t, tape)
				if err := solver.Step(G.NodesToValueGrads(tapeParams)); err != nil {
					t.Fatal(err)
				}
				tape.Reset()
			}
			for i := range ours.W {
				a, b, c := numbers(ours.W[i]), numbers(theirs.W[i]), numbers(start.W[i])
				var moved float64
				for j := range a {
					near(t, fmt.Sprintf("W%d", i+1), j, a[j], b[j], tol)
					moved = max(moved, a[j]-c[j])
				}
				if moved < 1e-3 {
					t.Errorf("W%d moved by %v at most: the test tests nothing", i+1, moved)
				}
				x, y := numbers(ours.B[i]), numbers(theirs.B[i])
				for j := range x {
					near(t, fmt.Sprintf("b%d", i+1), j, x[j], y[j], tol)
				}
			}
		})
	}
}

// A run of the paper's network, small, allocates nothing after the first: while it trains, and while everything in it
// is observed.
func TestNoAllocation(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		for _, a := range Activations() {
			_, m := network(t, Config{Inputs: 64, Hidden: []int{32, 32, 32, 32, 32}, Classes: 9, Activation: a, Dtype: dt}, 1, 10)
			feed(t, m, 1)
			params, grads := m.Learnables()
			update := graph.Update(&graph.SGD{Rate: 0.01}, params, grads)
			for what, machine := range map[string]*graph.Machine{
				"training":  compiled(t, m.Graph, update, graph.Guard(m.Cost)),
				"observing": compiled(t, m.Graph, update, graph.Observe(m.Graph.AllNodes()...)),
			} {
				run(t, machine)
				if n := testing.AllocsPerRun(10, func() { run(t, machine) }); n != 0 {
					t.Errorf("%s in %v with %s: %v allocations a run, want 0", what, dt, a.Name, n)
				}
			}
		}
	}
}

// The plan of the paper's network, when nobody looks, holds only what the updates need: not the cost, nor the gradient of
// the input, nor a copy of anything.
func TestPlanOfThePapersNetwork(t *testing.T) {
	const hidden = 5
	_, m := network(t, Config{Inputs: 64, Hidden: []int{8, 8, 8, 8, 8}, Classes: 9}, 1, 10)
	params, grads := m.Learnables()
	s := compiled(t, m.Graph, graph.Update(&graph.SGD{Rate: 0.01}, params, grads)).Stats()
	want := (hidden + 1) + hidden + // affine layers and activations
		1 + 6 + // log-softmax, and the gradient of the cost: 1/batch, spread over the batch and the classes, times y
		hidden + hidden + // derivatives, and back-propagation fused with the updates of all weights but the first layer's
		1 + // the update of those
		3*(hidden+1) // for every bias the sum over the batch, a reshape that costs nothing, the update
	if s.Steps != want || s.Fallback != 0 {
		t.Errorf("the plan has %d steps, %d without a kernel; want %d and 0", s.Steps, s.Fallback, want)
	}
}
