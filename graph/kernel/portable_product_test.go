package kernel

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

var ways = []way{quick, careful}

// drawAbove draws numbers whose exponents are at least low, with short and long mantissas, among them zeros, so that sums meet ties.
func drawAbove(r *rand.Rand, low, span int) float32 {
	if r.IntN(16) == 0 {
		return float32(math.Copysign(0, float64(r.IntN(2)*2-1)))
	}
	m := uint32(r.IntN(1<<23)) &^ (1<<r.IntN(24) - 1)
	return math.Float32frombits(uint32(r.IntN(2))<<31 | uint32(low+r.IntN(span)+127)<<23 | m)
}

// nearTie draws two numbers whose product is half of the last place of a number of exponent 0, but for 2^-46 or some more of it: a
// sum with such a number is rounded to a tie in float64.
func nearTie(r *rand.Rand) (x, y float32) {
	j := float32(1+r.IntN(60)) * 0x1p-23
	return (1 + j) * 0x1p-12, (1 - j) * 0x1p-12
}

// TestWays holds the loops of every way to exact arithmetic, on operands that are as small as quick allows and on others.
func TestWays(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for _, low := range [][2]int{{0, 0}, {-12, -3}, {-50, -53}, {-103, 0}, {-126, 23}, {-60, -43}} {
		for trial := range 200 {
			depth, cols := 1+r.IntN(11), 1+r.IntN(5)
			a, b, c := make([]float32, depth), make([]float32, depth*cols), make([]float32, cols)
			for i := range a {
				a[i] = drawAbove(r, low[0], 1+r.IntN(8))
			}
			for i := range b {
				b[i] = drawAbove(r, low[1], 1+r.IntN(8))
			}
			for i := range c {
				switch r.IntN(3) {
				case 0:
					c[i] = drawAbove(r, max(low[0]+low[1]+r.IntN(40)-20, -126), 4)
				case 1:
					c[i] = math.Float32frombits(r.Uint32N(1 << 23)) // subnormal
				}
			}
			if d := r.IntN(depth); low[0] == 0 {
				c[0] = 1 + float32(r.IntN(1<<22))*0x1p-23
				clear(a)
				a[d], b[d*cols] = nearTie(r)
			}
			want := append([]float32(nil), c...)
			for j := range want {
				for d, x := range a {
					want[j] = bigFMA(x, b[d*cols+j], want[j])
				}
			}
			for _, w := range ways {
				got := append([]float32(nil), c...)
				w.steps(got, a, 1, b, cols, depth)
				compare(t, fmt.Sprintf("way %d, exponents from %d, steps of trial %d", w, low, trial), got, want)
			}
			checkLanes(t, r, low, trial)
		}
	}
}

// checkLanes is the part of TestWays for the lanes of dot products.
func checkLanes(t *testing.T, r *rand.Rand, low [2]int, trial int) {
	n := dotLanes * (1 + r.IntN(10))
	a, b, wide := make([]float32, n), make([]float32, n), make([]float64, n)
	var want [dotLanes]float32
	for i := range a {
		a[i], b[i] = drawAbove(r, low[0], 1+r.IntN(8)), drawAbove(r, low[1], 1+r.IntN(8))
		if low[0] == 0 {
			a[i], b[i] = 0, 0
			switch i / dotLanes {
			case 0:
				a[i], b[i] = 1+float32(r.IntN(1<<22))*0x1p-23, 1
			case 4 + trial%4: // in the second turn
				a[i], b[i] = nearTie(r)
			}
		}
		wide[i] = float64(a[i])
		want[i%dotLanes] = bigFMA(a[i], b[i], want[i%dotLanes])
	}
	for _, w := range ways {
		got := w.lanes(a, b, wide)
		compare(t, fmt.Sprintf("way %d, exponents from %d, lanes of trial %d", w, low, trial), got[:], want[:])
	}
}

// TestWayFor shows that quick is chosen up to its bound alone, and that it is wrong beyond: a sum that is subnormal lies next to a tie of
// which only float64 makes one.
func TestWayFor(t *testing.T) {
	for _, c := range []struct {
		a, b int
		want way
	}{{0, 0, quick}, {-103, 0, quick}, {-52, -51, quick}, {-52, -52, careful}, {-126, 128, quick}} {
		if got := wayFor(c.a, c.b); got != c.want {
			t.Errorf("exponents from %d and %d: way %d, want %d", c.a, c.b, got, c.want)
		}
	}
	x := [3]float32{0x1.000002p-75, 0x1.fffffcp-76, 0x1.000004p-127}
	a, b := []float32{x[0], 0, 0, 0}, []float32{x[1], 0, 0, 0}
	c, want := []float32{x[2]}, bigFMA(x[0], x[1], x[2])
	quickSteps(c, a, 1, b, 1, 4)
	if c[0] == want {
		t.Error("quick is right for exponents that add up to -151; want a harder case")
	}
	if w := wayFor(leastOf(a), leastOf(b)); w != careful {
		t.Errorf("way %d for it, want %d", w, careful)
	}
}

func TestLeastOf(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	for n := range 20 {
		for range 50 {
			x, want := make([]float32, n), 128
			for i := range x {
				if x[i] = anyFloat(r); r.IntN(3) == 0 {
					x[i] = 0
				}
				v := float64(x[i])
				switch {
				case v == 0:
				case math.IsInf(v, 0) || v != v:
				default:
					want = min(want, max(big.NewFloat(v).MantExp(nil)-1, -126))
				}
			}
			if got := leastOf(x); got != want {
				t.Fatalf("least exponent of %x is %d, want %d", x, got, want)
			}
		}
	}
}
