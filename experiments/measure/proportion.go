package measure

import (
	"fmt"
	"math"
)

// TwoProportion tests whether two error rates, errorsA of nA images and
// errorsB of nB other images, are the same. z is the difference of the rates
// over its standard deviation if both are the pooled rate, positive if A's is
// larger, and p = P(|Z| >= |z|) for a standard normal Z. If no image or every
// image was wrong, z is 0 and p is 1. |z| > 2.807 is p < 0.005, the level of
// Table 1 of Glorot & Bengio (2010).
//
// It is for cases where only the rates are known, such as printed numbers.
// Rates on the same images are not independent, which z ignores: McNemar is for
// those. It panics unless 0 <= errors <= n and n > 0 on both sides.
//
// Reference: T. G. Dietterich, "Approximate statistical tests for comparing
// supervised classification learning algorithms", Neural Computation 10
// (1998), section 3.2.
func TwoProportion(errorsA, nA, errorsB, nB int) (z, p float64) {
	for _, s := range [][2]int{{errorsA, nA}, {errorsB, nB}} {
		if s[0] < 0 || s[0] > s[1] || s[1] == 0 {
			panic(fmt.Sprintf("measure: %d errors of %d images: want 0 or more of at least 1", s[0], s[1]))
		}
	}
	a, b := float64(nA), float64(nB)
	rateA, rateB := float64(errorsA)/a, float64(errorsB)/b
	pooled := float64(errorsA+errorsB) / (a + b)
	if errorsA+errorsB == 0 || errorsA+errorsB == nA+nB {
		return 0, 1
	}
	z = (rateA - rateB) / math.Sqrt(pooled*(1-pooled)*(1/a+1/b))
	return z, math.Erfc(math.Abs(z) / math.Sqrt2)
}
