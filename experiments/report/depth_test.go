package report

import (
	"math"
	"testing"
)

// The line of a group is the mean of its runs, geometric on a logarithmic axis, of those that have the layer; its band has all of them.
func TestProfileOf(t *testing.T) {
	p := ProfileOf("", Style{}, [][]float64{{1, 10, nothing}, {4, 1000, nothing}, {0}}, true)
	for i, want := range [][3]float64{{2, 1, 4}, {100, 10, 1000}, {nothing, nothing, nothing}} {
		for k, got := range []float64{p.Values[i], p.Low[i], p.High[i]} {
			if !(math.Abs(got-want[k]) <= 1e-12*want[k]) && !(math.IsNaN(got) && math.IsNaN(want[k])) {
				t.Errorf("layer %d, %d: %v, want %v", i+1, k, got, want[k])
			}
		}
	}
	if p := ProfileOf("", Style{}, [][]float64{{1, 3}, {3, 5}}, false); p.Values[0] != 2 || p.Values[1] != 4 {
		t.Errorf("means %v, want 2 and 4", p.Values)
	}
	if p := ProfileOf("", Style{}, [][]float64{{1, 3}}, false); p.Low != nil {
		t.Error("one run has a band")
	}
}
