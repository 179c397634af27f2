package measure

import (
	"fmt"
	"math"
)

// DefaultBins is the number of bins unless another one is asked for. It is odd,
// so that 0 is the middle of a bin on a symmetric axis and the density at 0 is
// that bin's.
const DefaultBins = 201

// An Axis is the range of a histogram and its number of bins. Where Low and
// High are both 0 the range is chosen from the data (see AutoRange); where
// Bins is 0 it is DefaultBins.
type Axis struct {
	Low, High float64
	Bins      int
}

// automatic reports whether the data choose the range.
func (a Axis) automatic() bool { return a.Low == 0 && a.High == 0 }

// resolve returns a with its defaults filled in: an automatic range becomes
// [-r, r], or [-1, 1] where r is 0.
func (a Axis) resolve(r float64) Axis {
	if a.automatic() {
		if r == 0 {
			r = 1
		}
		a.Low, a.High = -r, r
	}
	if a.Bins == 0 {
		a.Bins = DefaultBins
	}
	return a
}

// histogram returns an empty histogram on a, which has been resolved.
func (a Axis) histogram() Histogram { return *NewHistogram(a.Low, a.High, a.Bins) }

// Histogram counts values in bins of equal width from Low to High. Bin k is
// half-open, [Low + k w, Low + (k+1) w), but the last bin holds High too, as
// in numpy.histogram. A value within about 1e-15 of the range from an edge
// may fall to either side of it. NaN and infinities are not counted.
type Histogram struct {
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Counts []int64 `json:"counts"`
	Below  int64   `json:"below"` // values < Low
	Above  int64   `json:"above"` // values > High
}

// NewHistogram returns an empty histogram. It panics unless low < high are
// finite and bins is positive.
func NewHistogram(low, high float64, bins int) *Histogram {
	if !(low < high) || math.IsInf(high-low, 0) || bins < 1 {
		panic(fmt.Sprintf("measure: histogram from %v to %v in %d bins: want finite low < high and at least 1 bin", low, high, bins))
	}
	return &Histogram{Low: low, High: high, Counts: make([]int64, bins)}
}

// Add counts the values of x. It allocates nothing.
func (h *Histogram) Add(x []float32) {
	low, counts := h.Low, h.Counts
	bins := float64(len(counts))
	perUnit := bins / (h.High - low)
	// From 0 to bins, numbers are in the order of their bits; negative numbers and NaN have larger ones.
	end := math.Float64bits(bins)
	inside := func(t float64) bool { return math.Float64bits(t) < end }
	// Values are taken four at a time and go alternately into two sets of counts, so that consecutive values of the same bin
	// need not wait for each other's count.
	var others [256]int64
	other := counts
	if len(counts) <= len(others) {
		other = others[:len(counts)]
	}
	for len(x) >= 4 {
		four := x[:4]
		x = x[4:]
		t0 := (float64(four[0]) - low) * perUnit
		t1 := (float64(four[1]) - low) * perUnit
		t2 := (float64(four[2]) - low) * perUnit
		t3 := (float64(four[3]) - low) * perUnit
		if inside(t0) && inside(t1) && inside(t2) && inside(t3) {
			counts[int(t0)]++
			other[int(t1)]++
			counts[int(t2)]++
			other[int(t3)]++
			continue
		}
		for _, v := range four {
			h.addOne(v)
		}
	}
	for _, v := range x {
		h.addOne(v)
	}
	if len(counts) <= len(others) {
		for k, n := range other {
			counts[k] += n
		}
	}
}

func (h *Histogram) addOne(v float32) {
	switch w := float64(v); {
	case !finite(v):
	case w < h.Low:
		h.Below++
	case w > h.High:
		h.Above++
	default:
		h.Counts[h.bin(w)]++
	}
}

// bin returns the bin of a value in [Low, High], by the arithmetic of Add.
func (h *Histogram) bin(v float64) int {
	bins := len(h.Counts)
	return min(bins-1, int((v-h.Low)*(float64(bins)/(h.High-h.Low))))
}

// Merge adds the counts of o. It returns an error, and leaves h unchanged,
// unless both have the same range and number of bins.
func (h *Histogram) Merge(o *Histogram) error {
	if h.Low != o.Low || h.High != o.High || len(h.Counts) != len(o.Counts) {
		return fmt.Errorf("measure: cannot merge a histogram of %d bins from %v to %v into one of %d bins from %v to %v",
			len(o.Counts), o.Low, o.High, len(h.Counts), h.Low, h.High)
	}
	h.add(o)
	return nil
}

// add adds the counts of o, which has the same bins.
func (h *Histogram) add(o *Histogram) {
	for k, c := range o.Counts {
		h.Counts[k] += c
	}
	h.Below += o.Below
	h.Above += o.Above
}

// Scaled returns the histogram of factor times the values counted; factor
// must be positive. The counts are shared with h.
func (h Histogram) Scaled(factor float64) Histogram {
	h.Low *= factor
	h.High *= factor
	return h
}

// Total returns the number of values counted, those outside included.
func (h *Histogram) Total() int64 {
	total := h.Below + h.Above
	for _, c := range h.Counts {
		total += c
	}
	return total
}

// Width returns the width of a bin.
func (h *Histogram) Width() float64 {
	return (h.High - h.Low) / float64(len(h.Counts))
}

// Centers returns the middle of each bin.
func (h *Histogram) Centers() []float64 {
	centers := make([]float64, len(h.Counts))
	for k := range centers {
		centers[k] = h.Low + float64((float64(k)+0.5)*h.Width())
	}
	return centers
}

// Density returns the normalised histogram of Glorot & Bengio 2010, Fig. 4 and
// 6 to 8: each count divided by the total and by the bin's width. It integrates
// to the share of values inside the range. Without values all densities are 0.
func (h *Histogram) Density() []float64 {
	density := make([]float64, len(h.Counts))
	if total := h.Total(); total > 0 {
		area := float64(total) * h.Width()
		for k, c := range h.Counts {
			density[k] = float64(c) / area
		}
	}
	return density
}

// DensityAt returns the density of the bin that holds x, 0 outside the range
// or with no values. DensityAt(0) is the "0-peak" of Glorot & Bengio 2010,
// Fig. 6 and 7.
func (h *Histogram) DensityAt(x float64) float64 {
	total := h.Total()
	if total == 0 || !(x >= h.Low && x <= h.High) {
		return 0
	}
	return float64(h.Counts[h.bin(x)]) / (float64(total) * h.Width())
}

// DensityOn returns the density in bins of another range, as though the values
// of each bin of h were distributed evenly over it, so that histograms with
// different ranges can be compared. Mass is kept where the range covers that of
// h. It panics unless low < high are finite and bins is positive.
func (h *Histogram) DensityOn(low, high float64, bins int) []float64 {
	on := NewHistogram(low, high, bins)
	density := make([]float64, bins)
	for k, d := range h.Density() {
		from := (h.Low + float64(k)*h.Width() - low) / on.Width() // of the bin, in bins of the other range
		to := from + h.Width()/on.Width()
		for j := max(0, int(math.Floor(from))); j < bins && float64(j) < to; j++ {
			overlap := min(to, float64(j+1)) - max(from, float64(j))
			density[j] += d * max(0, overlap)
		}
	}
	return density
}
