package figure

import (
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figure7 is Figure 7: histograms of the back-propagated gradients dCost/ds of tanh networks before training. The paper's
// claim: with standard initialisation the 0-peak decreases for higher layers; with normalized initialisation it does not.
func figure7(o *observed.Observations) (report.Figure, error) {
	ds := func(l train.Layer) measure.Histogram { return l.DS.Histogram }
	return report.Figure{
		ID: "fig7", Title: "Figure 7: back-propagated gradients before training",
		Caption: "Normalised histograms of back-propagated gradients dCost/ds (equivalently, of the gradients with respect to the biases) of tanh networks just after initialisation, summed over mini-batches of 10 of 300 test images. With standard initialisation the gradients get smaller from the top layer down, and so their 0-peak decreases for higher layers; with normalized initialisation it decreases much less by eq. 16 in every layer, and not if the weights are fitted to the paper's own panels. All panels have the same axes; the paper's of normalized initialisation end at ±0.3 and 10. Ticks at 0: the paper's peaks." + initialSeeds(o),
		Columns: 3, Aspect: initialAspect,
		Panels: initialPanels(o, "dCost/ds, summed over 10 examples", ds, printed.Figure7, [2]float64{.2, 100}, [2]float64{.2, 100}),
	}, nil
}
