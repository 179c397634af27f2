package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// level draws a height that is known at one x only, such as the printed peak
// of a density: a short horizontal tick, with the marker at its left end where
// our curve does not hide it.
type level struct{ Series }

func (s level) Plot(c draw.Canvas, p *plot.Plot) {
	const half = 15 // half the tick's length, in points
	x, y := p.Transforms(&c)
	style := s.lineStyle()
	style.Width *= 0.6
	for i := range s.X {
		if math.IsNaN(s.Y[i]) {
			continue
		}
		at := vg.Point{X: x(s.X[i]), Y: y(s.Y[i])}
		left, right := at, at
		left.X -= vg.Points(half)
		right.X += vg.Points(half)
		c.StrokeLines(style, c.ClipLinesXY([]vg.Point{left, right})...)
		c.DrawGlyph(s.glyphStyle(), left)
	}
}
