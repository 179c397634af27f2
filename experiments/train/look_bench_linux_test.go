package train

import (
	"context"
	"fmt"
	"math"
	"syscall"
	"testing"

	"glorot/graph/hook"
	"glorot/graph/kernel"
)

// BenchmarkLook takes all layer statistics of the paper's network with five hidden layers: activations of 300 examples, and gradients on 30
// mini-batches of 10. It reports the least processor time of a look, and what that is in updates of the same network, made in between.
func BenchmarkLook(b *testing.B) {
	c := small(b, "tanh", "nll")
	c.Inputs, c.Classes, c.Hidden = 1024, 9, []int{1000, 1000, 1000, 1000, 1000}
	p, set := parameters(b, c), randomSet(300, c.Inputs, c.Classes)
	for _, threads := range []int{1, 2} {
		for name, histograms := range map[string]hook.Schedule{"whole": nil, "plain": func(int) bool { return false }} {
			b.Run(fmt.Sprintf("%s-%d", name, threads), func(b *testing.B) {
				e, err := kernel.New(kernel.Options{Threads: threads})
				if err != nil {
					b.Fatal(err)
				}
				defer e.Close()
				probe, err := NewProbe(ProbeOptions{Model: c, Params: p, Set: set, Scale: unit, Batch: 10, Engine: e, Histograms: histograms})
				if err != nil {
					b.Fatal(err)
				}
				loop, err := New(Options{Model: c, Params: p, Source: &turns{set: set, batch: 10}, Batch: 10, Rate: 1e-9, Engine: e})
				if err != nil {
					b.Fatal(err)
				}
				look, update := math.Inf(1), math.Inf(1)
				for b.Loop() {
					look = min(look, seconds(b, func() error { _, err := probe.Snapshot(context.Background(), 0); return err }))
					for range 30 {
						update = min(update, seconds(b, loop.Step))
					}
				}
				b.ReportMetric(1000*look, "ms/look")
				b.ReportMetric(look/update, "updates/look")
			})
		}
	}
}

// seconds returns the processor time that the program takes for f: on a busy machine it varies less than the time that passes.
func seconds(b *testing.B, f func() error) float64 {
	now := func() float64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	from := now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return now() - from
}
