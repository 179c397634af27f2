package measure

import "math"

// rangeStds is how many root mean squares an automatic range reaches to each
// side: a normal distribution leaves 1e-15 of its values outside 8, a
// Laplace distribution (kurtosis 6) 1e-5.
const rangeStds = 8

// AutoRange returns the half-width r of a symmetric range [-r, r] for values
// distributed like those taken in by m, multiplied by scale: 8 times their root
// mean square about 0, rounded up to two significant digits so that the edges
// read well. It is 0 if all values are zeros.
func AutoRange(m Moments, scale float64) float64 {
	if m.n == 0 {
		return 0
	}
	rms := math.Sqrt(m.Variance() + float64(m.mean*m.mean))
	return roundUp(rangeStds * rms * scale)
}

// roundUp returns v >= 0 rounded up to two significant digits.
func roundUp(v float64) float64 {
	if v == 0 {
		return 0
	}
	power := int(math.Floor(math.Log10(v))) - 1
	// Powers of ten up to 1e22 are exact and their inverses are not: dividing
	// by one gives the float64 closest to the decimal number.
	if power < 0 {
		ten := math.Pow10(-power)
		return math.Ceil(v*ten) / ten
	}
	ten := math.Pow10(power)
	return math.Ceil(v/ten) * ten
}
