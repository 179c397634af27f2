package report

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Surfaces is one box with wireframe meshes over the same square, as the
// paper's Figure 5: the panel's XLabel and YLabel name the square's sides.
type Surfaces struct {
	Low, High  float64 // both sides of the square
	ZMin, ZMax float64
	ZLabel     string
	Meshes     []Mesh
}

// A Mesh is a surface z(x, y) on an evenly spaced grid of N by N points.
type Mesh struct {
	Name  string
	Color color.NRGBA
	N     int
	Z     []float64 // row-major [N, N]: Z[i*N+j] is at x = point i, y = point j
}

func (s *Surfaces) validate() error {
	if !(s.Low < s.High) || !(s.ZMin < s.ZMax) {
		return fmt.Errorf("surfaces: side %v..%v, z %v..%v: want rising ends", s.Low, s.High, s.ZMin, s.ZMax)
	}
	if len(s.Meshes) == 0 {
		return errors.New("surfaces: no mesh")
	}
	for _, m := range s.Meshes {
		if m.N < 2 || len(m.Z) != m.N*m.N {
			return fmt.Errorf("surfaces: mesh %q has %d values: want %d by %d, at least 2 by 2", m.Name, len(m.Z), m.N, m.N)
		}
		for i, z := range m.Z {
			if math.IsNaN(z) || math.IsInf(z, 0) {
				return fmt.Errorf("surfaces: mesh %q: z[%d] is %v", m.Name, i, z)
			}
		}
	}
	return nil
}

func (s *Surfaces) legendSeries() []Series {
	var series []Series
	for _, m := range s.Meshes {
		series = append(series, Series{Name: m.Name, Style: Style{Color: m.Color}})
	}
	return series
}

// A view is a parallel projection of the unit box, whose square floor is
// centred at the origin, seen from above and from its corner (-1/2, -1/2).
type view struct {
	canvas     draw.Canvas
	scale      vg.Length
	left, base vg.Length // where the box's left edge and lowest corner lie
}

// The direction of view, and the height of a box of side 1.
const (
	azimuth   = 36 * math.Pi / 180
	elevation = 24 * math.Pi / 180
	boxHeight = 0.78
)

// point is a place in the box: u and v on the floor in [-1/2, 1/2], w upward
// in [0, 1].
type point struct{ u, v, w float64 }

// flat returns the place on the picture of a box of side 1, and how far it is
// from the eye.
func (p point) flat() (x, y, depth float64) {
	sin, cos := math.Sincos(azimuth)
	lift, drop := math.Sincos(elevation)
	back := float64(p.u*sin) + float64(p.v*cos)
	z := p.w * boxHeight
	return float64(p.u*cos) - float64(p.v*sin), float64(z*drop) + float64(back*lift), float64(back*drop) - float64(z*lift)
}

// Room for labels around the box, in points.
const (
	surfaceLeft, surfaceRight, surfaceBottom = 44, 14, 30
)

// fit returns the largest view of the box in the canvas.
func fit(c draw.Canvas) view {
	left, _, _ := point{-.5, .5, 0}.flat()
	right, _, _ := point{.5, -.5, 0}.flat()
	_, low, _ := point{-.5, -.5, 0}.flat()
	_, high, _ := point{.5, .5, 1}.flat()
	width := c.Max.X - c.Min.X - surfaceLeft - surfaceRight
	height := c.Max.Y - c.Min.Y - surfaceBottom
	scale := min(width/vg.Length(right-left), height/vg.Length(high-low))
	spare := width - scale*vg.Length(right-left)
	return view{
		canvas: c, scale: scale,
		left: c.Min.X + surfaceLeft + spare/2 - scale*vg.Length(left),
		base: c.Max.Y - scale*vg.Length(high),
	}
}

func (v view) at(p point) vg.Point {
	x, y, _ := p.flat()
	return vg.Point{X: v.left + v.scale*vg.Length(x), Y: v.base + v.scale*vg.Length(y)}
}

func (v view) line(style draw.LineStyle, points ...point) {
	line := make([]vg.Point, len(points))
	for i, p := range points {
		line[i] = v.at(p)
	}
	v.canvas.StrokeLines(style, line)
}

// A facet is one mesh cell in the box.
type facet struct {
	corners [4]point
	depth   float64
	color   color.NRGBA
}

// facets returns the cells of all meshes, the farthest first.
func (s *Surfaces) facets() []facet {
	var all []facet
	for _, m := range s.Meshes {
		steps := m.steps()
		for a := 1; a < len(steps); a++ {
			for b := 1; b < len(steps); b++ {
				i0, i1, j0, j1 := steps[a-1], steps[a], steps[b-1], steps[b]
				f := facet{color: m.Color, corners: [4]point{s.place(m, i0, j0), s.place(m, i1, j0), s.place(m, i1, j1), s.place(m, i0, j1)}}
				for _, p := range f.corners {
					_, _, d := p.flat()
					f.depth += d / 4
				}
				all = append(all, f)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b facet) int { return cmp.Compare(b.depth, a.depth) })
	return all
}

// steps returns the grid points that are drawn: at most maxCells+1 a side.
func (m Mesh) steps() []int {
	const maxCells = 24
	stride := (m.N - 2 + maxCells) / maxCells
	var steps []int
	for i := 0; i < m.N-1; i += stride {
		steps = append(steps, i)
	}
	return append(steps, m.N-1)
}

func (s *Surfaces) place(m Mesh, i, j int) point {
	side := float64(m.N - 1)
	return point{
		u: float64(i)/side - 0.5,
		v: float64(j)/side - 0.5,
		w: (min(max(m.Z[i*m.N+j], s.ZMin), s.ZMax) - s.ZMin) / (s.ZMax - s.ZMin),
	}
}

// draw draws the box's back, the meshes and the axes on its near edges.
func (s *Surfaces) draw(c draw.Canvas, xlabel, ylabel string) {
	v := fit(c)
	edge := draw.LineStyle{Color: light(Gray), Width: vg.Points(0.5)}
	v.line(edge, point{-.5, .5, 0}, point{.5, .5, 0}, point{.5, -.5, 0})
	v.line(edge, point{-.5, .5, 1}, point{.5, .5, 1}, point{.5, -.5, 1}, point{.5, -.5, 0})
	v.line(edge, point{.5, .5, 0}, point{.5, .5, 1})

	veil := color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xa8}
	for _, f := range s.facets() {
		outline := make([]vg.Point, 0, 5)
		for _, p := range f.corners {
			outline = append(outline, v.at(p))
		}
		c.FillPolygon(veil, outline)
		c.StrokeLines(draw.LineStyle{Color: f.color, Width: vg.Points(0.55)}, append(outline, outline[0]))
	}
	s.axes(v, xlabel, ylabel)
}

// axes draws x on the near right edge of the floor, y on the near left one and
// z on the left upright.
func (s *Surfaces) axes(v view, xlabel, ylabel string) {
	line := draw.LineStyle{Color: Black, Width: vg.Points(0.7)}
	v.line(line, point{-.5, .5, 1}, point{-.5, .5, 0}, point{-.5, -.5, 0}, point{.5, -.5, 0})
	side := ticks{most: 5}.Ticks(s.Low, s.High)
	for _, t := range side {
		at := (t.Value-s.Low)/(s.High-s.Low) - 0.5
		v.tick(point{at, -.5, 0}, point{at, -.53, 0}, t.Label, draw.XLeft, draw.YTop)
		v.tick(point{-.5, at, 0}, point{-.53, at, 0}, t.Label, draw.XRight, draw.YTop)
	}
	for _, t := range (ticks{most: 6}).Ticks(s.ZMin, s.ZMax) {
		w := (t.Value - s.ZMin) / (s.ZMax - s.ZMin)
		v.tick(point{-.5, .5, w}, point{-.5, .53, w}, t.Label, draw.XRight, draw.YCenter)
	}
	name := func(p point, dx, dy vg.Length, s string) {
		at := v.at(p)
		v.canvas.FillText(centred(lettering(labelSize), draw.YCenter), vg.Point{X: at.X + dx, Y: at.Y + dy}, s)
	}
	name(point{0, -.5, 0}, 20, -16, xlabel)
	name(point{-.5, 0, 0}, -22, -16, ylabel)
	name(point{-.5, .5, .5}, -26, 0, s.ZLabel)
}

// tick draws a tick of an axis with its label beyond the tick's end.
func (v view) tick(from, to point, label string, x draw.XAlignment, y draw.YAlignment) {
	v.line(draw.LineStyle{Color: Black, Width: vg.Points(0.5)}, from, to)
	style := lettering(tickSize)
	style.XAlign, style.YAlign = x, y
	at := v.at(to)
	switch x {
	case draw.XLeft:
		at.X++
	case draw.XRight:
		at.X -= 2
	}
	v.canvas.FillText(style, at, label)
}
