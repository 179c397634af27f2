package report

import (
	"encoding/json"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A pageFigure is a figure in a page. Each panel is a separate drawing, so that panels can stand beside or below each other, above a legend in
// HTML. The numbers are for the page's script.
type pageFigure struct {
	Figure
	Drawings []drawing
	Times    []pageFrame
	Keys     []key
	Data     *chartsData // nil if no panel has series
}

// A pageFrame is the panels at another time.
type pageFrame struct {
	Time     string
	Drawings []drawing
}

// A drawing is one panel.
type drawing struct {
	SVG   template.HTML
	Label string
	Chart bool
}

// A key is one line of the legend.
type key struct {
	SVG  template.HTML
	Name string
}

// chartsData is what the script reads: the charts by the number of their panel, those of frames after the figure's own.
type chartsData struct {
	Charts []*chartData `json:"charts"` // null for a panel without series
}

// chartData is a chart's frame in its drawing and the numbers in it.
type chartData struct {
	Frame  [4]decimal   `json:"frame"` // left, top, right, bottom
	X      [2]decimal   `json:"x"`     // ends of the axis
	Log    bool         `json:"log,omitempty"`
	Label  string       `json:"label"` // of the x axis
	Unit   string       `json:"unit"`  // of the y axis
	At     [][]decimal  `json:"at"`    // the x of series, each once
	Series []seriesData `json:"series"`
}

type seriesData struct {
	Key   int       `json:"key"` // in the legend
	Name  string    `json:"name"`
	Color string    `json:"color"`
	At    int       `json:"at"`
	Y     []decimal `json:"y"`
}

// A decimal is a number in four significant digits, and null for NaN.
type decimal float64

// MarshalJSON implements json.Marshaler.
func (d decimal) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(d)) || math.IsInf(float64(d), 0) {
		return []byte("null"), nil
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(float64(d), 'g', 4, 64), 64)
	if err != nil {
		return nil, err
	}
	return json.Marshal(short)
}

// newPageFigure draws a figure for a page.
func newPageFigure(f Figure) (*pageFigure, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	entries := f.legend()
	v := &pageFigure{Figure: f}
	for _, e := range entries {
		svg, err := element(e.samplesWidth(), lineHeight, func(c draw.Canvas) { e.drawSamples(c, c.Min.X, c.Center().Y) })
		if err != nil {
			return nil, err
		}
		v.Keys = append(v.Keys, key{template.HTML(svg), e.name})
	}
	charts := chartsData{}
	var err error
	if v.Drawings, err = f.drawings(entries, &charts); err != nil {
		return nil, err
	}
	for _, frame := range f.Frames {
		drawings, err := f.at(frame).drawings(entries, &charts)
		if err != nil {
			return nil, err
		}
		v.Times = append(v.Times, pageFrame{frame.Time, drawings})
	}
	if slices.ContainsFunc(charts.Charts, func(c *chartData) bool { return c != nil }) {
		v.Data = &charts
	}
	return v, nil
}

// drawings draws the panels with the lines of a legend, and adds their numbers to all.
func (f Figure) drawings(legend []entry, all *chartsData) (drawings []drawing, err error) {
	p := f.plan()
	for i, panel := range f.Panels {
		var frame draw.Canvas
		row := p.rows[i/p.columns]
		svg, err := element(p.panelWidth, row, func(c draw.Canvas) { frame = p.drawPanel(c, i) })
		if err != nil {
			return nil, err
		}
		label := f.Title
		if panel.Title != "" {
			label += ": " + panel.Title
		}
		drawings = append(drawings, drawing{template.HTML(inGroups(svg, panel, legend)), label, panel.isChart()})
		var data *chartData
		if panel.isChart() {
			data = dataOf(panel, p.charts[i].X.Min, p.charts[i].X.Max, legend)
			data.Frame = [4]decimal{decimal(frame.Min.X), decimal(row - frame.Max.Y), decimal(frame.Max.X), decimal(row - frame.Min.Y)}
		}
		all.Charts = append(all.Charts, data)
	}
	return drawings, nil
}

// element is a whole svg element of that size; what is in it is named where it stands.
func element(width, height vg.Length, draws func(draw.Canvas)) (string, error) {
	drawing, err := svgOf(width, height, draws)
	size := func(l vg.Length) string { return strconv.FormatFloat(l.Points(), 'g', 5, 64) }
	return `<svg viewBox="0 0 ` + size(width) + " " + size(height) + `" width="` + size(width) + `" height="` + size(height) + `" aria-hidden="true">` +
		drawing + "</svg>", err
}

// inGroups names the groups of a panel's series by their lines of the legend.
func inGroups(svg string, p Panel, legend []entry) string {
	if !p.isChart() {
		return svg
	}
	for _, s := range p.drawn() {
		svg = strings.Replace(svg, seriesGroup, `<g data-key="`+strconv.Itoa(keyOf(s, legend))+`">`, 1)
	}
	return svg
}

// keyOf is the series' line of the legend; -1 of one without a name.
func keyOf(s Series, legend []entry) int {
	return slices.IndexFunc(legend, func(e entry) bool { return e.printed == s.Printed && (s.Printed || e.name == s.Name) })
}

// dataOf are the numbers of our series in a panel.
func dataOf(p Panel, low, high float64, legend []entry) *chartData {
	d := &chartData{X: [2]decimal{decimal(low), decimal(high)}, Log: p.XLog, Label: p.XLabel, Unit: p.YLabel, Series: []seriesData{}, At: [][]decimal{}}
	var at [][]float64
	for _, s := range p.Series {
		if s.Printed || s.Name == "" || len(s.Y) == 0 || p.XNames != nil {
			continue
		}
		i := slices.IndexFunc(at, func(x []float64) bool { return slices.Equal(x, s.X) })
		if i < 0 {
			i, at = len(at), append(at, s.X)
			d.At = append(d.At, decimals(s.X))
		}
		d.Series = append(d.Series, seriesData{Key: keyOf(s, legend), Name: s.Name, Color: hex(s.color()), At: i, Y: decimals(s.Y)})
	}
	return d
}

func decimals(values []float64) []decimal {
	all := make([]decimal, len(values))
	for i, v := range values {
		all[i] = decimal(v)
	}
	return all
}
