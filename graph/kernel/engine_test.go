package kernel

import (
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// TestTileLayout holds the structs to the offsets that the assembly knows (gen/chain.go, gen/dots.go).
func TestTileLayout(t *testing.T) {
	var c chainTile
	var d dotTile
	for _, f := range []struct {
		name      string
		got, want uintptr
	}{
		{"chain.c", unsafe.Offsetof(c.c), 0}, {"chain.a", unsafe.Offsetof(c.a), 24}, {"chain.b", unsafe.Offsetof(c.b), 48},
		{"chain.bias", unsafe.Offsetof(c.bias), 72}, {"chain.cRow", unsafe.Offsetof(c.cRow), 96},
		{"chain.aRow", unsafe.Offsetof(c.aRow), 104}, {"chain.bDepth", unsafe.Offsetof(c.bDepth), 112},
		{"chain.bPanel", unsafe.Offsetof(c.bPanel), 120}, {"chain.depth", unsafe.Offsetof(c.depth), 128},
		{"chain.cols", unsafe.Offsetof(c.cols), 136}, {"chain.resume", unsafe.Offsetof(c.resume), 144},
		{"chain.prefetch", unsafe.Offsetof(c.prefetch), 152}, {"chain.rows", unsafe.Offsetof(c.rows), 160},
		{"chain.alpha", unsafe.Offsetof(c.alpha), 168},
		{"dot.c", unsafe.Offsetof(d.c), 0}, {"dot.a", unsafe.Offsetof(d.a), 24}, {"dot.b", unsafe.Offsetof(d.b), 48},
		{"dot.cRow", unsafe.Offsetof(d.cRow), 72}, {"dot.aRow", unsafe.Offsetof(d.aRow), 80},
		{"dot.bRow", unsafe.Offsetof(d.bRow), 88}, {"dot.cols", unsafe.Offsetof(d.cols), 96},
		{"dot.groups", unsafe.Offsetof(d.groups), 104}, {"dot.resume", unsafe.Offsetof(d.resume), 112},
		{"dot.prefetch", unsafe.Offsetof(d.prefetch), 120},
	} {
		if unsafe.Sizeof(uintptr(0)) == 8 && f.got != f.want {
			t.Errorf("%s is at %d, the assembly reads it at %d", f.name, f.got, f.want)
		}
	}
}

func TestNew(t *testing.T) {
	t.Setenv(EnvSet, "")
	for _, s := range sets() {
		e, err := New(Options{Set: s.name, Threads: 2})
		if s.missing != "" {
			if err == nil || !strings.Contains(err.Error(), s.missing) {
				t.Errorf("New with set %s, which needs %s: error %v does not say so", s.name, s.missing, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if e.Set() != s.name || e.Threads() != 2 {
			t.Errorf("engine is %s on %d threads, want %s on 2", e.Set(), e.Threads(), s.name)
		}
		e.Close()
		e.Close()
	}
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Set() != Sets()[0] || e.Threads() != runtime.NumCPU() {
		t.Errorf("New(Options{}) is %s on %d threads, want %s on %d", e.Set(), e.Threads(), Sets()[0], runtime.NumCPU())
	}
	if _, err := New(Options{Threads: -1}); err == nil {
		t.Error("no error for -1 threads")
	}
	if e := Portable(); e.Set() != "portable" || e.Threads() != 1 {
		t.Errorf("Portable() is %s on %d threads", e.Set(), e.Threads())
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv(EnvSet, "portable")
	e, err := New(Options{Threads: 1})
	if err != nil || e.Set() != "portable" {
		t.Errorf("%s=portable gives %v, %v", EnvSet, e, err)
	}
	t.Setenv(EnvSet, "avx1024")
	const want = `GLOROT_KERNELS: kernel set "avx1024" is unknown; want avx512, avx2, neon or portable`
	if _, err := New(Options{}); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if e, err := New(Options{Set: "portable"}); err != nil {
		t.Errorf("Options.Set does not override the environment: %v", err)
	} else {
		e.Close()
	}
}

func TestShortSlice(t *testing.T) {
	e := Portable()
	x := make([]float32, 6)
	for name, f := range map[string]func(){
		"MatMul: b has 6 elements; want 3 x 3": func() { e.MatMul(x, x, x, 2, 3, 3) },
		"Tanh: dst has 5 elements; want 1 x 6": func() { e.Tanh(x[:5], x) },
		"SumRows: a has 6 elements; want -1":   func() { e.SumRows(x, x, -1, 2) },
	} {
		func() {
			defer func() {
				if r, ok := recover().(string); !ok || !strings.HasPrefix(r, "kernel: "+name) {
					t.Errorf("panic is %v, want %s", r, name)
				}
			}()
			f()
		}()
	}
}

// TestNoAllocation holds every method to what Engine promises after the first call of a size.
func TestNoAllocation(t *testing.T) {
	const m, k, n = 10, 40, 70
	x, w, d, z := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n), make([]float32, m*n)
	thick := make([]float32, 60*k)
	out := make([]float32, 60*n)
	engines(t, func(t *testing.T, e *Engine) {
		all := func() {
			e.MatMulBias(z, x, w, d, m, k, n)
			e.MatMul(out, thick, w, 60, k, n)
			e.MatMulTransB(x, d, w, m, n, k)
			e.MatMulTransA(w, x, d, m, k, n)
			e.AddMatMulTransA(w, 1, x, d, m, k, n)
			e.MatMulTransBUpdate(x, w, 1, x, d, m, k, n)
			e.Tanh(z, z)
			e.TanhGrad(z, z, d)
			e.Axpy(z, 1, d)
			e.AddRow(z, d, m, n)
			e.SumRows(d, z, m, n)
			e.LogSoftmax(z, d, m, n)
			e.Softmax(z, d, m, n)
		}
		all()
		if n := testing.AllocsPerRun(10, all); n != 0 {
			t.Errorf("%g allocations", n)
		}
	})
}

// TestClose shows that Close ends the engine's goroutines, and that the engine works on.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	e, err := New(Options{Threads: 5})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 100_000)
	e.Exp(x, x)
	time.Sleep(10 * time.Millisecond) // all have parked
	e.Exp(x, x)
	e.Close()
	for i := 0; runtime.NumGoroutine() > before; i++ {
		if i == 1000 {
			t.Fatalf("%d goroutines, %d before New", runtime.NumGoroutine(), before)
		}
		time.Sleep(time.Millisecond)
	}
	clear(x)
	e.Exp(x, x)
	if x[0] != 1 || x[len(x)-1] != 1 || e.Threads() != 1 {
		t.Errorf("after Close, Exp(0) = %g, %g on %d threads", x[0], x[len(x)-1], e.Threads())
	}
}

func TestLoops(t *testing.T) {
	engines(t, func(t *testing.T, e *Engine) {
		if n := e.FMALoop(1000); n < 1000*2*8 {
			t.Errorf("FMALoop(1000) did %d operations", n)
		}
		if n := e.ReadLoop(make([]float32, 100_003)); n != 400_012 {
			t.Errorf("ReadLoop read %d bytes of 400012", n)
		}
	})
}
