package measure

import (
	"math/rand/v2"
	"testing"
)

// gaussian returns n normal values of standard deviation std.
func gaussian(n int, std float64) []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(std * r.NormFloat64())
	}
	return x
}

// activations and weightGradients are the sizes of one layer of the paper's
// network: 300 examples of 1,000 units, and 1,000 x 1,000 weights.
const (
	activations     = 300_000
	weightGradients = 1_000_000
)

func perValue(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/value")
	b.ReportAllocs()
}

func BenchmarkMoments(b *testing.B) {
	x := gaussian(weightGradients, 0.003)
	var m Moments
	for b.Loop() {
		m.Add(x)
	}
	perValue(b, len(x))
}

func BenchmarkHistogram(b *testing.B) {
	x := gaussian(weightGradients, 0.003)
	h := NewHistogram(-0.024, 0.024, DefaultBins)
	for b.Loop() {
		h.Add(x)
	}
	perValue(b, len(x))
}

// BenchmarkHistogramSpike has all values in one bin, as a saturated layer.
func BenchmarkHistogramSpike(b *testing.B) {
	x := gaussian(weightGradients, 0)
	h := NewHistogram(-1, 1, DefaultBins)
	for b.Loop() {
		h.Add(x)
	}
	perValue(b, len(x))
}

func BenchmarkCollector(b *testing.B) {
	x := gaussian(weightGradients, 0.003)
	c := NewCollector(10, Axis{})
	c.Add(x)
	for b.Loop() {
		c.Add(x)
	}
	perValue(b, len(x))
}

func BenchmarkPercentiles(b *testing.B) {
	x := gaussian(activations, 0.3)
	s, dst := new(Selector), make([]float64, 4)
	for b.Loop() {
		s.Percentiles(dst, x, 1, 2, 98, 99)
	}
	perValue(b, len(x))
}

func BenchmarkSummarize(b *testing.B) {
	x := gaussian(activations, 0.3)
	rule := saturation(b, "tanh")
	for b.Loop() {
		Summarize(x, rule.In, Axis{Low: -1, High: 1})
	}
	perValue(b, len(x))
}

func BenchmarkFirstNonFinite(b *testing.B) {
	x := gaussian(weightGradients, 0.003)
	for b.Loop() {
		FirstNonFinite(x)
	}
	perValue(b, len(x))
}

func BenchmarkSingularValues(b *testing.B) {
	const n = 1000
	x := gaussian(n*n, 0.03)
	for b.Loop() {
		if _, err := SingularValues(x, n, n); err != nil {
			b.Fatal(err)
		}
	}
}
