package paper

import (
	"fmt"
	"slices"

	"glorot/experiments/measure"
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figures returns the figures that can be drawn, in the paper's order.
func figures() []figure {
	return []figure{
		{"fig1", needs{pictures: true}, figure1},
		{"fig2", needs{trained: shapeset(sigmoid4)}, figure2},
		{"fig3", needs{trained: shapeset(tanhStandard, softsignStandard)}, figure3},
		{"fig4", needs{trained: shapeset(tanhStandard, softsignStandard)}, figure4},
		{"fig5", needs{surfaces: true}, figure5},
		{"fig6", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure6},
		{"fig7", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure7},
		{"fig8", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure8},
		{"fig9", needs{trained: shapeset(tanhStandard, tanhNormalized, tanhFigure)}, figure9},
		{"fig10", needs{trained: shapeset(tanhNormalized, tanhFigure)}, figure10},
		{"jacobians", needs{trained: shapeset(tanhStandard, tanhNormalized, tanhFigure)}, figureJacobians},
		{"fig11", needs{trained: shapeset(onFigure11...)}, figure11},
		{"fig12", needs{trained: union(on("mnist", onFigure12...), on("cifar10", onFigure12...))}, figure12},
		{"search", needs{searched: searched()}, figureSearch},
	}
}

const (
	titleStandard = "standard (eq. 1)"
	titleLiteral  = "normalized (eq. 16 in every layer)"
	titleFigure   = "normalized, as the paper drew it"
)

// initialAspect makes the panels of Figures 6 to 8 tall, since they compare heights.
const initialAspect = 1.2

func layerName(k int) string { return fmt.Sprintf("Layer %d", k) }

// densityPanel draws one histogram for each hidden layer, the mean over seeds within the band of its 95 % interval, which is cut off at 0,
// over what was read off the paper.
func densityPanel(title, xlabel string, seeds []train.Layers, of func(l train.Layer) measure.Histogram, printed []report.Series, xmax, ymax float64) report.Panel {
	p := report.Panel{Title: title, XLabel: xlabel, YLabel: "density", XMin: -xmax, XMax: xmax, YMax: ymax}
	p.Series = printed
	for k := 1; k <= layers; k++ {
		var densities [][]float64
		for _, l := range seeds {
			h := of(l.Layers[k-1])
			densities = append(densities, h.Density())
		}
		first := of(seeds[0].Layers[k-1])
		line := report.Series{Name: layerName(k), Kind: report.Marked, Style: report.Layer(k), X: first.Centers(), MarkFrom: 2 * k}
		line.MarkEvery = max(1, len(line.X)/25)
		band := report.Series{Name: line.Name, Kind: report.Band, Style: line.Style, X: line.X}
		for bin := range line.X {
			values := make([]float64, len(densities))
			for i, d := range densities {
				values[i] = d[bin]
			}
			mean, half := measure.Interval(values, level)
			line.Y, band.Low, band.High = append(line.Y, mean), append(band.Low, max(0, mean-half)), append(band.High, mean+half)
		}
		if len(seeds) > 1 {
			p.Series = append(p.Series, band)
		}
		p.Series = append(p.Series, line)
	}
	return p
}

// initialPanels are the paper's two panels of networks before training, the second one twice: by eq. 16 in every layer, and as the paper
// drew it. The axes are given by xmax and ymax; where two panels have the same, their heights can be compared.
func initialPanels(o *Observations, xlabel string, of func(l train.Layer) measure.Histogram,
	read printed.Densities, standard, normalized [2]float64) []report.Panel {
	panel := func(title string, net Network, read printed.Density, axes [2]float64) report.Panel {
		var seeds []train.Layers
		for _, i := range o.Initial[net] {
			seeds = append(seeds, i.Layers)
		}
		return densityPanel(title, xlabel, seeds, of, printedPeaks(read), axes[0], axes[1])
	}
	return []report.Panel{
		panel(titleStandard, tanhStandard, read.Standard, standard),
		panel(titleLiteral, tanhNormalized, read.Normalized, normalized),
		panel(titleFigure, tanhFigure, read.Normalized, normalized),
	}
}

// initialSeeds says over how many seeds the densities before training are averaged.
func initialSeeds(o *Observations) string {
	if n := o.Scale.Seeds; n > 1 {
		return fmt.Sprintf(" Mean over %d seeds, bands: 95 %% interval of that mean, cut off at 0.", n)
	}
	return " One seed."
}

// A figure of the paper: what it needs and how it is drawn.
type figure struct {
	id    string
	needs needs
	draw  func(o *Observations) (report.Figure, error) // a lacking error if there is nothing to draw
}

// lacking is the error of a figure for which there is nothing to draw: it says how to run it.
type lacking string

// draws reports whether the figure of that id draws the training of a network, named as in the paper's legends, on a data set.
func draws(id, network, data string) bool {
	for _, f := range figures() {
		if f.id == id {
			return slices.ContainsFunc(f.needs.trained, func(sub Subject) bool { return sub.legend() == network && sub.Data == data })
		}
	}
	return false
}

func (l lacking) Error() string { return string(l) }
