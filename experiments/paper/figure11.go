package paper

import (
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// onFigure11 are the networks of Figure 11, in the order of its legend.
var onFigure11 = []Network{sigmoid5, sigmoid4, tanhStandard, softsignStandard, softsignNormalized, tanhNormalized, tanhPreTrained}

// figure11 is Figure 11: test error on Shapeset-3x2 against the number of examples. The paper's claim: the order of its legend, from the
// sigmoid of depth 5 that never learns to the network with unsupervised pre-training.
func figure11(o *Observations) (report.Figure, error) {
	panels := errorPanels(o, dataset.ShapesetName, report.Panel{Title: "Shapeset-3x2", YMin: 8, YMax: 84.5}, onFigure11, printedErrors(printed.Figure11))
	return trainedFigure(report.Figure{
		ID: "fig11", Title: "Figure 11: test error on Shapeset-3x2",
		Caption: "Test error against the examples seen, on-line training on Shapeset-3x2, depth 5 unless the name says 4; N is normalized initialisation.",
		Columns: len(panels),
		Panels:  panels,
	}, o, shapeset(onFigure11...)...), nil
}

// errorPanels draws the test errors of the networks that were trained on one data set, over the paper's.
func errorPanels(o *Observations, data string, p report.Panel, nets []Network, printed []report.Series) []report.Panel {
	const ten7 = 1e7 / Batch // updates of 1e7 examples
	p.XLabel, p.YLabel = "examples seen (×10⁷)", "test error (%)"
	c := course{panel: p, end: paperUpdates / ten7, printed: printed}
	for _, sub := range on(data, nets...) {
		if t := o.ran(sub); t != nil {
			c.trained = max(c.trained, float64(t.Updates)/ten7)
			c.times = max(c.times, len(percent(t).updates))
		}
	}
	c.ours = func(every int) []report.Series {
		var all []report.Series
		for i, sub := range on(data, nets...) {
			t := o.ran(sub)
			if t == nil {
				continue
			}
			l := percent(t)
			from := l.markFrom(every)
			if every < len(l.updates) { // beside each other
				from = (from + i*every/len(nets)) % every
			}
			all = append(all, l.draw(report.Series{
				Name: sub.legend(), Kind: report.Marked, Style: networkStyle(sub.legend()), MarkEvery: every, MarkFrom: from,
			}, ten7)...)
		}
		return all
	}
	return c.panels()
}

// percent is the test error in percent.
func percent(t *Trained) line {
	return overTests(t, func(e run.Errors) float64 { return 100 * e.Test.Error }).within(0, 100)
}

// trainedOn reports whether any of the networks was trained on the data set.
func trainedOn(o *Observations, data string, nets ...Network) bool {
	return slices.ContainsFunc(on(data, nets...), func(sub Subject) bool { return o.ran(sub) != nil })
}
