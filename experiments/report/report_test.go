package report

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each thing that cannot be drawn is an error that names the figure, the place
// and the thing.
func TestValidate(t *testing.T) {
	one := []float64{1}
	inf := []float64{math.Inf(1)}
	series := func(s Series) Figure { return Figure{ID: "f", Panels: []Panel{{Series: []Series{s}}}} }
	panel := func(p Panel) Figure { return Figure{ID: "f", Panels: []Panel{p}} }
	grid := Images{Width: 1, Height: 1, Columns: 1, Pixels: [][]uint8{{7}}}
	images := func(change func(*Images)) Figure { g := grid; change(&g); return panel(Panel{Images: &g}) }
	box := Surfaces{High: 1, ZMax: 1, Meshes: []Mesh{{Name: "m", N: 2, Z: []float64{0, 0, 0, 0}}}}
	surfaces := func(change func(*Surfaces)) Figure { s := box; change(&s); return panel(Panel{Surfaces: &s}) }
	heatmap := func(change func(*Heatmap)) Figure {
		h := Heatmap{XNames: []string{"a", "b"}, YNames: []string{"c"}, Z: []float64{1, 2}}
		change(&h)
		return panel(Panel{Heatmap: &h})
	}
	for _, c := range []struct {
		figure Figure
		want   string
	}{
		{Figure{ID: "Fig 6", Panels: make([]Panel, 1)}, `figure id "Fig 6"`},
		{Figure{ID: "../x", Panels: make([]Panel, 1)}, `figure id "../x"`},
		{Figure{ID: "f"}, "figure f has no panels"},
		{Figure{ID: "f", Columns: -1, Panels: make([]Panel, 1)}, "columns -1"},
		{panel(Panel{Series: make([]Series, 1), Images: &grid}), "more than one"},
		{panel(Panel{XMin: math.Inf(-1), XMax: 1}), "XMin is -Inf"},
		{panel(Panel{YMin: 2, YMax: 1}), "ends before it begins"},
		{panel(Panel{XLog: true, XMax: 1}), "a logarithmic axis from 0 to 1"},
		{panel(Panel{XLog: true, XMin: 1, XMax: 2, Series: []Series{{Name: "L", X: []float64{0}, Y: one}}}), `series 1 "L": x[0] is 0`},
		{series(Series{Name: "L", X: one}), `figure f, panel 1: series 1 "L": 1 values of x and 0 of y`},
		{series(Series{Kind: 99}), "unknown kind Kind(99)"},
		{series(Series{Kind: Bars, X: one, Y: one, Low: one}), "1 of low and 0 of high"},
		{series(Series{Kind: Band, X: one, Low: one, High: one, Y: []float64{}}), "0 of y"},
		{series(Series{MarkEvery: -1}), "markers every -1"},
		{series(Series{X: one, Y: inf}), "y[0] is infinite"},
		{series(Series{Kind: Band, X: one, Low: one, High: inf}), "high[0] is infinite"},
		{series(Series{X: []float64{math.NaN()}, Y: one}), "x[0] is NaN"},
		{images(func(g *Images) { g.Columns = 0 }), "in 0 columns"},
		{images(func(g *Images) { g.Pixels = [][]uint8{{1, 2}} }), "picture 1 has 2 pixels: want 1x1"},
		{images(func(g *Images) { g.ColumnLabels = []string{"a", "b"} }), "a label for each column"},
		{panel(Panel{Heatmap: &Heatmap{}, Images: &grid}), "more than one"},
		{panel(Panel{XLog: true, XMin: 1, XMax: 2, XNames: []string{"a"}}), "a logarithmic axis with names"},
		{panel(Panel{XTicks: inf}), "XTicks[0] is +Inf"},
		{heatmap(func(h *Heatmap) { h.XNames = nil }), "heat map of 0 columns and 1 rows"},
		{heatmap(func(h *Heatmap) { h.Z = one }), "heat map of 2 columns and 1 rows: has 1 values"},
		{heatmap(func(h *Heatmap) { h.Notes = make([][]string, 3) }), "has notes for 3 cells"},
		{heatmap(func(h *Heatmap) { h.Decimals = -1 }), "-1 decimals"},
		{heatmap(func(h *Heatmap) { h.Low = 1 }), "colours from 1 to 0: want rising ends"},
		{heatmap(func(h *Heatmap) { h.High = math.NaN() }), "colours from 0 to NaN"},
		{heatmap(func(h *Heatmap) { h.Z = []float64{0, math.Inf(-1)} }), "z[1] is -Inf"},
		{surfaces(func(s *Surfaces) { s.Low = 1 }), "rising ends"},
		{surfaces(func(s *Surfaces) { s.Meshes = nil }), "no mesh"},
		{surfaces(func(s *Surfaces) { s.Meshes = []Mesh{{Name: "m", N: 2, Z: one}} }), `mesh "m" has 1 values: want 2 by 2`},
		{surfaces(func(s *Surfaces) { s.Meshes = []Mesh{{N: 2, Z: []float64{0, math.NaN(), 0, 0}}} }), "z[1] is NaN"},
	} {
		err := c.figure.Validate()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want ... %s ...", err, c.want)
		}
		if e := c.figure.WritePNG(io.Discard); e == nil || e.Error() != err.Error() {
			t.Errorf("WritePNG: %v, Validate: %v", e, err)
		}
		if e := c.figure.WriteSVG(io.Discard); e == nil || e.Error() != err.Error() {
			t.Errorf("WriteSVG: %v, Validate: %v", e, err)
		}
	}
	for _, f := range samples() {
		if err := f.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	names, err := sampleBars().Save(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"bars.png", "bars.svg"}; !slices.Equal(names, want) {
		t.Errorf("names %v, want %v", names, want)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("%d files in the directory, want the two figures and nothing temporary", len(entries))
	}
	if _, err := sampleBars().Save(filepath.Join(dir, "absent")); err == nil || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("saving where there is no directory: %v", err)
	}
	if _, err := (Figure{}).Save(dir); err == nil {
		t.Error("an invalid figure was saved")
	}
}
