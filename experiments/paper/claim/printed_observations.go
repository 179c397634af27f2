package claim

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// printedObservations returns the paper's own numbers in place of ours, as far as they could be read off its figures, so that every claim's check
// can be applied to the paper itself. What could not be read is NaN, which is unknown.
func printedObservations(n observed.Needs) *observed.Observations {
	o := &observed.Observations{
		Scale:   setup.Scale{Name: "the paper's figures", Width: 1000, Seeds: 1},
		Initial: make(map[setup.Network][]observed.Initial),
		Stored:  make(map[setup.Subject][]observed.Initial),
		Trained: make(map[setup.Subject]*observed.Trained),
		SVM:     &observed.SVMResult{Images: dataset.Shapeset100kImages, Wrong: measure.NewBits(10_000)},
	}
	for i := range int(svmError * 100) {
		o.SVM.Wrong.Set(i)
	}
	o.Initial[setup.TanhStandard] = printedInitial(printed.Figure6.Standard, printed.Figure7.Standard, printed.Figure8.Standard)
	o.Initial[setup.TanhNormalized] = printedInitial(printed.Figure6.Normalized, printed.Figure7.Normalized, printed.Figure8.Normalized)
	o.Initial[setup.TanhFigure] = o.Initial[setup.TanhNormalized]
	o.Initial[setup.Sigmoid4] = []observed.Initial{{Layers: printedLayers(setup.Sigmoid4, 0)}}
	o.Initial[setup.SoftsignStandard] = []observed.Initial{{Layers: printedLayers(setup.SoftsignStandard, 0)}}
	for _, sub := range setup.Union(n.Trained, n.Compared) {
		r := printedRun(sub)
		o.Trained[sub] = &observed.Trained{Subject: sub, Updates: setup.PaperUpdates, Shorts: setup.PaperUpdates, Runs: r, Commons: r, Short: r}
	}
	return o
}

// printedInitial is a network before training from three figures' densities.
func printedInitial(z, ds, dw printed.Density) []observed.Initial {
	i := observed.Initial{}
	for k := range setup.Layers {
		i.Layers.Layers = append(i.Layers.Layers, train.Layer{
			Layer: k + 1,
			Z:     &measure.Summary{Std: z.Std[k], Histogram: peakHistogram(z.Peak[k])},
			DS:    &measure.GradientStats{Std: ds.Std[k], Histogram: peakHistogram(ds.Peak[k])},
			DW:    &measure.GradientStats{Std: dw.Std[k], Histogram: peakHistogram(dw.Peak[k])},
		})
	}
	return []observed.Initial{i}
}

// peakHistogram is a histogram with the given density at 0, in a bin of width 0.001.
func peakHistogram(density float64) measure.Histogram {
	const total = 1e9
	h := measure.Histogram{Low: -.0015, High: .0015, Counts: make([]int64, 3)}
	h.Counts[1] = int64(density * 0.001 * total)
	h.Above = total - h.Counts[1]
	return h
}

// printedRun is a training as the figures show it: activations and gradients between the readings by straight lines, the test errors of
// Figure 11 with those of Table 1 at the end (but for sigmoid of depth 5, whose plateau in the figure is not the table's number), on other
// data Table 1's.
func printedRun(sub setup.Subject) []*run.Trace {
	r := &run.Trace{}
	if printed := printedActivations(sub.Network); sub.Data == dataset.ShapesetName && printed != nil {
		for epoch := 0; float64(epoch) <= printed[len(printed)-1].Epoch; epoch++ {
			r.Snapshots = append(r.Snapshots, printedLayers(sub.Network, epoch))
		}
	}
	at := func(update int, percent float64) {
		r.Errors = append(r.Errors, observed.ErrorsAt(update, percent/100, percent/100))
	}
	i := slices.IndexFunc(printed.Figure11, func(c printed.Curve) bool {
		return sub.Data == dataset.ShapesetName && c.Network == sub.Network.PrintedName()
	})
	if i >= 0 {
		for j, x := range printed.Figure11[i].Examples {
			at(int(math.Round(x*1e7/setup.Batch)), printed.Figure11[i].Percent[j])
		}
	}
	switch row := slices.Index(setup.Table1, sub.Network); {
	case sub.Data == dataset.Shapeset100kName && sub.Network == setup.TanhNormalized:
		at(setup.PaperUpdates, svmNetworkError)
	case row >= 0 && i < 0:
		at(setup.PaperUpdates, printed.Table1[row].Percents()[slices.Index(setup.Table1Data, sub.Data)])
	case row >= 0 && sub.Network != setup.Sigmoid5:
		r.Errors = r.Errors[:len(r.Errors)-1]
		at(setup.PaperUpdates, printed.Table1[row].Shapeset)
	case i < 0:
		at(setup.PaperUpdates, math.NaN())
	}
	return []*run.Trace{r}
}

// printedActivations is the figure that shows the network's activations in training; nil if none does.
func printedActivations(net setup.Network) []printed.Epoch {
	switch net {
	case setup.Sigmoid4:
		return printed.Figure2
	case setup.TanhStandard:
		return printed.Figure3Tanh
	case setup.SoftsignStandard:
		return printed.Figure3Softsign
	case setup.TanhNormalized, setup.TanhFigure:
		return printed.Figure10
	}
	return nil
}

// printedWeightGradients is the half of Figure 9 that shows the network; nil if none does.
func printedWeightGradients(net setup.Network) []printed.Epoch {
	switch net {
	case setup.TanhStandard:
		return printed.Figure9Standard
	case setup.TanhNormalized, setup.TanhFigure:
		return printed.Figure9Normalized
	}
	return nil
}

// printedLayers is what the figures show of a network at an epoch.
func printedLayers(net setup.Network, epoch int) train.Layers {
	l := train.Layers{Update: observed.Epochs(epoch)}
	for k := range net.Depth {
		read := func(of func(p printed.Epoch) []float64) float64 {
			return betweenReadings(printedActivations(net), float64(epoch), k, of)
		}
		z := &measure.Summary{
			Mean: read(func(p printed.Epoch) []float64 { return p.Mean }),
			Std:  read(func(p printed.Epoch) []float64 { return p.Std }),
			P99:  read(func(p printed.Epoch) []float64 { return p.P99 }),
		}
		z.P01 = -z.P99
		dw := betweenReadings(printedWeightGradients(net), float64(epoch), k, func(p printed.Epoch) []float64 { return p.Std })
		l.Layers = append(l.Layers, train.Layer{Layer: k + 1, Z: z, DS: &measure.GradientStats{Std: printed.NotRead}, DW: &measure.GradientStats{Std: dw}})
	}
	return l
}

// betweenReadings reads layer k's number at an epoch off a figure, between two readings by a straight line; NaN if one of them could not be read.
func betweenReadings(rows []printed.Epoch, epoch float64, k int, of func(p printed.Epoch) []float64) float64 {
	at := func(p printed.Epoch) float64 {
		if v := of(p); k < len(v) {
			return v[k]
		}
		return printed.NotRead
	}
	for i, p := range rows {
		switch {
		case p.Epoch == epoch:
			return at(p)
		case p.Epoch > epoch && i > 0:
			before := rows[i-1]
			return at(before) + (at(p)-at(before))*(epoch-before.Epoch)/(p.Epoch-before.Epoch)
		}
	}
	return printed.NotRead
}

// onPaper returns the claim's rows on the paper's own numbers; none for checks of our code, and for what is not of networks, whose rows say
// it themselves.
func (c Claim) onPaper() []report.Claim {
	if c.kind == report.CodeCheck || c.Needs.Shapeset || c.Needs.Surfaces {
		return nil
	}
	return c.check(printedObservations(c.Needs))
}

// ownFigure says what a check makes of the paper's own numbers.
func ownFigure(row report.Claim) string {
	inside, outside, all := 0, 0, 0
	for _, v := range row.Values {
		all++
		switch v.Side {
		case report.Inside:
			inside++
		case report.Above, report.Below:
			outside++
		}
	}
	verdict := "passes"
	switch known := inside + outside; {
	case known == 0:
		return noNumber
	case outside > 0:
		verdict = fmt.Sprintf("fails, in %d of %d numbers", outside, all)
		if all == 1 {
			verdict = "fails"
		}
	case known < all:
		verdict = fmt.Sprintf("passes in the %d of %d numbers that can be read off it", inside, all)
	}
	return verdict
}

// noNumber is what is said of a claim whose numbers the paper does not print.
const noNumber = "has no number"
