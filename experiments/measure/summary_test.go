package measure

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestSummarize(t *testing.T) {
	x := reference()
	rule := saturation(t, "tanh")
	s := Summarize(x, rule.In, Axis{Low: -0.5, High: 1.5, Bins: 12})
	// numpy 2.4.6, as in the tests of the parts; the share is
	// (abs(x) > 0.95).mean()
	nearly(t, "mean", s.Mean, 0.0009170944733079523, 1e-12)
	nearly(t, "std", s.Std, 0.895039277515534, 1e-14)
	nearly(t, "kurtosis", s.Kurtosis, 2.141932714072443, 1e-13)
	nearly(t, "p01", s.P01, -0.9996822494268417, 1e-15)
	nearly(t, "p02", s.P02, -0.9987778103351593, 1e-15)
	nearly(t, "p98", s.P98, 1.8836448931694028, 1e-15)
	nearly(t, "p99", s.P99, 1.940941071510315, 1e-15)
	exactly(t, "saturated", s.Saturated, 0.3232)
	if s.N != 5000 || s.NonFinite != 0 || s.Histogram.Counts[0] != 315 {
		t.Errorf("summary %+v", s)
	}

	// NaN and infinities are counted and change nothing else.
	dirty := slices.Insert(slices.Clone(x), 77, nan, inf, -inf)
	got := Summarize(dirty, rule.In, Axis{Low: -0.5, High: 1.5, Bins: 12})
	if got.NonFinite != 3 {
		t.Errorf("%d values are not finite, want 3", got.NonFinite)
	}
	got.NonFinite = 0
	nearly(t, "mean beside NaN", got.Mean, s.Mean, 1e-12)
	nearly(t, "std beside NaN", got.Std, s.Std, 1e-14)
	nearly(t, "kurtosis beside NaN", got.Kurtosis, s.Kurtosis, 1e-13)
	got.Mean, got.Std, got.Kurtosis = s.Mean, s.Std, s.Kurtosis
	if !reflect.DeepEqual(got, s) {
		t.Errorf("summary beside NaN %+v, want %+v", got, s)
	}
	if x[0] != -1 {
		t.Error("x was changed")
	}
}

func TestSummarizeAutomaticAxis(t *testing.T) {
	s := Summarize([]float32{1, -1, 1, -1}, nil, Axis{})
	if h := s.Histogram; h.Low != -8 || h.High != 8 || len(h.Counts) != DefaultBins {
		t.Errorf("histogram from %v to %v in %d bins", h.Low, h.High, len(h.Counts))
	}
	exactly(t, "saturated share without a rule", s.Saturated, 0)
	s = Summarize(make([]float32, 10), nil, Axis{Bins: 2})
	if h := s.Histogram; h.Low != -1 || h.High != 1 || !slices.Equal(h.Counts, []int64{0, 10}) {
		t.Errorf("histogram of zeros %+v", h)
	}
}

func TestSummaryJSON(t *testing.T) {
	rule := saturation(t, "tanh")
	s := Summarize([]float32{1, -1, 0, 0}, rule.In, Axis{Low: -1, High: 1, Bins: 3})
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	// numpy 2.4.6: numpy.percentile([1., -1, 0, 0], [1, 2, 98, 99])
	want := `{"n":4,"non_finite":0,"mean":0,"std":0.7071067811865476,"kurtosis":2,` +
		`"p01":-0.97,"p02":-0.94,"p98":0.94,"p99":0.9699999999999998,"flat":0.5,` +
		`"histogram":{"low":-1,"high":1,"counts":[1,2,1],"below":0,"above":0}}`
	if string(text) != want {
		t.Errorf("JSON\n%s\nwant\n%s", text, want)
	}
	var back Summary
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("read back %+v (%v), want %+v", back, err, s)
	}
	if err := json.Unmarshal([]byte(`{"mean":"high"}`), &back); err == nil {
		t.Error("read a mean that is text")
	}
}

// What is undefined is null in JSON, and NaN again when read.
func TestUndefinedJSON(t *testing.T) {
	text, err := json.Marshal(Summarize([]float32{nan}, nil, Axis{Bins: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), `{"n":0,"non_finite":1,"mean":null,"std":null,"kurtosis":null,"p01":null,`) {
		t.Errorf("JSON %s", text)
	}
	var s Summary
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	exactly(t, "mean", s.Mean, math.NaN())
	exactly(t, "p99", s.P99, math.NaN())
	exactly(t, "saturated", s.Saturated, math.NaN())
}
