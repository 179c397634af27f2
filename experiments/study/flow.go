package study

import (
	"math"
	"slices"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/export"
)

// lostBelow is the share of the last hidden layer's gradient below which that of a layer counts as lost, and its inverse the factor above which it
// counts as exploded.
const lostBelow = 0.1

// A Flow says how much of the gradient of the last hidden layer reaches each of the others, in the runs of a group after some updates.
type Flow struct {
	Update   int
	Ratios   []float64 // of each hidden layer: std of dCost/ds by that of the last one, the median over runs; NaN if it is unknown
	Lost     []int     // layers whose ratio is below a tenth
	Exploded []int     // layers whose ratio is above ten
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
	for i, values := range ratios {
		v := median(values)
		f.Ratios = append(f.Ratios, v)
		switch {
		case v < lostBelow:
			f.Lost = append(f.Lost, i+1)
		case v > 1/lostBelow:
			f.Exploded = append(f.Exploded, i+1)
		}
	}
	return f
}

// ratiosOf returns the standard deviations of dCost/ds in the hidden layers of a run by that in the last one. They are all 0 if no gradient
// reaches the last one.
func ratiosOf(r *export.Run, update int) (list []float64) {
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
	if len(list) == 0 || slices.ContainsFunc(list, math.IsNaN) {
		return nil
	}
	last := list[len(list)-1]
	for i := range list {
		if last == 0 {
			list[i] = 0
		} else {
			list[i] /= last
		}
	}
	return list
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
