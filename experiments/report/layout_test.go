package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Labels are round, inside the axis, neither too few nor too many, and say
// what their tick is.
func TestTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1000, 1000).Draw(t, "low")
		span := math.Pow(10, rapid.Float64Range(-4, 4).Draw(t, "log span"))
		marks := ticks{most: 8}.Ticks(low, low+span)
		if len(marks) < 2 || len(marks) > 8 {
			t.Fatalf("%d labels on %v..%v", len(marks), low, low+span)
		}
		for _, m := range marks {
			if m.Value < low-1e-6*span || m.Value > low+1.000001*span {
				t.Fatalf("tick %v outside %v..%v", m.Value, low, low+span)
			}
			said, err := strconv.ParseFloat(strings.Replace(m.Label, "\u2212", "-", 1), 64)
			if err != nil || math.Abs(said-m.Value) > 1e-6*span {
				t.Fatalf("label %q at %v", m.Label, m.Value)
			}
		}
	})
}

// The paper's own axes.
func TestTicksOfThePaper(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{-1, 1, "\u22121.0 \u22120.5 0 0.5 1.0"}, {0, 15, "0 5 10 15"}, {0, 140, "0 20 40 60 80 100 120 140"},
		{-.2, .2, "\u22120.2 \u22120.1 0 0.1 0.2"}, {-.027, .027, "\u22120.02 \u22120.01 0 0.01 0.02"},
	} {
		var labels []string
		for _, m := range (ticks{most: 8}).Ticks(c.low, c.high) {
			labels = append(labels, m.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("%v..%v: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// Labels of a logarithmic axis are 1 and 3 times powers of ten, written as they are.
func TestLogTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{{.002, .15, "0.003 0.01 0.03 0.1"}, {.001, .01, "0.001 0.003 0.01"}, {.5, 40, "1 3 10 30"}} {
		var labels []string
		for _, m := range (logTicks{}).Ticks(c.low, c.high) {
			labels = append(labels, m.Label)
			if v, err := strconv.ParseFloat(m.Label, 64); err != nil || v != m.Value {
				t.Errorf("label %s at %v", m.Label, m.Value)
			}
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("%v..%v: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// Given ticks have as many digits as they need.
func TestValueTicks(t *testing.T) {
	var labels []string
	for _, m := range (valueTicks{-0.5, 0, 2, 0.003, 2500000}).Ticks(-1, 3e6) {
		labels = append(labels, m.Label)
	}
	if got, want := strings.Join(labels, " "), "\u22120.5 0 2 0.003 2500000"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestSpan(t *testing.T) {
	p := Panel{Series: []Series{{Y: []float64{1, nothing, 3}}, {Low: []float64{0}, High: []float64{5}}}}
	columns := func(s Series) [][]float64 { return [][]float64{s.Y, s.Low, s.High} }
	for _, c := range []struct{ low, high, wantLow, wantHigh float64 }{
		{0, 0, -.5, 5.5},             // automatic, as in the zero Panel
		{nothing, nothing, -.5, 5.5}, // automatic, said so
		{-1, nothing, -1, 5.5},       // one end given
		{nothing, 4, -.5, 4},         // the other
		{2, 3, 2, 3},                 // both
		{7, nothing, 7, 8},           // a given end beyond all data
		{nothing, -3, -4, -3},        // the same below
	} {
		low, high := p.span(c.low, c.high, 0.1, columns)
		if low != c.wantLow || high != c.wantHigh {
			t.Errorf("span(%v, %v) = %v, %v; want %v, %v", c.low, c.high, low, high, c.wantLow, c.wantHigh)
		}
	}
	if low, high := (Panel{}).span(0, 0, 0.1, columns); low >= 0 || high <= 1 {
		t.Errorf("no data: %v..%v, want an axis around 0..1", low, high)
	}
	flat := Panel{Series: []Series{{Y: []float64{2, 2}}}}
	if low, high := flat.span(0, 0, 0, columns); low != 1.5 || high != 2.5 {
		t.Errorf("constant data: %v..%v, want 1.5..2.5", low, high)
	}
}

// Series of one name share a line of the legend, the paper's share one for
// all, and nameless ones have none.
func TestLegendEntries(t *testing.T) {
	describe := func(f Figure) string {
		var b strings.Builder
		for _, e := range f.legend() {
			fmt.Fprintf(&b, "%s:%d ", e.name, len(e.series))
		}
		return b.String()
	}
	for _, c := range []struct {
		figure Figure
		want   string
	}{
		{sampleTraining(), "Layer 1:2 Layer 2:2 Layer 3:2 Layer 4:2 Layer 5:2 paper:5 "},
		{sampleErrors(), "Sigmoid:1 Softsign:1 Softsign N:1 Tanh:1 Tanh N:1 paper:3 "}, // "N" differs in dashes only
		{sampleSurfaces(), "cross entropy:1 quadratic:1 "},
		{sampleImages(), ""},
		{Figure{Panels: []Panel{{Series: []Series{{X: []float64{1}}, {Name: "only here"}}}}}, "only here:1 "},
	} {
		if got := describe(c.figure); got != c.want {
			t.Errorf("%s: legend %s, want %s", c.figure.ID, got, c.want)
		}
	}
}

// No line of the legend is wider than the figure, and none is lost.
func TestLegendWraps(t *testing.T) {
	var f Figure
	for i := range 30 {
		f.Panels = append(f.Panels, Panel{Series: []Series{{Name: strings.Repeat("w", i%7+1) + strconv.Itoa(i)}}})
	}
	style := lettering(labelSize)
	lines := wrap(f.legend(), style, 300)
	n := 0
	for _, line := range lines {
		n += len(line)
		width := -1.0 * entryGap
		for _, e := range line {
			width += entryGap + float64(e.width(style))
		}
		if width > 300 {
			t.Errorf("a line of %d entries is %.0f points wide", len(line), width)
		}
	}
	if n != 30 || len(lines) < 4 {
		t.Errorf("%d entries on %d lines", n, len(lines))
	}
}

// The paper's numbers are drawn before ours, and bands before lines, whatever the order given.
func TestPrintedLieUnder(t *testing.T) {
	x := []float64{0, 1}
	ours := Series{Style: Style{Color: Red}, X: x, Y: x}
	printed := Series{Style: Style{Color: Red}, X: x, Y: x, Printed: true}
	band := Series{Kind: Band, Style: Style{Color: Blue}, X: x, Low: []float64{0, 0}, High: []float64{1, 1}}
	svg, err := Figure{ID: "order", Panels: []Panel{{Series: []Series{ours, band, printed}}}}.svg()
	if err != nil {
		t.Fatal(err)
	}
	stroke := func(c color.NRGBA) int { return strings.Index(svg, fmt.Sprintf("stroke:#%02X%02X%02X", c.R, c.G, c.B)) }
	under, over := stroke(light(Red)), stroke(Red)
	between := strings.Index(svg, "fill-opacity") // the band alone is not opaque
	if under < 0 || under > between || between > over {
		t.Errorf("light at %d, the band at %d, ours at %d in the drawing", under, between, over)
	}
}

func TestMarkEvery(t *testing.T) {
	s := Series{MarkEvery: 4, MarkFrom: 2}
	var got []int
	for i := range 12 {
		if s.marked(i) {
			got = append(got, i)
		}
	}
	if want := []int{2, 6, 10}; !slices.Equal(got, want) {
		t.Errorf("markers at %v, want %v", got, want)
	}
	if !(Series{}).marked(0) || !(Series{}).marked(1) {
		t.Error("the zero series does not mark each point")
	}
}

// Pictures lie row by row, each pixel enlarged, white between them.
func TestSheet(t *testing.T) {
	g := &Images{Width: 2, Height: 1, Columns: 2, Pixels: [][]uint8{{10, 20}, {30, 40}, {50, 60}}}
	sheet := g.sheet()
	if w, h := sheet.Rect.Dx(), sheet.Rect.Dy(); w != 6*enlargement || h != 4*enlargement {
		t.Fatalf("sheet of %dx%d, want two columns and two rows", w, h)
	}
	for _, c := range []struct {
		x, y int
		want uint8
	}{{0, 0, 10}, {1, 0, 20}, {2, 0, 255}, {4, 0, 30}, {5, 0, 40}, {0, 1, 255}, {0, 3, 50}, {1, 3, 60}, {4, 3, 255}} {
		if got := sheet.GrayAt(c.x*enlargement, c.y*enlargement).Y; got != c.want {
			t.Errorf("pixel %d, %d is %d, want %d", c.x, c.y, got, c.want)
		}
	}
}

// The projection sees the corner (-1/2, -1/2) nearest, z upward, x to the
// right and y to the left.
func TestProjection(t *testing.T) {
	x0, y0, near := point{-.5, -.5, 0}.flat()
	x1, y1, _ := point{.5, -.5, 0}.flat()
	x2, y2, _ := point{-.5, .5, 0}.flat()
	_, _, far := point{.5, .5, 0}.flat()
	x3, y3, top := point{-.5, -.5, 1}.flat()
	if !(x1 > x0 && x2 < x0 && y1 > y0 && y2 > y0 && near < far) {
		t.Errorf("floor: (%v,%v) (%v,%v) (%v,%v), depths %v %v", x0, y0, x1, y1, x2, y2, near, far)
	}
	if x3 != x0 || y3 <= y0 || top >= near {
		t.Errorf("upright from (%v,%v,%v) to (%v,%v,%v)", x0, y0, near, x3, y3, top)
	}
}

// The cells of all meshes come farthest first, at most 24 a side, ends kept.
func TestFacets(t *testing.T) {
	s := sampleSurfaces().Panels[0].Surfaces
	all := s.facets()
	if want := 2 * 16 * 16; len(all) != want { // 33 points a side, each second one
		t.Errorf("%d facets, want %d", len(all), want)
	}
	if !slices.IsSortedFunc(all, func(a, b facet) int {
		if a.depth > b.depth {
			return -1
		}
		return 1
	}) {
		t.Error("facets are not drawn from the back")
	}
	for _, n := range []int{2, 24, 25, 26, 49, 50, 101} {
		steps := Mesh{N: n}.steps()
		if steps[0] != 0 || steps[len(steps)-1] != n-1 || len(steps) > 25 || len(steps) < min(n, 13) {
			t.Errorf("N %d: steps %v", n, steps)
		}
	}
}
