package measure

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Interval returns the mean of x, which has one value per seed, and the
// half-width of Student's confidence interval of that mean at level (0.95 for
// 95 %): t s / √n, where s has divisor n-1 and t is the (1+level)/2 quantile of
// Student's distribution with n-1 degrees of freedom. With fewer than two
// values half is +Inf, with none mean is NaN. It panics unless 0 < level < 1.
//
// Reference: Student, "The probable error of a mean", Biometrika 6 (1908).
func Interval(x []float64, level float64) (mean, half float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("measure: confidence level %v: want more than 0 and less than 1", level))
	}
	if len(x) == 0 {
		return math.NaN(), math.Inf(1)
	}
	if len(x) == 1 {
		return x[0], math.Inf(1)
	}
	n := float64(len(x))
	mean, std := stat.MeanStdDev(x, nil)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile((1 + level) / 2)
	return mean, t * std / math.Sqrt(n)
}
