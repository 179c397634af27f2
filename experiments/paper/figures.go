package paper

import (
	"fmt"

	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figures returns the figures that can be drawn, in the paper's order.
func figures() []figure {
	return []figure{
		{"fig1", needs{}, figure1},
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
		{"fig12", needs{trained: unionOf(on("mnist", onFigure12...), on("cifar10", onFigure12...))}, figure12},
		{"search", needs{searched: searched()}, figureSearch},
	}
}

const (
	titleStandard = "standard initialisation (eq. 1)"
	titleLiteral  = "normalized initialisation, eq. 16 in every layer"
	titleFigure   = "normalized, as the paper drew it (n Var[W] = 1.25)"
)

func layerName(k int) string { return fmt.Sprintf("Layer %d", k) }

// densityPanel draws one histogram for each hidden layer, over what was read off the paper.
func densityPanel(title, xlabel string, l train.Layers, of func(l train.Layer) measure.Histogram, printed []report.Series, xmax, ymax float64) report.Panel {
	p := report.Panel{Title: title, XLabel: xlabel, YLabel: "density", XMin: -xmax, XMax: xmax, YMax: ymax}
	p.Series = printed
	for k := 1; k <= layers; k++ {
		h := of(l.Layers[k-1])
		x, y := h.Centers(), h.Density()
		p.Series = append(p.Series, report.Series{
			Name: layerName(k), Kind: report.Marked, Style: report.Layer(k), X: x, Y: y,
			MarkEvery: max(1, len(x)/25), MarkFrom: 2 * k,
		})
	}
	return p
}

// initialPanels stacks the paper's two panels of networks before training, those of the first seed, the lower one twice: by eq. 16 in
// every layer, and as the paper drew it. Axes are xmax and ymax.
func initialPanels(o *Observations, xlabel string, of func(l train.Layer) measure.Histogram,
	printed struct{ standard, normalized printedDensity }, standard, normalized [2]float64) []report.Panel {
	panel := func(title string, net Network, printed printedDensity, axes [2]float64) report.Panel {
		return densityPanel(title, xlabel, o.Initial[net][0].Layers, of, printedPeaks(printed), axes[0], axes[1])
	}
	return []report.Panel{
		panel(titleStandard, tanhStandard, printed.standard, standard),
		panel(titleLiteral, tanhNormalized, printed.normalized, normalized),
		panel(titleFigure, tanhFigure, printed.normalized, normalized),
	}
}
