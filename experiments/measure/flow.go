package measure

import (
	"math"
	"slices"
)

// The shares beyond which a layer counts as saturated or dead. A debugger of trainings, Amazon SageMaker Debugger, has the same ones: its rules DeadRelu
// and SaturatedActivation report a layer if more than half its units are so (threshold_layer 50).
const (
	SaturatedShare = 0.5
	DeadShare      = 0.5
)

// LostGradient is the share of the last hidden layer's gradient below which that of a layer counts as lost, and its inverse the factor above which it counts
// as exploded, as standard deviations of dCost/ds. It is about what the standard initialisation leaves after the paper's five layers: each of four
// matrices divides the variance by 3, so that (1/√3)^4 = 0.11 of the standard deviation is left, with which those networks learn slowly.
//
// Reference: Glorot and Bengio 2010, equations 13 and 15.
const LostGradient = 0.1

// GradientRatios returns the standard deviations of dCost/ds in the hidden layers by that in the last one. They are all 0 if no gradient reaches the
// last one, and nil if one is unknown or the last one is infinite.
func GradientRatios(stds []float64) []float64 {
	if len(stds) == 0 || slices.ContainsFunc(stds, math.IsNaN) || math.IsInf(stds[len(stds)-1], 0) {
		return nil
	}
	last := stds[len(stds)-1]
	ratios := make([]float64, len(stds))
	for i, v := range stds {
		if last != 0 {
			ratios[i] = v / last
		}
	}
	return ratios
}

// LostGradients returns the layers, from 1, whose ratio says that the gradient is lost, and those whose ratio says that it exploded.
func LostGradients(ratios []float64) (lost, exploded []int) {
	for i, v := range ratios {
		switch {
		case v < LostGradient:
			lost = append(lost, i+1)
		case v > 1/LostGradient:
			exploded = append(exploded, i+1)
		}
	}
	return lost, exploded
}
