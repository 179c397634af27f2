package models

import (
	"math"

	"glorot/graph/kernel"
)

func gelu() Activation {
	return elementwise(Activation{
		Name: "gelu", Formula: "s Phi(s), Phi the standard normal distribution",
		Torch:  "GELU()",
		Source: "Hendrycks & Gimpel 2016",
		Low:    -0.16997120747990369, High: math.Inf(1),
		Saturation: Saturation{"-0.01 < z <= 0", func(z float32) bool { return z > -0.01 && z <= 0 }},
	}, geluTo[float32], geluGrad[float32], geluTo[float64], geluGrad[float64])
}

func geluTo[T float32 | float64](f kernel.Functions[T], z, _ []T, in [][]T) {
	f.NormalCDF(z, in[0])
	for i, s := range in[0] {
		z[i] *= s
	}
}

// geluGrad is dz (Phi(s) + s phi(s)), with the density phi(s) = e^(-s²/2)/sqrt(2 pi).
func geluGrad[T float32 | float64](f kernel.Functions[T], ds, tmp []T, in [][]T) {
	const peak = 0.398942280401432677939946059934 // 1/sqrt(2 pi)
	dz := in[1]
	f.NormalCDF(ds, in[0])
	for i, s := range in[0] {
		tmp[i] = s * s * -0.5
	}
	f.Exp(tmp, tmp)
	for i, s := range in[0] {
		ds[i] = dz[i] * (ds[i] + T(s*peak*tmp[i]))
	}
}
