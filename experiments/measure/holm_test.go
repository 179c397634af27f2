package measure

import (
	"math"
	"slices"
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

// Adjusted numbers are in the order of p, never smaller than p and at most 1; the smallest is that of Bonferroni, and which test comes
// first does not matter.
func TestHolmMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 12).Draw(t, "p")
		got := Holm(p)
		for i := range p {
			if got[i] < p[i] || got[i] > 1 {
				t.Fatalf("%v became %v", p[i], got[i])
			}
			for k := range p {
				if p[i] < p[k] && got[i] > got[k] || p[i] == p[k] && got[i] != got[k] {
					t.Fatalf("%v and %v became %v and %v", p[i], p[k], got[i], got[k])
				}
			}
		}
		least := slices.Min(p)
		if want := min(1, float64(len(p))*least); slices.Min(got) != want {
			t.Fatalf("the smallest %v became %v, want %v", least, slices.Min(got), want)
		}
		slices.Reverse(p)
		back := Holm(p)
		slices.Reverse(back)
		if !slices.Equal(back, got) {
			t.Fatalf("%v in the other order %v", got, back)
		}
	})
}
