package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bars draws a mean with its standard deviation like the paper's Figure 2:
// a marked line, and at each marker a vertical bar from Low to High.
type bars struct{ Series }

func (s bars) Plot(c draw.Canvas, p *plot.Plot) {
	const cap = 1.6 // half the width of a bar's end, in points
	style := s.lineStyle()
	style.Width *= 0.6
	style.Dashes = nil
	x, y := p.Transforms(&c)
	for i := range s.X {
		if !s.marked(i) || math.IsNaN(s.Low[i]) || math.IsNaN(s.High[i]) {
			continue
		}
		at, low, high := x(s.X[i]), y(s.Low[i]), y(s.High[i])
		end := vg.Points(cap)
		c.StrokeLines(style, c.ClipLinesXY(
			[]vg.Point{{X: at, Y: low}, {X: at, Y: high}},
			[]vg.Point{{X: at - end, Y: low}, {X: at + end, Y: low}},
			[]vg.Point{{X: at - end, Y: high}, {X: at + end, Y: high}})...)
	}
	strokeThrough(c, p, s.lineStyle(), s.X, s.Y)
	s.mark(c, p)
}
