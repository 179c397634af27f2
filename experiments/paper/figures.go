package paper

import (
	"fmt"
	"math"
	"strings"

	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figures returns the figures that can be drawn, in the paper's order.
func figures() []figure {
	return []figure{
		{"fig1", needs{}, figure1},
		{"fig2", needs{trained: shapeset(sigmoid4)}, figure2},
		{"fig3", needs{trained: shapeset(tanhStandard, softsignStandard)}, figure3},
		{"fig5", needs{surfaces: true}, figure5},
		{"fig6", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure6},
		{"fig7", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure7},
		{"fig8", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure8},
		{"fig10", needs{trained: shapeset(tanhNormalized, tanhFigure)}, figure10},
	}
}

const (
	titleStandard = "standard initialisation (eq. 1)"
	titleLiteral  = "normalized initialisation, eq. 16 in every layer"
	titleFigure   = "normalized, as the paper drew it (n Var[W] = 1.25)"
)

func layerName(k int) string { return fmt.Sprintf("Layer %d", k) }

// densityPanel draws one histogram for each layer, that of the first seed, with the paper's peaks under it.
func densityPanel(title, xlabel string, initials []Initial, of func(l train.Layer) measure.Histogram, printed printedDensity, xmax, ymax float64) report.Panel {
	p := report.Panel{Title: title, XLabel: xlabel, YLabel: "density", XMin: -xmax, XMax: xmax, YMax: ymax}
	p.Series = printedPeaks(printed)
	for k := 1; k <= layers; k++ {
		h := of(initials[0].Layers.Layers[k-1])
		x, y := h.Centers(), h.Density()
		p.Series = append(p.Series, report.Series{
			Name: layerName(k), Kind: report.Marked, Style: report.Layer(k), X: x, Y: y,
			MarkEvery: max(1, len(x)/25), MarkFrom: 2 * k,
		})
	}
	return p
}

// initialPanels stacks the paper's two panels of networks before training, the lower one twice: by eq. 16 in every layer, and as the
// paper drew it. Axes are xmax and ymax.
func initialPanels(o *Observations, xlabel string, of func(l train.Layer) measure.Histogram,
	printed struct{ standard, normalized printedDensity }, standard, normalized [2]float64) []report.Panel {
	panel := func(title string, net Network, printed printedDensity, axes [2]float64) report.Panel {
		return densityPanel(title, xlabel, o.Initial[net], of, printed, axes[0], axes[1])
	}
	return []report.Panel{
		panel(titleStandard, tanhStandard, printed.standard, standard),
		panel(titleLiteral, tanhNormalized, printed.normalized, normalized),
		panel(titleFigure, tanhFigure, printed.normalized, normalized),
	}
}

// trainingPanels draws panels of curves over epochs: as far as was trained, on axes of its own, and beside it the paper's whole axes,
// unless the training is nearly as long. ours draws a curve with a marker at every n-th look, the last one among them.
func trainingPanels(title string, ymin, ymax, paperEpochs float64, t *Trained, ours func(t *Trained, every int) []report.Series, printed []report.Series) []report.Panel {
	trained := float64(t.looks(0)[len(t.looks(0))-1].Update) / train.Epoch
	panel := func(suffix string, xmax float64) report.Panel {
		every := 1
		if trained > 0 { // some 20 markers on the whole axis
			every = max(1, int(float64(len(t.looks(0)))*xmax/trained/20))
		}
		return report.Panel{
			Title: title + suffix, XLabel: "epochs of 20,000 updates", YLabel: "activation", XMax: xmax, YMin: ymin, YMax: ymax,
			Series: append(readUntil(printed, xmax), ours(t, every)...),
		}
	}
	whole := panel("", max(trained, paperEpochs))
	if trained >= 0.8*paperEpochs {
		return []report.Panel{whole}
	}
	whole.Title += ": the paper's axes"
	zoom := panel(": as far as trained", trained)
	zoom.YMin, zoom.YMax = 0, 0 // fitted
	return []report.Panel{zoom, whole}
}

// readUntil returns the points that were read off the paper up to x = xmax: the line to the next one beyond would say what nobody read.
func readUntil(printed []report.Series, xmax float64) []report.Series {
	var all []report.Series
	for _, s := range printed {
		part := s
		part.X, part.Y, part.Low, part.High = nil, nil, nil, nil
		for i, x := range s.X {
			if x > xmax || math.IsNaN(s.Y[i]) {
				continue
			}
			part.X, part.Y = append(part.X, x), append(part.Y, s.Y[i])
			if s.Low != nil {
				part.Low, part.High = append(part.Low, s.Low[i]), append(part.High, s.High[i])
			}
		}
		if len(part.X) == 1 && part.Kind == report.Line {
			part.Kind = report.Level
		}
		if len(part.X) > 0 {
			all = append(all, part)
		}
	}
	return all
}

// epochs returns the times of a training's looks.
func epochs(t *Trained) []float64 {
	x := make([]float64, len(t.looks(0)))
	for i, l := range t.looks(0) {
		x[i] = float64(l.Update) / train.Epoch
	}
	return x
}

// intervals draws each hidden layer's standard deviation, as lines at plus and minus it, and the 1st and 99th percentile, as markers
// alone: Figures 3 and 10.
func intervals(t *Trained, every int) []report.Series {
	x := epochs(t)
	var all []report.Series
	for k := 1; k < len(t.looks(0)[0].Layers); k++ {
		std := func(sign float64) []float64 {
			return each(t, func(l train.Layers) float64 { return sign * l.Layers[k-1].Z.Std })
		}
		for _, s := range []report.Series{
			{Kind: report.Marked, Y: std(1)},
			{Kind: report.Marked, Y: std(-1)},
			{Kind: report.Markers, Y: each(t, func(l train.Layers) float64 { return l.Layers[k-1].Z.P99 })},
			{Kind: report.Markers, Y: each(t, func(l train.Layers) float64 { return l.Layers[k-1].Z.P01 })},
		} {
			s.Name, s.Style, s.X, s.MarkEvery, s.MarkFrom = layerName(k), report.Layer(k), x, every, (len(x)-1)%every
			all = append(all, s)
		}
	}
	return all
}

// each returns f of every look.
func each(t *Trained, f func(l train.Layers) float64) []float64 {
	y := make([]float64, len(t.looks(0)))
	for i, l := range t.looks(0) {
		y[i] = f(l)
	}
	return y
}

// trainedCaption says how our networks were trained, and how far they came.
func trainedCaption(o *Observations, nets ...Network) string {
	var each []string
	for _, net := range nets {
		t := o.shapeset(net)
		each = append(each, fmt.Sprintf("%s: rate %g, inputs in [%g, 1], test error at the end %.1f %%", net.legend(), t.Choice.Rate, t.Choice.Low, 100*t.Runs[0].Last().Test))
	}
	t := o.shapeset(nets[0])
	return fmt.Sprintf(" Ours: %d updates (%.3g epochs), first seed. %s; chance is 83.3 %%. Light: points read off the paper's figure.",
		t.Updates, float64(t.Updates)/train.Epoch, strings.Join(each, "; "))
}
