package measure

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// SeedsToDecide returns how many more seeds would decide whether the mean of x,
// one value a seed, lies within low to high (ends included; ±Inf for a bound
// with one end), if mean and standard deviation stayed what they are: with so
// many more, Interval at level lies wholly inside or wholly outside. It is 0
// if that is so already, and most+1, "more than most", if most more would not
// do. It is a guess from few values, to plan by and not to judge by: adding
// seeds until an interval decides does not keep the level.
//
// known is false if the spread over seeds is not known: x has fewer than two
// values, or one that is not finite. SeedsToDecide panics unless 0 < level < 1,
// low <= high and most >= 0.
func SeedsToDecide(x []float64, low, high, level float64, most int) (more int, known bool) {
	if !(level > 0 && level < 1) || !(low <= high) || most < 0 {
		panic(fmt.Sprintf("measure: range %v to %v at level %v with up to %d seeds: want low <= high, 0 < level < 1, 0 or more",
			low, high, level, most))
	}
	mean, std := stat.MeanStdDev(x, nil)
	if len(x) < 2 || math.IsNaN(std) || math.IsInf(std, 0) {
		return 0, false
	}
	// The interval shrinks with every seed, and once decided stays so.
	return sort.Search(most+1, func(more int) bool {
		n := float64(len(x) + more)
		half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile((1+level)/2) * std / math.Sqrt(n)
		inside := mean-half >= low && mean+half <= high
		return inside || mean-half > high || mean+half < low
	}), true
}
