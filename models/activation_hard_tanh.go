package models

import "glorot/graph/kernel"

func hardTanh() Activation {
	return elementwise(Activation{
		Name: "hard_tanh", Formula: "max(-1, min(s, 1))",
		Torch:  "Hardtanh()",
		Source: "Collobert 2004",
		Low:    -1, High: 1, Axis: [2]float64{-1, 1},
		Saturation: Saturation{"|z| = 1", func(z float32) bool { return z == 1 || z == -1 }},
	}, hardTanhTo[float32], hardTanhGrad[float32], hardTanhTo[float64], hardTanhGrad[float64])
}

func hardTanhTo[T float32 | float64](_ kernel.Functions[T], z, _ []T, in [][]T) {
	for i, s := range in[0] {
		z[i] = max(-1, min(s, 1))
	}
}

func hardTanhGrad[T float32 | float64](_ kernel.Functions[T], ds, _ []T, in [][]T) {
	dz := in[1]
	for i, s := range in[0] {
		ds[i] = [2]T{0, dz[i]}[pick(1-max(s, -s))]
	}
}
