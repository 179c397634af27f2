package outcome

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"glorot/experiments/report"
	"glorot/experiments/run/query"
	"glorot/experiments/sweep"
)

// A gridPoint is one place on the axes, with what is known of it.
type gridPoint struct {
	settings []sweep.Setting
	mean     Mean
	states   map[string]int
}

func (s gridPoint) empty() bool { return len(s.mean.Values) == 0 }

// data returns the data set, or "" if it is the same everywhere.
func (s gridPoint) data() string { return query.Settings(s.settings).Value(dataName) }

// percent returns the centre in percent, or NaN if there is none.
func (s gridPoint) percent() float64 {
	if s.empty() {
		return math.NaN()
	}
	return 100 * float64(s.mean.Center)
}

func (s gridPoint) compare(t gridPoint) int { return cmp.Compare(s.percent(), t.percent()) }

func anyNumber(points []gridPoint) bool {
	return slices.ContainsFunc(points, func(s gridPoint) bool { return !s.empty() })
}

// A panel is a report.Panel with the points that it shows.
type panel struct {
	report.Panel
	points []gridPoint
}

// panels draws the points, which are all combinations of the axes, where the last axis changes fastest.
func panels(axes []Axis, points []gridPoint, title, label string) []panel {
	switch len(axes) {
	case 1:
		return []panel{{line(axes[0], points, title, label), points}}
	case 2:
		return []panel{{heatmap(axes[0], axes[1], points, title), points}}
	}
	var all []panel
	part := len(points) / len(axes[0].Values)
	for i := range axes[0].Values {
		name := axes[0].title(i)
		if title != "" {
			name = title + ", " + name
		}
		all = append(all, panels(axes[1:], points[i*part:(i+1)*part], name, label)...)
	}
	return all
}

// mostLines is how many lines a panel can have, which is the number of styles.
const mostLines = 5

// together joins several panels with one line each into one panel with a legend. Other panels, and those of different data sets, stay
// unchanged.
func together(list []panel) []panel {
	if len(list) < 2 || len(list) > mostLines {
		return list
	}
	one := panel{Panel: list[0].Panel}
	one.Title, one.Series = "", nil
	for i, p := range list {
		if p.Heatmap != nil || p.XNames != nil || p.data() != list[0].data() {
			return list
		}
		s := p.Series[0]
		s.Name, s.Style = p.Title, report.Category(i+1)
		one.Series, one.points = append(one.Series, s), append(one.points, p.points...)
	}
	return []panel{one}
}

func heatmap(rows, columns Axis, points []gridPoint, title string) report.Panel {
	h := &report.Heatmap{XNames: columns.names(), YNames: rows.names(), Decimals: 2, ByColumn: columns.isData()}
	for _, s := range points {
		var notes []string
		switch {
		case s.empty():
		case s.mean.Interval == nil:
			if total(s.states) > 1 {
				notes = append(notes, s.mean.noInterval())
			}
		default:
			low, high := s.mean.percents()
			notes = append(notes, fmt.Sprintf("%.2f to %.2f", low, high))
		}
		h.Z, h.Notes = append(h.Z, s.percent()), append(h.Notes, append(notes, unfinished(s.states)...))
	}
	return report.Panel{Title: title, XLabel: columns.label(), YLabel: rows.label(), Heatmap: h}
}

// mostTicks is how many values fit below an axis.
const mostTicks = 8

// line draws the points of one axis: numbers as a line with the intervals as a band, names as points with bars.
func line(a Axis, points []gridPoint, title, label string) report.Panel {
	p := report.Panel{Title: title, XLabel: a.label(), YLabel: label}
	style := report.Style{Color: report.Blue, Marker: report.Circle}
	at := func(s *report.Series, x float64, k gridPoint) {
		low, high := k.mean.percents()
		s.X, s.Y = append(s.X, x), append(s.Y, k.percent())
		s.Low, s.High = append(s.Low, low), append(s.High, high)
	}
	x, ok := a.numbers()
	if !ok {
		p.XNames = a.names()
		for i, k := range points {
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
		at(&s, x[i], points[i])
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

// data returns the data set of all points, or "" if there are several.
func (p panel) data() string {
	first := p.points[0].data()
	if slices.ContainsFunc(p.points, func(s gridPoint) bool { return s.data() != first }) {
		return ""
	}
	return first
}

// share gives the panels of a data set a common scale: of colours for heat maps, an axis for lines.
func share(list []panel) {
	type ends struct{ low, high float64 }
	scales := map[string]ends{}
	for _, p := range list {
		e, ok := scales[p.data()]
		if !ok {
			e = ends{math.Inf(1), math.Inf(-1)}
		}
		for _, s := range p.points {
			if s.empty() {
				continue
			}
			e = ends{min(e.low, s.percent()), max(e.high, s.percent())}
			if low, high := s.mean.percents(); p.Heatmap == nil && s.mean.Interval != nil {
				e = ends{min(e.low, low), max(e.high, high)}
			}
		}
		scales[p.data()] = e
	}
	for i, p := range list {
		e := scales[p.data()]
		switch margin := max(0.5, 0.05*(e.high-e.low)); {
		case e.low > e.high: // there are no numbers yet
		case p.Heatmap != nil:
			p.Heatmap.Low, p.Heatmap.High = e.low, e.high
		default:
			list[i].YMin, list[i].YMax = e.low-margin, e.high+margin
		}
	}
}
