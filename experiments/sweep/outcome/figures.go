package outcome

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/report"
)

// Figures draws the test errors over the axes of the sweep, and the validation errors over those of its search: one axis as a line, two
// as a heat map, more as several heat maps. A figure is left out if it has no axis, or no numbers yet.
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
	points := make([]gridPoint, len(o.Points))
	for _, q := range o.Points {
		points[place(axes, q.Settings)] = gridPoint{q.Settings, mean(q), q.States}
	}
	var list []panel
	if len(axes) > 0 && anyNumber(points) {
		list = panels(axes, points, "", "test error (%)")
	}
	return complete(report.Figure{ID: id, Title: title}, "Test error (%)"+strings.TrimPrefix(title, "Test error"), list)
}

// figureSearch draws the candidates of each point over the search's axes.
func (o *Outcome) figureSearch() report.Figure {
	f := report.Figure{ID: "search", Title: "The search"}
	if o.Search == nil || len(o.Search.Axes) == 0 {
		return f
	}
	var list []panel
	for _, q := range o.Points {
		points := make([]gridPoint, len(q.Candidates))
		for _, c := range q.Candidates {
			points[place(o.Search.Axes, c.Settings)] = gridPoint{append(slices.Clone(q.Settings), c.Settings...), c.Valid, c.States}
		}
		if anyNumber(points) {
			list = append(list, panels(o.Search.Axes, points, o.title(q), "validation error (%)")...)
		}
	}
	return complete(f, fmt.Sprintf("Validation error (%%) of the candidates of the search after %d updates", o.Search.After), together(list))
}

// dataName is the key of the data set. Errors on different data sets are not compared.
const dataName = "data.name"

func (a Axis) isData() bool { return slices.Equal(a.Keys, []string{dataName}) }

// setsApart moves the axis of data sets to a place where each data set has its own colours: to the columns of one heat map, or
// before the axes of several.
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

// title names a point by its values on the axes.
func (o *Outcome) title(q Point) string {
	at := place(o.Axes, q.Settings)
	words := make([]string, len(o.Axes))
	for i, a := range slices.Backward(o.Axes) {
		words[i] = a.title(at % len(a.Values))
		at /= len(a.Values)
	}
	return strings.Join(words, ", ")
}

// complete gives the panels their scales, and the figure its caption.
func complete(f report.Figure, what string, list []panel) report.Figure {
	if len(list) == 0 {
		return f
	}
	share(list)
	var known []gridPoint
	for _, p := range list {
		f.Panels = append(f.Panels, p.Panel)
		known = append(known, slices.DeleteFunc(slices.Clone(p.points), gridPoint.empty)...)
	}
	first := f.Panels[0]
	if len(list) > 1 && (first.Heatmap == nil || len(first.Heatmap.XNames) <= 4) {
		f.Columns = 2
	}
	low, high := slices.MinFunc(known, gridPoint.compare), slices.MaxFunc(known, gridPoint.compare)
	f.Caption = what + ", " + words(first, known)
	f.Alt = fmt.Sprintf("%s: the lowest is %.2f, of %s, the highest %.2f, of %s.", what,
		low.percent(), settingsText(low.settings), high.percent(), settingsText(high.settings))
	return f
}

// words describes how the numbers are drawn.
func words(p report.Panel, known []gridPoint) string {
	text := "one seed each, so that there are no intervals"
	if slices.ContainsFunc(known, func(s gridPoint) bool { return len(s.mean.Values) > 1 }) {
		text = "mean over seeds on the logit scale, with Student's 95 % interval where there are two or more"
	}
	if p.Heatmap == nil {
		return text + "."
	}
	text += "; darker means higher"
	if slices.ContainsFunc(known, func(s gridPoint) bool { return s.data() != known[0].data() }) {
		text += ", within a data set"
	}
	return text + ". A crossed cell has no number."
}
