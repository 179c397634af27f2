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

// A spot is what is known of one place on the axes.
type spot struct {
	settings []sweep.Setting
	mean     Mean
	states   map[string]int
}

func (s spot) empty() bool { return len(s.mean.Values) == 0 }

// data is the data set, "" if it is the same everywhere.
func (s spot) data() string { return query.Settings(s.settings).Value(dataName) }

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

// A plate is a panel with what it shows.
type plate struct {
	report.Panel
	spots []spot
}

// plates draws the spots, which are every combination of the axes, the last one's values changing first.
func plates(axes []Axis, spots []spot, title, label string) []plate {
	switch len(axes) {
	case 1:
		return []plate{{line(axes[0], spots, title, label), spots}}
	case 2:
		return []plate{{heatmap(axes[0], axes[1], spots, title), spots}}
	}
	var all []plate
	part := len(spots) / len(axes[0].Values)
	for i := range axes[0].Values {
		name := axes[0].title(i)
		if title != "" {
			name = title + ", " + name
		}
		all = append(all, plates(axes[1:], spots[i*part:(i+1)*part], name, label)...)
	}
	return all
}

// mostLines is how many lines a panel can have, as there are styles.
const mostLines = 5

// together makes one panel of several with a line each, which are named in the legend. Others stay as they are, and those of different
// data sets.
func together(list []plate) []plate {
	if len(list) < 2 || len(list) > mostLines {
		return list
	}
	one := plate{Panel: list[0].Panel}
	one.Title, one.Series = "", nil
	for i, p := range list {
		if p.Heatmap != nil || p.XNames != nil || p.data() != list[0].data() {
			return list
		}
		s := p.Series[0]
		s.Name, s.Style = p.Title, report.Category(i+1)
		one.Series, one.spots = append(one.Series, s), append(one.spots, p.spots...)
	}
	return []plate{one}
}

func heatmap(rows, columns Axis, spots []spot, title string) report.Panel {
	h := &report.Heatmap{XNames: columns.names(), YNames: rows.names(), Decimals: 2, ByColumn: columns.isData()}
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

// data is the data set of all spots, "" if they are of several.
func (p plate) data() string {
	first := p.spots[0].data()
	if slices.ContainsFunc(p.spots, func(s spot) bool { return s.data() != first }) {
		return ""
	}
	return first
}

// share gives the panels of one data set one scale: heat maps one of colours, lines one axis.
func share(list []plate) {
	type ends struct{ low, high float64 }
	scales := map[string]ends{}
	for _, p := range list {
		e, ok := scales[p.data()]
		if !ok {
			e = ends{math.Inf(1), math.Inf(-1)}
		}
		for _, s := range p.spots {
			half := 0.0
			if p.Heatmap == nil && !math.IsInf(s.mean.half, 0) {
				half = 100 * s.mean.half
			}
			if !s.empty() {
				e = ends{min(e.low, s.percent()-half), max(e.high, s.percent()+half)}
			}
		}
		scales[p.data()] = e
	}
	for i, p := range list {
		e := scales[p.data()]
		switch margin := max(0.5, 0.05*(e.high-e.low)); {
		case e.low > e.high: // there is no number yet
		case p.Heatmap != nil:
			p.Heatmap.Low, p.Heatmap.High = e.low, e.high
		default:
			list[i].YMin, list[i].YMax = e.low-margin, e.high+margin
		}
	}
}
