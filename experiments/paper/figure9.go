package paper

import (
	"math"

	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
)

// figure9 is Figure 9: standard deviation of the weight gradients of tanh networks in training. The paper's claim: with standard
// initialisation the gradients of the lower layers become larger than those of the higher ones; normalized initialisation keeps them the
// same.
func figure9(o *Observations) (report.Figure, error) {
	weights := func(t *Trained, every int) []report.Series {
		return layerLines(t, every, stdDWOf, 0, math.Inf(1))
	}
	panels, columns := trainingRows(o, "std of dCost/dW, summed over 10 examples", 95, weights,
		row{tanhStandard, "standard initialisation", 0, .08, printedStds(printed.Figure9Standard)},
		row{tanhNormalized, "eq. 16 in every layer", 0, .06, printedStds(printed.Figure9Normalized)},
		row{tanhFigure, "as in the paper's figures", 0, .06, printedStds(printed.Figure9Normalized)})
	return trainedFigure(report.Figure{
		ID: "fig9", Title: "Figure 9: weight gradients during training",
		Caption: "Standard deviation of the weight gradients dCost/dW of tanh networks, depth 5, summed over mini-batches of 10 from 300 fixed test images: with standard initialisation, where the lower layers end up with the larger gradients, and with normalized initialisation, by eq. 16 in every layer and by the variant that reproduces the paper's panel.",
		Columns: sideBySide(panels, columns),
		Panels:  panels,
	}, o, shapeset(tanhStandard, tanhNormalized, tanhFigure)...), nil
}
