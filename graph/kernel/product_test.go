package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// engines calls f with an engine of every set on 1, 2 and 3 threads.
func engines(t *testing.T, f func(t *testing.T, e *Engine)) {
	for _, s := range sets() {
		for _, threads := range []int{1, 2, 3} {
			t.Run(fmt.Sprintf("%s-%d", s.name, threads), func(t *testing.T) {
				if s.missing != "" {
					t.Skipf("this processor lacks %s", s.missing)
				}
				e, err := New(Options{Set: s.name, Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				defer e.Close()
				f(t, e)
			})
		}
	}
}

// The functions below are the package's definitions, word by word, and one element at a time.

func wantMatMul(a, b []float32, m, k, n int) []float32 {
	c := make([]float32, m*n)
	half := k
	if k > 256 {
		half = (k + 63) / 64 * 32
	}
	for i := range m {
		for j := range n {
			var chain [2]float32
			for l := range k {
				h := min(1, l/half)
				chain[h] = fma(a[i*k+l], b[l*n+j], chain[h])
			}
			c[i*n+j] = chain[0]
			if half < k {
				c[i*n+j] = chain[0] + chain[1]
			}
		}
	}
	return c
}

func wantUpdate(c []float32, alpha float32, a, b []float32, m, k, n int) []float32 {
	c = append([]float32(nil), c[:k*n]...)
	for l := range k {
		for j := range n {
			for i := range m {
				c[l*n+j] = fma(a[i*k+l], alpha*b[i*n+j], c[l*n+j])
			}
		}
	}
	return c
}

func wantMatMulTransB(a, b []float32, m, n, k int) []float32 {
	c := make([]float32, m*k)
	for i := range m {
		for l := range k {
			var sum float32
			for block := 0; block < n; block += 512 {
				var s [8]float32
				for j := block; j < (min(n, block+512)+7)/8*8; j++ {
					var x, y float32
					if j < n {
						x, y = a[i*n+j], b[l*n+j]
					}
					s[j%8] = fma(x, y, s[j%8])
				}
				v := ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
				if block == 0 {
					sum = v
				} else {
					sum += v
				}
			}
			c[i*k+l] = sum
		}
	}
	return c
}

const canary = float32(-0x1.badbadp77)

// operand returns n numbers at an odd offset in memory that a processor's vectors are not aligned to.
func operand(r *rand.Rand, n int, draw func(*rand.Rand) float32) []float32 {
	x := make([]float32, n+16)
	off := 1 + r.IntN(8)
	x = x[off:][:n:n]
	for i := range x {
		x[i] = draw(r)
	}
	return x
}

// target returns a destination of n elements between canaries, and a check that they are alive.
func target(t *testing.T, r *rand.Rand, n int) ([]float32, func()) {
	x := make([]float32, n+128)
	for i := range x {
		x[i] = canary
	}
	off := 61 + r.IntN(8)
	return x[off : off+n : off+n], func() {
		t.Helper()
		for i, v := range x {
			if (i < off || i >= off+n) && v != canary {
				t.Fatalf("wrote %g at index %d of a destination of %d", v, i-off, n)
			}
		}
	}
}

func compare(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i, w := range want {
		if !same(got[i], w) {
			t.Fatalf("%s: element %d is %x (%g), want %x (%g)", what, i, got[i], got[i], w, w)
		}
	}
}

func normal(r *rand.Rand) float32 { return float32(r.NormFloat64()) }

// tiny draws numbers whose products are subnormal or underflow.
func tiny(r *rand.Rand) float32 { return float32(r.NormFloat64() * 0x1p-70) }

// shapes are the batch, the inputs and the outputs of a layer. The first are hard: edges of every block, nothing at all,
// and the paper's own.
func shapes(r *rand.Rand) [][3]int {
	s := [][3]int{
		{10, 130, 100}, {10, 40, 1000}, {10, 300, 9}, {1, 130, 130}, {1, 1, 1}, {10, 1, 40}, {10, 40, 1}, {7, 33, 9},
		{300, 20, 9}, {2, 30, 1500}, {0, 3, 3}, {3, 0, 3}, {3, 3, 0}, {49, 64, 65}, {13, 17, 1100}, {31, 70, 35},
		{300, 40, 35}, {60, 300, 65}, {10, 300, 300}, {7, 257, 256}, {60, 600, 70},
	}
	for m := 1; m <= 26; m++ { // all numbers of rows in a group
		s = append(s, [3]int{m, m + r.IntN(60), 1 + r.IntN(140)})
	}
	if testing.Short() {
		return s
	}
	for range 20 {
		s = append(s, [3]int{1 + r.IntN(60), 1 + r.IntN(60), 1 + r.IntN(140)})
	}
	return append(s, [3]int{10, 1024, 70}, [3]int{10, 70, 1030})
}

// TestProducts holds every set on 1, 2 and 3 threads to the definitions, bit for bit.
func TestProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	draws := []func(*rand.Rand) float32{normal, tiny, anyFloat}
	var cases []*layer
	for i, s := range shapes(r) {
		for j, draw := range draws {
			if i < 16 || j == i%len(draws) {
				cases = append(cases, newLayer(r, s[0], s[1], s[2], draw))
			}
		}
	}
	engines(t, func(t *testing.T, e *Engine) {
		r := rand.New(rand.NewPCG(5, 6))
		for _, l := range cases {
			l.check(t, e, r)
		}
	})
}

// A layer holds the operands of all products of one layer, and what the definitions make of them.
type layer struct {
	m, k, n                                int
	x, w, bias, d                          []float32
	mul, mulBias, transB, transA, weighted []float32
}

const alpha = -0.013

func newLayer(r *rand.Rand, m, k, n int, draw func(*rand.Rand) float32) *layer {
	l := &layer{m: m, k: k, n: n}
	l.x, l.w, l.bias, l.d = operand(r, m*k, draw), operand(r, k*n, draw), operand(r, n, draw), operand(r, m*n, draw)
	l.mul = wantMatMul(l.x, l.w, m, k, n)
	l.mulBias = append(l.mulBias, l.mul...)
	for i := range l.mulBias {
		l.mulBias[i] += l.bias[i%n]
	}
	l.transB = wantMatMulTransB(l.d, l.w, m, n, k)
	l.transA = wantUpdate(make([]float32, k*n), 1, l.x, l.d, m, k, n)
	l.weighted = wantUpdate(l.w, alpha, l.x, l.d, m, k, n)
	return l
}

func (l *layer) check(t *testing.T, e *Engine, r *rand.Rand) {
	t.Helper()
	m, k, n := l.m, l.k, l.n
	what := fmt.Sprintf(" of %d x %d x %d", m, k, n)
	s, alive := target(t, r, m*n)
	e.MatMul(s, l.x, l.w, m, k, n)
	compare(t, "MatMul"+what, s, l.mul)
	e.MatMulBias(s, l.x, l.w, l.bias, m, k, n)
	compare(t, "MatMulBias"+what, s, l.mulBias)
	alive()

	back, alive := target(t, r, m*k)
	e.MatMulTransB(back, l.d, l.w, m, n, k)
	compare(t, "MatMulTransB"+what, back, l.transB)
	alive()

	g, alive := target(t, r, k*n)
	e.MatMulTransA(g, l.x, l.d, m, k, n)
	compare(t, "MatMulTransA"+what, g, l.transA)
	alive()
	copy(g, l.w)
	e.AddMatMulTransA(g, alpha, l.x, l.d, m, k, n)
	compare(t, "AddMatMulTransA"+what, g, l.weighted)
	alive()

	copy(g, l.w)
	back, aliveBack := target(t, r, m*k)
	e.MatMulTransBUpdate(back, g, alpha, l.x, l.d, m, k, n)
	compare(t, "product of MatMulTransBUpdate"+what, back, l.transB)
	compare(t, "weights of MatMulTransBUpdate"+what, g, l.weighted)
	alive()
	aliveBack()
}

// TestProductsFloat64 compares with Engine64; the bound is that of a recursive sum of float32 products (Higham, "Accuracy
// and Stability of Numerical Algorithms", 2002, eq. 3.5).
func TestProductsFloat64(t *testing.T) {
	const m, k, n = 10, 300, 70
	r := rand.New(rand.NewPCG(7, 8))
	x, w := operand(r, m*k, normal), operand(r, k*n, normal)
	got, want, bound := make([]float32, m*n), make([]float64, m*n), make([]float64, m*n)
	e, err := New(Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	e.MatMul(got, x, w, m, k, n)
	NewEngine64().MatMul(want, widen(x, false), widen(w, false), m, k, n)
	NewEngine64().MatMul(bound, widen(x, true), widen(w, true), m, k, n)
	for i := range got {
		if err := math.Abs(float64(got[i]) - want[i]); err > k*0x1p-24*bound[i] {
			t.Errorf("element %d is off by %g, bound %g", i, err, k*0x1p-24*bound[i])
		}
	}
}

func widen(x []float32, absolute bool) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
		if absolute {
			y[i] = math.Abs(y[i])
		}
	}
	return y
}
