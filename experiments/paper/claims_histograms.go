package paper

import (
	"fmt"
	"math"

	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/trial"
)

// histogramClaims are about the activations at the end of training, section 3.3.
func histogramClaims() []claim {
	return []claim{
		{
			id: "C24", figure: "fig4", needs: needs{trained: shapeset(tanhStandard)}, updates: paperUpdates, check: claimC24,
			text:    "Tanh, standard initialisation: at the end of training the lower layers are saturated, with modes at -1 and 1, and the top layer has its mode at 0.",
			source:  "section 3.3, Figure 4 top and its caption; numbers read off the figure",
			refuted: "at the end the density of layer 1 or 2 at -1 or 1 is below 3, or not its largest, or that of layer 5 within ±0.9 is largest away from 0, or not 2.8 ± 10 % there",
		},
		{
			id: "C25", figure: "fig4", needs: needs{trained: shapeset(softsignStandard)}, updates: paperUpdates, check: claimC25,
			text:    "Softsign: at the end of training many activations are around (-0.6, -0.8) and (0.6, 0.8), where the units do not saturate but are non-linear.",
			source:  "section 3.3, Figure 4 bottom and its caption; numbers read off the figure, which shows it of layers 1 to 3",
			refuted: "at the end a layer of 1 to 3 has its mode at |z| below 0.5 or above 0.8, or a density at 0 above 0.6 of the mode's, or activations beyond ±0.97",
		},
	}
}

// shape is what Figure 4 shows of one layer: the density of |z|, an average of both signs.
type shape struct{ h measure.Histogram }

// shapeOf is layer k's at the end of a training; ok is false if no histogram was kept.
func shapeOf(r *trial.Result, k int) (s shape, ok bool) {
	l := lastLook(r)
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

// mode returns where within ±0.9 the density is largest, and how large it is there, and at 0, each averaged over ±0.05: a single bin's
// chance is no mode.
func (s shape) mode() (at, largest, zero float64) {
	size, density := s.folded()
	for i, z := range size {
		if z > edge {
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

// ofShapes measures f on layer k of every training's end.
func ofShapes(runs []*trial.Result, k int, f func(s shape) float64) []float64 {
	return each(runs, func(r *trial.Result) float64 {
		s, ok := shapeOf(r, k)
		if !ok {
			return math.NaN()
		}
		return f(s)
	})
}

func modeAt(s shape) float64 { at, _, _ := s.mode(); return at }

// claimC24: tanh's lower layers end at the asymptotes.
func claimC24(o *Observations) []report.Claim {
	runs := o.shapeset(tanhStandard).Runs
	var heights, modes []check
	for k := 1; k <= 2; k++ {
		at := fmt.Sprintf("L%d", k)
		heights = append(heights, check{"density at ±1", at, ofShapes(runs, k, shape.ends), spike, math.Inf(1), seeded})
		modes = append(modes, check{"by the largest within ±0.9", at, ofShapes(runs, k, func(s shape) float64 {
			_, largest, _ := s.mode()
			return s.ends() / largest
		}), 1, math.Inf(1), seeded})
	}
	low, high := about(topPeak, peakTolerance)
	top := fmt.Sprintf("L%d", layers)
	row := judge(append(append(heights, modes...),
		check{"mode within ±0.9, |z|", top, ofShapes(runs, layers, modeAt), math.Inf(-1), nearZero, seeded},
		check{"density at 0", top, ofShapes(runs, layers, func(s shape) float64 { return s.h.DensityAt(0) }), low, high, seeded},
	)...)
	row.Note = join(row.Note, "Layer 5 has a spike at ±1 in the figure as well; a spike's height depends on the width of the bins.")
	return []report.Claim{row}
}

// claimC25: softsign's lower layers end at their knees.
func claimC25(o *Observations) []report.Claim {
	runs := o.shapeset(softsignStandard).Runs
	var modes, valleys, beyond []check
	for k := 1; k <= 3; k++ {
		at := fmt.Sprintf("L%d", k)
		modes = append(modes, check{"mode, |z|", at, ofShapes(runs, k, modeAt), kneeLow, kneeHigh, seeded})
		valleys = append(valleys, check{"density at 0 by the mode's", at, ofShapes(runs, k, func(s shape) float64 {
			_, largest, zero := s.mode()
			return zero / largest
		}), math.Inf(-1), valley, seeded})
		beyond = append(beyond, check{"largest density beyond ±0.97", at, ofShapes(runs, k, func(s shape) float64 { return s.beyond(asymptote) }), math.Inf(-1), nothing, seeded})
	}
	return []report.Claim{judge(append(append(modes, valleys...), beyond...)...)}
}
