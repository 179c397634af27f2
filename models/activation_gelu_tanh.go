package models

import (
	"math"

	"glorot/graph/kernel"
)

func geluTanh() Activation {
	return elementwise(Activation{
		Name: "gelu_tanh", Aliases: []string{"gelu_new"}, Formula: "s (1 + tanh(sqrt(2/pi) (s + 0.044715 s³)))/2",
		Torch:  "GELU(approximate='tanh')",
		Source: "Hendrycks & Gimpel 2016",
		Low:    -0.17004075057125412, High: math.Inf(1),
		Saturation: Saturation{"-0.01 < z <= 0", func(z float32) bool { return z > -0.01 && z <= 0 }},
	}, geluTanhTo[float32], geluTanhGrad[float32], geluTanhTo[float64], geluTanhGrad[float64])
}

// 1+tanh(u) is 2 sigmoid(2u), in which nothing cancels; 2u = s (linear + cubic s²).
const (
	geluLinear = 1.59576912160573071175978423973752 // 2 sqrt(2/pi)
	geluCubic  = geluLinear * 0.044715
)

func geluTanhTo[T float32 | float64](f kernel.Functions[T], z, _ []T, in [][]T) {
	for i, s := range in[0] {
		z[i] = s * (geluLinear + T(geluCubic*s*s))
	}
	f.Sigmoid(z, z)
	for i, s := range in[0] {
		z[i] *= s
	}
}

func geluTanhGrad[T float32 | float64](f kernel.Functions[T], ds, _ []T, in [][]T) {
	dz := in[1]
	for i, s := range in[0] {
		u := s * (geluLinear + T(geluCubic*s*s))
		ds[i] = min(u, -u)
	}
	f.Sigmoid(ds, ds)
	for i, s := range in[0] {
		p := ds[i] // of -|2u|, so that 1-p keeps its digits
		ds[i] = dz[i] * ([2]T{p, 1 - p}[pick(s)] + T(p*(1-p)*s*(geluLinear+T(3*geluCubic*s*s))))
	}
}
