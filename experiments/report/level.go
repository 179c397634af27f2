package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// level draws a height that is known at one x only, such as the printed peak
// of a density: a short horizontal tick, and the marker in its middle.
type level struct{ Series }

func (s level) Plot(c draw.Canvas, p *plot.Plot) {
	const half = 14 // half the tick's length, in points
	x, y := p.Transforms(&c)
	style := s.lineStyle()
	style.Dashes = nil
	for i := range s.X {
		if math.IsNaN(s.Y[i]) {
			continue
		}
		at, height := x(s.X[i]), y(s.Y[i])
		c.StrokeLines(style, c.ClipLinesXY([]vg.Point{
			{X: at - vg.Points(half), Y: height}, {X: at + vg.Points(half), Y: height}})...)
	}
	s.mark(c, p)
}
