package paper

import (
	"fmt"

	"glorot/experiments/dataset"
	"glorot/models"
)

// A Network is one of the paper's: its activation, its initialisation (see models.Initializers) and its number of hidden layers of equal
// width.
type Network struct {
	Activation, Init string
	Depth            int
}

// The networks that the figures show.
var (
	sigmoid4           = Network{"sigmoid", "standard", 4}
	tanhStandard       = Network{"tanh", "standard", 5}
	tanhNormalized     = Network{"tanh", "normalized", 5}
	tanhFigure         = Network{"tanh", "figure", 5}
	softsignStandard   = Network{"softsign", "standard", 5}
	softsignNormalized = Network{"softsign", "normalized", 5}
	linearStandard     = Network{"identity", "standard", 5}
	linearNormalized   = Network{"identity", "normalized", 5}
)

// String names the network as the paper's legends do, as far as they go.
func (n Network) String() string {
	return fmt.Sprintf("%s, %s, depth %d", n.Activation, n.Init, n.Depth)
}

// config declares the network for Shapeset-3x2.
func (n Network) config(width int) (models.Config, error) {
	shapeset := dataset.DefaultShapeset()
	c := models.Config{Inputs: shapeset.Features(), Classes: shapeset.Classes()}
	for range n.Depth {
		c.Hidden = append(c.Hidden, width)
	}
	var err error
	if c.Activation, err = models.ActivationByName(n.Activation); err != nil {
		return c, err
	}
	if c.Init, err = models.InitializerByName(n.Init); err != nil {
		return c, err
	}
	c.Cost, err = models.CostByName("nll")
	return c, err
}
