package paper

import (
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
)

// figure10 is Figure 10: as Figure 3, for tanh with normalized initialisation. The paper's claim: all layers move together, as softsign's
// do in Figure 3.
func figure10(o *Observations) (report.Figure, error) {
	read := append(printedStds(printed.Figure10), printedP99s(printed.Figure10)...)
	panels, columns := trainingRows(o, "activation", 95, intervals,
		row{tanhNormalized, "eq. 16 in every layer", -1, 1, read},
		row{tanhFigure, "as in the paper's figures", -1, 1, read})
	return report.Figure{
		ID: "fig10", Title: "Figure 10: tanh activations during training, normalized initialisation",
		Caption: "98 percentiles (markers alone: the 1st and 99th percentile) and standard deviation (lines with markers) of the activations of tanh networks with normalized initialisation, depth 5, on 300 fixed test images. Top: eq. 16 in every layer. Bottom: n Var[W] = 1.25 between hidden layers and eq. 1 elsewhere, which starts where the paper's figure starts." + trainedCaption(o, shapeset(tanhNormalized, tanhFigure)...),
		Columns: columns,
		Panels:  panels,
	}, nil
}
