package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// lengths are around the lengths of vectors and chunks.
var lengths = []int{0, 1, 7, 8, 9, 16, 31, 100, 2047, 2048, 2049, 10_000}

var gradients = []struct {
	name string
	f    func(e *Engine, dst, z, dz []float32)
	want func(z, dz float32) float32
}{
	{"TanhGrad", (*Engine).TanhGrad, func(z, dz float32) float32 { return dz * fma(-z, z, 1) }},
	{"SigmoidGrad", (*Engine).SigmoidGrad, func(z, dz float32) float32 { return dz * (z * (1 - z)) }},
	{"SoftsignGrad", (*Engine).SoftsignGrad, func(z, dz float32) float32 {
		t := 1 - float32(math.Abs(float64(z)))
		return dz * (t * t)
	}},
	{"ReluGrad", (*Engine).ReluGrad, func(z, dz float32) float32 {
		if z > 0 {
			return dz
		}
		return 0
	}},
}

func TestElementwise(t *testing.T) {
	engines(t, func(t *testing.T, e *Engine) {
		r := rand.New(rand.NewPCG(9, 10))
		for _, n := range lengths {
			x, y := operand(r, n, anyFloat), operand(r, n, anyFloat)
			want := make([]float32, n)
			for _, g := range gradients {
				for i := range want {
					want[i] = g.want(x[i], y[i])
				}
				dst, alive := target(t, r, n)
				copy(dst, y)
				g.f(e, dst, x, dst) // in place
				compare(t, g.name, dst, want)
				alive()
			}
			for _, f := range functions {
				f.f(Portable(), want, x)
				dst, alive := target(t, r, n)
				f.f(e, dst, x)
				compare(t, f.name, dst, want)
				alive()
			}
			for i := range want {
				want[i] = fma(-0.3, x[i], y[i])
			}
			dst, alive := target(t, r, n)
			copy(dst, y)
			e.Axpy(dst, -0.3, x)
			compare(t, "Axpy", dst, want)
			alive()
		}
	})
}

func TestRows(t *testing.T) {
	engines(t, func(t *testing.T, e *Engine) {
		r := rand.New(rand.NewPCG(11, 12))
		for _, s := range [][2]int{{1, 1}, {3, 9}, {10, 1000}, {4, 40}, {0, 5}} {
			m, n := s[0], s[1]
			c, row := operand(r, m*n, normal), operand(r, n, normal)
			sum, added := make([]float32, n), make([]float32, m*n)
			for i := range m {
				for j := range n {
					sum[j] += c[i*n+j]
					added[i*n+j] = c[i*n+j] + row[j]
				}
			}
			dst, alive := target(t, r, n)
			e.SumRows(dst, c, m, n)
			compare(t, "SumRows", dst, sum)
			alive()
			e.AddRow(c, row, m, n)
			compare(t, "AddRow", c, added)
		}
	})
}

// TestSoftmax holds Softmax and LogSoftmax to float64, logits of 1e4 included, and every set to the portable one.
func TestSoftmax(t *testing.T) {
	engines(t, func(t *testing.T, e *Engine) {
		r := rand.New(rand.NewPCG(13, 14))
		for _, s := range [][2]int{{10, 9}, {3, 1}, {2, 1000}, {0, 4}} {
			for _, scale := range []float64{1, 100, 1e4} {
				m, n := s[0], s[1]
				x := operand(r, m*n, func(r *rand.Rand) float32 { return float32(scale * r.NormFloat64()) })
				l, p, want := make([]float32, m*n), make([]float32, m*n), make([]float32, m*n)
				exact := make([]float64, m*n)
				NewEngine64().LogSoftmax(exact, widen(x, false), m, n)
				e.LogSoftmax(l, x, m, n)
				e.Softmax(p, x, m, n)
				for i, w := range exact {
					// x-max is rounded once, which is 2^-24 of its size; the rest adds a few 2^-24.
					if d := math.Abs(float64(l[i]) - w); !(d <= 2e-7*(1+math.Abs(w))) {
						t.Errorf("LogSoftmax of %d x %d, scale %g: %g, want %g", m, n, scale, l[i], w)
					}
					if d := math.Abs(float64(p[i]) - math.Exp(w)); !(d <= (1e-6+1e-7*math.Abs(w))*math.Exp(w)+1e-44) {
						t.Errorf("Softmax of %d x %d, scale %g: %g, want %g", m, n, scale, p[i], math.Exp(w))
					}
				}
				Portable().LogSoftmax(want, x, m, n)
				compare(t, "LogSoftmax", l, want)
				Portable().Softmax(want, x, m, n)
				compare(t, "Softmax", p, want)
				e.Softmax(x, x, m, n)
				compare(t, "Softmax in place", x, want)
			}
		}
	})
}

func TestSoftmaxEdges(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct{ in, want []float32 }{
		{[]float32{1e4, -1e4}, []float32{0, -2e4}},
		{[]float32{-1e30, -1e30}, []float32{-math.Ln2, -math.Ln2}},
		{[]float32{0, -inf}, []float32{0, -inf}},
		{[]float32{0, nan}, []float32{nan, nan}},
		{[]float32{nan, 0}, []float32{nan, nan}},
		{[]float32{0, inf}, []float32{nan, nan}},
		{[]float32{-inf, -inf}, []float32{nan, nan}},
	} {
		got := make([]float32, 2)
		Portable().LogSoftmax(got, c.in, 1, 2)
		compare(t, fmt.Sprint("LogSoftmax", c.in), got, c.want)
	}
}
