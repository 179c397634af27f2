package kernel

import "testing"

// BenchmarkProduct64 measures a float64 product of a thin batch.
func BenchmarkProduct64(b *testing.B) {
	const m, k, n = 10, 1000, 1000
	x, w, z := make([]float64, m*k), make([]float64, k*n), make([]float64, m*n)
	for i := range w {
		w[i] = float64(i%13-6) / 200
	}
	for i := range x {
		x[i] = float64(i%7) / 8
	}
	benchmarkEngines(b, func(b *testing.B, e *Engine) {
		d := e.Float64()
		for b.Loop() {
			d.MatMul(z, x, w, m, k, n)
		}
		b.ReportMetric(2*m*k*n*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
	})
}
