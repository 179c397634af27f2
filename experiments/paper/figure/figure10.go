package figure

import (
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// figure10 is Figure 10: as Figure 3, for tanh with normalized initialisation. The paper's claim: all layers move together, as softsign's
// do in Figure 3.
func figure10(o *observed.Observations) (report.Figure, error) {
	panels, columns := activationPanels(o,
		activationsRow{setup.TanhNormalized, "eq. 16 in every layer", printed.Figure10}, activationsRow{setup.TanhFigure, "as in the paper's figures", printed.Figure10})
	return trainedFigure(report.Figure{
		ID: "fig10", Title: "Figure 10: tanh activations during training, normalized initialisation",
		Caption: "99th percentile of the activations, averaged over both sides of 0, and their standard deviation, of tanh networks with normalized initialisation, depth 5, on 300 fixed test images: by eq. 16 in every layer, and with n Var[W] = 1.25 between hidden layers and eq. 1 elsewhere, which starts where the paper's figure starts. The paper draws both in one panel, on both sides of 0.",
		Columns: columns,
		Panels:  panels,
	}, o, setup.Shapeset(setup.TanhNormalized, setup.TanhFigure)...), nil
}
