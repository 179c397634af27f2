package figure

import (
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figure2 is Figure 2: mean and standard deviation of the activations of a sigmoid network of depth 4 in training. The paper's claim:
// the top layer is pushed to 0 within a few epochs and leaves that saturation only about epoch 100.
func figure2(o *observed.Observations) (report.Figure, error) {
	choice := ""
	if t := o.RanOnShapeset(setup.Sigmoid4); t != nil && t.Tied() {
		choice = " The search could not choose its rate and inputs, since several candidates share the lowest validation error."
	}
	panels, columns := trainingRows(o, "activation", 140, means, row{setup.Sigmoid4, "sigmoid, depth 4", 0, 1, printedMeans(printed.Figure2)})
	return trainedFigure(report.Figure{
		ID: "fig2", Title: "Figure 2: sigmoid activations during training",
		Caption: "Mean (line) and standard deviation (bars) of the activations of a sigmoid network of depth 4, standard initialisation, on 300 fixed test images: the top layer is soon pushed towards 0, while the others rise above 0.5." + choice,
		Columns: columns,
		Panels:  panels,
	}, o, setup.Shapeset(setup.Sigmoid4)...), nil
}

// means draws each hidden layer's mean with bars of one standard deviation, beside each other where there is room.
func means(t *observed.Trained, every int) []report.Series {
	var all []report.Series
	for k := 1; k <= t.Subject.Depth; k++ {
		of := func(by float64) line {
			return overSnapshots(t, func(l train.Layers) float64 { z := l.Layers[k-1].Z; return z.Mean + by*z.Std })
		}
		mean := of(0).within(0, 1)
		from := mean.markFrom(every)
		if every < len(mean.updates) {
			from = (from + (k-1)*every/t.Subject.Depth) % every
		}
		all = append(all, mean.draw(report.Series{
			Name: layerName(k), Kind: report.Bars, Style: report.Layer(k),
			Low: of(-1).mean, High: of(1).mean, MarkEvery: every, MarkFrom: from,
		}, train.Epoch)...)
	}
	return all
}
