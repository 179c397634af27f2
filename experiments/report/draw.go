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

// draw draws the figure, which must be valid, on a canvas of the layout's size.
func (f Figure) draw(c draw.Canvas, l layout) {
	c.SetColor(White)
	c.Fill(c.Rectangle.Path())

	charts := make([]*plot.Plot, len(f.Panels))
	for i, p := range f.Panels {
		cell := l.cell(c, i)
		switch {
		case p.Images != nil:
			p.drawTitle(cell, cell.Center().X)
			p.Images.draw(p.belowTitle(cell))
		case p.Surfaces != nil:
			p.drawTitle(cell, cell.Center().X)
			p.Surfaces.draw(p.belowTitle(cell), p.XLabel, p.YLabel)
		case p.Heatmap != nil:
			below := p.belowTitle(cell)
			frame := p.Heatmap.frame(below, p.XLabel, p.YLabel)
			p.drawTitle(cell, frame.Center().X)
			p.Heatmap.draw(below, p.XLabel, p.YLabel)
		default:
			charts[i] = p.chart()
		}
	}
	f.drawCharts(c, l, charts)

	legend := c
	legend.Max.Y = c.Min.Y + margin + vg.Length(len(l.legend))*lineHeight
	drawLegend(legend, l.legend, lettering(labelSize))
}

// drawTitle draws the title at the top of the cell, centred at x.
func (p Panel) drawTitle(cell draw.Canvas, x vg.Length) {
	cell.FillText(centred(lettering(titleSize), draw.YTop), vg.Point{X: x, Y: cell.Max.Y}, p.Title)
}

func (p Panel) belowTitle(cell draw.Canvas) draw.Canvas {
	return draw.Crop(cell, 0, 0, 0, -p.titleHeight())
}

// drawCharts draws the panels of series so that the frames in one column share
// their left and right edges, and those in one row their top and bottom,
// whatever the width of their tick labels.
func (f Figure) drawCharts(c draw.Canvas, l layout, charts []*plot.Plot) {
	columns, rows := make([]insets, l.columns), make([]insets, len(l.rows))
	cell := func(i int) draw.Canvas { return f.Panels[i].belowTitle(l.cell(c, i)) }
	for i, chart := range charts {
		if chart != nil {
			own := insetsOf(chart, cell(i))
			columns[i%l.columns].include(own)
			rows[i/l.columns].include(own)
		}
	}
	for i, chart := range charts {
		if chart == nil {
			continue
		}
		own, column, row := insetsOf(chart, cell(i)), columns[i%l.columns], rows[i/l.columns]
		inner := draw.Crop(cell(i), column.left-own.left, own.right-column.right,
			row.bottom-own.bottom, own.top-row.top)
		chart.Draw(inner)
		data := chart.DataCanvas(inner)
		f.Panels[i].drawTitle(l.cell(c, i), data.Center().X)
	}
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
