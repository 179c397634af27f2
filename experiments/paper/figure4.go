package paper

import (
	"fmt"

	"glorot/experiments/measure"
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figure4 is Figure 4: histograms of the activations of tanh (top) and softsign (bottom) networks at the end of training. The paper's
// claims: tanh's lower layers are saturated; softsign's have many values around ±0.6 to ±0.8, on the knees.
func figure4(o *Observations) (report.Figure, error) {
	const paperEnd = 95 * train.Epoch // where Figure 3 ends
	z := func(l train.Layer) measure.Histogram { return l.Z.Histogram }
	var panels []report.Panel
	trained, diverged := 0, ""
	for _, r := range []row{
		{net: tanhStandard, title: "tanh", printed: printedPoints(printed.Figure4.Tanh)},
		{net: softsignStandard, title: "softsign", printed: printedPoints(printed.Figure4.Softsign)},
	} {
		t := o.ranShapeset(r.net)
		if t == nil {
			continue
		}
		var ends []train.Layers // of the seeds that did not diverge
		for _, r := range t.Runs {
			if l := lastSnapshot(r); l != nil {
				ends = append(ends, *l)
			} else {
				diverged = " Seeds that diverged are not drawn."
			}
		}
		if len(ends) == 0 {
			continue
		}
		trained = ends[0].Update
		title := fmt.Sprintf("%s, after %d updates", r.title, trained)
		panels = append(panels, densityPanel(title, "activation value", ends, z, r.printed, 1, 3))
	}
	when := ""
	if trained < paperEnd {
		when = fmt.Sprintf(" The paper's histograms are at the end of its training, after some %d updates as in Figure 3; ours are after %d updates.", paperEnd, trained)
	}
	return trainedFigure(report.Figure{
		ID: "fig4", Title: "Figure 4: activations at the end of training",
		Caption: "Normalised histograms of the activations, depth 5, standard initialisation, 300 test images. Top: tanh, whose lower layers saturate. Bottom: softsign, with many values around its knees, where units do not saturate but are not linear. The axes are the paper's: higher spikes are cut off." + when + diverged,
		Panels:  panels,
	}, o, shapeset(tanhStandard, softsignStandard)...), nil
}
