package measure

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// A Difference is how much sample B lies above sample A on a scale, and whether that can be chance. Where a number cannot be computed it is NaN.
type Difference struct {
	Mean      float64 // of B less that of A
	Low, High float64 // interval of it
	Freedom   float64 // the degrees of freedom of Student's distribution
	P         float64 // two-sided: the probability of a mean difference at least as large if there is none
	Effect    float64 // Hedges' g: the difference in standard deviations of a group, corrected for small samples
}

// noDifference has no number.
func noDifference() Difference {
	nan := math.NaN()
	return Difference{nan, nan, nan, nan, nan, nan}
}

// UnpairedDifference returns the difference of two independent samples by Welch's t-test, which does not assume that they vary equally. It assumes that each is
// normally distributed.
//
// Hedges' g is the difference by the root of the mean of the two variances, weighted with their degrees of freedom.
//
// A sample whose values are all equal does not say how much such values vary. It is taken to vary as much as the other one, which alone has degrees of
// freedom then: a spread of 0 would make almost any difference significant.
//
// References:
//   - B. L. Welch, "The generalization of 'Student's' problem when several different population variances are involved", Biometrika 34 (1947)
//     28-35.
//   - L. V. Hedges, "Distribution theory for Glass's estimator of effect size and related estimators", Journal of Educational Statistics 6 (1981)
//     107-128.
func UnpairedDifference(a, b []float64, level float64) Difference {
	d := noDifference()
	if len(a) == 0 || len(b) == 0 {
		return d
	}
	d.Mean = meanOf(b) - meanOf(a)
	if len(a) < 2 || len(b) < 2 {
		return d
	}
	n, m := float64(len(a)), float64(len(b))
	va, vb, fa, fb := spreads(a, b)
	d.Freedom = fa + fb
	d.Effect = correction(fa+fb) * d.Mean / math.Sqrt((va*fa+vb*fb)/(fa+fb))
	va, vb = va/n, vb/m
	if fa > 0 && fb > 0 && va+vb > 0 {
		d.Freedom = (va + vb) * (va + vb) / (va*va/fa + vb*vb/fb)
	}
	d.student(math.Sqrt(va+vb), level)
	return d
}

// spreads returns the variances of two samples and their degrees of freedom. If only one sample varies, both have its variance, and the other one has
// no degrees of freedom.
func spreads(a, b []float64) (va, vb, fa, fb float64) {
	va, vb, fa, fb = variance(a), variance(b), float64(len(a)-1), float64(len(b)-1)
	switch {
	case va == 0 && vb > 0:
		va, fa = vb, 0
	case vb == 0 && va > 0:
		vb, fb = va, 0
	}
	return va, vb, fa, fb
}

// PairedDifference returns the difference of two samples whose i-th values belong together, by Student's t-test of their differences, which it assumes to be
// normally distributed. The samples have the same length.
//
// Hedges' g is the mean difference by the root of the mean of the two variances, as if the samples were not paired, so that it is comparable with
// that of UnpairedDifference.
//
// References:
//   - Student, "The probable error of a mean", Biometrika 6 (1908) 1-25.
//   - M. Borenstein, L. V. Hedges, J. P. T. Higgins, H. R. Rothstein, "Introduction to Meta-Analysis" (2009), chapter 4.
func PairedDifference(a, b []float64, level float64) Difference {
	d := noDifference()
	if len(a) == 0 {
		return d
	}
	differences := make([]float64, len(a))
	for i := range a {
		differences[i] = b[i] - a[i]
	}
	d.Mean = stat.Mean(differences, nil)
	if len(a) < 2 {
		return d
	}
	d.Freedom = float64(len(a) - 1)
	d.Effect = correction(d.Freedom) * d.Mean / math.Sqrt((variance(a)+variance(b))/2)
	scatter := variance(differences)
	if largest := max(floats.Norm(a, math.Inf(1)), floats.Norm(b, math.Inf(1))); math.Sqrt(scatter) < 1e-13*largest {
		scatter = 0 // nothing but the rounding errors of the values
	}
	d.student(math.Sqrt(scatter/float64(len(a))), level)
	return d
}

// student computes the interval and P of a mean difference with a standard error.
func (d *Difference) student(err, level float64) {
	if math.IsNaN(d.Effect) || math.IsInf(d.Effect, 0) {
		d.Effect = math.NaN() // 0/0 or x/0: no seed differs from another
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: d.Freedom}
	switch {
	case err > 0:
		half := t.Quantile((1+level)/2) * err
		d.Low, d.High = d.Mean-half, d.Mean+half
		d.P = 2 * t.Survival(math.Abs(d.Mean)/err)
	case d.Mean == 0:
		d.P = 1 // every difference is at least as large, and how much they vary is unknown
	}
}

// Equal reports whether two or more values are all the same, so that they do not say how much they vary.
func Equal(x []float64) bool { return len(x) > 1 && variance(x) == 0 }

// variance has divisor n-1. It is 0 of equal values, without rounding errors.
func variance(x []float64) float64 {
	for _, v := range x {
		if v != x[0] {
			return stat.Variance(x, nil)
		}
	}
	return 0
}

// meanOf is that of one value or more, without rounding errors if they are equal.
func meanOf(x []float64) float64 {
	if variance(x) == 0 {
		return x[0]
	}
	return stat.Mean(x, nil)
}

// correction is Hedges' factor J for small samples, exactly: with the degrees of freedom m it is Γ(m/2) / (√(m/2) Γ((m-1)/2)).
func correction(m float64) float64 {
	if m < 2 {
		return math.NaN() // the expectation of the uncorrected effect does not exist
	}
	a, _ := math.Lgamma(m / 2)
	b, _ := math.Lgamma((m - 1) / 2)
	return math.Exp(a-b) / math.Sqrt(m/2)
}

// Compare compares samples by the places of their values on the scale, of values that belong together if paired. If all pairs of shares differ by the same
// number of things there is no P: the differences of their places vary, but only because the scale is curved.
func (s Scale) Compare(a, b []float64, paired bool, level float64) Difference {
	if !paired {
		return UnpairedDifference(s.All(a), s.All(b), level)
	}
	d := PairedDifference(s.All(a), s.All(b), level)
	if counted := s.kind == logitScale && s.steps < resolution; counted && d.Mean != 0 && math.IsNaN(PairedDifference(a, b, level).P) {
		d.P, d.Low, d.High = math.NaN(), math.NaN(), math.NaN()
	}
	return d
}

// Difference returns the difference of the centres of b and a in the unit of the quantity, and its interval, where d is the difference of their places
// on the scale, of values that belong together if paired. The interval is that of the profile likelihood: all differences of two centres whose places
// are within the ellipse of the measured ones, as large as makes its projection on their difference the interval of d. So it is within the range, and
// has both signs exactly if d's has; on the plain scale it is d's, cut off where the range ends. If d has no interval, the ends are NaN.
//
// Reference: D. J. Venzon and S. H. Moolgavkar, "A method for computing profile-likelihood-based confidence intervals", Applied Statistics 37 (1988)
// 87-94.
func (s Scale) Difference(a, b []float64, d Difference, paired bool, level float64) (difference, low, high float64) {
	x, y := s.All(a), s.All(b)
	from, to := meanOf(x), meanOf(y)
	difference = s.Value(to) - s.Value(from)
	switch {
	case math.IsNaN(d.Low):
		return difference, math.NaN(), math.NaN()
	case s.kind == plainScale:
		return difference, max(d.Low, s.low-s.high), min(d.High, s.high-s.low)
	}
	quantile := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: d.Freedom}.Quantile((1 + level) / 2)
	varX, varY, _, _ := spreads(x, y)
	halfA, halfB := quantile*math.Sqrt(varX/float64(len(x))), quantile*math.Sqrt(varY/float64(len(y)))
	correlation := 0.0
	if paired && halfA > 0 && halfB > 0 {
		correlation = min(max(stat.Correlation(x, y, nil), -1), 1)
	}
	own := math.Sqrt(1 - correlation*correlation)
	at := func(angle float64) float64 { // the difference at a point of the ellipse
		sin, cos := math.Sincos(angle)
		u, v := s.Value(from+halfA*cos), s.Value(to+halfB*(correlation*cos+own*sin))
		return min(v, math.MaxFloat64) - min(u, math.MaxFloat64) // also of numbers beyond all float64
	}
	return difference, lowest(at), -lowest(func(angle float64) float64 { return -at(angle) })
}

// lowest returns the smallest value of a smooth function of an angle: the smallest at 180 angles, and then between the neighbours of that one.
func lowest(f func(angle float64) float64) float64 {
	const angles = 180
	const step = 2 * math.Pi / angles
	best, least := 0.0, math.Inf(1)
	for i := range angles {
		if v := f(float64(i) * step); v < least {
			best, least = float64(i)*step, v
		}
	}
	from, to := best-step, best+step
	for range 60 {
		a, b := from+(to-from)/3, to-(to-from)/3
		va, vb := f(a), f(b)
		if least = min(least, va, vb); va < vb {
			to = b
		} else {
			from = a
		}
	}
	return least
}
