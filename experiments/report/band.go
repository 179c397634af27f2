package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// band fills the strip between Low and High, an interval over seeds, and draws
// a line through Y where there is one.
type band struct{ Series }

func (s band) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var low, high []vg.Point
	fill := func() {
		for i := len(high) - 1; i >= 0; i-- {
			low = append(low, high[i])
		}
		c.FillPolygon(faint(s.color()), c.ClipPolygonXY(low))
		low, high = nil, nil
	}
	for i := range s.X {
		if math.IsNaN(s.Low[i]) || math.IsNaN(s.High[i]) {
			fill()
			continue
		}
		low = append(low, vg.Point{X: x(s.X[i]), Y: y(s.Low[i])})
		high = append(high, vg.Point{X: x(s.X[i]), Y: y(s.High[i])})
	}
	fill()
	if s.Y != nil {
		strokeThrough(c, p, s.lineStyle(), s.X, s.Y)
		if s.Style.Marker != NoMarker {
			s.mark(c, p)
		}
	}
}
