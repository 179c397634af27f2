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
	}, leaky[float32](leak), leakyGrad[float32](leak), leaky[float64](leak), leakyGrad[float64](leak))
}

const leak = 0.01 // the slope below 0

// leaky is s above 0 and slope s below, for a slope up to 1.
func leaky[T float32 | float64](slope T) kernel.Piece[T] {
	return func(_ kernel.Functions[T], z, _ []T, in [][]T) {
		for i, s := range in[0] {
			z[i] = max(s, slope*s)
		}
	}
}

func leakyGrad[T float32 | float64](slope T) kernel.Piece[T] {
	return func(_ kernel.Functions[T], ds, _ []T, in [][]T) {
		dz := in[1]
		for i, s := range in[0] {
			ds[i] = dz[i] * [2]T{slope, 1}[pick(s)]
		}
	}
}
