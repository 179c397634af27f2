package kernel

import (
	"fmt"
	"testing"
)

// paper is the network of Glorot & Bengio 2010, section 2.3, with five hidden layers.
var paper = []int{1024, 1000, 1000, 1000, 1000, 1000, 9}

// A step holds the operands of one update of the paper's network.
type step struct {
	batch   int
	w, bias [][]float32 // [in, out], [out]
	z, d    [][]float32 // [batch, width]: activations, gradients
}

func newStep(batch int) *step {
	s := &step{batch: batch}
	for i, n := range paper {
		s.z, s.d = append(s.z, make([]float32, batch*n)), append(s.d, make([]float32, batch*n))
		for j := range s.z[i] {
			s.z[i][j], s.d[i][j] = float32(j%7)/8, float32(j%5)*1e-6
		}
		if i > 0 {
			w := make([]float32, paper[i-1]*n)
			for j := range w {
				w[j] = float32(j%13-6) / 200
			}
			s.w, s.bias = append(s.w, w), append(s.bias, make([]float32, n))
		}
	}
	return s
}

func (s *step) forward(e *Engine) {
	for i, w := range s.w {
		e.MatMulBias(s.z[i+1], s.z[i], w, s.bias[i], s.batch, paper[i], paper[i+1])
	}
}

func (s *step) tanh(e *Engine) {
	for _, z := range s.z[1:6] {
		e.Tanh(z, z)
	}
}

func (s *step) backward(e *Engine) {
	for i := len(s.w) - 1; i > 0; i-- {
		e.MatMulTransB(s.d[i], s.d[i+1], s.w[i], s.batch, paper[i+1], paper[i])
	}
}

func (s *step) update(e *Engine) {
	for i, w := range s.w {
		e.AddMatMulTransA(w, -1e-9, s.z[i], s.d[i+1], s.batch, paper[i], paper[i+1])
	}
}

func (s *step) fused(e *Engine) {
	for i := len(s.w) - 1; i > 0; i-- {
		e.MatMulTransBUpdate(s.d[i], s.w[i], -1e-9, s.z[i], s.d[i+1], s.batch, paper[i], paper[i+1])
	}
	e.AddMatMulTransA(s.w[0], -1e-9, s.z[0], s.d[1], s.batch, paper[0], paper[1])
}

// flops counts two for each multiply-add; from is the first layer that takes part.
func (s *step) flops(from int) (n float64) {
	for i := from; i < len(s.w); i++ {
		n += 2 * float64(s.batch) * float64(paper[i]) * float64(paper[i+1])
	}
	return n
}

func benchmarkEngines(b *testing.B, f func(b *testing.B, e *Engine)) {
	for _, set := range Sets() {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s-%d", set, threads), func(b *testing.B) {
				e, err := New(Options{Set: set, Threads: threads})
				if err != nil {
					b.Fatal(err)
				}
				defer e.Close()
				f(b, e)
			})
		}
	}
}

// BenchmarkStep measures the products and updates of one update of the paper's network, whole and by part.
func BenchmarkStep(b *testing.B) {
	for _, batch := range []int{10, 300} {
		s := newStep(batch)
		for _, part := range []struct {
			name  string
			flops float64
			do    func(e *Engine)
		}{
			{"all", 2*s.flops(0) + s.flops(1), func(e *Engine) { s.forward(e); s.fused(e) }},
			{"unfused", 2*s.flops(0) + s.flops(1), func(e *Engine) { s.forward(e); s.backward(e); s.update(e) }},
			{"forward", s.flops(0), s.forward},
			{"backward", s.flops(1), s.backward},
			{"update", s.flops(0), s.update},
			{"fused", s.flops(0) + s.flops(1), s.fused},
			{"tanh", 0, s.tanh},
		} {
			b.Run(fmt.Sprintf("batch%d/%s", batch, part.name), func(b *testing.B) {
				benchmarkEngines(b, func(b *testing.B, e *Engine) {
					for b.Loop() {
						part.do(e)
					}
					b.ReportMetric(part.flops*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
				})
			})
		}
	}
}

func BenchmarkFMALoop(b *testing.B) {
	benchmarkEngines(b, func(b *testing.B, e *Engine) {
		var flops int
		for b.Loop() {
			flops += e.FMALoop(100_000)
		}
		b.ReportMetric(float64(flops)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
	})
}

func BenchmarkReadLoop(b *testing.B) {
	for _, kb := range []int{16, 256, 20 << 10, 256 << 10} {
		x := make([]float32, kb<<8)
		for i := range x {
			x[i] = 1 // memory that was never written may be one page of zeros again and again
		}
		b.Run(fmt.Sprintf("%dKB", kb), func(b *testing.B) {
			benchmarkEngines(b, func(b *testing.B, e *Engine) {
				var bytes int
				for b.Loop() {
					bytes += e.ReadLoop(x)
				}
				b.ReportMetric(float64(bytes)/float64(b.Elapsed().Nanoseconds()), "GB/s")
			})
		})
	}
}
