package models

import "math"

func selu() Activation {
	return elementwise(Activation{
		Name: "selu", Formula: "1.0507 s above 0, 1.0507 1.6733 (exp(s)-1) below",
		Torch:  "SELU()",
		Source: "Klambauer, Unterthiner, Mayr & Hochreiter 2017",
		Low:    -seluScale * seluAlpha, High: math.Inf(1),
		Saturation: Saturation{"z < -1.67", func(z float32) bool { return z < -1.67 }},
	}, exponentialLinear[float32](seluScale, seluAlpha), exponentialLinearGrad[float32](seluScale, seluAlpha), exponentialLinear[float64](seluScale, seluAlpha), exponentialLinearGrad[float64](seluScale, seluAlpha))
}

// With these, a mean of 0 and a variance of 1 is a fixed point.
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)
