package report

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg/vgpdf"
)

// inPrint has two panels side by side on a screen.
func inPrint(s Size) Figure {
	p := Panel{Title: "before", XLabel: "layer", YLabel: "std", YLog: true, Series: []Series{
		{Name: "he", X: []float64{1, 2, 3}, Y: []float64{1, 2, 4}},
		{Name: "he", Kind: Band, X: []float64{1, 2, 3}, Low: []float64{.5, 1, 2}, High: []float64{2, 4, 8}},
	}}
	return Figure{ID: "f", Title: "f", Columns: 2, Panels: []Panel{p, p}, Size: s}
}

func drawn(t *testing.T, write func(*bytes.Buffer) error) string {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Each format has the width that was asked for, in its own unit, and letters of the size that was asked for.
func TestSize(t *testing.T) {
	for _, s := range []Size{{40, 5}, {85, 8}, {3.25 * 25.4, 7.3}, {174, 12}} {
		f := inPrint(s)
		points := s.Width / 25.4 * 72

		svg := drawn(t, func(b *bytes.Buffer) error { return f.WriteSVG(b) })
		m := regexp.MustCompile(`width="([0-9.]+)pt" height="[0-9.]+pt" viewBox="0 0 ([0-9.]+) `).FindStringSubmatch(svg)
		near(t, "SVG", m[1], points)
		box, _ := strconv.ParseFloat(m[2], 64)
		if !strings.Contains(svg, fmt.Sprintf("font-size:%gpx", labelSize)) {
			t.Fatalf("no letters of %v in\n%s", labelSize, svg)
		}
		near(t, "SVG's letters", fmt.Sprint(labelSize*points/box), s.Font)

		pdf := drawn(t, func(b *bytes.Buffer) error { return f.WritePDF(b) })
		near(t, "PDF", regexp.MustCompile(`/MediaBox \[0 0 ([0-9.]+) `).FindStringSubmatch(pdf)[1], points)

		c, err := png.DecodeConfig(strings.NewReader(drawn(t, func(b *bytes.Buffer) error { return f.WritePNG(b) })))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "PNG", fmt.Sprint(c.Width), s.Width/25.4*printDPI)
	}
}

func near(t *testing.T, what, got string, want float64) {
	v, err := strconv.ParseFloat(got, 64)
	if err != nil || math.Abs(v-want) > 1+want/100 {
		t.Fatalf("%s: %s, want %g (%v)", what, got, want, err)
	}
}

// Panels that would be too narrow to read are stacked.
func TestStacked(t *testing.T) {
	for _, c := range []struct {
		s       Size
		columns int
	}{{Size{}, 2}, {Size{Width: 85, Font: 8}, 1}, {Size{Width: 180, Font: 8}, 2}, {Size{Width: 180, Font: 16}, 1}} {
		if l := inPrint(c.s).layout(); l.columns != c.columns || len(l.rows) != 3-c.columns {
			t.Errorf("%+v: %d columns, %d rows", c.s, l.columns, len(l.rows))
		}
	}
}

// What vgpdf takes for the colour of a band is the band's, with its opacity beside it.
func TestStraightColors(t *testing.T) {
	of := color.NRGBA{R: 200, G: 100, B: 50, A: 0x38}
	r, g, b, a := straight(of).RGBA()
	if r>>8 != 200 || g>>8 != 100 || b>>8 != 50 || math.Abs(float64(a)/math.MaxUint16-0x38/255.) > 1e-4 {
		t.Error(r, g, b, a)
	}
	c := straightColors{vgpdf.New(10, 10)}
	c.SetColor(of)
	c.SetColor(color.Black)
}

// Renamed texts are those of the copy alone.
func TestRenamed(t *testing.T) {
	f := inPrint(Size{})
	g := f.Renamed(map[string]string{"he": "He et al.", "std": "sigma", "layer": "", "absent": "x"})
	if got := fmt.Sprintf("%q", g.Texts()); got != `["He et al." "before" "sigma"]` {
		t.Error(got)
	}
	if got := fmt.Sprintf("%q", f.Texts()); got != `["he" "before" "layer" "std"]` {
		t.Error(got)
	}
}
