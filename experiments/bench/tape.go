package bench

import (
	"glorot/experiments/dataset"
	"glorot/models"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// tape is the same network trained by stock Gorgonia, with its tape machine and VanillaSolver.
type tape struct {
	machine G.VM
	solver  G.Solver
	params  []G.ValueGrad
}

func newTape(c models.Config, batch int, scale dataset.Scale) (*tape, error) {
	p, err := c.Parameters(1)
	if err != nil {
		return nil, err
	}
	net, err := c.Build(p, batch)
	if err != nil {
		return nil, err
	}
	gen, err := dataset.DefaultShapeset().NewGenerator(1)
	if err != nil {
		return nil, err
	}
	stream := dataset.NewStream(gen, scale, batch, 1)
	defer stream.Close()
	var b dataset.Batch
	if err := stream.Next(&b); err != nil {
		return nil, err
	}
	if err := bind(net, b); err != nil {
		return nil, err
	}
	learn, _ := net.Learnables()
	return &tape{
		machine: G.NewTapeMachine(net.Graph, G.BindDualValues(learn...)),
		solver:  G.NewVanillaSolver(G.WithLearnRate(0.001)),
		params:  G.NodesToValueGrads(learn),
	}, nil
}

func (t *tape) update() error {
	if err := t.machine.RunAll(); err != nil {
		return err
	}
	defer t.machine.Reset()
	return t.solver.Step(t.params)
}

func (t *tape) close() { t.machine.Close() }

func let(net *models.MLP, x, y *tensor.Dense) error {
	if err := G.Let(net.X, x); err != nil {
		return err
	}
	return G.Let(net.Y, y)
}
