package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/report"

	"gonum.org/v1/gonum/floats"
)

// Figures draw the comparison: errors over the updates, the layers' statistics against depth, and the distributions of each layer's activations and
// gradients. Lines are the centres of the runs of a group, bands the 95 % intervals of these centres, on the scales on which the numbers are tested.
// What no run logged is not drawn.
func (c *Comparison) Figures() []report.Figure {
	list := []report.Figure{c.errors(), c.depth()}
	for _, q := range quantities {
		list = append(list, c.distributions(q))
	}
	return slices.DeleteFunc(list, func(f report.Figure) bool { return len(f.Panels) == 0 })
}

// bandCaption ends every caption.
const bandCaption = " Lines are means over the runs of a group, bands the 95 % intervals of these means"

// errors draws the learning curves.
func (c *Comparison) errors() report.Figure {
	f := report.Figure{
		ID: "errors", Title: "Errors during training", Columns: 2,
		Caption: "Errors on the test and the validation images during training." + bandCaption + " (on the logit scale).",
		Alt:     "Test and validation error against the number of updates, a line for each group.",
	}
	for _, m := range netMetrics {
		set, end, _ := strings.Cut(m.name, "/")
		if end != "error" {
			continue
		}
		series := c.curves(m.scale(c.runs()), func(r *export.Run) (points []point) {
			for _, s := range r.Scores {
				if s.Event == set {
					points = append(points, point{s.Update, s.Error})
				}
			}
			return points
		})
		if len(series) > 0 {
			f.Panels = append(f.Panels, report.Panel{Title: set, XLabel: "updates", YLabel: set + " error (%)", Series: inPercent(series)})
		}
	}
	return f
}

// inPercent multiplies all values by 100.
func inPercent(series []report.Series) []report.Series {
	for _, s := range series {
		for _, column := range [][]float64{s.Y, s.Low, s.High} {
			floats.Scale(100, column)
		}
	}
	return series
}

// distributions draws the densities of one quantity in the layers that have it, or in some of them, after the updates of the comparison.
func (c *Comparison) distributions(q quantity) report.Figure {
	var layers []int
	for layer := range c.layers() {
		if _, low, high := c.histograms(q, layer+1); low < high {
			layers = append(layers, layer+1)
		}
	}
	which := "each layer"
	if len(layers) > mostLayers {
		which = "some layers"
	}
	f := report.Figure{
		ID: "density-" + q.id, Title: "Distributions of the " + q.words, Columns: min(3, max(1, len(layers))),
		Caption: fmt.Sprintf("Normalised histograms of the %s of %s after %d updates. Lines are means over the runs of a group, bands reach from the lowest to the highest run.",
			q.words, which, c.Looked),
		Alt: "Densities of the " + q.words + ", a panel for each layer, a line for each group.",
	}
	for _, layer := range someOf(layers) {
		f.Panels = append(f.Panels, report.Panel{
			Title: cmp.Or(c.layerName(layer), fmt.Sprintf("Layer %d", layer)), XLabel: q.label, YLabel: "density", YMin: 0, YMax: math.NaN(), Series: c.densities(q, layer),
		})
	}
	return f
}

// mostLayers is how many layers have a panel of their distributions.
const mostLayers = 6

// someOf returns the first, the last and some of the layers between, at about the same distance, or all if there are few.
func someOf(layers []int) []int {
	if len(layers) <= mostLayers {
		return layers
	}
	some := make([]int, mostLayers)
	for i := range some {
		some[i] = layers[i*(len(layers)-1)/(mostLayers-1)]
	}
	return some
}

// bins of the densities that share a panel.
const bins = 101

// densities draws the distribution of a quantity in a layer for all groups. The histograms of all runs are converted to one axis.
func (c *Comparison) densities(q quantity, layer int) (series []report.Series) {
	histograms, low, high := c.histograms(q, layer)
	centers := measure.NewHistogram(low, high, bins).Centers()
	for i, g := range c.Groups {
		if len(histograms[i]) == 0 {
			continue
		}
		rows := make([][]float64, len(histograms[i]))
		for k, h := range histograms[i] {
			rows[k] = h.DensityOn(low, high, bins)
		}
		p := report.ProfileOf(Label(g), groupStyle(i), rows, false)
		if p.Low != nil {
			series = append(series, report.Series{Name: p.Name, Kind: report.Band, Style: p.Style, X: centers, Low: p.Low, High: p.High})
		}
		series = append(series, report.Series{Name: p.Name, Kind: report.Line, Style: p.Style, X: centers, Y: p.Values})
	}
	return series
}

// histograms returns the histograms of each group, and the range on which they are drawn.
func (c *Comparison) histograms(q quantity, layer int) (list [][]*measure.Histogram, low, high float64) {
	list = make([][]*measure.Histogram, len(c.Groups))
	low, high = math.Inf(1), math.Inf(-1)
	std := 0.0
	for i, g := range c.Groups {
		for _, r := range g.Runs {
			l := layerOf(r, layer, c.Looked)
			if l == nil || q.histogram(l).Total() == 0 {
				continue
			}
			h := q.histogram(l)
			list[i] = append(list[i], h)
			low, high, std = min(low, h.Low), max(high, h.High), max(std, q.std(l))
		}
	}
	if reach := q.stds * std; reach > 0 {
		low, high = max(low, -reach), min(high, reach)
	}
	return list, low, high
}

// A point is a number after some updates.
type point struct {
	update int
	value  float64
}

// curves draws one curve per group, with the points that of returns for each run: the centre where all its runs have a number.
func (c *Comparison) curves(scale measure.Scale, of func(r *export.Run) []point) (series []report.Series) {
	for i, g := range c.Groups {
		byUpdate := map[int][]float64{}
		for _, r := range g.Runs {
			for _, p := range of(r) {
				byUpdate[p.update] = append(byUpdate[p.update], p.value)
			}
		}
		var updates []int
		for u, values := range byUpdate {
			if len(values) == len(g.Runs) {
				updates = append(updates, u)
			}
		}
		slices.Sort(updates)
		var x []float64
		var values [][]float64
		for _, u := range updates {
			x, values = append(x, float64(u)), append(values, byUpdate[u])
		}
		series = append(series, means(g, i, scale, x, values)...)
	}
	return series
}

// means draws the centres of values, one value per run at each x, and the band of their intervals if there are several runs.
// Without values it draws nothing.
func means(g *Group, i int, scale measure.Scale, x []float64, values [][]float64) []report.Series {
	if len(x) == 0 {
		return nil
	}
	line := report.Series{Name: Label(g), Kind: report.Line, Style: groupStyle(i), X: x}
	band := report.Series{Name: Label(g), Kind: report.Band, Style: groupStyle(i), X: x}
	for _, v := range values {
		mean, low, high := scale.Interval(v, confidence)
		line.Y, band.Low, band.High = append(line.Y, mean), append(band.Low, low), append(band.High, high)
	}
	if len(values[0]) < 2 {
		return []report.Series{line}
	}
	return []report.Series{band, line}
}

// groupStyles differ in lightness and in dashes.
var groupStyles = [...]report.Style{
	{Color: report.Blue, Width: 1.4},
	{Color: report.Red, Width: 1.4, Dashes: []float64{6, 2}},
	{Color: report.Green, Width: 1.4, Dashes: []float64{3, 1.5}},
	{Color: report.Black, Width: 1.2},
	{Color: report.Cyan, Width: 1.6, Dashes: []float64{8, 2, 2, 2}},
	{Color: report.Magenta, Width: 1.4},
	{Color: report.Gray, Width: 1.6, Dashes: []float64{1.5, 1.5}},
}

// groupStyle returns the style of a group; from the eighth group on, lines are wider.
func groupStyle(i int) report.Style {
	s := groupStyles[i%len(groupStyles)]
	s.Width *= float64(1 + i/len(groupStyles))
	return s
}
