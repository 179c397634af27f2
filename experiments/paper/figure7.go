package paper

import (
	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figure7 is Figure 7: histograms of the back-propagated gradients dCost/ds of tanh networks before training. The paper's
// claim: with standard initialisation the 0-peak decreases for higher layers; with normalized initialisation it does not.
func figure7(o *Observations) (report.Figure, error) {
	ds := func(l train.Layer) measure.Histogram { return l.DS.Histogram }
	panel := func(title string, net Network, printed printedDensity, xmax, ymax float64) report.Panel {
		return densityPanel(title, "back-propagated gradient, summed over 10 examples", o.Initial[net], ds, printed, xmax, ymax)
	}
	return report.Figure{
		ID: "fig7", Title: "Figure 7: back-propagated gradients before training",
		Caption: "Normalised histograms of back-propagated gradients dCost/ds (equivalently, of the gradients with respect to the biases) of tanh networks just after initialisation, summed over mini-batches of 10 of 300 test images. Top: standard initialisation, where the 0-peak decreases for higher layers. Below: normalized initialisation.",
		Panels: []report.Panel{
			panel(titleStandard, tanhStandard, printedFig7.standard, .2, 100),
			panel(titleLiteral, tanhNormalized, printedFig7.normalized, .3, 10),
			panel(titleFigure, tanhFigure, printedFig7.normalized, .3, 10),
		},
	}, nil
}
