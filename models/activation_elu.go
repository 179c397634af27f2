package models

import (
	"math"

	"glorot/graph/kernel"
)

func elu() Activation {
	return elementwise(Activation{
		Name: "elu", Formula: "s above 0, exp(s)-1 below",
		Torch:  "ELU()",
		Source: "Clevert, Unterthiner & Hochreiter 2016",
		Low:    -1, High: math.Inf(1),
		Saturation: Saturation{"z < -0.95", func(z float32) bool { return z < -0.95 }},
	}, exponentialLinear[float32](1, 1), exponentialLinearGrad[float32](1, 1), exponentialLinear[float64](1, 1), exponentialLinearGrad[float64](1, 1))
}

// exponentialLinear is scale*s above 0 and scale*alpha*(e^s-1) below. With t = tanh(s/2), e^s-1 is 2t/(1-t), where nothing
// cancels for negative s.
func exponentialLinear[T float32 | float64](scale, alpha T) kernel.Piece[T] {
	return func(f kernel.Functions[T], z, _ []T, in [][]T) {
		for i, s := range in[0] {
			z[i] = s / 2
		}
		f.Tanh(z, z)
		for i, s := range in[0] {
			t := z[i]
			z[i] = scale * [2]T{alpha * (2 * t / (1 - t)), s}[pick(s)]
		}
	}
}

func exponentialLinearGrad[T float32 | float64](scale, alpha T) kernel.Piece[T] {
	return func(f kernel.Functions[T], ds, _ []T, in [][]T) {
		dz := in[1]
		f.Exp(ds, in[0])
		for i, s := range in[0] {
			ds[i] = dz[i] * (scale * [2]T{alpha * ds[i], 1}[pick(s)])
		}
	}
}
