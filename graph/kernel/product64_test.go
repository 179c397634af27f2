package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// want64 is one chain for each sum, from c, which may be nil for +0: A[i,l] is a(i, l), B[l,j] is b(l, j).
func want64(c []float64, m, k, n int, a, b func(i, j int) float64) []float64 {
	out := make([]float64, m*n)
	copy(out, c)
	for i := range m {
		for j := range n {
			for l := range k {
				out[i*n+j] = math.FMA(a(i, l), b(l, j), out[i*n+j])
			}
		}
	}
	return out
}

// TestProducts64 holds the float64 products of every set on 1, 2 and 3 threads to their definition, bit for bit, and to the
// memory of their operands.
func TestProducts64(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	shapes := append(shapes(r), [3]int{5, 600, 90}, [3]int{600, 30, 90}, [3]int{70, 90, 600})
	var cases []func(*testing.T, *Engine64)
	for _, s := range shapes {
		cases = append(cases, check64(r, s[0], s[1], s[2]))
	}
	engines(t, func(t *testing.T, e *Engine) {
		for _, check := range cases {
			check(t, e.Float64())
		}
	})
}

// check64 returns a check of an engine against what the definitions make of some operands.
func check64(r *rand.Rand, m, k, n int) func(*testing.T, *Engine64) {
	draw := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return x
	}
	x, w, d, bias := draw(m*k), draw(k*n), draw(m*n), draw(n)
	at := func(x []float64, cols int) func(i, j int) float64 {
		return func(i, j int) float64 { return x[i*cols+j] }
	}
	turned := func(f func(i, j int) float64) func(i, j int) float64 {
		return func(i, j int) float64 { return f(j, i) }
	}
	scaled := func(i, j int) float64 { return alpha * x[j*k+i] }

	mul := want64(nil, m, k, n, at(x, k), at(w, n))
	biased := append([]float64{}, mul...)
	for i := range biased {
		biased[i] += bias[i%n]
	}
	back := want64(nil, m, n, k, at(d, n), turned(at(w, n)))
	weighted := want64(w, k, m, n, scaled, at(d, n))
	products := []struct {
		name string
		to   []float64
		run  func(e *Engine64, to []float64)
		want []float64
	}{
		{"MatMul", nil, func(e *Engine64, to []float64) { e.MatMul(to, x, w, m, k, n) }, mul},
		{"MatMulBias", nil, func(e *Engine64, to []float64) { e.MatMulBias(to, x, w, bias, m, k, n) }, biased},
		{"MatMulTransB", nil, func(e *Engine64, to []float64) { e.MatMulTransB(to, d, w, m, n, k) }, back},
		{"MatMulTransA", nil, func(e *Engine64, to []float64) { e.MatMulTransA(to, x, d, m, k, n) }, want64(nil, k, m, n, turned(at(x, k)), at(d, n))},
		{"AddMatMulTransA", w, func(e *Engine64, to []float64) { e.AddMatMulTransA(to, alpha, x, d, m, k, n) }, weighted},
		{"MatMulTransBUpdate, weights", w, func(e *Engine64, to []float64) {
			e.MatMulTransBUpdate(make([]float64, m*k), to, alpha, x, d, m, k, n)
		}, weighted},
		{"MatMulTransBUpdate, product", nil, func(e *Engine64, to []float64) {
			e.MatMulTransBUpdate(to, append([]float64{}, w...), alpha, x, d, m, k, n)
		}, back},
	}
	margin := draw(32)
	return func(t *testing.T, e *Engine64) {
		for _, c := range products {
			whole := append(append(append([]float64{}, margin...), make([]float64, len(c.want))...), margin...)
			to := whole[32 : 32+len(c.want)]
			copy(to, c.to)
			c.run(e, to)
			what := fmt.Sprint(c.name, " of ", m, k, n)
			equal64(t, what, to, c.want)
			equal64(t, "before "+what, whole[:32], margin)
			equal64(t, "behind "+what, whole[32+len(to):], margin)
		}
	}
}

func equal64(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i, w := range want {
		if math.Float64bits(got[i]) != math.Float64bits(w) {
			t.Fatalf("%s: element %d is %x, want %x", what, i, got[i], w)
		}
	}
}

// After the first call of a size, nothing is allocated.
func TestProducts64Allocate(t *testing.T) {
	e, err := New(Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	x := make([]float64, 100*100)
	c := make([]float64, 100*100)
	if n := testing.AllocsPerRun(5, func() { e.Float64().MatMul(c, x, x, 100, 100, 100) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// TestDoubleLayout holds tile64 to the offsets that the assembly knows (gen/double.go).
func TestDoubleLayout(t *testing.T) {
	var x tile64
	for i, f := range []uintptr{unsafe.Offsetof(x.c), unsafe.Offsetof(x.a), unsafe.Offsetof(x.b), unsafe.Offsetof(x.cRow), unsafe.Offsetof(x.depth), unsafe.Offsetof(x.resume)} {
		if want := []uintptr{0, 24, 48, 72, 80, 88}[i]; unsafe.Sizeof(uintptr(0)) == 8 && f != want {
			t.Errorf("field %d is at %d, the assembly reads it at %d", i, f, want)
		}
	}
}
