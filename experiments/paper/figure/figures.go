package figure

import (
	"fmt"
	"slices"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// All returns the figures that can be drawn, in the paper's order.
func All() []Figure {
	return []Figure{
		{"fig1", observed.Needs{Pictures: true}, figure1},
		{"fig2", observed.Needs{Trained: setup.Shapeset(setup.Sigmoid4)}, figure2},
		{"fig3", observed.Needs{Trained: setup.Shapeset(setup.TanhStandard, setup.SoftsignStandard)}, figure3},
		{"fig4", observed.Needs{Trained: setup.Shapeset(setup.TanhStandard, setup.SoftsignStandard)}, figure4},
		{"fig5", observed.Needs{Surfaces: true}, figure5},
		{"fig6", observed.Needs{Initial: []setup.Network{setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure}}, figure6},
		{"fig7", observed.Needs{Initial: []setup.Network{setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure}}, figure7},
		{"fig8", observed.Needs{Initial: []setup.Network{setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure}}, figure8},
		{"fig9", observed.Needs{Trained: setup.Shapeset(setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure)}, figure9},
		{"fig10", observed.Needs{Trained: setup.Shapeset(setup.TanhNormalized, setup.TanhFigure)}, figure10},
		{"jacobians", observed.Needs{Trained: setup.Shapeset(setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure)}, figureJacobians},
		{"fig11", observed.Needs{Trained: setup.Shapeset(onFigure11...)}, figure11},
		{"fig12", observed.Needs{Trained: setup.Union(setup.On("mnist", onFigure12...), setup.On("cifar10", onFigure12...))}, figure12},
		{"search", observed.Needs{Searched: searched()}, figureSearch},
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
	for k := 1; k <= setup.Layers; k++ {
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
			mean, half := measure.Interval(values, observed.Level)
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
func initialPanels(o *observed.Observations, xlabel string, of func(l train.Layer) measure.Histogram,
	read printed.Densities, standard, normalized [2]float64) []report.Panel {
	panel := func(title string, net setup.Network, read printed.Density, axes [2]float64) report.Panel {
		var seeds []train.Layers
		for _, i := range o.Initial[net] {
			seeds = append(seeds, i.Layers)
		}
		return densityPanel(title, xlabel, seeds, of, printedPeaks(read), axes[0], axes[1])
	}
	return []report.Panel{
		panel(titleStandard, setup.TanhStandard, read.Standard, standard),
		panel(titleLiteral, setup.TanhNormalized, read.Normalized, normalized),
		panel(titleFigure, setup.TanhFigure, read.Normalized, normalized),
	}
}

// initialSeeds says over how many seeds the densities before training are averaged.
func initialSeeds(o *observed.Observations) string {
	if n := o.Scale.Seeds; n > 1 {
		return fmt.Sprintf(" Mean over %d seeds, bands: 95 %% interval of that mean, cut off at 0.", n)
	}
	return " One seed."
}

// A figure of the paper: what it needs and how it is drawn.
type Figure struct {
	ID    string
	Needs observed.Needs
	Draw  func(o *observed.Observations) (report.Figure, error) // a lacking error if there is nothing to draw
}

// Lacking is the error of a figure for which there is nothing to draw: it says how to run it.
type Lacking string

// Draws reports whether the figure of that id draws the training of a network, named as in the paper's legends, on a data set.
func Draws(id, network, data string) bool {
	for _, f := range All() {
		if f.ID == id {
			return slices.ContainsFunc(f.Needs.Trained, func(sub setup.Subject) bool { return sub.Legend() == network && sub.Data == data })
		}
	}
	return false
}

// Error says how to run it.
func (l Lacking) Error() string { return string(l) }
