package recorder_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/recorder"
	"glorot/experiments/run"
	"glorot/graph"
	"glorot/graph/hook"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A graph that was written for Gorgonia alone is recorded while it learns, and read like a run: y = tanh(x w), where y is to be 1/2.
func ExampleRecord() {
	g := G.NewGraph()
	x := G.NewMatrix(g, tensor.Float32, G.WithShape(2, 2), G.WithValue(tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 2, 3, 4}))))
	w := G.NewMatrix(g, tensor.Float32, G.WithShape(2, 1), G.WithName("w"), G.WithValue(tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{1, -1}))))
	half := G.NewConstant(float32(0.5))
	y := G.Must(G.Tanh(G.Must(G.Mul(x, w))))
	cost := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(y, half))))))
	grads, err := G.Grad(cost, w)
	if err != nil {
		panic(err)
	}
	lab := hook.NewLab(g, graph.Update(&graph.SGD{Rate: 0.1}, G.Nodes{w}, grads))

	dir, err := os.MkdirTemp("", "recorded")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	r, err := recorder.Record(lab, filepath.Join(dir, "run"), recorder.Options{
		Due: hook.Every(50), Batch: 2, Cost: cost, Layers: []recorder.Layer{{Name: "out", Z: y, Activation: "tanh", W: w}},
	})
	if err != nil {
		panic(err)
	}
	for u := 0; u <= 100 && err == nil; u++ {
		err = lab.Step(u)
	}
	if err == nil {
		err = r.Score(run.TestEvent, 100, 40, 0.25, 0.7) // 10 of 40 examples are wrong, at a mean cost of 0.7
	}
	if err := r.Close(err); err != nil {
		panic(err)
	}

	f, err := live.Follow(filepath.Join(dir, "run"), time.Now())
	if err != nil {
		panic(err)
	}
	for i, u := range f.Layers.Updates {
		fmt.Printf("after %3d updates: cost %.3f, std of z %.3f\n", u, f.Train.NLL[i], f.Layers.Value(i, 1, "z/std"))
	}
	fmt.Printf("test error after %d updates: %.0f %%\n", f.Test.Updates[0], 100*f.Test.Error[0])
	// Output:
	// after   0 updates: cost 1.592, std of z 0.000
	// after  50 updates: cost 0.114, std of z 0.270
	// after 100 updates: cost 0.111, std of z 0.275
	// test error after 100 updates: 25 %
}
