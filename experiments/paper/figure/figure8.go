package figure

import (
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figure8 is Figure 8: histograms of the weight gradients dCost/dW of tanh networks before training. The paper's claim: with standard
// initialisation the weight gradients do not get smaller downwards although the back-propagated gradients do.
func figure8(o *observed.Observations) (report.Figure, error) {
	dw := func(l train.Layer) measure.Histogram { return l.DW.Histogram }
	return report.Figure{
		ID: "fig8", Title: "Figure 8: weight gradients before training",
		Caption: "Normalised histograms of weight gradients dCost/dW of tanh networks just after initialisation, summed over mini-batches of 10 of 300 test images. Left: standard initialisation. Right: normalized initialisation, with axes of their own. The paper's layer 1 is narrower than ours and than that of an independent simulation, and contradicts its own Figure 9 at epoch 0." + initialSeeds(o),
		Columns: 3, Aspect: initialAspect,
		Panels: initialPanels(o, "dCost/dW, summed over 10 examples", dw, printed.Figure8, [2]float64{.027, 300}, [2]float64{.14, 60}),
	}, nil
}
