package report

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Distances of the layout, in points.
const (
	singleWidth = 372 // of a panel that has a row for itself
	sharedWidth = 236 // of one of several in a row
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
	if l.columns > 1 {
		l.panelWidth = sharedWidth
	}
	for i, p := range f.Panels {
		if i%l.columns == 0 {
			l.rows = append(l.rows, 0)
		}
		row := &l.rows[len(l.rows)-1]
		*row = max(*row, p.height(l.panelWidth, l.columns))
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

// height returns the height of a panel of the given width, with its title.
func (p Panel) height(width vg.Length, columns int) vg.Length {
	switch {
	case p.Images != nil:
		return p.titleHeight() + p.Images.height(width)
	case p.Surfaces != nil:
		return p.titleHeight() + width*0.8
	case columns > 1:
		return p.titleHeight() + width*0.86
	}
	return p.titleHeight() + width*0.54
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
			p.Images.draw(p.drawTitle(cell))
		case p.Surfaces != nil:
			p.Surfaces.draw(p.drawTitle(cell), p.XLabel, p.YLabel)
		default:
			charts[i] = p.chart()
		}
	}
	l.drawCharts(c, charts)

	legend := c
	legend.Max.Y = c.Min.Y + margin + vg.Length(len(l.legend))*lineHeight
	drawLegend(legend, l.legend, lettering(labelSize))
}

// drawTitle draws the title and returns the canvas below it.
func (p Panel) drawTitle(c draw.Canvas) draw.Canvas {
	if p.Title != "" {
		c.FillText(centred(lettering(titleSize), draw.YTop), vg.Point{X: c.Center().X, Y: c.Max.Y}, p.Title)
	}
	return draw.Crop(c, 0, 0, 0, -p.titleHeight())
}

// drawCharts draws the panels of series so that the left and right edges of
// those in one column are in line whatever the width of their tick labels.
func (l layout) drawCharts(c draw.Canvas, charts []*plot.Plot) {
	left := make([]vg.Length, l.columns)
	right := make([]vg.Length, l.columns)
	each := func(do func(chart *plot.Plot, cell draw.Canvas, l, r vg.Length, column int)) {
		for i, chart := range charts {
			if chart != nil {
				cell := l.cell(c, i)
				data := chart.DataCanvas(cell)
				do(chart, cell, data.Min.X-cell.Min.X, cell.Max.X-data.Max.X, i%l.columns)
			}
		}
	}
	each(func(_ *plot.Plot, _ draw.Canvas, l, r vg.Length, column int) {
		left[column], right[column] = max(left[column], l), max(right[column], r)
	})
	each(func(chart *plot.Plot, cell draw.Canvas, l, r vg.Length, column int) {
		chart.BackgroundColor = nil
		chart.Draw(draw.Crop(cell, left[column]-l, r-right[column], 0, 0))
	})
}
