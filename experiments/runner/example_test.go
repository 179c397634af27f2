package runner_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/train"
	"glorot/graph/hook"
)

// A run with the paper's hooks: the distribution of every layer's activations and the errors, while the network learns Shapeset-3x2.
func ExampleRunner_Do() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	c := run.Default()
	c.Model.Hidden = []int{50, 50, 50}
	c.Train.Rate, c.Train.Updates = 0.1, 600
	c.Observe.Every = 300

	r := &runner.Runner{Data: dataset.NewLibrary("")}
	trace, err := r.Do(context.Background(), filepath.Join(dir, "a"), c, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range trace.Snapshots {
		for _, l := range s.Layers[:len(c.Model.Hidden)] { // the last one is the output layer
			fmt.Printf("update %d, layer %d: standard deviation of z %.3f, %.1f %% saturated\n", s.Update, l.Layer, l.Z.Std, 100*l.Z.Saturated)
		}
	}
	if best, ok := trace.Best(); ok {
		fmt.Printf("lowest validation error after %d updates: %.2f %%, test error there %.2f %%\n", best.Update, 100*best.Valid.Error, 100*best.Test.Error)
	}
	// Output:
	// update 0, layer 1: standard deviation of z 0.295, 0.0 % saturated
	// update 0, layer 2: standard deviation of z 0.169, 0.0 % saturated
	// update 0, layer 3: standard deviation of z 0.093, 0.0 % saturated
	// update 300, layer 1: standard deviation of z 0.597, 6.7 % saturated
	// update 300, layer 2: standard deviation of z 0.270, 0.0 % saturated
	// update 300, layer 3: standard deviation of z 0.182, 0.0 % saturated
	// update 600, layer 1: standard deviation of z 0.607, 9.8 % saturated
	// update 600, layer 2: standard deviation of z 0.228, 0.0 % saturated
	// update 600, layer 3: standard deviation of z 0.133, 0.0 % saturated
	// lowest validation error after 600 updates: 80.81 %, test error there 81.38 %
}

// A hook of one's own on the graph that trains: the activations that are 0 on the next mini-batch.
func ExampleRunner_Attach() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	c := run.Default()
	c.Model.Hidden, c.Model.Activation = []int{50, 50}, "relu"
	c.Train.Rate, c.Train.Updates = 0.1, 200
	c.Observe.Every = 0

	r := &runner.Runner{Data: dataset.NewLibrary("")}
	r.Attach = func(l *train.Loop) error {
		l.Watch("sparsity", hook.Every(100), l.Net.Z, func(o hook.Observation) error {
			for i, z := range o.Values {
				zeros := 0
				for _, v := range z.Data {
					if v == 0 {
						zeros++
					}
				}
				fmt.Printf("update %d, layer %d: %d of %d activations are 0\n", o.Update, i+1, zeros, len(z.Data))
			}
			return nil
		})
		return nil
	}
	if _, err := r.Do(context.Background(), filepath.Join(dir, "a"), c, nil); err != nil {
		log.Fatal(err)
	}
	// Output:
	// update 0, layer 1: 271 of 500 activations are 0
	// update 0, layer 2: 290 of 500 activations are 0
	// update 100, layer 1: 439 of 500 activations are 0
	// update 100, layer 2: 296 of 500 activations are 0
}
