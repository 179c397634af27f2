package report

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// The script's numbers are those of the chart in four digits, in a frame that lies in its drawing, and each series is a group of the drawing
// under its line of the legend.
func TestPlate(t *testing.T) {
	f := sampleErrors() // bands, and ticks of the paper
	f.Panels[0].Series[0].Y[3] = nothing
	v, err := newPageFigure(f)
	if err != nil {
		t.Fatal(err)
	}
	p := f.plan()
	if len(v.Drawings) != 2 || len(v.Keys) != 6 || v.Keys[5].Name != "paper" {
		t.Fatalf("%d drawings, legend %v", len(v.Drawings), v.Keys)
	}
	for i, chart := range v.Data.Charts {
		left, top, right, bottom := chart.Frame[0], chart.Frame[1], chart.Frame[2], chart.Frame[3]
		if !(0 < left && left < right && float64(right) <= p.panelWidth.Points() && 0 < top && top < bottom && float64(bottom) < p.rows[0].Points()) {
			t.Errorf("panel %d: frame %v in %v by %v", i, chart.Frame, p.panelWidth, p.rows[0])
		}
		if chart.X != [2]decimal{0, 2.5} || len(chart.At) != 1 || len(chart.Series) != 5 {
			t.Errorf("panel %d: axis %v, %d lists of x, %d series", i, chart.X, len(chart.At), len(chart.Series))
		}
		for k, s := range chart.Series {
			if s.Key != k || s.Name != v.Keys[k].Name || len(s.Y) != len(chart.At[s.At]) {
				t.Errorf("panel %d: series %d is %q under line %d of the legend", i, k, s.Name, s.Key)
			}
		}
		for k, n := range []int{1, 1, 1, 1, 1, 5} { // groups of each line of the legend
			if got := strings.Count(string(v.Drawings[i].SVG), `<g data-key="`+string(rune('0'+k))+`">`); got != n {
				t.Errorf("panel %d: %d groups of %s, want %d", i, got, v.Keys[k].Name, n)
			}
		}
	}
	src, err := json.Marshal([]decimal{1.0 / 3, decimal(nothing), decimal(math.Inf(1)), -2500000, 1e-9})
	if want := "[0.3333,null,null,-2500000,1e-9]"; err != nil || string(src) != want {
		t.Errorf("%s, %v; want %s", src, err, want)
	}
	if v, err := newPageFigure(sampleSurfaces()); err != nil || v.Data != nil || v.Drawings[0].Chart {
		t.Errorf("surfaces have numbers for the script: %+v, %v", v.Data, err)
	}
	if _, err := newPageFigure(Figure{ID: "x"}); err == nil {
		t.Error("a figure without panels is no error")
	}
}
