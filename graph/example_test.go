package graph_test

import (
	"fmt"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Example is a program that was written for NewTapeMachine: y = w x + b is fitted to 1 + 2x with one of Gorgonia's solvers.
func Example() {
	g := G.NewGraph()
	vector := func(name string, v ...float64) *G.Node {
		return G.NewVector(g, tensor.Float64, G.WithShape(len(v)), G.WithName(name), G.WithValue(tensor.New(tensor.WithBacking(v))))
	}
	x, y := vector("x", 0, 1, 2, 3), vector("y", 1, 3, 5, 7)
	w := G.NewScalar(g, tensor.Float64, G.WithName("w"), G.WithValue(0.0))
	b := G.NewScalar(g, tensor.Float64, G.WithName("b"), G.WithValue(0.0))
	pred := G.Must(G.Add(G.Must(G.HadamardProd(x, w)), b))
	cost := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(pred, y))))))
	if _, err := G.Grad(cost, w, b); err != nil {
		panic(err)
	}

	// It was: vm := G.NewTapeMachine(g, G.BindDualValues(w, b))
	vm, err := graph.New(g)
	if err != nil {
		panic(err)
	}
	defer vm.Close()

	solver := G.NewVanillaSolver(G.WithLearnRate(0.1))
	for range 200 {
		if err := vm.RunAll(); err != nil {
			panic(err)
		}
		if err := solver.Step(G.NodesToValueGrads(G.Nodes{w, b})); err != nil {
			panic(err)
		}
		vm.Reset()
	}
	fmt.Printf("cost %.4f, w %.2f, b %.2f, prediction %.2f\n", cost.Value().Data(), w.Value().Data(), b.Value().Data(), pred.Value().Data())
	// Output:
	// cost 0.0000, w 2.00, b 1.00, prediction [1.00 3.00 5.00 7.00]
}
