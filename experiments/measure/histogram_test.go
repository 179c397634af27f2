package measure

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func histogramOf(x []float32, low, high float64, bins int) *Histogram {
	h := NewHistogram(low, high, bins)
	h.Add(x)
	return h
}

func TestHistogramNumpy(t *testing.T) {
	h := histogramOf(reference(), -0.5, 1.5, 12)
	// numpy 2.4.6: numpy.histogram(x.astype(float64), bins=12, range=(-.5, 1.5));
	// (x < -.5).sum(), (x > 1.5).sum(); counts/5000/(2/12)
	counts := []int64{315, 278, 252, 232, 215, 202, 191, 183, 173, 167, 160, 154}
	if !slices.Equal(h.Counts, counts) || h.Below != 2040 || h.Above != 438 {
		t.Errorf("histogram %+v, want counts %v, 2040 below, 438 above", h, counts)
	}
	density := []float64{0.378, 0.3336, 0.3024, 0.2784, 0.258, 0.2424, 0.2292, 0.2196, 0.2076, 0.2004, 0.192, 0.1848}
	for k, got := range h.Density() {
		nearly(t, "density", got, density[k], 1e-13)
		nearly(t, "density at the centre", h.DensityAt(h.Centers()[k]), density[k], 1e-13)
	}
}

func TestHistogramEdges(t *testing.T) {
	below, above := math.Nextafter32(-1, -2), math.Nextafter32(1, 2)
	for _, c := range []struct {
		v            float32
		counts       []int64
		below, above int64
	}{
		{-1, []int64{1, 0, 0, 0}, 0, 0},
		{math.Nextafter32(-0.5, -1), []int64{1, 0, 0, 0}, 0, 0},
		{-0.5, []int64{0, 1, 0, 0}, 0, 0},
		{0, []int64{0, 0, 1, 0}, 0, 0},
		{0.5, []int64{0, 0, 0, 1}, 0, 0},
		{1, []int64{0, 0, 0, 1}, 0, 0}, // the last bin holds its upper edge
		{below, []int64{0, 0, 0, 0}, 1, 0},
		{-math.MaxFloat32, []int64{0, 0, 0, 0}, 1, 0},
		{above, []int64{0, 0, 0, 0}, 0, 1},
		{nan, []int64{0, 0, 0, 0}, 0, 0},
		{inf, []int64{0, 0, 0, 0}, 0, 0},
		{-inf, []int64{0, 0, 0, 0}, 0, 0},
	} {
		h := histogramOf([]float32{c.v}, -1, 1, 4)
		if !slices.Equal(h.Counts, c.counts) || h.Below != c.below || h.Above != c.above {
			t.Errorf("%v is counted as %+v", c.v, h)
		}
	}
}

func TestDensityAt(t *testing.T) {
	h := histogramOf([]float32{-1, 0.25, 0.25, 1, 5}, -1, 1, 2)
	for x, want := range map[float64]float64{-1: 0.2, -0.01: 0.2, 0: 0.6, 1: 0.6, -1.01: 0, 1.01: 0, 5: 0} {
		exactly(t, "density", h.DensityAt(x), want)
	}
	exactly(t, "density at NaN", h.DensityAt(math.NaN()), 0)

	empty := NewHistogram(0, 1, 1)
	exactly(t, "density of none", empty.DensityAt(0.5), 0)
	exactly(t, "density of none", empty.Density()[0], 0)

	// The peak of a normal distribution is 1/(σ√(2π)); 1e6 values.
	peak := histogramOf(gaussian(weightGradients, 0.1), -1, 1, DefaultBins).DensityAt(0)
	nearly(t, "peak", peak, 1/(0.1*math.Sqrt(2*math.Pi)), 0.02)
}

func TestCenters(t *testing.T) {
	if got, want := NewHistogram(-1, 1, 4).Centers(), []float64{-0.75, -0.25, 0.25, 0.75}; !slices.Equal(got, want) {
		t.Errorf("centers %v, want %v", got, want)
	}
	exactly(t, "middle of the default axis", Axis{}.resolve(0.3).histogram().bin0(), DefaultBins/2)
}

// bin0 is the bin of 0.
func (h Histogram) bin0() float64 { return float64(h.bin(0)) }

func TestHistogramProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := values(0).Draw(t, "x")
		low := rapid.Float64Range(-3, 1).Draw(t, "low")
		high := low + rapid.Float64Range(0.1, 5).Draw(t, "width")
		bins := rapid.IntRange(1, 40).Draw(t, "bins")
		h := histogramOf(x, low, high, bins)

		if h.Total() != int64(len(x)) {
			t.Fatalf("total %d of %d values", h.Total(), len(x))
		}

		// One value at a time takes the other path through Add.
		single := NewHistogram(low, high, bins)
		for i := range x {
			single.Add(x[i : i+1])
		}
		same(t, single, h)

		reversed := slices.Clone(x)
		slices.Reverse(reversed)
		same(t, histogramOf(reversed, low, high, bins), h)

		cut := rapid.IntRange(0, len(x)).Draw(t, "cut")
		a, b := histogramOf(x[:cut], low, high, bins), histogramOf(x[cut:], low, high, bins)
		if err := a.Merge(b); err != nil {
			t.Fatal(err)
		}
		same(t, a, h)

		area, inside := 0.0, len(x)-int(h.Below+h.Above)
		for _, d := range h.Density() {
			area += d * h.Width()
		}
		if len(x) > 0 && math.Abs(area-float64(inside)/float64(len(x))) > 1e-12 {
			t.Fatalf("density integrates to %v; %d of %d inside", area, inside, len(x))
		}
	})
}

func same(t *rapid.T, a, b *Histogram) {
	t.Helper()
	if !slices.Equal(a.Counts, b.Counts) || a.Below != b.Below || a.Above != b.Above {
		t.Fatalf("histograms differ:\n%+v\n%+v", a, b)
	}
}

func TestMergeRefuses(t *testing.T) {
	h := histogramOf([]float32{0.5}, 0, 1, 2)
	for _, o := range []*Histogram{NewHistogram(-1, 1, 2), NewHistogram(0, 2, 2), NewHistogram(0, 1, 3)} {
		if err := h.Merge(o); err == nil {
			t.Errorf("merged %+v into %+v", o, h)
		}
	}
	want := "measure: cannot merge a histogram of 3 bins from 0 to 1 into one of 2 bins from 0 to 1"
	if err := h.Merge(NewHistogram(0, 1, 3)); err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

func TestNewHistogramPanics(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		bins      int
		want      string
	}{
		{1, 1, 5, "from 1 to 1 in 5 bins"},
		{1, -1, 5, "from 1 to -1 in 5 bins"},
		{math.NaN(), 1, 5, "from NaN to 1 in 5 bins"},
		{0, math.Inf(1), 5, "from 0 to +Inf in 5 bins"},
		{0, 1, 0, "from 0 to 1 in 0 bins"},
		{0, 1, -1, "from 0 to 1 in -1 bins"},
	} {
		want := "measure: histogram " + c.want + ": want finite low < high and at least 1 bin"
		panics(t, want, func() { NewHistogram(c.low, c.high, c.bins) })
	}
}

func TestAutoRange(t *testing.T) {
	for _, c := range []struct {
		x           []float32
		scale, want float64
	}{
		{nil, 1, 0},
		{[]float32{0, 0}, 1, 0},
		{[]float32{nan}, 1, 0},
		{[]float32{1, -1}, 1, 8},              // 8
		{[]float32{3, 3}, 1, 24},              // about 0, not about the mean
		{[]float32{0.0125, -0.0125}, 1, 0.11}, // 0.1000000001 up
		{[]float32{1.0 / 1024}, 10, 0.079},    // 0.078125
		{[]float32{1000, -1000}, 2, 16000},
		{[]float32{1e-30, -1e-30}, 1, 8.1e-30},
	} {
		exactly(t, "range", AutoRange(momentsOf(c.x), c.scale), c.want)
	}
}

// On an axis of its own a density stays what it is; on any that covers it, its mass does; on a coarser one that divides it, bins
// are means.
func TestDensityOn(t *testing.T) {
	h := &Histogram{Low: 0, High: 4, Counts: []int64{1, 3, 2, 0}, Above: 4}
	for i, want := range []float64{0.2, 0.1} {
		if got := h.DensityOn(0, 4, 2)[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("bin %d: %v, want %v", i, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.Int64Range(0, 100), 1, 30).Draw(t, "counts")
		low := rapid.Float64Range(-10, 10).Draw(t, "low")
		h := &Histogram{Low: low, High: low + rapid.Float64Range(0.1, 10).Draw(t, "width"), Counts: counts}
		for k, d := range h.DensityOn(h.Low, h.High, len(counts)) {
			if math.Abs(d-h.Density()[k]) > 1e-9 {
				t.Fatalf("bin %d: %v on its own axis, want %v", k, d, h.Density()[k])
			}
		}
		from, to := h.Low-rapid.Float64Range(0, 5).Draw(t, "left"), h.High+rapid.Float64Range(0, 5).Draw(t, "right")
		bins := rapid.IntRange(1, 50).Draw(t, "bins")
		mass, want := 0.0, 0.0
		for _, d := range h.DensityOn(from, to, bins) {
			mass += d * (to - from) / float64(bins)
		}
		if h.Total() > 0 {
			want = 1
		}
		if math.Abs(mass-want) > 1e-9 {
			t.Fatalf("mass %v, want %v", mass, want)
		}
	})
}
