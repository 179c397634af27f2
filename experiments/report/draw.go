package report

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Distances of the layout, in points.
const (
	singleWidth = 372 // of a panel that has a row for itself
	sharedWidth = 236 // of one of two or three in a row
	narrowWidth = 180 // of one of more
	panelGap    = 10
	margin      = 6
)

// A layout is where the parts of a figure go.
type layout struct {
	columns       int
	panelWidth    vg.Length
	rows          []vg.Length // heights
	legend        [][]entry
	width, height vg.Length // of the whole figure
}

func (f Figure) layout() layout {
	l := layout{columns: max(f.Columns, 1), panelWidth: singleWidth}
	aspect := 0.54
	if l.columns > 1 {
		l.panelWidth, aspect = sharedWidth, 0.86
	}
	if l.columns > 3 {
		l.panelWidth = narrowWidth
	}
	l.fit(f.Size)
	if l.columns == 1 {
		aspect = 0.54
	}
	if f.Aspect > 0 {
		aspect = f.Aspect
	}
	for i, p := range f.Panels {
		if i%l.columns == 0 {
			l.rows = append(l.rows, 0)
		}
		row := &l.rows[len(l.rows)-1]
		*row = max(*row, p.height(l.panelWidth, vg.Length(aspect)))
	}
	l.width = vg.Length(l.columns)*(l.panelWidth+panelGap) - panelGap + 2*margin
	l.legend = wrap(f.legend(), lettering(labelSize), l.width-2*margin)
	l.height = 2*margin + vg.Length(len(l.legend))*lineHeight
	for i, row := range l.rows {
		l.height += row
		if i > 0 || len(l.legend) > 0 {
			l.height += panelGap
		}
	}
	return l
}

// height returns the height of a panel of the given width, with its title; one of series has that aspect.
func (p Panel) height(width, aspect vg.Length) vg.Length {
	switch {
	case p.Images != nil:
		return p.titleHeight() + p.Images.height(width)
	case p.Surfaces != nil:
		return p.titleHeight() + width*0.76
	case p.Heatmap != nil:
		return p.titleHeight() + p.Heatmap.height(p.XLabel, p.YLabel)
	}
	return p.titleHeight() + width*aspect
}

func (p Panel) titleHeight() vg.Length {
	if p.Title == "" {
		return 0
	}
	return lineHeight + 4
}

// cell returns the canvas of panel i.
func (l layout) cell(c draw.Canvas, i int) draw.Canvas {
	row, column := i/l.columns, i%l.columns
	top := c.Max.Y - margin
	for _, h := range l.rows[:row] {
		top -= h + panelGap
	}
	left := c.Min.X + margin + vg.Length(column)*(l.panelWidth+panelGap)
	return draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
		Min: vg.Point{X: left, Y: top - l.rows[row]},
		Max: vg.Point{X: left + l.panelWidth, Y: top},
	}}
}

// A plan is a figure with the room that its charts take.
type plan struct {
	Figure
	layout
	charts                  []*plot.Plot // nil of other panels
	insetColumns, insetRows []insets
}

// plan lays the figure, which must be valid, out: the frames of charts in one column share their left and right edges, and those in one row
// their top and bottom, whatever the width of their tick labels.
func (f Figure) plan() plan {
	l := f.layout()
	p := plan{f, l, make([]*plot.Plot, len(f.Panels)), make([]insets, l.columns), make([]insets, len(l.rows))}
	for i, panel := range f.Panels {
		if panel.isChart() {
			p.charts[i] = panel.chart()
			own := insetsOf(p.charts[i], panel.belowTitle(p.cell(draw.Canvas{}, i)))
			p.insetColumns[i%l.columns].include(own)
			p.insetRows[i/l.columns].include(own)
		}
	}
	return p
}

func (p Panel) isChart() bool { return p.Images == nil && p.Surfaces == nil && p.Heatmap == nil }

// draw draws the figure on a canvas of the layout's size.
func (p plan) draw(c draw.Canvas) {
	c.SetColor(White)
	c.Fill(c.Rectangle.Path())
	for i := range p.Panels {
		p.drawPanel(p.cell(c, i), i)
	}
	legend := c
	legend.Max.Y = c.Min.Y + margin + vg.Length(len(p.layout.legend))*lineHeight
	drawLegend(legend, p.layout.legend, lettering(labelSize))
}

// drawPanel draws one panel in a canvas of its cell's size, and returns the frame of its chart.
func (p plan) drawPanel(cell draw.Canvas, i int) (frame draw.Canvas) {
	panel := p.Panels[i]
	below := panel.belowTitle(cell)
	switch {
	case panel.Images != nil:
		panel.drawTitle(cell, cell.Center().X)
		panel.Images.draw(below)
	case panel.Surfaces != nil:
		panel.drawTitle(cell, cell.Center().X)
		panel.Surfaces.draw(below, panel.XLabel, panel.YLabel)
	case panel.Heatmap != nil:
		frame := panel.Heatmap.frame(below, panel.XLabel, panel.YLabel)
		panel.drawTitle(cell, frame.Center().X)
		panel.Heatmap.draw(below, panel.XLabel, panel.YLabel)
	default:
		chart := p.charts[i]
		own, column, row := insetsOf(chart, below), p.insetColumns[i%p.columns], p.insetRows[i/p.columns]
		inner := draw.Crop(below, column.left-own.left, own.right-column.right, row.bottom-own.bottom, own.top-row.top)
		chart.Draw(inner)
		frame = chart.DataCanvas(inner)
		panel.drawTitle(cell, frame.Center().X)
	}
	return frame
}

// drawTitle draws the title at the top of the cell, centred at x.
func (p Panel) drawTitle(cell draw.Canvas, x vg.Length) {
	cell.FillText(centred(lettering(titleSize), draw.YTop), vg.Point{X: x, Y: cell.Max.Y}, p.Title)
}

func (p Panel) belowTitle(cell draw.Canvas) draw.Canvas {
	return draw.Crop(cell, 0, 0, 0, -p.titleHeight())
}

// insets are the distances from a cell's edges to the frame of its chart.
type insets struct{ left, right, bottom, top vg.Length }

func insetsOf(chart *plot.Plot, cell draw.Canvas) insets {
	data := chart.DataCanvas(cell)
	return insets{
		left: data.Min.X - cell.Min.X, right: cell.Max.X - data.Max.X,
		bottom: data.Min.Y - cell.Min.Y, top: cell.Max.Y - data.Max.Y,
	}
}

// include makes room for the other insets too.
func (n *insets) include(other insets) {
	n.left, n.right = max(n.left, other.left), max(n.right, other.right)
	n.bottom, n.top = max(n.bottom, other.bottom), max(n.top, other.top)
}
