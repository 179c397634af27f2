package figure

import (
	"math"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// figure9 is Figure 9: standard deviation of the weight gradients of tanh networks in training. The paper's claim: with standard
// initialisation the gradients of the lower layers become larger than those of the higher ones; normalized initialisation keeps them the
// same.
func figure9(o *observed.Observations) (report.Figure, error) {
	weights := func(t *observed.Trained, every int) []report.Series {
		return layerLines(t, every, observed.StdDWOf, 0, math.Inf(1))
	}
	panels, columns := trainingRows(o, "std of dCost/dW, summed over 10 examples", 95, weights,
		row{setup.TanhStandard, "standard initialisation", 0, .08, printedStds(printed.Figure9Standard)},
		row{setup.TanhNormalized, "eq. 16 in every layer", 0, .06, printedStds(printed.Figure9Normalized)},
		row{setup.TanhFigure, "as in the paper's figures", 0, .06, printedStds(printed.Figure9Normalized)})
	return trainedFigure(report.Figure{
		ID: "fig9", Title: "Figure 9: weight gradients during training",
		Caption: "Standard deviation of the weight gradients dCost/dW of tanh networks, depth 5, summed over mini-batches of 10 from 300 fixed test images: with standard initialisation, where the lower layers end up with the larger gradients, and with normalized initialisation, by eq. 16 in every layer and with the initial weights that give the panels of the paper's figures before training.",
		Columns: sideBySide(panels, columns),
		Panels:  panels,
	}, o, setup.Shapeset(setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure)...), nil
}
