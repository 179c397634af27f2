package claim

import (
	"fmt"
	"math"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// histogramClaims are about the activations at the end of training, section 3.3.
func histogramClaims() []Claim {
	return []Claim{
		{
			ID: "C24", figure: "fig4", Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhStandard)}, updates: setup.PaperUpdates, check: claimC24,
			text:    "Tanh, standard initialisation: at the end of training the lower layers are saturated, with modes at -1 and 1, and the top layer has its mode at 0.",
			source:  "section 3.3, Figure 4 top and its caption; numbers read off the figure",
			refuted: "at the end the density of layer 1 or 2 at -1 or 1 is below 3, or not its largest, or that of layer 5 within ±0.9 is largest away from 0, or is not 2.8 ± 10 % there; the standard deviations: one differs from the figure's by more than 0.05",
		},
		{
			ID: "C25", figure: "fig4", Needs: observed.Needs{Trained: setup.Shapeset(setup.SoftsignStandard)}, updates: setup.PaperUpdates, check: claimC25,
			text:    "Softsign: at the end of training many activations are around (-0.6, -0.8) and (0.6, 0.8), where the units do not saturate but are non-linear.",
			source:  "section 3.3, Figure 4 bottom and its caption; numbers read off the figure, which shows it for layers 1 to 3",
			refuted: "at the end one of layers 1 to 3 has its mode at |z| below 0.5 or above 0.8, or a density at 0 above 0.6 of the mode's, or activations beyond ±0.97; the standard deviations: one differs from the figure's by more than 0.05",
		},
	}
}

// shape is what Figure 4 shows of one layer: the density of |z|, an average of both signs.
type shape struct{ h measure.Histogram }

// shapeOf is layer k's at the end of a training; ok is false if no histogram was kept.
func shapeOf(r *run.Trace, k int) (s shape, ok bool) {
	l := observed.LastSnapshot(r)
	if l == nil || l.Layers[k-1].Z.Histogram.Total() == 0 {
		return shape{}, false
	}
	return shape{l.Layers[k-1].Z.Histogram}, true
}

// folded returns |z| of the bins from 0 on, and their densities.
func (s shape) folded() (size, density []float64) {
	d, centers := s.h.Density(), s.h.Centers()
	for i := len(d) / 2; i < len(d); i++ {
		size = append(size, math.Abs(centers[i]))
		density = append(density, (d[i]+d[len(d)-1-i])/2)
	}
	return size, density
}

// mode returns the place within ±limit where the density is largest, the density there, and the density at 0. Each is averaged over ±0.05, so that
// chance in a single bin does not make a mode.
func (s shape) mode(limit float64) (at, largest, zero float64) {
	size, density := s.folded()
	for i, z := range size {
		if z > limit {
			break
		}
		sum, n := 0.0, 0
		for j, other := range size {
			for _, sign := range []float64{-1, 1} { // a bin near 0 has neighbours on its other side
				if math.Abs(sign*other-z) <= nearZero {
					sum, n = sum+density[j], n+1
				}
			}
		}
		v := sum / float64(n)
		if i == 0 {
			zero = v
		}
		if v > largest {
			at, largest = z, v
		}
	}
	return at, largest, zero
}

// ends returns the density at -1 and 1, the lower of the two.
func (s shape) ends() float64 {
	d := s.h.Density()
	return math.Min(d[0], d[len(d)-1])
}

// beyond returns the largest density farther out than ±z.
func (s shape) beyond(z float64) float64 {
	size, density := s.folded()
	largest := 0.0
	for i := range size {
		if size[i] > z {
			largest = math.Max(largest, density[i])
		}
	}
	return largest
}

// ofShapes measures f on layer k at the end of every training.
func ofShapes(runs []*run.Trace, k int, f func(s shape) float64) []float64 {
	return observed.Each(runs, func(r *run.Trace) float64 {
		s, ok := shapeOf(r, k)
		if !ok {
			return math.NaN()
		}
		return f(s)
	})
}

func modeAt(limit float64) func(s shape) float64 {
	return func(s shape) float64 { at, _, _ := s.mode(limit); return at }
}

// claimC24: tanh's lower layers end at the asymptotes.
func claimC24(o *observed.Observations) []report.Claim {
	runs := o.OnShapeset(setup.TanhStandard).Runs
	var heights, modes []check
	for k := 1; k <= 2; k++ {
		at := fmt.Sprintf("L%d", k)
		heights = append(heights, atLeast("density at ±1", at, ofShapes(runs, k, shape.ends), spike))
		modes = append(modes, atLeast("by the largest within ±0.9", at, ofShapes(runs, k, func(s shape) float64 {
			_, largest, _ := s.mode(edge)
			return s.ends() / largest
		}), 1))
	}
	low, high := about(topPeak, peakTolerance)
	top := fmt.Sprintf("L%d", setup.Layers)
	row := judge(append(append(heights, modes...),
		atMost("mode within ±0.9, |z|", top, ofShapes(runs, setup.Layers, modeAt(edge)), nearZero),
		within("density at 0", top, ofShapes(runs, setup.Layers, func(s shape) float64 { return s.h.DensityAt(0) }), low, high),
	)...)
	row.Variant = "the modes"
	row.Note = join(row.Note, "Layer 5 has a spike at ±1 in the figure as well; a spike's height depends on the width of the bins, which is 1/100 here and unknown in the figure, whose axis cuts them off at 3.")
	at, _, zero := printedMode(printed.Figure4.Tanh[setup.Layers-1][:3])
	row.Printed = ownFigure(judge(
		within(heights[0].name, "L1", []float64{printed.NotRead}, 0, 0), within(heights[1].name, "L2", []float64{printed.NotRead}, 0, 0),
		within(modes[0].name, "L1", []float64{printed.NotRead}, 0, 0), within(modes[1].name, "L2", []float64{printed.NotRead}, 0, 0),
		atMost("mode", top, []float64{at}, nearZero), within("density at 0", top, []float64{zero}, low, high),
	))
	return []report.Claim{row, endStds(runs, printed.Figure4Std.Tanh)}
}

// endStds compares the standard deviations at the end with Figure 4's, which depend on no bins.
func endStds(runs []*run.Trace, read [setup.Layers]float64) report.Claim {
	var checks []check
	for k := 1; k <= setup.Layers; k++ {
		checks = append(checks, within("std at the end", fmt.Sprintf("L%d", k), observed.Each(runs, func(r *run.Trace) float64 {
			return observed.Reading(observed.StdOf).At(observed.LastSnapshot(r), k)
		}), read[k-1]-endStdMargin, read[k-1]+endStdMargin))
	}
	row := judge(checks...)
	row.Variant = "the standard deviations"
	row.Note = join(row.Note, "The range is from Figure 4; the paper's own number is from Figure 3 at its last epoch, 92.")
	return row
}

// printedMode is the largest of the densities that were read off, and that at 0.
func printedMode(points []printed.Point) (at, largest, zero float64) {
	for _, p := range points {
		if p.Density > largest {
			at, largest = p.X, p.Density
		}
	}
	return at, largest, points[0].Density
}

// claimC25: softsign's lower layers end at their knees.
func claimC25(o *observed.Observations) []report.Claim {
	runs := o.OnShapeset(setup.SoftsignStandard).Runs
	var modes, valleys, beyond []check
	for k := 1; k <= 3; k++ {
		at := fmt.Sprintf("L%d", k)
		modes = append(modes, within("mode, |z|", at, ofShapes(runs, k, modeAt(1)), kneeLow, kneeHigh))
		valleys = append(valleys, atMost("density at 0 by the mode's", at, ofShapes(runs, k, func(s shape) float64 {
			_, largest, zero := s.mode(1)
			return zero / largest
		}), valley))
		beyond = append(beyond, atMost("largest density beyond ±0.97", at, ofShapes(runs, k, func(s shape) float64 { return s.beyond(asymptote) }), nothing))
	}
	row := judge(append(append(modes, valleys...), beyond...)...)
	row.Variant = "the modes"
	row.Note = join(row.Note, "The caption says (0.6, 0.8); layers 1 to 3 of the figure have their modes at 0.5 to 0.75, and layers 4 and 5 have none there.")
	var onPaper []check
	for _, points := range printed.Figure4.Softsign[:3] {
		at, largest, zero := printedMode(points)
		onPaper = append(onPaper, within("mode", "", []float64{at}, kneeLow, kneeHigh), atMost("density at 0", "", []float64{zero / largest}, valley), atMost("beyond", "", []float64{printed.NotRead}, nothing))
	}
	row.Printed = ownFigure(judge(onPaper...))
	return []report.Claim{row, endStds(runs, printed.Figure4Std.Softsign)}
}
