package paper

import (
	"fmt"

	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// figures returns the figures that can be drawn, in the paper's order.
func figures() []figure {
	return []figure{
		{"fig1", needs{}, figure1},
		{"fig2", needs{curves: []Network{sigmoid4}}, figure2},
		{"fig3", needs{curves: []Network{tanhStandard, softsignStandard}}, figure3},
		{"fig5", needs{surfaces: true}, figure5},
		{"fig6", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure6},
		{"fig7", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure7},
		{"fig8", needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, figure8},
		{"fig10", needs{curves: []Network{tanhNormalized, tanhFigure}}, figure10},
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

// trainingPanels draws panels of curves over epochs: as far as was trained, and beside it the paper's whole axis
// unless that is as long.
func trainingPanels(title string, ymin, ymax, paperEpochs float64, curves []Curve, ours func(c Curve) []report.Series, printed []report.Series) []report.Panel {
	last := curves[0].Looks[len(curves[0].Looks)-1]
	trained := float64(last.Update) / train.Epoch
	panel := func(suffix string, xmax float64) report.Panel {
		p := report.Panel{Title: title + suffix, XLabel: "epochs of 20,000 updates", YLabel: "activation", XMin: 0, XMax: xmax, YMin: ymin, YMax: ymax}
		p.Series = append(append(p.Series, printed...), ours(curves[0])...)
		return p
	}
	if trained >= 0.8*paperEpochs {
		return []report.Panel{panel("", max(trained, paperEpochs))}
	}
	return []report.Panel{panel(": as far as trained", trained), panel(": the paper's axis", paperEpochs)}
}

// epochs returns the times of a curve's looks.
func epochs(c Curve) []float64 {
	x := make([]float64, len(c.Looks))
	for i, l := range c.Looks {
		x[i] = float64(l.Update) / train.Epoch
	}
	return x
}

// intervals draws each hidden layer's standard deviation, as lines at plus and minus it, and the 1st and 99th percentile, as markers
// alone: Figures 3 and 10.
func intervals(c Curve) []report.Series {
	x := epochs(c)
	var all []report.Series
	for k := 1; k < len(c.Looks[0].Layers); k++ {
		std := func(sign float64) []float64 {
			return each(c, func(l train.Layers) float64 { return sign * l.Layers[k-1].Z.Std })
		}
		every := max(1, len(x)/24)
		for _, s := range []report.Series{
			{Kind: report.Marked, Y: std(1)},
			{Kind: report.Marked, Y: std(-1)},
			{Kind: report.Markers, Y: each(c, func(l train.Layers) float64 { return l.Layers[k-1].Z.P99 })},
			{Kind: report.Markers, Y: each(c, func(l train.Layers) float64 { return l.Layers[k-1].Z.P01 })},
		} {
			s.Name, s.Style, s.X, s.MarkEvery = layerName(k), report.Layer(k), x, every
			all = append(all, s)
		}
	}
	return all
}

func each(c Curve, f func(l train.Layers) float64) []float64 {
	y := make([]float64, len(c.Looks))
	for i, l := range c.Looks {
		y[i] = f(l)
	}
	return y
}

// trainedCaption says how long ours was trained.
func trainedCaption(c Curve) string {
	last := c.Looks[len(c.Looks)-1].Update
	return fmt.Sprintf(" Ours: seed %d, rate %g, %d updates (%.3g epochs), inputs in [0, 1].", c.Seed, Rate, last, float64(last)/train.Epoch)
}
