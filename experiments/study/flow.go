package study

import (
	"math"
	"slices"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/export"
	"glorot/experiments/measure"
)

// A Flow says how much of the gradient of the last hidden layer reaches each of the others, in the runs of a group after some updates.
type Flow struct {
	Update   int
	Ratios   []float64 // of each hidden layer: std of dCost/ds by that of the last one, the median over runs; NaN if it is unknown
	Lost     []int     // see [measure.LostGradients]
	Exploded []int
}

// flowOf returns the flow after some updates; nil if no run has gradients of two hidden layers then.
func flowOf(runs []*export.Run, update int) *Flow {
	var ratios [][]float64 // of each layer, over runs
	for _, r := range runs {
		for layer, v := range ratiosOf(r, update) {
			if layer == len(ratios) {
				ratios = append(ratios, nil)
			}
			ratios[layer] = append(ratios[layer], v)
		}
	}
	if len(ratios) < 2 {
		return nil
	}
	f := &Flow{Update: update}
	for _, values := range ratios {
		f.Ratios = append(f.Ratios, median(values))
	}
	f.Lost, f.Exploded = measure.LostGradients(f.Ratios)
	return f
}

// ratiosOf returns the ratios of a run's gradients; see [measure.GradientRatios].
func ratiosOf(r *export.Run, update int) []float64 {
	var list []float64
	for i := range r.Snapshots {
		s := &r.Snapshots[i]
		if s.Update != update {
			continue
		}
		for layer := range min(len(r.Config.Model.Hidden), len(s.Layers)) {
			v := math.NaN()
			if ds := s.Layers[layer].DS; ds != nil {
				v = ds.Std
			}
			list = append(list, v)
		}
	}
	return measure.GradientRatios(list)
}

// faults says where the gradient is lost or has exploded.
func (f *Flow) faults() string {
	text := "lost in " + compare.LayerList(f.Lost)
	if len(f.Exploded) > 0 {
		text += ", exploded in " + compare.LayerList(f.Exploded)
	}
	return text
}

// median returns the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// and joins words: "a, b and c".
func and(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
