package compare

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/report"
)

// Figures draw the comparison: errors over the updates, the layers' standard deviations over the updates, and the distributions of
// each layer's activations and gradients. Lines are means over the runs of a group, bands are 95 % intervals of these means. What no
// run logged is not drawn.
func (c *Comparison) Figures() []report.Figure {
	list := []report.Figure{c.errors(), c.deviations()}
	for _, q := range quantities {
		list = append(list, c.distributions(q))
	}
	return slices.DeleteFunc(list, func(f report.Figure) bool { return len(f.Panels) == 0 })
}

// bandCaption ends every caption.
const bandCaption = " Lines are means over the runs of a group, bands the 95 % intervals of these means, cut off at 0."

// errors draws the learning curves.
func (c *Comparison) errors() report.Figure {
	f := report.Figure{
		ID: "errors", Title: "Errors during training", Columns: 2, Caption: "Errors on the test and the validation images during training." + bandCaption,
		Alt: "Test and validation error against the number of updates, a line for each group.",
	}
	for _, set := range []string{"test", "valid"} {
		series := c.curves(func(r *export.Run) (points []point) {
			for _, s := range r.Scores {
				if s.Event == set {
					points = append(points, point{s.Update, 100 * s.Error})
				}
			}
			return points
		})
		if len(series) > 0 {
			f.Panels = append(f.Panels, report.Panel{Title: set, XLabel: "updates", YLabel: set + " error (%)", Series: series})
		}
	}
	return f
}

// deviations draws the standard deviation of every quantity of every layer, a row of panels for each quantity.
func (c *Comparison) deviations() report.Figure {
	f := report.Figure{
		ID: "layers", Title: "Layers during training", Columns: max(1, c.layers()),
		Caption: "Standard deviations of the activations z, the back-propagated gradients dCost/ds and the weight gradients dCost/dW (both summed over a mini-batch) of each layer during training." + bandCaption,
		Alt:     "Standard deviation against the number of updates, a panel for each layer and quantity, a line for each group.",
	}
	for _, q := range quantities {
		var row []report.Panel
		seen := false
		for layer := range c.layers() {
			series := c.curves(func(r *export.Run) (points []point) {
				for _, snapshot := range r.Snapshots {
					if layer < len(snapshot.Layers) {
						if v := q.std(&snapshot.Layers[layer]); !math.IsNaN(v) && !math.IsInf(v, 0) {
							points = append(points, point{snapshot.Update, v})
						}
					}
				}
				return points
			})
			seen = seen || len(series) > 0
			title := fmt.Sprintf("Layer %d", layer+1)
			if len(series) == 0 {
				title += ": none" // the output layer has no activations
			}
			row = append(row, report.Panel{Title: title, XLabel: "updates", YLabel: "std of " + q.label, YMin: 0, YMax: math.NaN(), Series: series})
		}
		if seen {
			f.Panels = append(f.Panels, row...)
		}
	}
	return f
}

// distributions draws the densities of one quantity in every layer, after the updates of the comparison.
func (c *Comparison) distributions(q quantity) report.Figure {
	f := report.Figure{
		ID: "density-" + q.id, Title: "Distributions of the " + q.words, Columns: min(3, max(1, c.layers())),
		Caption: fmt.Sprintf("Normalised histograms of the %s of each layer after %d updates.", q.words, c.Looked) + bandCaption,
		Alt:     "Densities of the " + q.words + ", a panel for each layer, a line for each group.",
	}
	for layer := range c.layers() {
		if series := c.densities(q, layer+1); len(series) > 0 {
			f.Panels = append(f.Panels, report.Panel{
				Title: fmt.Sprintf("Layer %d", layer+1), XLabel: q.label, YLabel: "density", YMin: 0, YMax: math.NaN(), Series: series,
			})
		}
	}
	return f
}

// bins of the densities that share a panel.
const bins = 101

// densities draws the distribution of a quantity in a layer for all groups. The histograms of all runs are converted to one axis.
func (c *Comparison) densities(q quantity, layer int) (series []report.Series) {
	histograms, low, high := c.histograms(q, layer)
	if !(low < high) {
		return nil
	}
	centers := measure.NewHistogram(low, high, bins).Centers()
	for i, g := range c.Groups {
		if len(histograms[i]) == 0 {
			continue
		}
		values := make([][]float64, bins)
		for _, h := range histograms[i] {
			for k, d := range h.DensityOn(low, high, bins) {
				values[k] = append(values[k], d)
			}
		}
		series = append(series, means(g.Name(), i, centers, values)...)
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

// curves draws one curve per group, with the points that of returns for each run: the mean where all its runs have a number.
func (c *Comparison) curves(of func(r *export.Run) []point) (series []report.Series) {
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
		series = append(series, means(g.Name(), i, x, values)...)
	}
	return series
}

// means draws the means of values, one value per run at each x, and the band of their intervals if there are several runs.
// Without values it draws nothing. No value is below 0, so the band is not either.
func means(name string, group int, x []float64, values [][]float64) []report.Series {
	if len(x) == 0 {
		return nil
	}
	line := report.Series{Name: name, Kind: report.Line, Style: groupStyle(group), X: x}
	band := report.Series{Name: name, Kind: report.Band, Style: groupStyle(group), X: x}
	for _, v := range values {
		mean, half := measure.Interval(v, confidence)
		line.Y = append(line.Y, mean)
		band.Low, band.High = append(band.Low, max(0, mean-half)), append(band.High, mean+half)
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
