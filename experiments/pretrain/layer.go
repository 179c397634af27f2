package pretrain

import (
	"errors"
	"fmt"

	"glorot/experiments/measure"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
	"glorot/graph"
	"glorot/models"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// layer is a hidden layer in pre-training.
type layer struct {
	number  int // 1 is the first
	input   *input
	noise   *noise
	x, mask []float32 // the auto-encoder's bound inputs
	net     *models.Autoencoder
	machine *graph.Machine
}

// newLayer compiles the auto-encoder of hidden layer number i, 0 the first.
func newLayer(o Options, i int) (*layer, error) {
	l := &layer{number: i + 1, noise: newNoise(o.Seed, i+1, o.Noise)}
	var err error
	if l.input, err = newInput(o, i); err != nil {
		return nil, err
	}
	c, err := o.Model.Autoencoder(i, o.Low, o.High)
	if err != nil {
		return nil, err
	}
	w := o.Params.W[i]
	visible := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(w.Shape()[0]))
	if l.net, err = c.Build(w, o.Params.B[i], visible, o.Batch); err != nil {
		return nil, err
	}
	if l.x, err = bind(l.net.X); err != nil {
		return nil, err
	}
	if l.mask, err = bind(l.net.Mask); err != nil {
		return nil, err
	}
	params, grads := l.net.Learnables()
	l.machine, err = graph.New(l.net.Graph, graph.WithEngine(o.Engine), graph.Guard(l.net.Cost),
		graph.Update(&graph.SGD{Rate: o.Rate}, params, grads))
	return l, err
}

// bind gives an input node a tensor of zeros and returns its elements.
func bind(n *G.Node) ([]float32, error) {
	t := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(n.Shape()...))
	if err := G.Let(n, t); err != nil {
		return nil, fmt.Errorf("binding %s: %w", n.Name(), err)
	}
	return t.Float32s(), nil
}

// visible is the biases c of the reconstruction, by name, sharing their memory.
func (l *layer) visible() safetensors.Tensor {
	c := l.net.C.Value().(*tensor.Dense)
	return safetensors.Tensor{Name: fmt.Sprintf("pre-training/c%d", l.number), Shape: c.Shape(), Data: c.Float32s()}
}

// step makes update number u and returns its cost, that of the parameters before it.
func (l *layer) step(s train.Source, u int) (cost float64, err error) {
	if err := l.input.next(s, l.x); err != nil {
		return 0, fmt.Errorf("update %d: %w", u, err)
	}
	l.noise.mask(l.mask)
	if err := l.machine.RunAll(); err != nil {
		var nf *graph.NonFiniteError
		if errors.As(err, &nf) {
			return 0, &train.DivergedError{Update: u, Layer: l.number, Node: graph.Describe(nf.Node), Value: nf.Value}
		}
		return 0, fmt.Errorf("update %d: %w", u, err)
	}
	return float64(l.net.Cost.Value().Data().(float32)), nil
}

// finite returns a *train.DivergedError if the last update made a parameter non-finite.
func (l *layer) finite(updates int) error {
	for _, n := range []*G.Node{l.net.W, l.net.B, l.net.C} {
		x := n.Value().(*tensor.Dense).Float32s()
		if k := measure.FirstNonFinite(x); k >= 0 {
			return &train.DivergedError{Update: updates, Layer: l.number, Node: graph.Describe(n), Value: float64(x[k])}
		}
	}
	return nil
}
