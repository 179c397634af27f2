//go:build linux

package kernel

import (
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// A guarded allocator places slices so that they end, or begin, where memory may not be touched.
type guarded struct {
	t       *testing.T
	atStart bool
}

func (g guarded) floats(r *rand.Rand, n int) []float32 {
	page := os.Getpagesize()
	size := (4*n + page - 1) / page * page
	b, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { syscall.Munmap(b) })
	for _, edge := range [][]byte{b[:page], b[page+size:]} {
		if err := syscall.Mprotect(edge, syscall.PROT_NONE); err != nil {
			g.t.Fatal(err)
		}
	}
	b = b[page : page+size]
	if !g.atStart {
		b = b[size-4*n:]
	}
	if n == 0 {
		return nil
	}
	x := unsafe.Slice((*float32)(unsafe.Pointer(&b[0])), n)
	for i := range x {
		x[i] = normal(r)
	}
	return x
}

// TestGuard runs every kernel on operands next to memory that may not be read: a stray read ends the test program.
func TestGuard(t *testing.T) {
	engines(t, func(t *testing.T, e *Engine) {
		if e.Threads() > 2 {
			t.Skip("as with two threads")
		}
		r := rand.New(rand.NewPCG(15, 16))
		for _, atStart := range []bool{false, true} {
			g := guarded{t, atStart}
			for _, s := range [][3]int{
				{1, 1, 1}, {1, 40, 5}, {2, 3, 5}, {5, 13, 9}, {10, 37, 45}, {12, 12, 32}, {13, 18, 33},
				{7, 31, 530}, {50, 41, 70}, {60, 600, 17},
			} {
				m, k, n := s[0], s[1], s[2]
				x, w, bias, d, z := g.floats(r, m*k), g.floats(r, k*n), g.floats(r, n), g.floats(r, m*n), g.floats(r, m*n)
				e.MatMulBias(z, x, w, bias, m, k, n)
				e.MatMulTransB(x, d, w, m, n, k)
				e.MatMulTransA(w, x, d, m, k, n)
				e.AddMatMulTransA(w, 1e-3, x, d, m, k, n)
				e.MatMulTransBUpdate(g.floats(r, m*k), w, 1e-3, x, d, m, k, n)
				e.AddRow(z, bias, m, n)
				e.SumRows(bias, z, m, n)
				e.Axpy(z, 0.5, d)
				for _, f := range functions {
					f.f(e, z, d)
				}
				for _, f := range gradients {
					f.f(e, z, z, d)
				}
				e.LogSoftmax(z, d, m, n)
			}
		}
	})
}
