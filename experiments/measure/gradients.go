package measure

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"

	"glorot/graph/kernel"
)

// GradientStats are the statistics of a layer's gradients, back-propagated
// (dCost/ds, Glorot & Bengio 2010, Fig. 7) or of weights (dCost/dW, Fig. 8 and
// 9), over a number of mini-batches. Undefined numbers are NaN here and null in
// JSON.
type GradientStats struct {
	N         int64 // finite values
	NonFinite int64 // NaNs and infinities, part of no statistic
	Mean      float64
	Std       float64 // population, divisor N
	Kurtosis  float64 // Pearson's, 3 of a normal distribution
	Histogram Histogram
}

// Collector gathers values from mini-batch after mini-batch into GradientStats.
//
// Each value is multiplied by a scale: with gradients of the mean cost over
// a batch of 10, a scale of 10 describes the gradients summed over the batch,
// which is what Fig. 7 to 9 of Glorot & Bengio 2010 show.
type Collector struct {
	scale     float64
	axis      Axis // of the scaled values
	moments   Moments
	histogram Histogram // of the values as they come; no bins until the range is known
	plain     bool      // no histogram

	// Of a call of Add whose values come in parts.
	stage  stage
	zeros  int64 // values before it, if the range is not known
	blocks []Moments
	lock   sync.Mutex // of the histogram and the pairs
	pairs  []*pairs   // further counts
}

// stage is what a collector takes of the parts.
type stage int

const (
	takeAll stage = iota
	takeMoments
	takeCounts
	takeNothing
)

// NewPlainCollector returns an empty collector whose Stats have no histogram,
// which is less work. It panics unless scale is positive and finite.
func NewPlainCollector(scale float64) *Collector {
	c := NewCollector(scale, Axis{})
	c.plain = true
	return c
}

// NewCollector returns an empty collector of values multiplied by scale,
// with a histogram on axis, both in scaled units. If axis has an automatic
// range, it is [-r, r] with AutoRange's r of the first call to Add that
// brings a value other than 0; later values outside count as Below or Above.
// It panics unless scale is positive and finite, and on an axis with an
// empty range or a negative number of bins.
func NewCollector(scale float64, axis Axis) *Collector {
	if !(scale > 0) || math.IsInf(scale, 0) {
		panic(fmt.Sprintf("measure: scale %v: want a positive number", scale))
	}
	axis.resolve(0).histogram() // panics now rather than at the first value
	c := &Collector{scale: scale, axis: axis}
	if !axis.automatic() {
		c.setRange(0)
	}
	return c
}

// Add includes the values of x. It allocates nothing, except for the histogram
// in the call that chooses its range.
func (c *Collector) Add(x []float32) {
	for c.Begin(len(x)); ; {
		c.Part(0, x)
		if !c.End() {
			return
		}
	}
}

// Begin begins a call of Add of n values that come in parts, each of them in one call of Part, and then End. If End returns true, all parts
// are given once more, and End is called again: the first values have chosen the range of the histogram. The result is that of Add.
func (c *Collector) Begin(n int) {
	blocks := (n + momentBlock - 1) / momentBlock
	c.blocks = slices.Grow(c.blocks[:0], blocks)[:blocks]
	c.stage, c.zeros = takeAll, c.moments.N()
	if c.plain || c.histogram.Counts == nil {
		c.stage = takeMoments
	}
}

// PartSize is what the index of a part's first value is a multiple of, and the length of all parts but the last one.
const PartSize = momentBlock

// Part takes the values of x, where from is the index of the first one. Several goroutines may call it at a time.
func (c *Collector) Part(from int, x []float32) {
	if from%PartSize != 0 {
		panic(fmt.Sprintf("measure: a part from %d; want a multiple of %d", from, PartSize))
	}
	if c.stage == takeAll || c.stage == takeMoments {
		ofBlocks(c.blocks[from/momentBlock:], x)
	}
	if c.stage == takeAll || c.stage == takeCounts {
		c.count(x)
	}
}

// few is the number of values below which they are counted one by one.
const few = 4096

// count adds x to the histogram.
func (c *Collector) count(x []float32) {
	bins := len(c.histogram.Counts)
	if len(x) < few || bins > kernel.MostBins {
		c.lock.Lock()
		defer c.lock.Unlock()
		c.histogram.Add(x)
		return
	}
	var outside [kernel.MostBins]int64
	part, p := Histogram{Low: c.histogram.Low, High: c.histogram.High, Counts: outside[:bins]}, c.takePairs()
	p.add(&part, x)
	c.lock.Lock()
	defer c.lock.Unlock()
	c.histogram.add(&part)
	c.pairs = append(c.pairs, p)
}

// takePairs returns counts that no other goroutine adds to.
func (c *Collector) takePairs() *pairs {
	c.lock.Lock()
	defer c.lock.Unlock()
	n := len(c.pairs) - 1
	if n < 0 {
		return new(pairs)
	}
	p := c.pairs[n]
	c.pairs = c.pairs[:n]
	return p
}

// End ends what Begin has begun, unless it returns true. Then the parts come again.
func (c *Collector) End() (again bool) {
	if c.stage == takeAll || c.stage == takeMoments {
		for _, b := range c.blocks {
			c.moments.Merge(b)
		}
	}
	if c.stage == takeMoments && !c.plain {
		if r := AutoRange(c.moments, c.scale); r != 0 {
			c.setRange(r)
			c.histogram.Counts[len(c.histogram.Counts)/2] = c.zeros // all values before
			c.stage = takeCounts
			return true
		}
	}
	c.stage = takeNothing
	return false
}

// setRange makes the histogram, whose range is in the values' own units; r
// is the half-width of an automatic range, in scaled units.
func (c *Collector) setRange(r float64) {
	c.axis = c.axis.resolve(r)
	c.histogram = c.axis.histogram().Scaled(1 / c.scale)
}

// Stats returns the statistics of all values added so far. If they are all
// zeros and the range is automatic, the histogram is on [-1, 1].
func (c *Collector) Stats() GradientStats {
	m := c.moments.Scaled(c.scale)
	s := GradientStats{
		N:         m.N(),
		NonFinite: m.NonFinite(),
		Mean:      m.Mean(),
		Std:       m.Std(),
		Kurtosis:  m.Kurtosis(),
	}
	if !c.plain {
		s.Histogram = c.counted()
	}
	return s
}

// counted returns a copy of the histogram, in scaled units.
func (c *Collector) counted() Histogram {
	axis, counted := c.axis.resolve(0), c.histogram
	h := axis.histogram()
	if counted.Counts == nil {
		h.Counts[len(h.Counts)/2] = c.moments.N()
		return h
	}
	copy(h.Counts, counted.Counts)
	h.Below, h.Above = counted.Below, counted.Above
	for _, p := range c.pairs {
		p.addTo(&h)
	}
	return h
}

// gradientStatsJSON has the keys of GradientStats in JSON.
type gradientStatsJSON struct {
	N         int64     `json:"n"`
	NonFinite int64     `json:"non_finite"`
	Mean      number    `json:"mean"`
	Std       number    `json:"std"`
	Kurtosis  number    `json:"kurtosis"`
	Histogram Histogram `json:"histogram"`
}

// MarshalJSON writes the keys n, non_finite, mean, std, kurtosis and
// histogram.
func (s GradientStats) MarshalJSON() ([]byte, error) {
	return json.Marshal(gradientStatsJSON{
		s.N, s.NonFinite, number(s.Mean), number(s.Std), number(s.Kurtosis), s.Histogram,
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *GradientStats) UnmarshalJSON(text []byte) error {
	nan := number(math.NaN()) // of what is left out, as in runs of other programs
	j := gradientStatsJSON{Mean: nan, Std: nan, Kurtosis: nan}
	if err := json.Unmarshal(text, &j); err != nil {
		return err
	}
	*s = GradientStats{
		j.N, j.NonFinite, float64(j.Mean), float64(j.Std), float64(j.Kurtosis), j.Histogram,
	}
	return nil
}
