package figure

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
)

// Caption of Figure 4, softsign: "many activation values around (-0.6,-0.8) and
// (0.6,0.8)": so it is in layers 1 to 3, whose modes lie beyond 0.4.
func TestPrintedFig4Shapes(t *testing.T) {
	for layer, points := range printed.Figure4.Softsign {
		top := slices.MaxFunc(points, func(a, b printed.Point) int { return cmp.Compare(a.Density, b.Density) })
		if (top.X > 0.4) != (layer < 3) {
			t.Errorf("softsign, layer %d has its mode at %v", layer+1, top.X)
		}
	}
	for layer, s := range printedPoints(printed.Figure4.Tanh) {
		if want := 2*len(printed.Figure4.Tanh[layer]) - 1; len(s.X) != want || len(s.Y) != want {
			t.Errorf("tanh, layer %d: %d points, want %d", layer+1, len(s.X), want)
		}
	}
}

// Every table can be drawn, light and without names of its own.
func TestPrintedSeriesAreDrawable(t *testing.T) {
	for name, c := range map[string]struct {
		series []report.Series
		kind   report.Kind
		count  int
	}{
		"means":  {printedMeans(printed.Figure2), report.Bars, 4},
		"stds":   {printedStds(printed.Figure3Softsign), report.Line, 5},
		"p99s":   {printedP99s(printed.Figure10), report.Line, 5},
		"peaks":  {printedPeaks(printed.Figure6.Normalized), report.Level, 5},
		"points": {printedPoints(printed.Figure4.Softsign), report.Markers, 5},
		"lines":  {printedErrors(printed.Figure11), report.Line, 7},
		"ends":   {printedErrors(printed.Figure12.MNIST), report.Level, 5},
	} {
		if len(c.series) != c.count {
			t.Errorf("%s: %d series, want %d", name, len(c.series), c.count)
		}
		for _, s := range c.series {
			if !s.Printed || s.Name != "" || s.Kind != c.kind {
				t.Errorf("%s: series %q of kind %v, printed %v", name, s.Name, s.Kind, s.Printed)
			}
		}
		f := report.Figure{ID: "fig", Panels: []report.Panel{{Series: c.series}}}
		if err := f.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The bars are mean -+ std.
	if s := printedStds(printed.Figure3Tanh); s[0].Y[3] != .40 || s[1].Y[3] != .27 {
		t.Errorf("layers 1 and 2 at epoch 16: %v and %v, want 0.40 and 0.27 (Figure 3)", s[0].Y[3], s[1].Y[3])
	}
	s := printedMeans(printed.Figure2)[0]
	if math.Abs(s.Low[0]-.415) > 1e-12 || math.Abs(s.High[0]-.585) > 1e-12 || !math.IsNaN(s.Low[1]) {
		t.Errorf("bars of layer 1: %v to %v, then from %v; want .50 -+ .085 (Figure 2), then none", s.Low[0], s.High[0], s.Low[1])
	}
}

func TestNetworkStyleUnknown(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a network that the paper does not have")
		}
	}()
	networkStyle("Maxout")
}
