package report

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sizes of the lettering in points. They are also right on a phone, where a
// figure is shown at about three quarters of its size.
const (
	titleSize = 10.5
	labelSize = 9.5
	tickSize  = 9
)

// lettering returns the style of text of the given size in Liberation Sans,
// which gonum carries within itself.
func lettering(size float64) text.Style {
	return text.Style{
		Color:   Black,
		Font:    font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, vg.Length(size)),
		Handler: plot.DefaultTextHandler,
	}
}

// chart makes the gonum plot of a panel of series, without its title, on the ranges that it names
// or, for an automatic end, those of its data.
func (p Panel) chart() *plot.Plot {
	c := plot.New()
	c.BackgroundColor = nil // the figure has one
	axis(&c.X, p.XLabel, draw.XCenter, draw.YTop)
	axis(&c.Y, p.YLabel, draw.XRight, draw.YCenter)
	c.X.Min, c.X.Max = p.span(p.XMin, p.XMax, 0, func(s Series) [][]float64 { return [][]float64{s.X} })
	c.Y.Min, c.Y.Max = p.span(p.YMin, p.YMax, 0.04, func(s Series) [][]float64 { return [][]float64{s.Y, s.Low, s.High} })

	if p.XNames != nil {
		c.X.Min, c.X.Max = -0.5, float64(len(p.XNames))-0.5
		c.X.Tick.Marker = nameTicks(p.XNames)
	}
	if p.XLog {
		c.X.Scale, c.X.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	if p.YLog { // a linear axis of logarithms: above plot.LogScale gonum leaves room as if the axis's label stood at its top
		low, high := p.logSpan()
		c.Y.Min, c.Y.Max, c.Y.Tick.Marker = math.Log10(low), math.Log10(high), exponents{}
	}
	if p.XTicks != nil {
		c.X.Tick.Marker = valueTicks(p.XTicks)
	}

	c.Add(frame{named: p.XNames != nil, log: p.YLog})
	for _, s := range p.drawn() {
		c.Add(group{s.plotter()})
	}
	return c
}

// logSpan returns the ends of a logarithmic y axis: those given, or else those of the data with a margin.
func (p Panel) logSpan() (float64, float64) {
	if p.YMin < p.YMax {
		return p.YMin, p.YMax
	}
	logs := p
	logs.Series = slices.Clone(p.Series)
	for i := range logs.Series {
		s := &logs.Series[i]
		for _, column := range []*[]float64{&s.Y, &s.Low, &s.High} {
			*column = mapped(*column, logarithm)
		}
	}
	low, high := logs.span(0, 0, 0.04, func(s Series) [][]float64 { return [][]float64{s.Y, s.Low, s.High} })
	return math.Pow(10, low), math.Pow(10, high)
}

// logarithm is that of v, or NaN where a logarithmic axis has no place for it.
func logarithm(v float64) float64 {
	if v > 0 {
		return math.Log10(v)
	}
	return math.NaN()
}

// mapped applies f to every value; nil stays nil.
func mapped(column []float64, f func(float64) float64) []float64 {
	if column == nil {
		return nil
	}
	out := make([]float64, len(column))
	for i, v := range column {
		out[i] = f(v)
	}
	return out
}

// drawn returns the series in the order in which they are drawn: the paper's numbers lie under ours, and bands under lines. On a logarithmic y axis
// it has logarithms.
func (p Panel) drawn() []Series {
	all := slices.Clone(p.Series)
	for i := range all {
		if s := &all[i]; p.YLog {
			s.Y, s.Low, s.High = mapped(s.Y, logarithm), mapped(s.Low, logarithm), mapped(s.High, logarithm)
		}
	}
	slices.SortStableFunc(all, func(a, b Series) int { return a.layer() - b.layer() })
	return all
}

// A group draws a plotter so that an SVG has what it draws in one element.
type group struct{ plot.Plotter }

func (g group) Plot(c draw.Canvas, p *plot.Plot) {
	c.Push()
	c.Translate(vg.Point{})
	g.Plotter.Plot(c, p)
	c.Pop()
}

// layer is 0 of the paper's numbers, 1 of our bands alone, 2 of our lines.
func (s Series) layer() int {
	switch {
	case s.Printed:
		return 0
	case s.Kind == Band && s.Y == nil:
		return 1
	}
	return 2
}

func axis(a *plot.Axis, label string, x draw.XAlignment, y draw.YAlignment) {
	a.Padding = 0
	a.Width = 0
	a.Label.Text = label
	a.Label.Padding = vg.Points(3)
	a.Label.TextStyle = centred(lettering(labelSize), draw.YBottom)
	a.Tick.Label = lettering(tickSize)
	a.Tick.Label.XAlign, a.Tick.Label.YAlign = x, y
	a.Tick.Length = vg.Points(3)
	a.Tick.Marker = ticks{most: 8}
}

func centred(s text.Style, y draw.YAlignment) text.Style {
	s.XAlign, s.YAlign = draw.XCenter, y
	return s
}

// span returns the ends of an axis: those given, or else those of the data
// with a margin, a fraction of their distance.
func (p Panel) span(low, high, margin float64, columns func(Series) [][]float64) (float64, float64) {
	least, most := math.Inf(1), math.Inf(-1)
	for _, s := range p.Series {
		for _, column := range columns(s) {
			for _, v := range column {
				if !math.IsNaN(v) {
					least, most = math.Min(least, v), math.Max(most, v)
				}
			}
		}
	}
	if least > most {
		least, most = 0, 1
	}
	if least == most {
		least, most = least-0.5, most+0.5
	}
	if low == high { // both automatic, as in the zero Panel
		low, high = math.NaN(), math.NaN()
	}
	extra := margin * (most - least)
	if math.IsNaN(low) {
		low = least - extra
	}
	if math.IsNaN(high) {
		high = most + extra
	}
	if low >= high { // a given end that lies beyond all data
		if low == least-extra {
			low = high - 1
		} else {
			high = low + 1
		}
	}
	return low, high
}

// frame draws the box of a panel under its data, with light lines at zero.
type frame struct{ named, log bool } // names on x, and logarithms on y, have no zero

func (f frame) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	zero := draw.LineStyle{Color: light(light(Gray)), Width: vg.Points(0.5)}
	if p.X.Min < 0 && 0 < p.X.Max && !f.named {
		c.StrokeLine2(zero, x(0), c.Min.Y, x(0), c.Max.Y)
	}
	if p.Y.Min < 0 && 0 < p.Y.Max && !f.log {
		c.StrokeLine2(zero, c.Min.X, y(0), c.Max.X, y(0))
	}
	box(c)
}

// box strokes the canvas's edge.
func box(c draw.Canvas) {
	c.StrokeLines(draw.LineStyle{Color: Black, Width: vg.Points(0.6)}, []vg.Point{
		c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}, c.Min})
}
