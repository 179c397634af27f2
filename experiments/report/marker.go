package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Marker is the shape drawn at a point.
type Marker int

// The markers, in the order of the paper's layers.
const (
	NoMarker Marker = iota
	Triangle
	Circle
	Cross // x
	Plus
	Square
	Diamond
)

var markerNames = [...]string{"none", "triangle", "circle", "x", "+", "square", "diamond"}

// String returns the marker's name.
func (m Marker) String() string {
	if m < 0 || int(m) >= len(markerNames) {
		return fmt.Sprintf("Marker(%d)", int(m))
	}
	return markerNames[m]
}

// DrawGlyph implements gonum's draw.GlyphDrawer: the closed shapes are filled,
// x and + are strokes.
func (m Marker) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	r := sty.Radius
	corner := func(x, y float64) vg.Point {
		return vg.Point{X: at.X + vg.Length(x)*r, Y: at.Y + vg.Length(y)*r}
	}
	switch m {
	case Circle:
		var p vg.Path
		p.Move(corner(1, 0))
		p.Arc(at, r, 0, 2*math.Pi)
		p.Close()
		c.Fill(p)
	case Triangle:
		c.FillPolygon(sty.Color, []vg.Point{corner(0, 1.2), corner(-1.1, -0.8), corner(1.1, -0.8)})
	case Square:
		c.FillPolygon(sty.Color, []vg.Point{corner(-.9, -.9), corner(.9, -.9), corner(.9, .9), corner(-.9, .9)})
	case Diamond:
		c.FillPolygon(sty.Color, []vg.Point{corner(0, 1.2), corner(-1, 0), corner(0, -1.2), corner(1, 0)})
	case Cross:
		c.StrokeLines(draw.LineStyle{Color: sty.Color, Width: r / 2},
			[]vg.Point{corner(-1, -1), corner(1, 1)}, []vg.Point{corner(-1, 1), corner(1, -1)})
	case Plus:
		c.StrokeLines(draw.LineStyle{Color: sty.Color, Width: r / 2},
			[]vg.Point{corner(-1.2, 0), corner(1.2, 0)}, []vg.Point{corner(0, -1.2), corner(0, 1.2)})
	}
}
