package measure

import "math"

// Bounded returns the ends of the interval mean ± half of a quantity that lies between low and high; each of these may be infinite. The interval
// is symmetric on a scale on which the quantity is unbounded: the logarithm of its distance from one end, or the logit between two. There the
// half-width is half times the slope at the mean, by the delta method, so that the interval is close to mean ± half if half is small, and never
// leaves (low, high). A mean at an end, or beyond, has the nearest possible interval, cut off there. If half is infinite, the ends are low and
// high; if the mean or half is NaN, they are NaN.
//
// Reference: Casella and Berger, Statistical Inference, section 5.5.4.
func Bounded(mean, half, low, high float64) (from, to float64) {
	if math.IsNaN(mean) || math.IsNaN(half) {
		return math.NaN(), math.NaN()
	}
	below, above := mean-low, high-mean
	switch {
	case below <= 0 || above <= 0:
		return min(max(mean-half, low), high), min(max(mean+half, low), high)
	case math.IsInf(below, 0) && math.IsInf(above, 0):
		return mean - half, mean + half
	case math.IsInf(above, 0):
		factor := math.Exp(half / below)
		return low + below/factor, low + below*factor
	case math.IsInf(below, 0):
		factor := math.Exp(half / above)
		return high - above*factor, high - above/factor
	}
	// The odds of below to above, times and by the factor.
	factor := math.Exp(half * (1/below + 1/above))
	end := func(odds float64) float64 {
		if math.IsInf(odds, 0) {
			return high
		}
		return min(low+(high-low)*odds/(1+odds), high) // rounding may pass the end
	}
	return end(below / above / factor), end(below / above * factor)
}
