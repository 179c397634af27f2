package models

import (
	"math"

	G "gorgonia.org/gorgonia"
)

func identity() Activation {
	return Activation{
		Name: "identity", Aliases: []string{"linear"}, Formula: "s",
		Torch:      "Identity()",
		Source:     "Glorot & Bengio 2010, section 4.2.1",
		Derivative: func(_, _ float64) float64 { return 1 },
		Low:        math.Inf(-1), High: math.Inf(1),
		Saturation: Saturation{Text: "none"},
		nodes: nodes{
			apply: func(s *G.Node) (*G.Node, error) { return s, nil },
			back:  func(_, _, dz *G.Node) (*G.Node, error) { return dz, nil },
		},
	}
}
