package measure

import (
	"cmp"
	"math"
	"slices"
)

// Holm returns the p-values of several tests adjusted for their number: with those below alpha rejected, the probability of any false
// rejection is at most alpha, however the tests depend on each other. The k-th smallest of m becomes the largest of (m-i+1) p_i, i =
// 1 … k, and at most 1. A NaN stands for a test that could not be made: it stays NaN and is not counted.
//
// Reference: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979) 65-70.
func Holm(p []float64) []float64 {
	adjusted := slices.Clone(p)
	var order []int
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	most := 0.0
	for k, i := range order {
		most = max(most, min(1, float64(len(order)-k)*p[i]))
		adjusted[i] = most
	}
	return adjusted
}
