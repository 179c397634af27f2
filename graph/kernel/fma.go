package kernel

import "math"

// fma returns a*b+c with one rounding.
//
// The product is exact in float64 (48 bits of 53), so the sum is rounded twice: to float64, then to float32. That is
// wrong only where suspect says so, and is mended by rounding to odd. The loops that matter write this function out,
// because the compiler does not inline it.
func fma(a, b, c float32) float32 {
	p := float64(a) * float64(b)
	s := p + float64(c)
	if suspect(s) {
		s = sumToOdd(p, float64(c))
	}
	return float32(s)
}

// suspect reports whether a rounded float64 may round to the wrong float32: where it lies halfway between two
// neighbouring float32, which its last 29 bits show, and where float32 is subnormal and halfway is elsewhere.
func suspect(s float64) bool {
	return tie(s) || math.Float64bits(s)<<1 < 0x381<<53
}

// tie reports whether s lies halfway between two neighbouring float32, if these are not subnormal.
func tie(s float64) bool { return uint32(math.Float64bits(s))<<3 == 1<<31 }

// sumToOdd returns p+c, and if that is inexact, the neighbour whose last bit is odd: it is never mistaken for a tie, so
// that rounding it to float32 is rounding p+c (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved
// algorithms using rounding to odd", 2008).
//
//go:noinline
func sumToOdd(p, c float64) float64 {
	s := p + c
	// Knuth's TwoSum: s + e = p + c exactly.
	t := s - p
	e := (p - (s - t)) + (c - t)
	u := math.Float64bits(s)
	switch {
	case e == 0 || u&1 == 1:
	case (e > 0) == (s > 0):
		u++
	default:
		u--
	}
	return math.Float64frombits(u)
}
