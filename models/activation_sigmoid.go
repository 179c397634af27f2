package models

import "glorot/graph/kernel"

func sigmoid() Activation {
	return Activation{
		Name: "sigmoid", Aliases: []string{"logistic"}, Formula: "1/(1+exp(-s))",
		Torch:      "Sigmoid()",
		Source:     "Rumelhart, Hinton & Williams 1986; Glorot & Bengio 2010, section 2.2",
		Derivative: func(_, z float64) float64 { return z * (1 - z) },
		Low:        0, High: 1, Axis: [2]float64{0, 1},
		Saturation: Saturation{"z < 0.05 or z > 0.95", func(z float32) bool { return z < 0.05 || z > 0.95 }},
		nodes: pointwise("sigmoid",
			(*kernel.Engine).Sigmoid, (*kernel.Engine).SigmoidGrad,
			(*kernel.Engine64).Sigmoid, (*kernel.Engine64).SigmoidGrad),
	}
}
