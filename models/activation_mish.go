package models

import (
	"math"

	"glorot/graph/kernel"
)

func mish() Activation {
	return elementwise(Activation{
		Name: "mish", Formula: "s tanh(log(1+exp(s)))",
		Torch:  "Mish()",
		Source: "Misra 2020",
		Low:    -0.30884341301725043, High: math.Inf(1),
		Saturation: Saturation{"-0.01 < z <= 0", func(z float32) bool { return z > -0.01 && z <= 0 }},
	}, mishTo[float32], mishGrad[float32], mishTo[float64], mishGrad[float64])
}

// With e = e^s, tanh(log(1+e)) is n/(n+2), n = e (e+2). It is 1 for s above mishHigh in both types.
const mishHigh = 20

func mishTo[T float32 | float64](f kernel.Functions[T], z, _ []T, in [][]T) {
	for i, s := range in[0] {
		z[i] = min(s, mishHigh)
	}
	f.Exp(z, z)
	for i, s := range in[0] {
		n := T(z[i] * (z[i] + 2))
		z[i] = s * (n / (n + 2))
	}
}

// mishGrad is dz (n/(n+2) + 4 s e (e+1)/(n+2)²).
func mishGrad[T float32 | float64](f kernel.Functions[T], ds, _ []T, in [][]T) {
	dz := in[1]
	for i, s := range in[0] {
		ds[i] = min(s, mishHigh)
	}
	f.Exp(ds, ds)
	for i, s := range in[0] {
		e := ds[i]
		n := T(e * (e + 2))
		d := 1 / (n + 2)
		ds[i] = dz[i] * (T(n*d) + T(4*min(s, mishHigh)*(e*d)*((e+1)*d)))
	}
}
