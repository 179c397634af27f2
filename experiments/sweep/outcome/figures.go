package outcome

import (
	"fmt"
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
	axes := setsApart(o.Axes)
	spots := make([]spot, len(o.Points))
	for _, q := range o.Points {
		spots[place(axes, q.Settings)] = spot{q.Settings, mean(q), q.States}
	}
	var list []plate
	if len(axes) > 0 && anyNumber(spots) {
		list = plates(axes, spots, "", "test error (%)")
	}
	return complete(report.Figure{ID: id, Title: title}, "Test error (%)"+strings.TrimPrefix(title, "Test error"), list)
}

// figureSearch draws the candidates of each point over the search's axes.
func (o *Outcome) figureSearch() report.Figure {
	f := report.Figure{ID: "search", Title: "The search"}
	if o.Search == nil || len(o.Search.Axes) == 0 {
		return f
	}
	var list []plate
	for _, q := range o.Points {
		spots := make([]spot, len(q.Candidates))
		for _, c := range q.Candidates {
			spots[place(o.Search.Axes, c.Settings)] = spot{append(slices.Clone(q.Settings), c.Settings...), c.Valid, c.States}
		}
		if anyNumber(spots) {
			list = append(list, plates(o.Search.Axes, spots, o.title(q), "validation error (%)")...)
		}
	}
	return complete(f, fmt.Sprintf("Validation error (%%) of the candidates of the search after %d updates", o.Search.After), together(list))
}

// dataName is the key whose values have test sets of their own, so that errors of different ones are not compared.
const dataName = "data.name"

func (a Axis) isData() bool { return slices.Equal(a.Keys, []string{dataName}) }

// setsApart moves the axis of data sets to where each has colours of its own: to the columns of one heat map, or before the axes of
// several.
func setsApart(axes []Axis) []Axis {
	i := slices.IndexFunc(axes, Axis.isData)
	if i < 0 {
		return axes
	}
	others := slices.Delete(slices.Clone(axes), i, i+1)
	if len(axes) <= 2 {
		return append(others, axes[i])
	}
	return append([]Axis{axes[i]}, others...)
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

// complete gives the panels their scales, and the figure its words.
func complete(f report.Figure, what string, list []plate) report.Figure {
	if len(list) == 0 {
		return f
	}
	share(list)
	var known []spot
	for _, p := range list {
		f.Panels = append(f.Panels, p.Panel)
		known = append(known, slices.DeleteFunc(slices.Clone(p.spots), spot.empty)...)
	}
	first := f.Panels[0]
	if len(list) > 1 && (first.Heatmap == nil || len(first.Heatmap.XNames) <= 4) {
		f.Columns = 2
	}
	low, high := slices.MinFunc(known, spot.compare), slices.MaxFunc(known, spot.compare)
	f.Caption = what + ", " + words(first, known)
	f.Alt = fmt.Sprintf("%s: the lowest is %.2f, of %s, the highest %.2f, of %s.", what,
		low.percent(), settingsText(low.settings), high.percent(), settingsText(high.settings))
	return f
}

// words say how the numbers are drawn.
func words(p report.Panel, known []spot) string {
	text := "of one seed each, so that there are no intervals"
	if slices.ContainsFunc(known, func(s spot) bool { return len(s.mean.Values) > 1 }) {
		text = "mean over seeds, with Student's 95 % interval where there are two or more"
	}
	if p.Heatmap == nil {
		return text + "."
	}
	text += "; the darker, the higher"
	if slices.ContainsFunc(known, func(s spot) bool { return s.data() != known[0].data() }) {
		text += ", among those of one data set"
	}
	return text + ". A crossed cell has no number."
}
