package measure

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Gradients of the mean over a batch of 10, described as their sum: the
// statistics are those of the values times 10.
func TestCollectorScale(t *testing.T) {
	x := reference()
	c := NewCollector(10, Axis{Low: -5, High: 15, Bins: 12})
	for chunk := range slices.Chunk(x, 300) {
		c.Add(chunk)
	}
	s := c.Stats()
	// numpy 2.4.6, as in the tests of the parts, times 10.
	nearly(t, "mean", s.Mean, 0.009170944733079523, 1e-12)
	nearly(t, "std", s.Std, 8.95039277515534, 1e-14)
	nearly(t, "kurtosis", s.Kurtosis, 2.141932714072443, 1e-13)
	h := s.Histogram
	counts := []int64{315, 278, 252, 232, 215, 202, 191, 183, 173, 167, 160, 154}
	if h.Low != -5 || h.High != 15 || !slices.Equal(h.Counts, counts) || h.Below != 2040 || h.Above != 438 {
		t.Errorf("histogram %+v", h)
	}
	nearly(t, "density", h.DensityAt(-4), 0.0378, 1e-13)
	if s.N != 5000 || s.NonFinite != 0 {
		t.Errorf("N = %d, NonFinite = %d", s.N, s.NonFinite)
	}

	// The statistics are a copy, which the collector no longer changes.
	c.Add([]float32{nan, 0, 0})
	if h.Counts[3] != 232 || c.Stats().N != 5002 || c.Stats().NonFinite != 1 {
		t.Errorf("after three more: %d in the old bin, statistics %+v", h.Counts[3], c.Stats())
	}
}

// The range is that of the first values other than 0, and stays.
func TestCollectorAutomaticRange(t *testing.T) {
	c := NewCollector(10, Axis{Bins: 5})
	c.Add([]float32{0, 0, nan})
	if h := c.Stats().Histogram; h.Low != -1 || h.High != 1 || !slices.Equal(h.Counts, []int64{0, 0, 2, 0, 0}) {
		t.Errorf("histogram of zeros %+v", h)
	}
	c.Add([]float32{0.5, -0.5}) // rms over all four is √(1/8): 8 x 10 x 0.3536 = 28.3, up to 29
	c.Add([]float32{2.8, -2.8, 2.91, -3})
	if h := c.Stats().Histogram; h.Low != -29 || h.High != 29 ||
		!slices.Equal(h.Counts, []int64{1, 0, 4, 0, 1}) || h.Below != 1 || h.Above != 1 {
		t.Errorf("histogram %+v", h)
	}
}

func TestNewCollectorPanics(t *testing.T) {
	for scale, text := range map[float64]string{0: "0", -1: "-1", math.Inf(1): "+Inf"} {
		panics(t, "measure: scale "+text+": want a positive number", func() { NewCollector(scale, Axis{}) })
	}
	panics(t, "measure: histogram from 1 to 0 in 201 bins: want finite low < high and at least 1 bin",
		func() { NewCollector(1, Axis{Low: 1}) })
	panics(t, "measure: histogram from -1 to 1 in -3 bins: want finite low < high and at least 1 bin",
		func() { NewCollector(1, Axis{Bins: -3}) })
}

// However a stream is cut into mini-batches, the collector finds what
// Summarize finds in the whole.
func TestCollectorProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := values(1).Draw(t, "x")
		axis := Axis{Low: -2, High: 2, Bins: rapid.IntRange(1, 30).Draw(t, "bins")}
		c := NewCollector(1, axis)
		for chunk := range slices.Chunk(x, rapid.IntRange(1, len(x)).Draw(t, "chunk")) {
			c.Add(chunk)
		}
		got, want := c.Stats(), Summarize(x, nil, axis)
		same(t, &got.Histogram, &want.Histogram)
		if got.N != want.N || math.Abs(got.Mean-want.Mean) > 1e-12 || math.Abs(got.Std-want.Std) > 1e-7 {
			t.Fatalf("statistics %+v, want %+v", got, want)
		}
	})
}

func TestSpreadJSON(t *testing.T) {
	c := NewCollector(2, Axis{Low: -1, High: 1, Bins: 2})
	c.Add([]float32{0.25, -0.25, 0.5, -0.5, 1.5, -1.5, nan})
	s := c.Stats()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	// Doubled, the variance is (1/4 + 1 + 9) / 3 = 41/12 and the fourth
	// moment (1/16 + 1 + 81) / 3 = 1313/48.
	want := `{"n":6,"non_finite":1,"mean":0,"std":1.848422751068236,"kurtosis":2.343248066627008,` +
		`"histogram":{"low":-1,"high":1,"counts":[2,2],"below":1,"above":1}}`
	if string(text) != want {
		t.Errorf("JSON\n%s\nwant\n%s", text, want)
	}
	var back GradientStats
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("read back %+v (%v), want %+v", back, err, s)
	}
	if err := json.Unmarshal([]byte(`[]`), &back); err == nil {
		t.Error("read statistics that are a list")
	}

	text, err = json.Marshal(NewCollector(1, Axis{Bins: 1}).Stats())
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"n":0,"non_finite":0,"mean":null,"std":null,"kurtosis":null,`; string(text[:len(want)]) != want {
		t.Errorf("JSON of none %s", text)
	}
}

func TestCollectorAllocatesNothing(t *testing.T) {
	x := gaussian(5000, 0.003)
	c := NewCollector(10, Axis{})
	c.Add(x)
	if n := testing.AllocsPerRun(10, func() { c.Add(x) }); n != 0 {
		t.Errorf("Add makes %v allocations", n)
	}
}

// Without a histogram the rest is the same.
func TestPlainCollector(t *testing.T) {
	whole, plain := NewCollector(10, Axis{}), NewPlainCollector(10)
	for _, x := range [][]float32{{1, -2, 3}, {0, float32(math.NaN()), 5}} {
		whole.Add(x)
		plain.Add(x)
	}
	want, got := whole.Stats(), plain.Stats()
	if want.Histogram.Total() != 5 || got.Histogram.Counts != nil {
		t.Errorf("histograms of %d and %d values", want.Histogram.Total(), got.Histogram.Total())
	}
	want.Histogram = Histogram{}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
