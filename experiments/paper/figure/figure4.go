package figure

import (
	"fmt"
	"slices"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// figure4 is Figure 4: histograms of the activations of tanh (top) and softsign (bottom) networks at the end of training, with frames of earlier
// times. The paper's claims: tanh's lower layers are saturated; softsign's have many values around ±0.6 to ±0.8, on the knees.
func figure4(o *observed.Observations) (report.Figure, error) {
	const paperEnd = 95 * train.Epoch // where Figure 3 ends
	f := report.Figure{
		ID: "fig4", Title: "Figure 4: activations at the end of training", Time: "at the end",
		Caption: "Normalised histograms of the activations, depth 5, standard initialisation, 300 test images. Top: tanh, whose lower layers saturate. Bottom: softsign, with many values around its knees, where units do not saturate but are not linear. The axes are the paper's: higher spikes are cut off. The paper has no histograms of earlier times.",
	}
	rows := []row{
		{net: setup.TanhStandard, title: "tanh", printed: printedPoints(printed.Figure4.Tanh)},
		{net: setup.SoftsignStandard, title: "softsign", printed: printedPoints(printed.Figure4.Softsign)},
	}
	trained, diverged := 0, false
	var times []int
	for _, r := range rows {
		t := o.RanOnShapeset(r.net)
		if t == nil {
			continue
		}
		var ends []train.Layers // of the seeds that did not diverge
		for _, r := range t.Runs {
			if l := observed.LastSnapshot(r); l != nil {
				ends = append(ends, *l)
			}
		}
		diverged = diverged || len(ends) < len(t.Runs)
		if len(ends) == 0 {
			continue
		}
		trained = ends[0].Update
		f.Panels = append(f.Panels, activationDensities(r, ends, r.printed))
		for _, l := range t.Runs[0].Snapshots {
			if l.Update < trained {
				times = append(times, l.Update)
			}
		}
	}
	slices.Sort(times)
	for _, update := range slices.Compact(times) {
		if frame := activationFrame(o, rows, update); len(frame.Panels) == len(f.Panels) {
			f.Frames = append(f.Frames, frame)
		}
	}
	if trained < paperEnd {
		f.Caption += fmt.Sprintf(" The paper's histograms are at the end of its training, after some %d updates as in Figure 3; ours are after %d updates.", paperEnd, trained)
	}
	if diverged {
		f.Caption += " Seeds that diverged are not drawn."
	}
	return trainedFigure(f, o, setup.Shapeset(setup.TanhStandard, setup.SoftsignStandard)...), nil
}

// activationDensities is the panel of a network whose seeds have these snapshots of one time.
func activationDensities(r row, seeds []train.Layers, printed []report.Series) report.Panel {
	title := fmt.Sprintf("%s, after %d updates", r.title, seeds[0].Update)
	return densityPanel(title, "activation value", seeds, func(l train.Layer) measure.Histogram { return l.Z.Histogram }, printed, 1, 3)
}

// activationFrame has the panels of the networks whose seeds all have a histogram after so many updates.
func activationFrame(o *observed.Observations, rows []row, update int) report.Frame {
	f := report.Frame{Time: fmt.Sprintf("after %g epochs", float64(update)/train.Epoch)}
	if update == 0 {
		f.Time = "before training"
	}
	for _, r := range rows {
		if t := o.RanOnShapeset(r.net); t != nil {
			if seeds := histogramsAt(t.Runs, update); seeds != nil {
				f.Panels = append(f.Panels, activationDensities(r, seeds, nil))
			}
		}
	}
	return f
}

// histogramsAt returns the snapshots after so many updates, one for each training; nil if one has no histogram there.
func histogramsAt(runs []*run.Trace, update int) (seeds []train.Layers) {
	for _, r := range runs {
		i := slices.IndexFunc(r.Snapshots, func(l train.Layers) bool { return l.Update == update })
		if i < 0 || r.Snapshots[i].Layers[0].Z.Histogram.Total() == 0 {
			return nil
		}
		seeds = append(seeds, r.Snapshots[i])
	}
	return seeds
}
