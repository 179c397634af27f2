package models

import "glorot/graph/kernel"

func tanh() Activation {
	return Activation{
		Name: "tanh", Formula: "tanh(s)",
		Torch:      "Tanh()",
		Source:     "LeCun, Bottou, Orr & Müller 1998, section 4.4; Glorot & Bengio 2010, section 2.2",
		Derivative: func(_, z float64) float64 { return 1 - z*z },
		Low:        -1, High: 1, Axis: [2]float64{-1, 1},
		Saturation: Saturation{"|z| > 0.95", func(z float32) bool { return z > 0.95 || z < -0.95 }},
		nodes: pointwise("tanh",
			(*kernel.Engine).Tanh, (*kernel.Engine).TanhGrad,
			(*kernel.Engine64).Tanh, (*kernel.Engine64).TanhGrad),
	}
}
