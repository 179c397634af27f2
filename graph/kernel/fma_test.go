package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigFMA is a*b+c in exact arithmetic, rounded once; big.Float.Float32 rounds to nearest even, subnormals included.
func bigFMA(a, b, c float32) float32 {
	for _, x := range []float32{a, b, c} {
		if x != x || math.IsInf(float64(x), 0) {
			return float32(float64(a)*float64(b) + float64(c))
		}
	}
	s := new(big.Float).SetPrec(1000).Mul(big.NewFloat(float64(a)), big.NewFloat(float64(b)))
	s.Add(s, big.NewFloat(float64(c)))
	if s.Sign() == 0 { // big.Float's zero has not always the sign that IEEE 754 gives it
		return float32(float64(a)*float64(b) + float64(c))
	}
	r, _ := s.Float32()
	return r
}

// anyFloat draws bit patterns: all exponents, many trailing zeros (ties), subnormals and specials.
func anyFloat(r *rand.Rand) float32 {
	u := r.Uint32()
	if r.IntN(2) == 0 {
		u &^= 1<<r.IntN(24) - 1
	}
	switch r.IntN(16) {
	case 0:
		u &= 0x807fffff // subnormal or zero
	case 1:
		u = u&^0x7f800000 | 1<<23 // next to the subnormals
	case 2, 3, 4, 5, 6, 7, 8, 9:
		u = u&^0x7f800000 | uint32(127-12+r.IntN(24))<<23 // near 1, so that sums overlap
	}
	return math.Float32frombits(u)
}

func same(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}

func TestFMA(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		a, b, c := anyFloat(r), anyFloat(r), anyFloat(r)
		switch r.IntN(6) {
		case 0: // c near -a*b: cancellation
			c = -math.Float32frombits(math.Float32bits(a*b) + uint32(r.IntN(3)) - 1)
		case 1: // the product is a small part of c's last place: double rounding
			b = c * math.Float32frombits(uint32(127-26+r.IntN(4))<<23) / a
		case 2, 3:
			a, b, c = nearSubnormalTie(r)
		}
		if got, want := fma(a, b, c), bigFMA(a, b, c); !same(got, want) {
			t.Fatalf("fma(%x, %x, %x) = %x, want %x", a, b, c, got, want)
		}
	}
}

// nearSubnormalTie draws a product that is half of the least float32 but for 2^-46 or some more of it, and a subnormal c:
// the sum is next to a tie that float64 lands on, or one of its last places beside.
func nearSubnormalTie(r *rand.Rand) (a, b, c float32) {
	j := float32(1+r.IntN(1000)) * 0x1p-23
	c = math.Float32frombits(1<<22 + r.Uint32N(1<<22))
	if r.IntN(2) == 0 {
		c = -c
	}
	return (1 + j) * 0x1p-75, (1 - j) * 0x1p-75, c
}

// TestFMADoubleRounding shows that rounding twice is wrong in these cases, and that fma is right.
func TestFMADoubleRounding(t *testing.T) {
	for _, x := range [][3]float32{
		{0x1.000002p-12, 0x1.fffffcp-13, 1 + 0x1p-23},     // the sum is 2^-70 below a tie to the even number above
		{0x1.000002p-75, 0x1.fffffcp-76, 0x1.000004p-127}, // the same where float32 is subnormal
	} {
		want := bigFMA(x[0], x[1], x[2])
		if got := fma(x[0], x[1], x[2]); got != want {
			t.Errorf("fma(%x, %x, %x) = %x, want %x", x[0], x[1], x[2], got, want)
		}
		if twice := float32(float64(x[0])*float64(x[1]) + float64(x[2])); twice == want {
			t.Errorf("rounding %x * %x + %x twice is right; want a harder case", x[0], x[1], x[2])
		}
	}
}

func BenchmarkPortableFMA(b *testing.B) {
	x, y := make([]float32, 1024), make([]float32, 1024)
	for i := range x {
		x[i], y[i] = 1/float32(i+1), float32(i)
	}
	for b.Loop() {
		portable.axpy(y, x, 1e-3)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/fma")
}
