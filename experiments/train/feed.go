package train

import (
	"fmt"

	"glorot/experiments/dataset"
	"glorot/models"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Source makes training batches in order, without end or until an error. The batch's slices are those of the last call and
// are overwritten: X is the network's input itself.
type Source interface {
	Next(b *dataset.Batch) error
}

// feed holds a network's bound inputs: b.X is the memory of X, and y that of Y.
type feed struct {
	b               dataset.Batch
	x, y            []float32
	inputs, classes int
	smoothing       float32 // share of the uniform distribution in the targets
}

// newFeed binds tensors to net's X [batch, inputs] and Y [batch, classes], of float32.
func newFeed(net *models.MLP) (*feed, error) {
	xs, ys := net.X.Shape(), net.Y.Shape()
	x := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(xs...))
	y := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(ys...))
	if err := G.Let(net.X, x); err != nil {
		return nil, fmt.Errorf("binding X: %w", err)
	}
	if err := G.Let(net.Y, y); err != nil {
		return nil, fmt.Errorf("binding Y: %w", err)
	}
	return &feed{
		b:       dataset.Batch{X: x.Float32s(), Labels: make([]uint8, xs[0]), N: xs[0], Features: xs[1]},
		x:       x.Float32s(),
		y:       y.Float32s(),
		inputs:  xs[1],
		classes: ys[1],
	}, nil
}

// target checks the batch and writes its labels as one-hot rows into Y, mixed with the uniform distribution.
func (f *feed) target() error {
	n := len(f.y) / f.classes
	if f.b.N != n || f.b.Features != f.inputs || len(f.b.Labels) != n || len(f.b.X) != len(f.x) {
		return fmt.Errorf("a batch of %d examples of %d features (%d numbers, %d labels); the network takes %d of %d",
			f.b.N, f.b.Features, len(f.b.X), len(f.b.Labels), n, f.inputs)
	}
	if &f.b.X[0] != &f.x[0] { // the source has allocated its own memory, for this batch or for an earlier one of another size
		copy(f.x, f.b.X)
		f.b.X = f.x
	}
	rest := f.smoothing / float32(f.classes)
	for i := range f.y {
		f.y[i] = rest
	}
	for i, l := range f.b.Labels {
		if int(l) >= f.classes {
			return fmt.Errorf("label %d of example %d: the network has %d classes", l, i, f.classes)
		}
		f.y[i*f.classes+int(l)] = 1 - f.smoothing + rest
	}
	return nil
}

// from fills the feed with images from..from+n of the set; past the set's end the last images are repeated.
func (f *feed) from(set *dataset.Set, scale dataset.Scale, from int) error {
	n := len(f.b.Labels)
	if from+n > set.Len() {
		from = set.Len() - n
	}
	set.Batch(scale, from, from+n, &f.b)
	return f.target()
}
