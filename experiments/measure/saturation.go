package measure

// Saturation is the rule that says which activations are saturated: those where
// the curve of the activation function is so flat that the gradient is lost.
type Saturation struct {
	Text string               // the rule in words, such as "|z| > 0.95"
	In   func(z float32) bool // reports whether an activation z is saturated; nil means that none is
}

// SaturationRule returns the rule of the activation function of that name, and
// whether the name is known: sigmoid, tanh, softsign, relu or identity.
//
// Glorot & Bengio 2010 give no threshold for saturation. The thresholds here
// cut off the last 1/40 of the range at each end for tanh and softsign and the
// last 1/20 for the sigmoid. The slope there is below 0.0975 of the largest
// slope of tanh, 0.0025 of softsign's and 0.19 of the sigmoid's. A relu unit is
// saturated (dead) where it is 0.
func SaturationRule(activation string) (Saturation, bool) {
	switch activation {
	case "tanh", "softsign":
		return Saturation{"|z| > 0.95", func(z float32) bool { return z > 0.95 || z < -0.95 }}, true
	case "sigmoid":
		return Saturation{"z < 0.05 or z > 0.95", func(z float32) bool { return z < 0.05 || z > 0.95 }}, true
	case "relu":
		return Saturation{"z = 0", func(z float32) bool { return z == 0 }}, true
	case "identity":
		return Saturation{"none", nil}, true
	}
	return Saturation{}, false
}

// Share returns the share of the values of x that are saturated, from 0 to 1.
// It is 0 if x is empty.
func (s Saturation) Share(x []float32) float64 {
	if s.In == nil || len(x) == 0 {
		return 0
	}
	n := 0
	for _, z := range x {
		if s.In(z) {
			n++
		}
	}
	return float64(n) / float64(len(x))
}
