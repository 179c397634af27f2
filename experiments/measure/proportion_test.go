package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// z is the formula in numpy 2.4.6, p is scipy 1.17.1's 2*norm.sf(|z|); z² and p are those of
// chi2_contingency without correction. The first three are printed errors of
// Table 1: Tanh N, Softsign and Tanh on Shapeset, Sigmoid and Softsign on MNIST.
func TestTwoProportion(t *testing.T) {
	for _, c := range []struct {
		errorsA, nA, errorsB, nB int
		z, p                     float64
	}{
		{1560, 10_000, 1627, 10_000, -1.2944228247302718, 0.19551941085257896},
		{2715, 10_000, 1560, 10_000, 19.92203026216321, 2.621434927322686e-88},
		{221, 10_000, 164, 10_000, 2.9333597769270026, 0.0033531508193544845},
		{15, 43, 3, 40, 3.0248427271761202, 0.0024876244684886918},
		{10, 100, 200, 1000, -2.4260050015452856, 0.015266059888498884},
	} {
		z, p := TwoProportion(c.errorsA, c.nA, c.errorsB, c.nB)
		nearly(t, "z", z, c.z, 1e-13)
		nearly(t, "p", p, c.p, 1e-11)
	}
	for _, errors := range []int{0, 50} {
		if z, p := TwoProportion(errors, 50, 2*errors, 100); z != 0 || p != 1 {
			t.Errorf("%d of 50: z = %v, p = %v", errors, z, p)
		}
	}
}

// Exchanging A and B, or errors and hits, changes the sign of z alone; p is a
// probability that falls as the rates part.
func TestTwoProportionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nA, nB := rapid.IntRange(1, 20_000).Draw(t, "nA"), rapid.IntRange(1, 20_000).Draw(t, "nB")
		a, b := rapid.IntRange(0, nA).Draw(t, "a"), rapid.IntRange(0, nB).Draw(t, "b")
		z, p := TwoProportion(a, nA, b, nB)
		for _, other := range []func() (float64, float64){
			func() (float64, float64) { return TwoProportion(b, nB, a, nA) },
			func() (float64, float64) { return TwoProportion(nA-a, nA, nB-b, nB) },
		} {
			if y, q := other(); math.Abs(y+z) > 1e-9*(1+math.Abs(z)) || math.Abs(q-p) > 1e-9 {
				t.Fatalf("z = %v, p = %v; exchanged %v, %v", z, p, y, q)
			}
		}
		if !(p >= 0 && p <= 1) || (z > 0) != (a*nB > b*nA) {
			t.Fatalf("z = %v, p = %v", z, p)
		}
		if a < nA && z >= 0 {
			if y, q := TwoProportion(a+1, nA, b, nB); y < z || q > p {
				t.Fatalf("one error more of A: from z = %v, p = %v to %v, %v", z, p, y, q)
			}
		}
	})
}

func TestTwoProportionPanics(t *testing.T) {
	panics(t, "measure: 2 errors of 1 images: want 0 or more of at least 1", func() { TwoProportion(2, 1, 0, 1) })
	panics(t, "measure: -1 errors of 5 images: want 0 or more of at least 1", func() { TwoProportion(0, 1, -1, 5) })
	panics(t, "measure: 0 errors of 0 images: want 0 or more of at least 1", func() { TwoProportion(0, 0, 0, 1) })
}
