package measure

import (
	"cmp"
	"math"
	"slices"
)

// SignedRank returns the two-sided p of Wilcoxon's signed-rank test of paired differences: the hypothesis is that each is as often +x as
// -x. It is exact, also with ties, which share the mean of their ranks: p is the share of the 2^n choices of signs whose sum of positive
// ranks is at least as far from its mean as the measured one. Differences of 0 are left out; if all are 0, p is 1. With n differences, p
// is at least 2^(1-n).
//
// Reference: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945) 80-83.
func SignedRank(differences []float64) float64 {
	x := slices.DeleteFunc(slices.Clone(differences), func(v float64) bool { return v == 0 })
	slices.SortFunc(x, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	counts := make([]int, 2*len(x)+1) // of differences, by twice their rank
	positive, total := 0, 0           // sums of twice the ranks
	for i := 0; i < len(x); {
		j := i
		for j < len(x) && math.Abs(x[j]) == math.Abs(x[i]) {
			j++
		}
		rank := i + 1 + j // twice the mean of i+1 … j
		for _, v := range x[i:j] {
			counts[rank]++
			total += rank
			if v > 0 {
				positive += rank
			}
		}
		i = j
	}
	if len(x) == 0 {
		return 1
	}
	return min(1, 2*signTail(counts, min(positive, total-positive)))
}
