package models

import (
	"math"

	"glorot/graph/kernel"
)

func relu() Activation {
	return Activation{
		Name: "relu", Aliases: []string{"rectifier"}, Formula: "max(s, 0)",
		Torch:      "ReLU()",
		Source:     "Nair & Hinton 2010; Glorot, Bordes & Bengio 2011",
		Derivative: func(_, z float64) float64 { return float64(pick(z)) },
		Low:        0, High: math.Inf(1),
		Saturation: Saturation{"z = 0", func(z float32) bool { return z == 0 }}, // such a unit is dead
		nodes: pointwise("relu",
			(*kernel.Engine).Relu, (*kernel.Engine).ReluGrad,
			(*kernel.Engine64).Relu, (*kernel.Engine64).ReluGrad),
	}
}
