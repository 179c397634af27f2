package pretrain

import (
	"fmt"

	"glorot/experiments/dataset"
	"glorot/experiments/train"
	"glorot/graph"
	"glorot/models"

	"gorgonia.org/tensor"
)

// input makes a hidden layer's inputs: images, for the first one, and the activations of the layer below for the others.
type input struct {
	b       dataset.Batch
	x       []float32 // the network's bound input
	net     *models.MLP
	below   int            // number of hidden layers below
	machine *graph.Machine // computes their activations; nil if there are none
}

func newInput(o Options, below int) (*input, error) {
	net, err := o.Model.Build(o.Params, o.Batch)
	if err != nil {
		return nil, err
	}
	in := &input{net: net, below: below}
	if in.x, err = bind(net.X); err != nil {
		return nil, err
	}
	in.b = dataset.Batch{X: in.x, Labels: make([]uint8, o.Batch), N: o.Batch, Features: o.Model.Inputs}
	if below > 0 {
		in.machine, err = graph.New(net.Graph, graph.WithEngine(o.Engine), graph.Observe(net.Z[below-1]))
	}
	return in, err
}

// next writes the layer's input for the source's next batch into x.
func (in *input) next(s train.Source, x []float32) error {
	if err := s.Next(&in.b); err != nil {
		return fmt.Errorf("training batch: %w", err)
	}
	if n, features := in.net.X.Shape()[0], in.net.X.Shape()[1]; in.b.N != n || in.b.Features != features || len(in.b.X) != len(in.x) {
		return fmt.Errorf("training batch: %d examples of %d features (%d numbers); the network takes %d of %d",
			in.b.N, in.b.Features, len(in.b.X), n, features)
	}
	if in.machine == nil {
		copy(x, in.b.X)
		return nil
	}
	if &in.b.X[0] != &in.x[0] { // the source has allocated its own memory
		copy(in.x, in.b.X)
		in.b.X = in.x
	}
	if err := in.machine.RunAll(); err != nil {
		return err
	}
	copy(x, in.net.Z[in.below-1].Value().(*tensor.Dense).Float32s())
	return nil
}
