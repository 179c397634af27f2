package paper

import (
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figure2 is Figure 2: mean and standard deviation of the activations of a sigmoid network of depth 4 in training. The paper's claim:
// the top layer is pushed to 0 within a few epochs and leaves that saturation only about epoch 100.
func figure2(o *Observations) (report.Figure, error) {
	return report.Figure{
		ID: "fig2", Title: "Figure 2: sigmoid activations during training",
		Caption: "Mean (line) and standard deviation (bars) of the activations of a sigmoid network of depth 4, standard initialisation, on 300 fixed test images: the top layer is soon pushed towards 0, while the others rise above 0.5." + trainedCaption(o, sigmoid4),
		Columns: 2,
		Panels:  trainingPanels("sigmoid, depth 4", 0, 1, 140, o.shapeset(sigmoid4), means, printedMeans(printedFig2)),
	}, nil
}

// means draws each hidden layer's mean with bars of one standard deviation, beside each other where there is room.
func means(t *Trained, every int) []report.Series {
	x := epochs(t)
	hidden := len(t.looks(0)[0].Layers) - 1
	var all []report.Series
	for k := 1; k <= hidden; k++ {
		from := (len(x) - 1) % every
		if every < len(x) {
			from = (from + (k-1)*every/hidden) % every
		}
		at := func(by float64) []float64 {
			return each(t, func(l train.Layers) float64 { z := l.Layers[k-1].Z; return z.Mean + by*z.Std })
		}
		all = append(all, report.Series{
			Name: layerName(k), Kind: report.Bars, Style: report.Layer(k),
			X: x, Y: at(0), Low: at(-1), High: at(1), MarkEvery: every, MarkFrom: from,
		})
	}
	return all
}
