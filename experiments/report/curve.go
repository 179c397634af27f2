package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curve draws a series of kind Line, Markers or Marked.
type curve struct{ Series }

func (s curve) Plot(c draw.Canvas, p *plot.Plot) {
	if s.Kind != Markers {
		strokeThrough(c, p, s.lineStyle(), s.X, s.Y)
	}
	if s.Kind != Line {
		s.mark(c, p)
	}
}

// plotter returns what draws the series in its panel.
func (s Series) plotter() plot.Plotter {
	switch s.Kind {
	case Bars:
		return bars{s}
	case Band:
		return band{s}
	case Level:
		return level{s}
	}
	return curve{s}
}

// color is the series' own, or light if it is the paper's.
func (s Series) color() color.NRGBA {
	c := s.Style.Color
	if c == (color.NRGBA{}) {
		c = Black
	}
	if s.Printed {
		return light(c)
	}
	return c
}

// lineStyle is the series' own, or wider if it is the paper's, so that the
// paper's curve shows on both sides of ours where they agree.
func (s Series) lineStyle() draw.LineStyle {
	width := s.Style.Width
	if width == 0 {
		width = 1.2
	}
	if s.Printed {
		width *= 2.4
	}
	style := draw.LineStyle{Color: s.color(), Width: vg.Points(width)}
	for _, d := range s.Style.Dashes {
		style.Dashes = append(style.Dashes, vg.Points(d))
	}
	return style
}

func (s Series) glyphStyle() draw.GlyphStyle {
	radius := vg.Points(2.4)
	if s.Printed {
		radius = vg.Points(3.4)
	}
	return draw.GlyphStyle{Color: s.color(), Radius: radius, Shape: s.Style.Marker}
}

// marked reports whether point i has a marker.
func (s Series) marked(i int) bool {
	every := max(s.MarkEvery, 1)
	return i >= s.MarkFrom && (i-s.MarkFrom)%every == 0
}

// mark draws the markers that lie inside the panel.
func (s Series) mark(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i := range s.X {
		if s.marked(i) && !math.IsNaN(s.Y[i]) {
			c.DrawGlyph(s.glyphStyle(), vg.Point{X: x(s.X[i]), Y: y(s.Y[i])})
		}
	}
}

// strokeThrough draws lines through the points, broken where y is NaN and
// clipped at the panel's frame.
func strokeThrough(c draw.Canvas, p *plot.Plot, style draw.LineStyle, xs, ys []float64) {
	x, y := p.Transforms(&c)
	var runs [][]vg.Point
	var run []vg.Point
	for i := range ys {
		if math.IsNaN(ys[i]) {
			runs, run = append(runs, run), nil
			continue
		}
		run = append(run, vg.Point{X: x(xs[i]), Y: y(ys[i])})
	}
	c.StrokeLines(style, c.ClipLinesXY(append(runs, run)...)...)
}
