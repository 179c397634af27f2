package report

import (
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The paper's own numbers have this name in every legend.
const printedName = "paper"

// An entry is one line of the legend: a name and the samples of its series.
// Printed series share the entry "paper", with one sample for each style.
type entry struct {
	name    string
	printed bool
	series  []Series
}

// legend returns the entries of all panels, in order of appearance, ours first.
func (f Figure) legend() []entry {
	var ours []entry
	paper := entry{name: printedName, printed: true}
	for _, p := range f.Panels {
		for _, s := range p.legendSeries() {
			if s.Printed {
				s.Style.Dashes = nil // a small sample has no room for them
				if !slices.ContainsFunc(paper.series, s.sameHand) {
					paper.series = append(paper.series, s)
				}
				continue
			}
			i := slices.IndexFunc(ours, func(e entry) bool { return e.name == s.Name })
			switch {
			case s.Name == "" || s.Kind == Band && s.Y == nil: // which belongs to a line
			case i < 0:
				ours = append(ours, entry{name: s.Name, series: []Series{s}})
			case !slices.ContainsFunc(ours[i].series, s.looksLike):
				ours[i].series = append(ours[i].series, s)
			}
		}
	}
	if len(paper.series) > 0 {
		ours = append(ours, paper)
	}
	return ours
}

// legendSeries returns what the legend shows of the panel.
func (p Panel) legendSeries() []Series {
	if p.Surfaces != nil {
		return p.Surfaces.legendSeries()
	}
	return p.Series
}

// looksLike reports whether two series would have the same sample.
func (s Series) looksLike(t Series) bool {
	return s.sameHand(t) && s.Kind == t.Kind && slices.Equal(s.Style.Dashes, t.Style.Dashes)
}

// sameHand reports whether two series have the same colour and marker, as the
// several curves of one layer do.
func (s Series) sameHand(t Series) bool {
	return s.Style.Color == t.Style.Color && s.Style.Marker == t.Style.Marker
}

// Distances in the legend, in points.
const (
	sampleWidth  = 22 // of one sample of ours
	printedWidth = 11 // of one of the paper's
	sampleGap    = 4  // between a sample and its name
	entryGap     = 12 // between entries
	lineHeight   = 14
)

func (e entry) samplesWidth() vg.Length {
	if e.printed {
		return vg.Length(len(e.series)) * printedWidth
	}
	return sampleWidth
}

func (e entry) width(style text.Style) vg.Length {
	return e.samplesWidth() + sampleGap + style.Width(e.name)
}

// wrap breaks the entries into lines no wider than width.
func wrap(entries []entry, style text.Style, width vg.Length) [][]entry {
	var lines [][]entry
	var used vg.Length
	for _, e := range entries {
		w := e.width(style)
		if len(lines) == 0 || used+entryGap+w > width {
			lines = append(lines, nil)
			used = -entryGap
		}
		used += entryGap + w
		lines[len(lines)-1] = append(lines[len(lines)-1], e)
	}
	return lines
}

// drawLegend draws centred lines of entries from the top of the canvas down.
func drawLegend(c draw.Canvas, lines [][]entry, style text.Style) {
	style.YAlign = draw.YCenter
	for i, line := range lines {
		total := vg.Length(len(line)-1) * entryGap
		for _, e := range line {
			total += e.width(style)
		}
		x := c.Center().X - total/2
		y := c.Max.Y - (vg.Length(i)+0.5)*lineHeight
		for _, e := range line {
			e.drawSamples(c, x, y)
			x += e.samplesWidth() + sampleGap
			c.FillText(style, vg.Point{X: x, Y: y}, e.name)
			x += style.Width(e.name) + entryGap
		}
	}
}

// drawSamples draws the entry's samples with their left edge at x, one on
// another if they are ours and side by side if they are the paper's.
func (e entry) drawSamples(c draw.Canvas, x, y vg.Length) {
	for i, s := range e.series {
		left, width := x, vg.Length(sampleWidth)
		if e.printed {
			left, width = x+vg.Length(i)*printedWidth+1, printedWidth-2
		}
		s.drawSample(c, left, left+width, y)
	}
}

func (s Series) drawSample(c draw.Canvas, left, right, y vg.Length) {
	middle := vg.Point{X: (left + right) / 2, Y: y}
	if s.Kind == Band {
		half := vg.Length(lineHeight) / 3
		c.FillPolygon(faint(s.color()), []vg.Point{
			{X: left, Y: y - half}, {X: right, Y: y - half}, {X: right, Y: y + half}, {X: left, Y: y + half}})
	}
	if s.Kind == Bars {
		style := s.lineStyle()
		style.Width, style.Dashes = style.Width*0.6, nil
		c.StrokeLine2(style, middle.X, y-lineHeight/3, middle.X, y+lineHeight/3)
	}
	bare := s.Printed && s.Kind != Line && s.Style.Marker != NoMarker // no room for a line too
	if s.Kind != Markers && (s.Kind != Band || s.Y != nil) && !bare {
		c.StrokeLine2(s.lineStyle(), left, y, right, y)
	}
	if s.Kind != Line {
		c.DrawGlyphNoClip(s.glyphStyle(), middle)
	}
}
