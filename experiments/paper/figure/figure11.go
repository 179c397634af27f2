package figure

import (
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// onFigure11 are the networks of Figure 11, in the order of its legend.
var onFigure11 = []setup.Network{setup.Sigmoid5, setup.Sigmoid4, setup.TanhStandard, setup.SoftsignStandard, setup.SoftsignNormalized, setup.TanhNormalized, setup.TanhPreTrained}

// figure11 is Figure 11: test error on Shapeset-3x2 against the number of examples. The paper's claim: the order of its legend, from the
// sigmoid of depth 5 that never learns to the network with unsupervised pre-training.
func figure11(o *observed.Observations) (report.Figure, error) {
	panels := errorPanels(o, dataset.ShapesetName, report.Panel{Title: "Shapeset-3x2", YMin: 8, YMax: 84.5}, onFigure11, printedErrors(printed.Figure11))
	return trainedFigure(report.Figure{
		ID: "fig11", Title: "Figure 11: test error on Shapeset-3x2",
		Caption: "Test error against the examples seen, on-line training on Shapeset-3x2, depth 5 unless the name says 4; N is normalized initialisation.",
		Columns: len(panels),
		Panels:  panels,
	}, o, setup.Shapeset(onFigure11...)...), nil
}

// errorPanels draws the test errors of the networks that were trained on one data set, over the paper's.
func errorPanels(o *observed.Observations, data string, p report.Panel, nets []setup.Network, printed []report.Series) []report.Panel {
	const ten7 = 1e7 / setup.Batch // updates of 1e7 examples
	p.XLabel, p.YLabel = "examples seen (×10⁷)", "test error (%)"
	c := course{panel: p, end: setup.PaperUpdates / ten7, printed: printed}
	for _, sub := range setup.On(data, nets...) {
		if t := o.Ran(sub); t != nil {
			c.trained = max(c.trained, float64(t.Updates)/ten7)
			c.times = max(c.times, len(percent(t).updates))
		}
	}
	c.ours = func(every int) []report.Series {
		var all []report.Series
		for i, sub := range setup.On(data, nets...) {
			t := o.Ran(sub)
			if t == nil {
				continue
			}
			l := percent(t)
			from := l.markFrom(every)
			if every < len(l.updates) { // beside each other
				from = (from + i*every/len(nets)) % every
			}
			all = append(all, l.draw(report.Series{
				Name: sub.Legend(), Kind: report.Marked, Style: networkStyle(sub.Legend()), MarkEvery: every, MarkFrom: from,
			}, ten7)...)
		}
		return all
	}
	return c.panels()
}

// percent is the test error in percent.
func percent(t *observed.Trained) line {
	return overTests(t, func(e run.Errors) float64 { return 100 * e.Test.Error }).within(0, 100)
}

// trainedOn reports whether any of the networks was trained on the data set.
func trainedOn(o *observed.Observations, data string, nets ...setup.Network) bool {
	return slices.ContainsFunc(setup.On(data, nets...), func(sub setup.Subject) bool { return o.Ran(sub) != nil })
}
