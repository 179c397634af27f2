package watch

import (
	"fmt"
	"math"
	"strings"

	"glorot/experiments/show"

	"github.com/charmbracelet/x/ansi"
)

// wideScreen is the width from which there are two columns.
const wideScreen = 120

// draw draws the whole screen.
func (m *Model) draw() *screen {
	s := newScreen(max(m.width, 1), max(m.height, 1))
	switch {
	case m.width < 40 || m.height < 12:
		s.text(0, 0, ink{}, "The terminal is too small.")
		return s
	case m.help:
		m.drawHelp(s)
	case m.single:
		m.drawRun(s)
	default:
		m.drawList(s)
	}
	m.drawFooter(s.part(0, s.height-1, s.width, 1))
	return s
}

func (m *Model) drawHelp(s *screen) {
	s.text(0, 0, strong, "glorot watch: keys")
	for i, line := range helpText {
		s.text(2, 2+i, strong, line[0])
		s.text(16, 2+i, ink{}, line[1])
	}
	s.text(2, 3+len(helpText), quiet, "Any key closes this help. The mouse chooses runs; its wheel moves the choice.")
}

func (m *Model) drawFooter(s *screen) {
	switch {
	case m.list.typing:
		s.text(s.text(s.text(0, 0, strong, "filter: "), 0, ink{}, m.list.filter), 0, chosen, " ")
		return
	case m.help:
		return
	}
	keys := []string{"↑↓ run", "enter layers", "space pin", "←→ time", "/ filter", "s sort", "l log"}
	state := "by " + columns[m.list.sort].name
	if m.single {
		keys = []string{"↑↓ layer", "←→ time", "tab quantity", "g histograms", "esc back", "l log"}
		state = ""
	}
	if m.list.filter != "" {
		state += "  filter " + m.list.filter
	}
	if m.at >= 0 {
		state += fmt.Sprintf("  update %d", m.at)
	}
	const last = "? help  q quit"
	room := s.width - ansi.StringWidth(state+last) - 4
	end := 0
	for _, key := range keys {
		if end+ansi.StringWidth(key) > room {
			break
		}
		end = s.text(end, 0, quiet, key) + 2
	}
	s.text(end, 0, quiet, last)
	s.right(s.width, 0, strong, state)
}

// drawRun draws the selected run: its errors, its layers and the histograms of the chosen layer.
func (m *Model) drawRun(s *screen) {
	h, ok := m.selected()
	if !ok {
		return
	}
	s.text(0, 0, strong, shorten(m.name(h.Path), s.width-46))
	s.right(s.width, 0, statusInk(h.Status), strings.TrimSpace(fmt.Sprintf("%s  %s  %s", h.Status, progress(h, 10), left(h, m.now()))))
	o := m.current()
	switch bad := m.open[h.Path]; {
	case bad != nil && bad.err != nil:
		s.text(0, 2, seriesInks[4], bad.err.Error())
		return
	case o == nil:
		s.text(0, 2, quiet, "reading its log …")
		return
	}
	if o.gone {
		s.right(s.width, 0, seriesInks[4], "   deleted; this is what was read of it")
	}
	s.text(0, 1, quiet, show.About(o.Config))
	if d := o.Damage(); d != "" {
		s.right(s.width, 1, seriesInks[4], "  "+d)
	}
	body := s.part(0, 2, s.width, s.height-3)
	if s.width >= wideScreen {
		m.drawWide(body, o)
		return
	}
	table := min(o.Layers.Depth, max(3, body.height/3)) + 1
	strips := 0
	if body.height-table > 12 {
		strips = (body.height - table) / 3
	}
	chart := body.height - table - strips
	m.drawErrors(body.part(0, 0, s.width, chart), false)
	m.drawLayers(body.part(0, chart, s.width, table), o)
	m.drawStrip(body.part(0, chart+table, s.width, strips), o, m.signal)
}

// drawWide draws two columns and, below, the histograms of all three signals.
func (m *Model) drawWide(s *screen, o *opened) {
	half, strips := s.width/2, s.height/3
	top := s.height - strips
	m.drawErrors(s.part(0, 0, half-1, top/2), false)
	m.drawErrors(s.part(0, top/2, half-1, top-top/2), true)
	table := min(o.Layers.Depth+1, top/2)
	m.drawLayers(s.part(half, 0, s.width-half, table), o)
	m.drawQuantity(s.part(half, table+1, s.width-half, top-table-1), o)
	third := s.width / len(signals)
	for i := range signals {
		m.drawStrip(s.part(i*third, top, third-1, strips), o, i)
	}
}

// drawLayers draws the table of the layers: a bar, the value, and its course up to the cursor.
func (m *Model) drawLayers(s *screen, o *opened) {
	list := show.Of(&o.Layers)
	row := o.Layers.Before(m.instant())
	if len(list) == 0 || row < 0 {
		s.text(0, 0, quiet, "No layer statistics are recorded yet.")
		return
	}
	names := show.LayerNames(&o.Layers)
	first := 8
	for _, name := range names {
		first = max(first, min(16, len([]rune(name))+2))
	}
	wide := max(18, (s.width-first)/len(list)) // at least a value, a bar and its course
	fit := max(1, min(len(list), (s.width-first)/wide))
	from := 0 // the first quantity that is shown
	if at := m.quantity % len(list); at >= fit {
		from = at - fit + 1
	}
	s.text(0, 0, quiet, "layer")
	for i, q := range list[from : from+fit] {
		title := ink{bold: from+i == m.quantity%len(list)}
		if !title.bold {
			title = quiet
		}
		s.text(first+i*wide, 0, title, q.Title)
	}
	m.layer = min(m.layer, len(names))
	height := s.height - 1
	top := max(0, min(m.layer-height/2-1, len(names)-height))
	for y := 0; y < height && top+y < len(names); y++ {
		layer := top + y + 1
		color := layerInk(layer, len(names))
		name := ink{}
		if layer == m.layer {
			name = chosen
		}
		s.text(0, y+1, color, "■")
		s.text(1, y+1, name, fmt.Sprintf("%-*s", first-2, show.Short(names[layer-1], first-2)))
		for i, q := range list[from : from+fit] {
			part := s.part(first+i*wide, y+1, wide-1, 1)
			drawCell(part, q, o.Layers.Column(layer, q.Name), row, mostOf(o, q, row), color)
		}
	}
}

// mostOf is the value of the longest bar.
func mostOf(o *opened, q show.Quantity, row int) float64 {
	if q.Share {
		return 1
	}
	most := 0.0
	for layer := 1; layer <= o.Layers.Depth; layer++ {
		if v := o.Layers.Value(row, layer, q.Name); v > most {
			most = v
		}
	}
	return most
}

// drawCell draws a value, a bar and a line of its course.
func drawCell(s *screen, q show.Quantity, column []float64, row int, most float64, color ink) {
	if row >= len(column) { // the layer does not have it
		return
	}
	end := s.text(0, 0, ink{}, fmt.Sprintf("%-8s", q.Format(column[row])))
	rest := s.width - end - 1
	bar := min(10, rest)
	if rest >= 8 {
		bar = (rest - 1) / 2
		s.text(end+1+bar+1, 0, quiet, show.Spark(column[:row+1], rest-bar-1))
	}
	s.text(end+1, 0, color, show.Bar(column[row]/most, bar))
}

// drawQuantity draws the chosen quantity of every layer over time.
func (m *Model) drawQuantity(s *screen, o *opened) {
	q, ok := m.chosenQuantity(o)
	if !ok {
		return
	}
	c := chart{title: q.Title + " of every layer", log: q.Log, percent: q.Share, cursor: math.NaN(), highX: 1}
	if m.at >= 0 {
		c.cursor = float64(m.at)
	}
	if n := len(o.Layers.Updates); n > 0 {
		c.highX = max(1, float64(o.Layers.Updates[n-1]))
	}
	for layer := 1; layer <= o.Layers.Depth; layer++ {
		mark := rune('0' + layer%10)
		if layer == o.Layers.Depth {
			mark = 'o'
		}
		color := layerInk(layer, o.Layers.Depth)
		color.bold = layer == m.layer
		if column := o.Layers.Column(layer, q.Name); column != nil {
			c.curves = append(c.curves, curve{x: floats(o.Layers.Updates), y: column, ink: color, mark: mark})
		}
	}
	c.draw(s)
}
