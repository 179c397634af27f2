package measure

import (
	"math"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"glorot/graph/kernel"
)

// Values that come in parts, in any order and from several goroutines, give the bits of Add: with a range that the first call chooses or that
// is given, with outliers and values that are not finite, and with more bins than the kernel counts.
func TestCollectorParts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, axis := range []Axis{{}, {Low: -0.01, High: 0.02}, {Low: -1, High: 1, Bins: 300}} {
		for _, n := range []int{1, 1000, 3 * kernel.PartSize, 3*kernel.PartSize + 1500} {
			for _, plain := range []bool{false, true} {
				whole, parts := NewCollector(10, axis), NewCollector(10, axis)
				if plain {
					whole, parts = NewPlainCollector(10), NewPlainCollector(10)
				}
				for call := range 4 {
					x := gaussian(n, 0.003*float64(min(call, 1))) // zeros at first
					for range call {
						x[r.IntN(n)] = []float32{1, -2, 0.08, nan, float32(math.Inf(1))}[r.IntN(5)]
					}
					whole.Add(x)
					parts.Begin(n)
					for again := true; again; again = parts.End() {
						var all sync.WaitGroup
						for _, k := range r.Perm((n + kernel.PartSize - 1) / kernel.PartSize) {
							from := k * kernel.PartSize
							all.Go(func() { parts.Part(from, x[from:min(from+kernel.PartSize, n)]) })
						}
						all.Wait()
					}
					got, want := parts.Stats(), whole.Stats()
					if got.N != want.N || got.NonFinite != want.NonFinite || !sameBits(got.Mean, want.Mean) || !sameBits(got.Std, want.Std) ||
						!sameBits(got.Kurtosis, want.Kurtosis) || !reflect.DeepEqual(got.Histogram, want.Histogram) {
						t.Fatalf("%+v, %d values, call %d: %+v, want %+v", axis, n, call, got, want)
					}
				}
			}
		}
	}
	panics(t, "measure: a part from 5; want a multiple of 1024", func() { NewCollector(1, Axis{}).Part(5, nil) })
}

func sameBits(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
}

// The moments are those of the definition, block by block and one addition after the other, bit by bit.
func TestMomentsBits(t *testing.T) {
	for _, n := range []int{5, 1024, 8 * 1024, 20*1024 + 77} {
		for _, special := range []bool{false, true} {
			x := gaussian(n, 0.3)
			if special {
				x[n/2], x[0] = nan, float32(math.Inf(-1))
			}
			var got, want Moments
			got.Add(x)
			for from := 0; from < n; from += momentBlock {
				clean := appendFinite(nil, x[from:min(from+momentBlock, n)])
				var s [4]float64
				for _, v := range clean {
					d := float64(v) - float64(clean[0])
					for p, term := range [4]float64{d, d * d, float64(d*d) * d, float64(d*d) * float64(d*d)} {
						s[p] += float64(term)
					}
				}
				want.Merge(ofFinite(clean, s[0], s[1], s[2], s[3]))
			}
			want.nonFinite = int64(n) - want.n
			if got != want {
				t.Errorf("%d values: %+v, want %+v", n, got, want)
			}
		}
	}
}
