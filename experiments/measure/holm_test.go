package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// By hand: 4 x .005 = .02, 3 x .01 = .03, 2 x .03 = .06, and 1 x .04 is raised to .06. A test that was not made does not count.
func TestHolm(t *testing.T) {
	nan := math.NaN()
	got := Holm([]float64{0.01, nan, 0.04, 0.03, 0.005, nan})
	for i, want := range []float64{0.03, nan, 0.06, 0.06, 0.02, nan} {
		if !(math.Abs(got[i]-want) < 1e-15 || math.IsNaN(got[i]) && math.IsNaN(want)) {
			t.Errorf("%v", got)
		}
	}
}

// By definition: all choices of the signs are counted.
func TestSignedRankByEnumeration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.SampledFrom([]float64{-3, -2, -1, 0, 1, 2, 2.5, 4}), 0, 9).Draw(t, "differences")
		var ranks []float64
		positive, total := 0.0, 0.0
		for _, v := range x {
			if v == 0 {
				continue
			}
			below, equal := 0.0, 0.0
			for _, w := range x {
				switch {
				case w == 0:
				case math.Abs(w) < math.Abs(v):
					below++
				case math.Abs(w) == math.Abs(v):
					equal++
				}
			}
			rank := below + (equal+1)/2
			ranks, total = append(ranks, rank), total+rank
			if v > 0 {
				positive += rank
			}
		}
		as := 0
		for signs := range 1 << len(ranks) {
			sum := 0.0
			for i, r := range ranks {
				if signs>>i&1 == 1 {
					sum += r
				}
			}
			if math.Abs(sum-total/2) >= math.Abs(positive-total/2) {
				as++
			}
		}
		want := float64(as) / float64(int(1)<<len(ranks))
		if got := SignedRank(x); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: p %v, want %v", x, got, want)
		}
	})
}

// By hand: only the smallest of six differences is negative. Of the 64 choices two have a sum of negative ranks of at most 1, and two one
// of positive ranks: p = 4/64.
func TestSignedRank(t *testing.T) {
	if p := SignedRank([]float64{1.1, 2.2, -0.3, 1.7, 0.9, 2.8}); p != 0.0625 {
		t.Error(p)
	}
}
