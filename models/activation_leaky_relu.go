package models

import (
	"math"

	"glorot/graph/kernel"
)

func leakyRelu() Activation {
	return elementwise(Activation{
		Name: "leaky_relu", Formula: "max(s, 0.01 s)",
		Torch:  "LeakyReLU()",
		Source: "Maas, Hannun & Ng 2013",
		Low:    math.Inf(-1), High: math.Inf(1),
		Saturation: Saturation{Text: "none"},
	}, leakyReluTo[float32], leakyReluGrad[float32], leakyReluTo[float64], leakyReluGrad[float64])
}

const leak = 0.01 // the slope below 0

func leakyReluTo[T float32 | float64](_ kernel.Functions[T], z, _ []T, in [][]T) {
	for i, s := range in[0] {
		z[i] = max(s, leak*s)
	}
}

func leakyReluGrad[T float32 | float64](_ kernel.Functions[T], ds, _ []T, in [][]T) {
	dz := in[1]
	for i, s := range in[0] {
		ds[i] = dz[i] * [2]T{leak, 1}[pick(s)]
	}
}
