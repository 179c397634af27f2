package report

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Heatmap is numbers in columns and rows, each in a cell whose colour says it too: the higher, the darker. The panel's XLabel says what
// the columns are, its YLabel what the rows are.
type Heatmap struct {
	XNames    []string   // of the columns, left to right
	YNames    []string   // of the rows, top to bottom
	Z         []float64  // row-major [len(YNames), len(XNames)]; a NaN has neither colour nor number
	Decimals  int        // of the numbers
	Notes     [][]string // lines below each number, for every cell of Z; nil for none
	Low, High float64    // of the lightest and the darkest colour; those of Z if they are equal
	Bare      bool       // colours alone, without numbers; a column without a name has none
	ByColumn  bool       // each column has colours of its own, from its lowest to its highest number, whatever Low and High
}

func (h *Heatmap) validate() error {
	cells := len(h.XNames) * len(h.YNames)
	switch {
	case cells == 0:
		return fmt.Errorf("heat map of %d columns and %d rows", len(h.XNames), len(h.YNames))
	case len(h.Z) != cells:
		return fmt.Errorf("heat map of %d columns and %d rows: has %d values", len(h.XNames), len(h.YNames), len(h.Z))
	case h.Notes != nil && len(h.Notes) != cells:
		return fmt.Errorf("heat map of %d columns and %d rows: has notes for %d cells", len(h.XNames), len(h.YNames), len(h.Notes))
	case h.Decimals < 0:
		return fmt.Errorf("heat map: %d decimals", h.Decimals)
	case !(h.Low <= h.High) || math.IsInf(h.Low, 0) || math.IsInf(h.High, 0):
		return fmt.Errorf("heat map: colours from %v to %v: want rising ends", h.Low, h.High)
	}
	for i, z := range h.Z {
		if math.IsInf(z, 0) {
			return fmt.Errorf("heat map: z[%d] is %v", i, z)
		}
	}
	return nil
}

// Sizes in a heat map, in points.
const (
	noteSize    = 7.5
	numberLine  = 11 // height of a number
	noteLine    = 9  // and of a note
	cellPadding = 5  // above and below both
	namePadding = 4  // between names and cells
)

// height returns that of the map, with the columns' names and the x axis's label.
func (h *Heatmap) height(xlabel, ylabel string) vg.Length {
	rows := vg.Length(len(h.YNames)) * h.cellHeight()
	return max(rows, lettering(labelSize).Width(ylabel)) + heatmapBottom(xlabel) + 1
}

func (h *Heatmap) cellHeight() vg.Length {
	notes := 0
	for _, n := range h.Notes {
		notes = max(notes, len(n))
	}
	return numberLine + vg.Length(notes)*noteLine + 2*cellPadding
}

// heatmapBottom is the height of what stands below the cells.
func heatmapBottom(label string) vg.Length {
	if label == "" {
		return lineHeight
	}
	return 2 * lineHeight
}

// frame is the canvas of the cells alone, within that of the panel.
func (h *Heatmap) frame(c draw.Canvas, xlabel, ylabel string) draw.Canvas {
	left := widest(h.rowStyle(c), h.YNames) + namePadding
	if ylabel != "" {
		left += lineHeight
	}
	return draw.Crop(c, left, -1, heatmapBottom(xlabel), -1)
}

// rowStyle is that of the rows' names, which take at most two fifths of the panel.
func (h *Heatmap) rowStyle(c draw.Canvas) text.Style {
	return fitted(lettering(tickSize), h.YNames, (c.Max.X-c.Min.X)*2/5)
}

// draw draws the cells, row by row from the top, and the names around them.
func (h *Heatmap) draw(c draw.Canvas, xlabel, ylabel string) {
	f := h.frame(c, xlabel, ylabel)
	columns, rows := len(h.XNames), len(h.YNames)
	width, height := (f.Max.X-f.Min.X)/vg.Length(columns), (f.Max.Y-f.Min.Y)/vg.Length(rows)
	number := fitted(lettering(tickSize), h.numbers(), width-4)
	note := fitted(lettering(noteSize), h.allNotes(), width-4)
	colors := heatColors()
	for i := range h.Z {
		column, row := vg.Length(i%columns), vg.Length(i/columns)
		cell := draw.Canvas{Canvas: f.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: f.Min.X + column*width, Y: f.Max.Y - (row+1)*height},
			Max: vg.Point{X: f.Min.X + (column+1)*width, Y: f.Max.Y - row*height},
		}}
		h.drawCell(cell, i, colors, number, note)
	}
	box(f)
	columnStyle := centred(lettering(tickSize), draw.YTop)
	if !h.Bare {
		columnStyle = fitted(columnStyle, h.XNames, width-2)
	}
	for i, name := range h.XNames {
		c.FillText(columnStyle, vg.Point{X: f.Min.X + (vg.Length(i)+0.5)*width, Y: f.Min.Y - 3}, name)
	}
	rowStyle := h.rowStyle(c)
	rowStyle.XAlign, rowStyle.YAlign = draw.XRight, draw.YCenter
	for i, name := range h.YNames {
		c.FillText(rowStyle, vg.Point{X: f.Min.X - namePadding, Y: f.Max.Y - (vg.Length(i)+0.5)*height}, name)
	}
	c.FillText(centred(lettering(labelSize), draw.YBottom), vg.Point{X: f.Center().X, Y: c.Min.Y + 2}, xlabel)
	upright := centred(lettering(labelSize), draw.YTop)
	upright.Rotation = math.Pi / 2
	c.FillText(upright, vg.Point{X: c.Min.X, Y: f.Center().Y}, ylabel)
}

// drawCell draws one cell: its colour, its number and its notes in the middle. One without a number is crossed out.
func (h *Heatmap) drawCell(c draw.Canvas, i int, colors palette.ColorMap, number, note text.Style) {
	ink, lines := Black, []string{h.number(i)}
	if math.IsNaN(h.Z[i]) {
		lines = nil
		faint := draw.LineStyle{Color: light(light(Gray)), Width: vg.Points(0.5)}
		c.StrokeLine2(faint, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
		c.StrokeLine2(faint, c.Min.X, c.Max.Y, c.Max.X, c.Min.Y)
	} else {
		fill := h.color(i, colors)
		ink = inkOn(fill)
		c.SetColor(fill)
		c.Fill(c.Rectangle.Path())
	}
	number.Color, note.Color = ink, ink
	var notes []string
	if h.Notes != nil {
		notes = h.Notes[i]
	}
	y := c.Center().Y + (vg.Length(len(lines))*numberLine+vg.Length(len(notes))*noteLine)/2
	for _, line := range lines {
		c.FillText(centred(number, draw.YCenter), vg.Point{X: c.Center().X, Y: y - numberLine/2}, line)
		y -= numberLine
	}
	for _, line := range notes {
		c.FillText(centred(note, draw.YCenter), vg.Point{X: c.Center().X, Y: y - noteLine/2}, line)
		y -= noteLine
	}
}

// number writes the number of a cell, "" if it has none.
func (h *Heatmap) number(i int) string {
	if h.Bare || math.IsNaN(h.Z[i]) {
		return ""
	}
	return label(h.Z[i], h.Decimals)
}

func (h *Heatmap) numbers() []string {
	all := make([]string, len(h.Z))
	for i := range h.Z {
		all[i] = h.number(i)
	}
	return all
}

func (h *Heatmap) allNotes() []string {
	var all []string
	for _, n := range h.Notes {
		all = append(all, n...)
	}
	return all
}

// span returns the values of the lightest and the darkest colour in the column of a cell.
func (h *Heatmap) span(i int) (low, high float64) {
	if h.Low < h.High && !h.ByColumn {
		return h.Low, h.High
	}
	low, high = math.Inf(1), math.Inf(-1)
	for k, z := range h.Z {
		if !math.IsNaN(z) && (!h.ByColumn || (k-i)%len(h.XNames) == 0) {
			low, high = math.Min(low, z), math.Max(high, z)
		}
	}
	return low, high
}

// color is that of a cell with a number; one beyond the ends has the end's.
func (h *Heatmap) color(i int, colors palette.ColorMap) color.NRGBA {
	low, high := h.span(i)
	part := 0.0
	if high > low {
		part = min(max((h.Z[i]-low)/(high-low), 0), 1)
	}
	c, err := colors.At(1 - part)
	if err != nil {
		panic(err) // part is from 0 to 1
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

// heatColors is a map from 0, dark blue, to 1, pale yellow, on which CIE L* is linear: the order of the cells is the same in grey and for
// the colour-blind. Its hues are those of ColorBrewer's YlGnBu.
func heatColors() palette.ColorMap {
	m, err := moreland.NewLuminance([]color.Color{
		color.NRGBA{R: 0x08, G: 0x1d, B: 0x58, A: 0xff},
		color.NRGBA{R: 0x22, G: 0x5e, B: 0xa8, A: 0xff},
		color.NRGBA{R: 0x41, G: 0xb6, B: 0xc4, A: 0xff},
		color.NRGBA{R: 0xed, G: 0xf8, B: 0xb1, A: 0xff},
	})
	if err != nil {
		panic(err) // these become lighter one after the other
	}
	m.SetMin(0)
	m.SetMax(1)
	return m
}

// inkOn is black or white, whichever has more contrast on the colour: at least 4.5, as WCAG 2.1 asks of text, as the product of both is 21.
func inkOn(c color.NRGBA) color.NRGBA {
	if contrast(Black, c) >= contrast(White, c) {
		return Black
	}
	return White
}

// contrast is the ratio of WCAG 2.1: of the relative luminances, each plus 0.05, the higher to the lower.
func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

// luminance is the relative luminance of an opaque colour, as WCAG 2.1 has it.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return float64(0.2126*linear(c.R)) + float64(0.7152*linear(c.G)) + float64(0.0722*linear(c.B))
}

// widest is the width of the widest of the texts.
func widest(s text.Style, texts []string) vg.Length {
	var w vg.Length
	for _, t := range texts {
		w = max(w, s.Width(t))
	}
	return w
}

// fitted is the style, as much smaller as it takes to make all texts fit into the width.
func fitted(s text.Style, texts []string, width vg.Length) text.Style {
	if w := widest(s, texts); w > width {
		s.Font.Size *= width / w
	}
	return s
}
