package measure

// Flat is the part of an activation function's range where its curve is
// flat: where a unit is saturated and its gradient is lost.
type Flat struct {
	Text string               // the rule in words, as "|z| > 0.95"
	In   func(z float32) bool // reports whether an activation z lies there; nil for nowhere
}

// FlatRule returns the flat part of the activation of that name, and whether
// there is such an activation: sigmoid, tanh, softsign, relu or identity.
//
// Glorot & Bengio 2010 speak of saturation without a number. The thresholds
// here cut off the last 1/40 of the range at each end for tanh and softsign
// and the last 1/20 for the sigmoid; the slope there is less than 0.0975 of
// tanh's largest, 0.0025 of softsign's and 0.19 of the sigmoid's. A relu is
// flat where it is 0.
func FlatRule(activation string) (Flat, bool) {
	switch activation {
	case "tanh", "softsign":
		return Flat{"|z| > 0.95", func(z float32) bool { return z > 0.95 || z < -0.95 }}, true
	case "sigmoid":
		return Flat{"z < 0.05 or z > 0.95", func(z float32) bool { return z < 0.05 || z > 0.95 }}, true
	case "relu":
		return Flat{"z = 0", func(z float32) bool { return z == 0 }}, true
	case "identity":
		return Flat{"none", nil}, true
	}
	return Flat{}, false
}

// Share returns the share, 0 to 1, of the values of x in the flat part; 0 of
// no values.
func (f Flat) Share(x []float32) float64 {
	if f.In == nil || len(x) == 0 {
		return 0
	}
	n := 0
	for _, z := range x {
		if f.In(z) {
			n++
		}
	}
	return float64(n) / float64(len(x))
}
