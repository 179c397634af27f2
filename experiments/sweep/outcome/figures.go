package outcome

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/report"
)

// Figures draws the test errors over the axes of the sweep, and the validation errors over those of its search: two axes as a heat map,
// one as a line, more as several heat maps. A figure is missing if there is no axis, or no number yet.
func (o *Outcome) Figures() []report.Figure {
	var all []report.Figure
	for _, f := range []func() report.Figure{o.figureBest, o.figureEnd, o.figureSearch} {
		if fig := f(); len(fig.Panels) > 0 {
			all = append(all, fig)
		}
	}
	return all
}

func (o *Outcome) figureBest() report.Figure {
	return o.figure("test-best", "Test error at the lowest validation error", func(q Point) Mean { return q.Best })
}

func (o *Outcome) figureEnd() report.Figure {
	return o.figure("test-end", "Test error at the end", func(q Point) Mean { return q.End })
}

// figure draws one number of the points over the sweep's axes.
func (o *Outcome) figure(id, title string, mean func(Point) Mean) report.Figure {
	spots := make([]spot, len(o.Points))
	for _, q := range o.Points {
		spots[place(o.Axes, q.Settings)] = spot{settingsText(q.Settings), mean(q), q.States}
	}
	f := report.Figure{ID: id, Title: title}
	if len(o.Axes) > 0 && anyNumber(spots) {
		f.Panels = panels(o.Axes, spots, "", "test error (%)")
	}
	return complete(f, "Test error (%)"+strings.TrimPrefix(title, "Test error"), spots)
}

// figureSearch draws the candidates of each point over the search's axes.
func (o *Outcome) figureSearch() report.Figure {
	f := report.Figure{ID: "search", Title: "The search"}
	if o.Search == nil || len(o.Search.Axes) == 0 {
		return f
	}
	const label = "validation error (%)"
	var all []spot
	for _, q := range o.Points {
		spots := make([]spot, len(q.Candidates))
		for _, c := range q.Candidates {
			name := settingsText(append(slices.Clone(q.Settings), c.Settings...))
			spots[place(o.Search.Axes, c.Settings)] = spot{name, c.Valid, c.States}
		}
		if anyNumber(spots) {
			f.Panels = append(f.Panels, panels(o.Search.Axes, spots, o.title(q), label)...)
		}
		all = append(all, spots...)
	}
	if len(f.Panels) > 1 && len(f.Panels) <= mostLines {
		f.Panels = together(f.Panels)
	}
	return complete(f, fmt.Sprintf("Validation error (%%) of the candidates of the search after %d updates", o.Search.After), all)
}

// mostLines is how many lines a panel can have, as there are styles.
const mostLines = 5

// together makes one panel of several with a line each, which are named in the legend; others stay as they are.
func together(list []report.Panel) []report.Panel {
	one := list[0]
	one.Title, one.Series = "", nil
	for i, p := range list {
		if p.Heatmap != nil || p.XNames != nil {
			return list
		}
		s := p.Series[0]
		s.Name, s.Style = p.Title, report.Layer(i+1)
		one.Series = append(one.Series, s)
	}
	return []report.Panel{one}
}

// title names a point by its places on the axes.
func (o *Outcome) title(q Point) string {
	at := place(o.Axes, q.Settings)
	words := make([]string, len(o.Axes))
	for i, a := range slices.Backward(o.Axes) {
		words[i] = a.title(at % len(a.Values))
		at /= len(a.Values)
	}
	return strings.Join(words, ", ")
}

// A spot is what is known of one place on the axes.
type spot struct {
	name   string
	mean   Mean
	states map[string]int
}

func (s spot) empty() bool { return len(s.mean.Values) == 0 }

// percent is the mean in percent, NaN if there is none.
func (s spot) percent() float64 {
	if s.empty() {
		return math.NaN()
	}
	return 100 * float64(s.mean.Mean)
}

func (s spot) compare(t spot) int { return cmp.Compare(s.percent(), t.percent()) }

func anyNumber(spots []spot) bool {
	return slices.ContainsFunc(spots, func(s spot) bool { return !s.empty() })
}

// panels draws the spots, which are every combination of the axes, the last one's values changing first.
func panels(axes []Axis, spots []spot, title, label string) []report.Panel {
	switch len(axes) {
	case 1:
		return []report.Panel{line(axes[0], spots, title, label)}
	case 2:
		return []report.Panel{heatmap(axes[0], axes[1], spots, title)}
	}
	var all []report.Panel
	part := len(spots) / len(axes[0].Values)
	for i := range axes[0].Values {
		name := axes[0].title(i)
		if title != "" {
			name = title + ", " + name
		}
		all = append(all, panels(axes[1:], spots[i*part:(i+1)*part], name, label)...)
	}
	return all
}

func heatmap(rows, columns Axis, spots []spot, title string) report.Panel {
	h := &report.Heatmap{XNames: columns.names(), YNames: rows.names(), Decimals: 2}
	for _, s := range spots {
		var notes []string
		switch {
		case s.empty():
		case math.IsInf(s.mean.half, 0):
			if total(s.states) > 1 {
				notes = append(notes, "one seed")
			}
		default:
			notes = append(notes, fmt.Sprintf("± %.2f", 100*s.mean.half))
		}
		h.Z, h.Notes = append(h.Z, s.percent()), append(h.Notes, append(notes, unfinished(s.states)...))
	}
	return report.Panel{Title: title, XLabel: columns.label(), YLabel: rows.label(), Heatmap: h}
}

// mostTicks is for how many values of an axis there is room below it.
const mostTicks = 8

// line draws the spots of one axis: numbers as a line with the intervals as a band, names as points with bars.
func line(a Axis, spots []spot, title, label string) report.Panel {
	p := report.Panel{Title: title, XLabel: a.label(), YLabel: label}
	style := report.Style{Color: report.Blue, Marker: report.Circle}
	at := func(s *report.Series, x float64, k spot) {
		half := 100 * k.mean.half
		if k.empty() || math.IsInf(half, 0) {
			half = math.NaN()
		}
		s.X, s.Y = append(s.X, x), append(s.Y, k.percent())
		s.Low, s.High = append(s.Low, k.percent()-half), append(s.High, k.percent()+half)
	}
	x, ok := a.numbers()
	if !ok {
		p.XNames = a.names()
		for i, k := range spots {
			s := report.Series{Kind: report.Bars, Style: style}
			at(&s, float64(i), k)
			p.Series = append(p.Series, s)
		}
		return p
	}
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	s := report.Series{Kind: report.Band, Style: style}
	for _, i := range order {
		at(&s, x[i], spots[i])
	}
	p.Series = []report.Series{s}
	if len(x) <= mostTicks {
		p.XTicks = s.X
	}
	low, high := slices.Min(x), slices.Max(x)
	if low > 0 && high >= 10*low {
		p.XLog, p.XMin, p.XMax = true, low/1.3, high*1.3
	}
	return p
}

// complete gives the panels one scale, and the figure its words.
func complete(f report.Figure, what string, spots []spot) report.Figure {
	if len(f.Panels) == 0 {
		return f
	}
	first := f.Panels[0]
	if len(f.Panels) > 1 && (first.Heatmap == nil || len(first.Heatmap.XNames) <= 4) {
		f.Columns = 2
	}
	known := slices.DeleteFunc(slices.Clone(spots), spot.empty)
	low := slices.MinFunc(known, spot.compare)
	high := slices.MaxFunc(known, spot.compare)
	several := slices.ContainsFunc(known, func(s spot) bool { return len(s.mean.Values) > 1 })
	f.Caption = what + ", " + words(first, several)
	f.Alt = fmt.Sprintf("%s: the lowest is %.2f, of %s, the highest %.2f, of %s.", what, low.percent(), low.name, high.percent(), high.name)
	share(f.Panels, low.percent(), high.percent())
	return f
}

// words say how the numbers are drawn.
func words(p report.Panel, several bool) string {
	over := "of one seed each, so that there are no intervals"
	if several {
		over = "mean over seeds, with Student's 95 % interval where there are two or more"
	}
	if p.Heatmap != nil {
		return over + "; the darker, the higher. A crossed cell has no number."
	}
	return over + "."
}

// share gives heat maps one scale of colours and lines one axis.
func share(list []report.Panel, low, high float64) {
	for i := range list {
		if h := list[i].Heatmap; h != nil {
			h.Low, h.High = low, high
			continue
		}
		for _, s := range list[i].Series {
			for k := range s.Y {
				low, high = least(low, s.Low[k]), -least(-high, -s.High[k])
			}
		}
	}
	margin := max(0.5, 0.05*(high-low))
	for i := range list {
		if list[i].Heatmap == nil {
			list[i].YMin, list[i].YMax = low-margin, high+margin
		}
	}
}

// least is the lower of two numbers, the first if the second is none.
func least(a, b float64) float64 {
	if b < a {
		return b
	}
	return a
}
