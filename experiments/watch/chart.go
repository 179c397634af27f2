package watch

import (
	"math"

	"github.com/NimbleMarkets/ntcharts/v2/canvas"
	"github.com/NimbleMarkets/ntcharts/v2/canvas/graph"
	"github.com/NimbleMarkets/ntcharts/v2/canvas/runes"
)

// A curve is a line of a chart.
type curve struct {
	x, y []float64 // NaN is a gap
	ink  ink
	mark rune // at its right end, 0 for none
}

// A chart is curves over updates in a part of the screen.
type chart struct {
	title   string
	curves  []curve
	log     bool
	percent bool
	cursor  float64 // a vertical line; NaN for none
	lowX    float64
	highX   float64
}

// axisWidth is that of the numbers on the left.
const axisWidth = 8

// draw draws the chart.
func (c chart) draw(s *screen) {
	if s.height < 3 || s.width < axisWidth+4 {
		return
	}
	s.text(0, 0, strong, c.title)
	p := s.part(axisWidth, 1, s.width-axisWidth-1, s.height-2)
	low, high, ok := c.span()
	if !ok {
		p.text(1, p.height/2, quiet, "nothing is recorded yet")
		return
	}
	for y := range p.height {
		s.set(axisWidth-1, 1+y, '│', quiet)
	}
	for _, y := range labelled(p.height) {
		v := high - (high-low)*float64(y)/float64(max(1, p.height-1))
		s.right(axisWidth-1, 1+y, quiet, c.label(v))
	}
	s.text(axisWidth, s.height-1, quiet, count(c.lowX))
	s.right(s.width-1, s.height-1, quiet, count(c.highX))
	if !math.IsNaN(c.cursor) {
		x := int(math.Round((c.cursor - c.lowX) / (c.highX - c.lowX) * float64(p.width-1)))
		for y := range p.height {
			p.set(x, y, '┊', quiet)
		}
		label := " " + count(c.cursor) + " "
		s.text(min(max(axisWidth+x-len(label)/2, axisWidth), s.width-len(label)), s.height-1, strong, label)
	}
	for _, line := range c.curves {
		c.drawCurve(p, line, low, high)
	}
	for _, line := range c.curves { // above all lines
		c.drawMark(s, p, line, low, high)
	}
}

// labelled returns the rows of a chart that have a number.
func labelled(height int) []int {
	switch {
	case height < 2:
		return []int{0}
	case height < 5:
		return []int{0, height - 1}
	}
	return []int{0, height / 2, height - 1}
}

func (c chart) scaled(v float64) float64 {
	if c.log && v <= 0 {
		return math.NaN()
	}
	if c.log {
		return math.Log10(v)
	}
	return v
}

// span returns the ends of the y axis, and whether there is any point.
func (c chart) span() (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, line := range c.curves {
		for _, v := range line.y {
			if v = c.scaled(v); !math.IsNaN(v) && !math.IsInf(v, 0) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low == high {
		low, high = low-0.05*max(math.Abs(low), 0.1), high+0.05*max(math.Abs(high), 0.1)
	}
	return low, high, low < high
}

func (c chart) label(v float64) string {
	if c.log {
		v = math.Pow(10, v)
	}
	if c.percent {
		return percent(v)
	}
	return number(v)
}

// drawCurve draws a line in dots of braille, which are twice as fine as letters and four times as high.
func (c chart) drawCurve(p *screen, line curve, low, high float64) {
	grid := graph.NewBrailleGrid(p.width, p.height, c.lowX, c.highX, low, high)
	var last canvas.Point
	connected := false
	for i, v := range line.y {
		v = c.scaled(v)
		if math.IsNaN(v) || math.IsInf(v, 0) || line.x[i] < c.lowX || line.x[i] > c.highX {
			connected = false
			continue
		}
		at := grid.GridPoint(canvas.Float64Point{X: line.x[i], Y: v})
		switch {
		case !connected:
			grid.Set(at)
		case at != last:
			for _, between := range graph.GetLinePoints(last, at) {
				grid.Set(between)
			}
		}
		last, connected = at, true
	}
	for y, row := range grid.BraillePatterns() {
		for x, r := range row {
			if r != runes.BrailleBlockOffset {
				p.set(x, y, combined(p.cells[p.y+y][p.x+x].letter, r), line.ink)
			}
		}
	}
}

// combined has the dots of both letters, if the old one is of braille.
func combined(old, dots rune) rune {
	if runes.IsBraillePattern(old) {
		return runes.CombineBraillePatterns(old, dots)
	}
	return dots
}

// drawMark names a line at its right end, in the column beside the chart.
func (c chart) drawMark(s, p *screen, line curve, low, high float64) {
	for i := len(line.y) - 1; i >= 0 && line.mark != 0; i-- {
		v := c.scaled(line.y[i])
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		y := int(math.Round((high - v) / (high - low) * float64(p.height-1)))
		s.set(s.width-1, 1+y, line.mark, line.ink)
		return
	}
}
