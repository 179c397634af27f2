package figure

import (
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// figure3 is Figure 3: 98 percentiles and standard deviation of the activations of tanh (top) and softsign (bottom) networks in training.
// The paper's claims: tanh layers saturate one after the other from the first up; softsign layers together, and less.
func figure3(o *observed.Observations) (report.Figure, error) {
	panels, columns := activationPanels(o,
		activationsRow{setup.TanhStandard, "tanh", printed.Figure3Tanh}, activationsRow{setup.SoftsignStandard, "softsign", printed.Figure3Softsign})
	return trainedFigure(report.Figure{
		ID: "fig3", Title: "Figure 3: tanh and softsign activations during training",
		Caption: "99th percentile of the activations, averaged over both sides of 0, and their standard deviation, depth 5, standard initialisation, on 300 fixed test images. In tanh networks the first layer saturates first, then the second, and so on; softsign layers move together. The paper draws both in one panel, on both sides of 0.",
		Columns: columns,
		Panels:  panels,
	}, o, setup.Shapeset(setup.TanhStandard, setup.SoftsignStandard)...), nil
}
