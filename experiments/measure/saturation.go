package measure

import "glorot/models"

// Saturation is the rule that says which activations are saturated: those where
// the curve of the activation function is so flat that the gradient is lost.
type Saturation models.Saturation

// SaturationRule returns the rule of the activation function of that name, and
// whether the name is known. See models.Saturation.
func SaturationRule(activation string) (Saturation, bool) {
	a, err := models.ActivationByName(activation)
	return Saturation(a.Saturation), err == nil
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
