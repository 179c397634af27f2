package kernel

import (
	"math/rand/v2"
	"testing"
)

// logistic is e^x / (e^x + y²), by scratch memory.
func logistic[T float32 | float64](f Functions[T], out, tmp []T, in [][]T) {
	f.Exp(tmp, in[0])
	for i, y := range in[1] {
		out[i] = tmp[i] / (tmp[i] + T(y*y))
	}
}

// Map is the same loop over the whole slices, in every set and with any number of threads, and touches nothing else.
func TestMap(t *testing.T) {
	engines(t, func(t *testing.T, e *Engine) {
		r := rand.New(rand.NewPCG(21, 22))
		for _, n := range lengths {
			x, y := operand(r, n, normal), operand(r, n+3, normal)
			want, wide := make([]float32, n), make([]float64, n)
			Portable().Exp(want, x)
			for i, v := range want {
				want[i] = v / (v + float32(y[i]*y[i]))
			}
			dst, alive := target(t, r, n)
			in := [][]float32{x, y}
			e.Map(logistic[float32], dst, in)
			compare(t, "Map", dst, want)
			alive()
			if a := testing.AllocsPerRun(5, func() { e.Map(logistic[float32], dst, in) }); a != 0 {
				t.Errorf("%v allocations", a)
			}
			e.Float64().Map(logistic[float64], wide, [][]float64{widen(x, false), widen(y[:n], false)})
			for i := range wide {
				if d := float32(wide[i]) - want[i]; d > 1e-5*max(1, want[i]) || d < -1e-5*max(1, want[i]) {
					t.Errorf("float64: %v, want %v", wide[i], want[i])
				}
			}
		}
	})
	shouldPanic := func(f func()) {
		defer func() {
			if recover() == nil {
				t.Error("a short slice is accepted")
			}
		}()
		f()
	}
	shouldPanic(func() {
		Portable().Map(logistic[float32], make([]float32, 5), [][]float32{make([]float32, 5), make([]float32, 4)})
	})
	shouldPanic(func() { NewEngine64().Map(logistic[float64], make([]float64, 5), [][]float64{make([]float64, 4)}) })
}
