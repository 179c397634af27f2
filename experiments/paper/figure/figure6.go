package figure

import (
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figure6 is Figure 6: histograms of the activations of tanh networks before training. The paper's claim: with standard
// initialisation the 0-peak increases for higher layers; with normalized initialisation it does not.
func figure6(o *observed.Observations) (report.Figure, error) {
	z := func(l train.Layer) measure.Histogram { return l.Z.Histogram }
	return report.Figure{
		ID: "fig6", Title: "Figure 6: activations before training",
		Caption: "Normalised histograms of tanh activations just after initialisation, depth 5, 300 test images. With standard initialisation the 0-peak increases for higher layers; with normalized initialisation it increases much less by eq. 16 in every layer, and not at all if n Var[W] = 1.25, which is fitted to the paper's own panel. All panels have the same axes; the paper's of normalized initialisation end at 2. Ticks at 0: the paper's peaks." + initialSeeds(o),
		Columns: 3, Aspect: initialAspect,
		Panels: initialPanels(o, "activation value", z, printed.Figure6, [2]float64{1, 15}, [2]float64{1, 15}),
	}, nil
}
