package train

import (
	"fmt"
	"math"
	"testing"
	"time"

	"glorot/graph/kernel"
)

// BenchmarkOptimizers trains a network of five hidden layers of 1,000 rectifiers, as one might train it with another library. It reports the time
// of the fastest twenty updates, each, and the arithmetic of the products in it.
func BenchmarkOptimizers(b *testing.B) {
	c := small(b, "relu", "nll")
	c.Inputs, c.Classes, c.Hidden = 1024, 9, []int{1000, 1000, 1000, 1000, 1000}
	for _, optimizer := range []string{"sgd", "adam"} {
		for _, batch := range []int{10, 128} {
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/batch=%d/threads=%d", optimizer, batch, threads), func(b *testing.B) {
					e, err := kernel.New(kernel.Options{Threads: threads})
					if err != nil {
						b.Fatal(err)
					}
					defer e.Close()
					p := parameters(b, c)
					loop, err := New(Options{Model: c, Params: p, Source: &turns{set: randomSet(batch, c.Inputs, c.Classes), batch: batch}, Batch: batch,
						Rate: 1e-4, Optimizer: Optimizer{Name: optimizer}, Engine: e})
					if err != nil {
						b.Fatal(err)
					}
					const turn = 20
					best := math.Inf(1)
					for b.Loop() {
						begin := time.Now()
						for range turn {
							if err := loop.Step(); err != nil {
								b.Fatal(err)
							}
						}
						best = min(best, time.Since(begin).Seconds()/turn)
					}
					flops := 0.0 // forward, dCost/dW and, but for the first layer, dCost/dz
					for i, w := range p.W {
						flops += float64(2 * batch * w.Shape().TotalSize() * min(3, 2+i))
					}
					b.ReportMetric(1000*best, "ms/update")
					b.ReportMetric(flops/best/1e9, "GFLOPS")
				})
			}
		}
	}
}
