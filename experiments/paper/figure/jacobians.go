package figure

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// jacobianNetworks are the tanh networks whose Jacobians are measured, with the paper's mean singular value before training.
var jacobianNetworks = []struct {
	net   setup.Network
	title string
	mean  float64
}{
	{setup.TanhStandard, "standard", printed.MeanSingularStandard},
	{setup.TanhNormalized, "eq. 16 in every layer", printed.MeanSingularNormalized},
	{setup.TanhFigure, "as in the paper's figures", printed.MeanSingularNormalized},
}

// spectraOf returns the spectra of a network's first seed; nil if there are none.
func spectraOf(o *observed.Observations, net setup.Network) []run.Spectrum {
	t := o.RanOnShapeset(net)
	if t == nil {
		return nil
	}
	return t.Runs[0].Spectra
}

// figureJacobians draws what the paper only says in words: the singular values of the layers' Jacobians J^i = dz^{i+1}/dz^i (eq. 17) before
// and in training; their mean on the left, the whole spectrum after the training on the right.
func figureJacobians(o *observed.Observations) (report.Figure, error) {
	f := report.Figure{
		ID: "jacobians", Title: "Singular values of the layers' Jacobians", Columns: 2,
		Caption: "Singular values of the Jacobians J = dz/dz from each hidden layer to the next (eq. 17), tanh networks of depth 5, on the first test image. Left: their mean during training, with the paper's 0.5 and 0.8 before it. Right: all of them after the training, the largest first.",
	}
	var nets []setup.Network
	for _, r := range jacobianNetworks {
		measured := spectraOf(o, r.net)
		if len(measured) == 0 {
			continue
		}
		nets = append(nets, r.net)
		last := measured[len(measured)-1]
		f.Panels = append(f.Panels,
			report.Panel{
				Title: r.title + ": mean", XLabel: "epochs of 20,000 updates", YLabel: "mean singular value", YMax: meanAxis(measured),
				Series: append(printedMeanValue(r.mean), meanValues(measured)...),
			},
			report.Panel{
				Title: r.title + ": after training", XLabel: "rank / width", YLabel: "singular value", XMax: 1, YMax: math.NaN(),
				Series: spectra(last),
			})
	}
	if len(f.Panels) == 0 {
		return f, Lacking("no Jacobians of these trainings were kept; " + o.Command("jacobians", 300_000, nil) + " measures them")
	}
	ours, details := how(o, setup.Shapeset(nets...), onFirstSeed)
	f.Caption, f.Details = f.Caption+ours+lightCaption, details
	return f, nil
}

// tableJacobians has the means that figureJacobians draws.
func tableJacobians(o *observed.Observations) ([]report.Table, error) {
	t := report.Table{
		ID: "section-jacobians-means", Corner: "Network, updates",
		Caption: "Mean singular value of the Jacobians from each hidden layer to the next, on the first test image, first seed.",
	}
	for k := 1; k < setup.Layers; k++ {
		t.Columns = append(t.Columns, report.Column{Name: fmt.Sprintf("%d to %d", k, k+1)})
	}
	for _, r := range jacobianNetworks {
		for _, j := range spectraOf(o, r.net) {
			row := report.Row{Name: fmt.Sprintf("%s, %d", r.net.Legend(), j.Update)}
			for _, mean := range j.Mean() {
				row.Cells = append(row.Cells, report.Figures(fmt.Sprintf("%.2f", mean), mean))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) == 0 {
		return nil, nil
	}
	return []report.Table{t}, nil
}

func printedMeanValue(mean float64) []report.Series {
	return []report.Series{{Kind: report.Level, Style: report.Style{Color: report.Gray}, Printed: true, X: []float64{0}, Y: []float64{mean}}}
}

// meanAxis is the upper end of an axis for the means: 1, where a layer preserves volumes, or more if a mean is larger.
func meanAxis(measured []run.Spectrum) float64 {
	most := 1.0
	for _, j := range measured {
		most = max(most, 1.05*slices.Max(j.Mean()))
	}
	return most
}

// meanValues draws the mean singular value of each Jacobian.
func meanValues(measured []run.Spectrum) []report.Series {
	all := make([]report.Series, len(measured[0].Values))
	for i := range all {
		all[i] = jacobianSeries(i, report.Marked)
		for _, j := range measured {
			all[i].X, all[i].Y = append(all[i].X, float64(j.Update)/train.Epoch), append(all[i].Y, j.Mean()[i])
		}
	}
	return all
}

// spectra draws the singular values of each Jacobian against their rank; for wide layers about 200 of them.
func spectra(j run.Spectrum) []report.Series {
	all := make([]report.Series, len(j.Values))
	for i, values := range j.Values {
		all[i] = jacobianSeries(i, report.Marked)
		for k := 0; k < len(values); k += max(1, len(values)/200) {
			all[i].X = append(all[i].X, (float64(k)+0.5)/float64(len(values)))
			all[i].Y = append(all[i].Y, float64(values[k]))
		}
		all[i].MarkEvery, all[i].MarkFrom = max(1, len(all[i].X)/12), 3*i
	}
	return all
}

// jacobianSeries has the style of the layer that the Jacobian of index i leads to.
func jacobianSeries(i int, kind report.Kind) report.Series {
	return report.Series{Name: fmt.Sprintf("layer %d to %d", i+1, i+2), Kind: kind, Style: report.Layer(i + 2)}
}
