package models

import (
	"math"

	"glorot/graph/kernel"
)

func softsign() Activation {
	return Activation{
		Name: "softsign", Formula: "s/(1+|s|)",
		Torch:  "Softsign()",
		Source: "Bergstra, Desjardins, Lamblin & Bengio 2009; Glorot & Bengio 2010, section 2.2",
		// f'(s) = 1/(1+|s|)², and 1/(1+|s|) = 1-|z|.
		Derivative: func(_, z float64) float64 { return (1 - math.Abs(z)) * (1 - math.Abs(z)) },
		Low:        -1, High: 1, Axis: [2]float64{-1, 1},
		Saturation: Saturation{"|z| > 0.95", func(z float32) bool { return z > 0.95 || z < -0.95 }},
		nodes: pointwise("softsign",
			(*kernel.Engine).Softsign, (*kernel.Engine).SoftsignGrad,
			(*kernel.Engine64).Softsign, (*kernel.Engine64).SoftsignGrad),
	}
}
