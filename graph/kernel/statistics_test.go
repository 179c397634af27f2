package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// loops are those that are chosen here, and the portable ones.
var loops = []struct {
	name   string
	powers func(x []float32, block int, sums []float64)
	bins   func(x []float32, pairs *[1 << 16]uint32, low, perUnit, end float64) (done int)
}{{"chosen", powers, countBins}, {"portable", portablePowers, portableBins}}

// The sums are those of the definition, one addition after the other, bit by bit.
func TestPowerSums(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, s := range loops {
		for _, block := range []int{4, 8, 12, 1024} {
			for _, special := range [][]float32{nil, {inf, nan, -inf}, {math.MaxFloat32, -math.MaxFloat32, 1e-45}} {
				x := make([]float32, PowerBlocks*block)
				for i := range x {
					x[i] = float32(r.NormFloat64() + 3)
				}
				for _, v := range special {
					x[r.IntN(len(x))] = v
				}
				var sums [4 * PowerBlocks]float64
				s.powers(x, block, sums[:])
				for l := range PowerBlocks {
					var want [4]float64
					for _, v := range x[l*block:][:block] {
						d := float64(v) - float64(x[l*block])
						for p, term := range [4]float64{d, d * d, float64(d*d) * d, float64(d*d) * float64(d*d)} {
							want[p] += float64(term)
						}
					}
					for p, w := range want {
						if got := sums[p*PowerBlocks+l]; math.Float64bits(got) != math.Float64bits(w) && (got == got || w == w) {
							t.Fatalf("%s: block %d of %d numbers, power %d: %v, want %v", s.name, l, block, p+1, got, w)
						}
					}
				}
			}
		}
	}
}

// Numbers are counted where the definition puts them, up to the first eight that hold one outside.
func TestCountBins(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	outside := []float32{-1.5, 1, 2.5, -1e30, 1e30, float32(math.Inf(-1)), float32(math.Inf(1)), float32(math.NaN()), -float32(math.NaN())}
	for _, s := range loops {
		for round := range 300 {
			bins, low := 1+r.IntN(MostBins), -1.0
			perUnit := float64(bins) / 2
			x := make([]float32, r.IntN(70))
			for i := range x {
				x[i] = float32(2*r.Float64() - 1)
				if r.IntN(4) == 0 { // on an edge, or next to it
					x[i] = min(math.Nextafter32(float32(low+float64(r.IntN(bins))/perUnit), float32(r.IntN(3)-1)), math.Nextafter32(1, 0))
				}
				x[i] = max(x[i], -1)
			}
			want := len(x) / 8 * 8
			if len(x) > 0 && round%2 == 0 {
				at := r.IntN(len(x))
				x[at] = outside[r.IntN(len(outside))]
				want = min(want, at/8*8)
			}
			counts, wanted := new([1 << 16]uint32), new([1 << 16]uint32)
			bin := func(v float32) int { return int((float64(v) - low) * perUnit) }
			for i := 0; i < want; i += 2 {
				wanted[bin(x[i])+256*bin(x[i+1])]++
			}
			if done := s.bins(x, counts, low, perUnit, float64(bins)); done != want || *counts != *wanted {
				t.Fatalf("%s, round %d: %d of %d numbers counted in %d bins, want %d; same counts: %v", s.name, round, done, len(x), bins, want, *counts == *wanted)
			}
		}
	}
}

func BenchmarkStatistics(b *testing.B) {
	x := make([]float32, PowerBlocks*1024)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range x {
		x[i] = float32(r.NormFloat64() / 10)
	}
	for _, c := range loops {
		b.Run("powers/"+c.name, func(b *testing.B) {
			var sums [4 * PowerBlocks]float64
			for b.Loop() {
				c.powers(x, 1024, sums[:])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(x)), "ns/value")
		})
		b.Run("bins/"+c.name, func(b *testing.B) {
			counts := new([1 << 16]uint32)
			for b.Loop() {
				c.bins(x, counts, -1, 100, 201)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(x)), "ns/value")
		})
	}
}
