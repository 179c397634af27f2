package measure

import (
	"math"
	"slices"
	"testing"
)

// The standard initialisation leaves (1/√3)^(5-i) of the standard deviation in layer i of 5: of 5 layers none is lost, of 6 the first one.
func TestGradientsOfTheStandardInitialisation(t *testing.T) {
	stds := make([]float64, 6)
	for i := range stds {
		stds[i] = 7 * math.Pow(3, -float64(5-i)/2)
	}
	ratios := GradientRatios(stds)
	nearly(t, "layer 2", ratios[1], 1./9, 1e-12)
	if lost, exploded := LostGradients(ratios); !slices.Equal(lost, []int{1}) || exploded != nil {
		t.Errorf("lost in %v, exploded in %v", lost, exploded)
	}
	slices.Reverse(stds)
	if lost, exploded := LostGradients(GradientRatios(stds)); lost != nil || !slices.Equal(exploded, []int{1}) {
		t.Errorf("lost in %v, exploded in %v", lost, exploded)
	}
	if lost, _ := LostGradients(GradientRatios([]float64{0, 1, 0})); !slices.Equal(lost, []int{1, 2, 3}) {
		t.Errorf("without a gradient in the last layer it is lost in %v", lost)
	}
	for _, last := range []float64{math.NaN(), math.Inf(1)} {
		if got := GradientRatios([]float64{1, last}); got != nil {
			t.Errorf("by %v: %v", last, got)
		}
	}
}
