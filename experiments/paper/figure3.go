package paper

import (
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
)

// figure3 is Figure 3: 98 percentiles and standard deviation of the activations of tanh (top) and softsign (bottom) networks in training.
// The paper's claims: tanh layers saturate one after the other from the first up; softsign layers together, and less.
func figure3(o *Observations) (report.Figure, error) {
	panels, columns := trainingRows(o, "activation", 95, intervals,
		row{tanhStandard, "tanh", -1, 1, append(printedStds(printed.Figure3Tanh), printedP99s(printed.Figure3Tanh)...)},
		row{softsignStandard, "softsign", -1, 1, append(printedStds(printed.Figure3Softsign), printedP99s(printed.Figure3Softsign)...)})
	return report.Figure{
		ID: "fig3", Title: "Figure 3: tanh and softsign activations during training",
		Caption: "98 percentiles (markers alone: the 1st and 99th percentile) and standard deviation (lines with markers) of the activations, depth 5, standard initialisation, on 300 fixed test images. Top: tanh, where the first layer saturates first, then the second, and so on. Bottom: softsign, where the layers move together." + trainedCaption(o, shapeset(tanhStandard, softsignStandard)...),
		Columns: columns,
		Panels:  panels,
	}, nil
}
