package measure

import (
	"math"

	"glorot/graph/kernel"
)

// pairs counts many values of a histogram of at most kernel.MostBins bins: two values at a time, in 256 KiB.
type pairs struct {
	counts [1 << 16]uint32 // by the bin of a value and 256 times that of the next
	most   int64           // what a count may be
}

// add counts the values of x, those outside and the last few of them in h itself.
func (p *pairs) add(h *Histogram, x []float32) {
	if p.most += int64(len(x)); p.most > math.MaxUint32 {
		p.moveTo(h)
		p.most = int64(len(x))
	}
	perUnit := float64(len(h.Counts)) / (h.High - h.Low)
	for {
		x = x[kernel.CountBins(x, &p.counts, h.Low, perUnit, len(h.Counts)):]
		n := min(len(x), 8)
		if n == 0 {
			return
		}
		for _, v := range x[:n] {
			h.addOne(v)
		}
		x = x[n:]
	}
}

// moveTo adds the counts to h and clears them.
func (p *pairs) moveTo(h *Histogram) {
	p.addTo(h)
	clear(p.counts[:])
}

// addTo adds the counts to h.
func (p *pairs) addTo(h *Histogram) {
	bins := len(h.Counts)
	for second := range bins {
		for first, n := range p.counts[256*second:][:bins] {
			h.Counts[first] += int64(n)
			h.Counts[second] += int64(n)
		}
	}
}
