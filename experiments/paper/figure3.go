package paper

import "glorot/experiments/report"

// figure3 is Figure 3: 98 percentiles and standard deviation of the activations of tanh (top) and softsign (bottom) networks in training.
// The paper's claims: tanh layers saturate one after the other from the first up; softsign layers together, and less.
func figure3(o *Observations) (report.Figure, error) {
	panels := trainingPanels("tanh", -1, 1, 95, o.shapeset(tanhStandard), intervals, append(printedStds(printedFig3Tanh), printedP99s(printedFig3Tanh)...))
	panels = append(panels, trainingPanels("softsign", -1, 1, 95, o.shapeset(softsignStandard), intervals, append(printedStds(printedFig3Softsign), printedP99s(printedFig3Softsign)...))...)
	return report.Figure{
		ID: "fig3", Title: "Figure 3: tanh and softsign activations during training",
		Caption: "98 percentiles (markers alone: the 1st and 99th percentile) and standard deviation (lines with markers) of the activations, depth 5, standard initialisation, on 300 fixed test images. Top: tanh, where the first layer saturates first, then the second, and so on. Bottom: softsign, where the layers move together." + trainedCaption(o, tanhStandard, softsignStandard),
		Columns: len(panels) / 2,
		Panels:  panels,
	}, nil
}
