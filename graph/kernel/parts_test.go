package kernel

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// The parts are the product of MatMulTransA, bit by bit, each once.
func TestPartsMatMulTransA(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = normal(r)
		}
		return x
	}
	engines(t, func(t *testing.T, e *Engine) {
		for _, s := range [][3]int{{0, 5, 7}, {1, 1, 1}, {10, 130, 700}, {10, 1, 70_000}, {10, 5, 40_001}, {61, 2, 32_769}, {300, 2, 33_000}, {0, 2, 40_000}, {61, 200, 333}, {300, 40, 901}, {3, 0, 5}, {3, 5, 0}} {
			m, k, n := s[0], s[1], s[2]
			a, b := random(m*k), random(m*n)
			want, got, count := make([]float32, k*n), make([]float32, k*n), 0
			e.MatMulTransA(want, a, b, m, k, n)
			var lock sync.Mutex
			e.PartsMatMulTransA(func(from int, part []float32) {
				lock.Lock()
				defer lock.Unlock()
				if from%PartSize != 0 || len(part) != min(PartSize, k*n-from) {
					t.Errorf("%v: a part of %d from %d", s, len(part), from)
				}
				count += copy(got[from:], part)
			}, a, b, m, k, n)
			if count != k*n {
				t.Errorf("%v: %d numbers, want %d", s, count, k*n)
			}
			for i, w := range want {
				if !same(got[i], w) {
					t.Fatal(fmt.Sprint(s), "number", i, "is", got[i], "want", w)
				}
			}
		}
	})
}
