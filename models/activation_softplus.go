package models

import (
	"math"

	"glorot/graph/kernel"
)

func softplus() Activation {
	return elementwise(Activation{
		Name: "softplus", Formula: "log(1+exp(s))",
		Torch:  "Softplus()",
		Source: "Dugas, Bengio, Bélisle, Nadeau & Garcia 2001",
		Low:    0, High: math.Inf(1),
		Saturation: Saturation{"z < 0.05", func(z float32) bool { return z < 0.05 }},
	}, softplusTo[float32], softplusGrad[float32], softplusTo[float64], softplusGrad[float64])
}

// softplusTo is max(s, 0) + log(1+e), e = exp(-|s|). The rounding of 1+e is made good by the factor e/((1+e)-1).
func softplusTo[T float32 | float64](f kernel.Functions[T], z, e []T, in [][]T) {
	for i, s := range in[0] {
		e[i] = min(s, -s)
	}
	f.Exp(e, e)
	for i, e := range e {
		z[i] = 1 + e
	}
	f.Log(z, z)
	for i, s := range in[0] {
		if d := (1 + e[i]) - 1; d != 0 {
			e[i] = z[i] * (e[i] / d)
		}
		z[i] = max(s, 0) + e[i]
	}
}

func softplusGrad[T float32 | float64](f kernel.Functions[T], ds, _ []T, in [][]T) {
	f.Sigmoid(ds, in[0])
	for i, dz := range in[1] {
		ds[i] *= dz
	}
}
