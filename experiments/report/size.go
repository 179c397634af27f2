package report

import "gonum.org/v1/plot/vg"

// A Size is how large a figure is in print. The zero Size is that of a page on a screen.
type Size struct {
	Width float64 // of the whole figure, in millimetres; 0 means that of its panels
	Font  float64 // of the labels, in points; 0 means as on a screen
}

// printDPI is the resolution of a PNG file in print, which journals ask for.
const printDPI = 300

// narrowest is the width of a panel, at the size of letters on a screen, below which panels are stacked.
const narrowest = 150

// scale is the size of the letters relative to that on a screen.
func (s Size) scale() vg.Length {
	if s.Font == 0 {
		return 1
	}
	return vg.Length(s.Font / labelSize)
}

// fit gives the panels the widths that fill the figure, before it is scaled.
func (l *layout) fit(s Size) {
	if s.Width == 0 {
		return
	}
	room := vg.Length(s.Width)*vg.Millimeter/s.scale() - 2*margin + panelGap
	for l.columns > 1 && room/vg.Length(l.columns)-panelGap < narrowest {
		l.columns--
	}
	l.panelWidth = room/vg.Length(l.columns) - panelGap
}
