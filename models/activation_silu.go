package models

import (
	"math"

	"glorot/graph/kernel"
)

func silu() Activation {
	return elementwise(Activation{
		Name: "silu", Aliases: []string{"swish"}, Formula: "s/(1+exp(-s))",
		Torch:  "SiLU()",
		Source: "Elfwing, Uchibe & Doya 2018; Ramachandran, Zoph & Le 2017, as swish",
		Low:    -0.2784645427610738, High: math.Inf(1),
		Saturation: Saturation{"-0.01 < z <= 0", func(z float32) bool { return z > -0.01 && z <= 0 }},
	}, siluTo[float32], siluGrad[float32], siluTo[float64], siluGrad[float64])
}

func siluTo[T float32 | float64](f kernel.Functions[T], z, _ []T, in [][]T) {
	f.Sigmoid(z, in[0])
	for i, s := range in[0] {
		z[i] *= s
	}
}

func siluGrad[T float32 | float64](f kernel.Functions[T], ds, _ []T, in [][]T) {
	dz := in[1]
	f.Sigmoid(ds, in[0])
	for i, s := range in[0] {
		p := ds[i]
		ds[i] = dz[i] * (p * (1 + T(s*(1-p))))
	}
}
