package paper

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/measure"
	"glorot/experiments/report"
)

// claims returns the paper's claims in the order of their numbers. Each says what it expects and where that comes from: the paper's text
// and equations, the numbers read off its figures, or, where "simulation" is said, an independent simulation of the same networks in
// numpy. The expected ranges are in the files thresholds*.go.
func claims() []claim {
	all := slices.Concat(initialClaims(), comparedClaims(), saturationClaims(), histogramClaims(), gradientClaims(), errorClaims(), storedClaims())
	slices.SortStableFunc(all, func(a, b claim) int { return cmp.Compare(a.number(), b.number()) })
	return all
}

// number is the 4 of C4.
func (c claim) number() int {
	n, err := strconv.Atoi(strings.TrimPrefix(c.id, "C"))
	if err != nil {
		panic(err) // claims are named here
	}
	return n
}

// initialClaims need no training.
func initialClaims() []claim {
	return []claim{
		{id: "C1", figure: "section-initialisation", needs: needs{forward: []Network{tanhStandard, tanhNormalized}}, check: claimC1,
			refuted: "a variance off by more than 2 %, a weight outside eq. 16's range, or a bias other than 0"},
		{id: "C2", figure: "fig6", needs: needs{initial: []Network{tanhStandard}}, check: claimC2,
			refuted: "a layer's standard deviation is as large as that of the layer below it, consecutive ones do not have a mean ratio of 0.55 to 0.58, or one is more than 5 % off"},
		{id: "C3", figure: "fig6", needs: needs{initial: []Network{tanhStandard}}, check: claimC3,
			refuted: "a layer's density at 0 is no higher than that of the layer below it, or more than 10 % off"},
		{id: "C4", figure: "fig6", needs: needs{initial: []Network{tanhStandard, tanhNormalized, tanhFigure}}, check: claimC4,
			refuted: "the top layer has less than 0.55 of layer 1's standard deviation, or with standard initialisation more than 0.12 of it; as in the figures, layers that differ by more than 3 %"},
		{id: "C5", figure: "fig7", needs: needs{initial: []Network{tanhStandard}}, check: claimC5,
			refuted: "a layer's gradients are as large as those of the layer above it, layer 1 has not 0.097 ± 10 % of layer 5's, or the 0-peak does not decrease upwards"},
		{id: "C6", figure: "fig7", needs: needs{initial: []Network{tanhNormalized, tanhFigure}}, check: claimC6,
			refuted: "layer 1 has less than 0.55 of layer 5's standard deviation; as in the figures, less than 1 or more than 1.3 of it"},
		{id: "C7", figure: "fig8", needs: needs{initial: []Network{tanhStandard}}, check: claimC7,
			refuted: "the largest layer's standard deviation is more than 1.3 times the smallest's"},
		{id: "C8", figure: "fig8", needs: needs{initial: []Network{tanhNormalized, tanhFigure}}, check: claimC8,
			refuted: "the largest layer's standard deviation is more than 1.3 times the smallest's; as in the figures, that of layers 2 to 5, or layer 1's is not about twice layer 2's"},
		{id: "C9", figure: "section-jacobians", needs: needs{jacobians: []Network{tanhStandard, tanhNormalized, tanhFigure}}, check: claimC9,
			refuted: "a mean outside 0.5 ± 0.05 with standard, or 0.8 ± 0.1 with normalized initialisation"},
		{id: "C10", figure: "section-initialisation", needs: needs{initial: []Network{linearStandard, linearNormalized}}, check: claimC10,
			refuted: "a variance that is not within 10 % of the theory's"},
		{id: "C11", figure: "section-initialisation", needs: needs{}, check: claimC11,
			refuted: "equal widths with a factor other than 1, unequal ones with both factors 1, or factors that do not sum to 2"},
		{id: "C12", figure: "fig2", needs: needs{forward: []Network{sigmoid4}}, check: claimC12,
			refuted: "a layer's mean outside 0.5 ± 0.02, or its standard deviation outside 0.07 to 0.085"},
		{id: "C13", figure: "fig3", needs: needs{forward: []Network{softsignStandard, softsignNormalized}}, check: claimC13,
			refuted: "a layer's standard deviation that is more than 10 % off"},
		{id: "C14", figure: "fig5", needs: needs{surfaces: true}, check: claimC14,
			refuted: "the quadratic cost has no larger flat share of the grid, or at a corner more than 1 % of the cross entropy's slope"},
		{id: "C15", figure: "fig5", needs: needs{surfaces: true}, check: claimC15,
			refuted: "a height on the axes other than ln 2 and 0, or at the corners outside 4 ± 0.15 and 0.5 ± 0.02"},
		{id: "C45", figure: "fig1", needs: needs{shapeset: true}, check: claimC45,
			refuted: "another number of classes, counts that are improbable (one in a thousand) under these priors, or a constant prediction with an error outside 83.3 ± 0.5 %"},
		{id: "C46", figure: "fig1", needs: needs{shapeset: true}, check: claimC46,
			refuted: "a pair of objects whose second hides more than 0.555 of the first, or more than one pair in 200 where it is more than half"},
	}
}

// Variants of the initialisation, as the claims' rows name them.
const (
	variantLiteral = "eq. 16 in every layer"
	variantFigure  = "as the paper's figures"
)

const layers = 5

// claimC1: the initial weights' variance and range. The output layer has too few weights for a variance to 2 %.
func claimC1(o *Observations) []report.Claim {
	std, norm := o.Initial[tanhStandard], o.Initial[tanhNormalized]
	variance := func(name string, seeds []Initial, f func(w WeightSample) float64) check {
		far := 1.0
		for _, i := range seeds {
			for _, w := range i.Weights[:len(i.Weights)-1] {
				far = farther(1, far, f(w))
			}
		}
		return check{name + ", farthest of the hidden layers", "", []float64{far}, 1 - varianceTolerance, 1 + varianceTolerance, exact}
	}
	largest := func(f func(w WeightSample) float64, lists ...[]Initial) []float64 {
		m := 0.0
		for _, seeds := range lists {
			for _, i := range seeds {
				for _, w := range i.Weights {
					m = math.Max(m, f(w))
				}
			}
		}
		return []float64{m}
	}
	row := judge(
		variance("eq. 1: 3 n Var[W]", std, func(w WeightSample) float64 { return 3 * float64(w.In) * w.Variance }),
		variance("eq. 16: Var[W] (n_j+n_{j+1})/2", norm, func(w WeightSample) float64 { return w.Variance * float64(w.In+w.Out) / 2 }),
		check{"eq. 16: largest |W| sqrt((n_j+n_{j+1})/6)", "", largest(func(w WeightSample) float64 {
			return w.MaxAbs * math.Sqrt(float64(w.In+w.Out)/6)
		}, norm), math.Inf(-1), 1 + float32Rounding, exact},
		check{"largest |b|", "", largest(func(w WeightSample) float64 { return w.MaxBias }, std, norm), 0, 0, exact},
	)
	row.Text = "Standard initialisation has n Var[W] = 1/3; normalized initialisation has Var[W] = 2/(n_j+n_{j+1}) within ±sqrt(6/(n_j+n_{j+1})); biases are 0."
	row.Source = "eq. 1, 15, 16; section 2.3"
	return []report.Claim{row}
}

// claimC2: activations shrink from layer to layer under standard initialisation.
func claimC2(o *Observations) []report.Claim {
	std := o.Initial[tanhStandard]
	checks := []check{
		{"largest ratio of consecutive stds", "", perSeed(std, func(i Initial) float64 { return largestRatio(layers, i.stdZ) }), math.Inf(-1), 1, seeded},
		{"mean ratio", "", perSeed(std, func(i Initial) float64 { return meanRatio(layers, i.stdZ) }), stdRatioLow, stdRatioHigh, seeded},
	}
	checks = append(checks, perLayer("std", std, func(i Initial, k int) float64 { return i.stdZ(k) }, standardStdZ[:], stdTolerance)...)
	row := judge(checks...)
	row.Text = "Tanh, standard initialisation: the activations' standard deviation decreases strictly from layer 1 to layer 5."
	row.Source = "Figure 6 top, eq. 5 and 15; numbers read off the figure and simulation"
	row.Note = join(row.Note, "The ratio's range is for its geometric mean.")
	return []report.Claim{row}
}

// perLayer compares layers 1.. with what is expected of each, ±share.
func perLayer(name string, seeds []Initial, f func(i Initial, k int) float64, expected []float64, share float64) []check {
	var checks []check
	for k := 1; k <= len(expected); k++ {
		low, high := about(expected[k-1], share)
		checks = append(checks, check{name, fmt.Sprintf("L%d", k), perSeed(seeds, func(i Initial) float64 { return f(i, k) }), low, high, seeded})
	}
	return checks
}

// claimC3: the activations' peak at 0 grows with the layer.
func claimC3(o *Observations) []report.Claim {
	std := o.Initial[tanhStandard]
	peak := func(i Initial, k int) float64 { return i.Layers.Layers[k-1].Z.Histogram.DensityAt(0) }
	checks := []check{{"smallest ratio of consecutive peaks", "", perSeed(std, func(i Initial) float64 {
		return smallestRatio(layers, func(k int) float64 { return peak(i, k) })
	}), 1, math.Inf(1), seeded}}
	row := judge(append(checks, perLayer("density at 0", std, peak, standardPeakZ[:], peakTolerance)...)...)
	row.Text = "Tanh, standard initialisation: the 0-peak of the activations' histogram increases for higher layers."
	row.Source = "Figure 6 top, its caption; numbers read off the figure and simulation"
	return []report.Claim{row}
}

// claimC4: normalized initialisation keeps the activations' size.
func claimC4(o *Observations) []report.Claim {
	ratio := func(i Initial) float64 { return i.stdZ(layers) / i.stdZ(1) }
	literal := judge(
		check{"std L5/L1, normalized", "", perSeed(o.Initial[tanhNormalized], ratio), normalizedRatioLow, math.Inf(1), seeded},
		check{"std L5/L1, standard", "", perSeed(o.Initial[tanhStandard], ratio), math.Inf(-1), standardRatioHigh, seeded},
	)
	literal.Variant = variantLiteral
	meanStd := func(k int) float64 {
		mean, _ := measure.Interval(perSeed(o.Initial[tanhFigure], func(i Initial) float64 { return i.stdZ(k) }), level)
		return mean
	}
	figure := judge(check{"std as mean over seeds, largest/smallest layer", "", []float64{spread(layers, meanStd)}, math.Inf(-1), figureSpread, exact})
	figure.Variant = variantFigure
	for _, row := range []*report.Claim{&literal, &figure} {
		row.Text = "Tanh, normalized initialisation: the activations keep their size from layer to layer, where standard initialisation loses it."
		row.Source = "Figure 6 bottom, section 4.2.1"
	}
	literal.Note = join(literal.Note, "The paper's own panel shows all layers equal, which eq. 16 in every layer cannot give: tanh shrinks the activations by about 8 % a layer at n Var[W] = 1.")
	figure.Note = join(figure.Note, "The paper's panels are reproduced by eq. 1 in the first and output layers and n Var[W] = 1.25 between hidden layers.")
	return []report.Claim{literal, figure}
}

// claimC5: back-propagated gradients shrink downwards under standard initialisation.
func claimC5(o *Observations) []report.Claim {
	std := o.Initial[tanhStandard]
	downwards := func(i Initial) func(k int) float64 { // from layer 5 to layer 1
		return func(k int) float64 { return i.stdDS(layers + 1 - k) }
	}
	low, high := about(standardGradientRatio, standardGradientTolerance)
	checks := []check{
		{"largest ratio of consecutive stds, downwards", "", perSeed(std, func(i Initial) float64 { return largestRatio(layers, downwards(i)) }), math.Inf(-1), 1, seeded},
		{"mean ratio", "", perSeed(std, func(i Initial) float64 { return meanRatio(layers, downwards(i)) }), stdRatioLow, stdRatioHigh, seeded},
		{"std L1/L5", "", perSeed(std, func(i Initial) float64 { return i.stdDS(1) / i.stdDS(layers) }), low, high, seeded},
		{"smallest ratio of consecutive peaks, downwards", "", perSeed(std, func(i Initial) float64 {
			return smallestRatio(layers, func(k int) float64 { return i.Layers.Layers[layers-k].DS.Histogram.DensityAt(0) })
		}), 1, math.Inf(1), seeded},
	}
	row := judge(checks...)
	row.Text = "Tanh, standard initialisation: the back-propagated gradients get smaller from layer 5 down to layer 1, and the 0-peak of their histogram decreases for higher layers."
	row.Source = "Figure 7 top, its caption, eq. 6 and 15; numbers read off the figure and simulation"
	row.Note = join(row.Note, "Gradients summed over mini-batches of 10. The ratio's range is for its geometric mean: the ratio of layer 1 to layer 2 alone is smaller, since f' < 1 where layer 1 is large.")
	return []report.Claim{row}
}

// claimC6: normalized initialisation keeps the back-propagated gradients' size.
func claimC6(o *Observations) []report.Claim {
	ratio := func(i Initial) float64 { return i.stdDS(1) / i.stdDS(layers) }
	literal := judge(check{"std L1/L5", "", perSeed(o.Initial[tanhNormalized], ratio), normalizedRatioLow, math.Inf(1), seeded})
	literal.Variant = variantLiteral
	literal.Note = join(literal.Note, "The paper's own panel shows 1.0 to 1.3.")
	figure := judge(check{"std L1/L5", "", perSeed(o.Initial[tanhFigure], ratio), figureGradientLow, figureGradientHigh, seeded})
	figure.Variant = variantFigure
	for _, row := range []*report.Claim{&literal, &figure} {
		row.Text = "Tanh, normalized initialisation: back-propagated gradients (summed over mini-batches of 10) do not decrease downwards as with standard initialisation."
		row.Source = "Figure 7 bottom, section 4.2.1; simulation"
	}
	return []report.Claim{literal, figure}
}

// claimC7: weight gradients are of one size in all layers under standard initialisation.
func claimC7(o *Observations) []report.Claim {
	row := judge(check{"std of dCost/dW, largest/smallest layer", "", perSeed(o.Initial[tanhStandard], func(i Initial) float64 { return spread(layers, i.stdDW) }), math.Inf(-1), weightGradientSpread, seeded})
	row.Text = "Tanh, standard initialisation: the weight gradients (summed over mini-batches of 10) are of the same size in all layers, even though the back-propagated gradients get smaller."
	row.Source = "Figure 8 top, its caption, eq. 14"
	return []report.Claim{row}
}

// claimC8: the same under normalized initialisation.
func claimC8(o *Observations) []report.Claim {
	literal := judge(check{"std of dCost/dW, largest/smallest layer", "", perSeed(o.Initial[tanhNormalized], func(i Initial) float64 { return spread(layers, i.stdDW) }), math.Inf(-1), weightGradientSpread, seeded})
	literal.Variant = variantLiteral
	figure := judge(
		check{"std of dCost/dW, L1/L2", "", perSeed(o.Initial[tanhFigure], func(i Initial) float64 { return i.stdDW(1) / i.stdDW(2) }), figureFirstLow, figureFirstHigh, seeded},
		check{"largest/smallest of layers 2 to 5", "", perSeed(o.Initial[tanhFigure], func(i Initial) float64 {
			return spread(layers-1, func(k int) float64 { return i.stdDW(k + 1) })
		}), math.Inf(-1), weightGradientSpread, seeded},
	)
	figure.Variant = variantFigure
	figure.Note = join(figure.Note, "In the paper's Figure 9, at epoch 0, layer 1 has twice the weight gradient of the others, as here.")
	for _, row := range []*report.Claim{&literal, &figure} {
		row.Text = "Tanh, normalized initialisation: the weight gradients (summed over mini-batches of 10) are of the same size in all layers."
		row.Source = "Figure 8 bottom, Figure 9 at epoch 0, eq. 14; simulation"
	}
	return []report.Claim{literal, figure}
}

// join puts two notes, of which there may be none, one after the other.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
