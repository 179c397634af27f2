package hook_test

import (
	"fmt"

	"glorot/graph"
	"glorot/graph/hook"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A graph that was written for Gorgonia alone, trained and looked into: y = (w x)², minimised over w.
func Example() {
	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float32, G.WithShape(3), G.WithValue(tensor.New(tensor.WithBacking([]float32{1, 2, 3}))))
	w := G.NewScalar(g, tensor.Float32, G.WithName("w"), G.WithValue(float32(1)))
	wx := G.Must(G.HadamardProd(w, x))
	G.WithName("w x")(wx)
	cost := G.Must(G.Sum(G.Must(G.Square(wx))))
	grads, err := G.Grad(cost, w)
	lab := hook.NewLab(g, graph.Update(&graph.SGD{Rate: 0.01}, G.Nodes{w}, grads))
	lab.Every("w x", 2, append(G.Nodes{wx}, grads...), func(o hook.Observation) error {
		fmt.Printf("update %d: %s = %.3f, dcost/dw = %.2f\n", o.Update, o.Values[0].Name, o.Values[0].Data, o.Values[1].Data)
		return nil
	})
	for u := 0; u < 5 && err == nil; u++ {
		err = lab.Step(u)
	}
	if err != nil {
		panic(err)
	}
	// Output:
	// update 0: w x = [1.000 2.000 3.000], dcost/dw = [28.00]
	// update 2: w x = [0.518 1.037 1.555], dcost/dw = [14.52]
	// update 4: w x = [0.269 0.537 0.806], dcost/dw = [7.52]
}
