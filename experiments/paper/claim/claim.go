package claim

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// All returns the paper's claims in the order of their numbers. Each states what it expects and the source of that: the paper's text and
// equations, the numbers read off its figures, or an independent simulation of the same networks in numpy ("simulation"). The expected ranges
// are in the files thresholds*.go.
func All() []Claim {
	all := slices.Concat(initialClaims(), impossibleClaims(), comparedClaims(), saturationClaims(), histogramClaims(), gradientClaims(), errorClaims(), storedClaims())
	slices.SortStableFunc(all, func(a, b Claim) int { return cmp.Compare(a.number(), b.number()) })
	return all
}

// number is the 4 of C4.
func (c Claim) number() int {
	n, err := strconv.Atoi(strings.TrimPrefix(c.ID, "C"))
	if err != nil {
		panic(err) // claims are named here
	}
	return n
}

// initialClaims need no training.
func initialClaims() []Claim {
	return []Claim{
		{ID: "C1", figure: "section-initialisation", kind: report.CodeCheck, Needs: observed.Needs{Forward: []setup.Network{setup.TanhStandard, setup.TanhNormalized}}, check: claimC1,
			refuted: "a variance off by more than 2 %, a weight outside eq. 16's range, or a bias other than 0"},
		{ID: "C2", figure: "fig6", Needs: observed.Needs{Initial: []setup.Network{setup.TanhStandard}}, check: claimC2,
			refuted: "the order: a layer's standard deviation is as large as that of the layer below it; the numbers: the ratio of consecutive layers is not between 0.55 and 0.58, or a value is more than 0.01 off the figure's; the simulation: a value is more than 5 % off"},
		{ID: "C3", figure: "fig6", Needs: observed.Needs{Initial: []setup.Network{setup.TanhStandard}}, check: claimC3,
			refuted: "a layer's density at 0 is not higher than that of the layer below it, or it is more than 10 % off"},
		{ID: "C4", figure: "fig6", Needs: observed.Needs{Initial: []setup.Network{setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure}}, check: claimC4,
			refuted: "the top layer has less than 0.55 of layer 1's standard deviation, or with standard initialisation more than 0.12 of it; as in the figures: a layer differs from layer 1 by more than 3 %"},
		{ID: "C5", figure: "fig7", Needs: observed.Needs{Initial: []setup.Network{setup.TanhStandard}}, check: claimC5,
			refuted: "a layer's gradients are as large as those of the layer above it, layer 1 does not have 0.097 ± 10 % of layer 5's, or the 0-peak does not decrease upwards; the peaks: one is more than 10 % off the figure's"},
		{ID: "C6", figure: "fig7", Needs: observed.Needs{Initial: []setup.Network{setup.TanhNormalized, setup.TanhFigure}}, check: claimC6,
			refuted: "layer 1 has less than 0.55 of layer 5's standard deviation; as in the figures: it has less than 1 or more than 1.3 of it"},
		{ID: "C7", figure: "fig8", Needs: observed.Needs{Initial: []setup.Network{setup.TanhStandard}}, check: claimC7,
			refuted: "the largest standard deviation of layers 2 to 5 is more than 1.3 times the smallest, or layer 1's differs from their mean by more than that factor"},
		{ID: "C8", figure: "fig8", Needs: observed.Needs{Initial: []setup.Network{setup.TanhNormalized, setup.TanhFigure}}, check: claimC8,
			refuted: "the largest standard deviation of layers 2 to 5 is more than 1.3 times the smallest, or layer 1's differs from their mean by more than that factor; as in the figures: layer 1's is not about twice layer 2's"},
		{ID: "C9", figure: "section-jacobians", Needs: observed.Needs{Jacobians: []setup.Network{setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure}}, check: claimC9,
			refuted: "a mean outside 0.5 ± 0.05 with standard, or 0.8 ± 0.1 with normalized initialisation"},
		{ID: "C10", figure: "section-initialisation", kind: report.CodeCheck, Needs: observed.Needs{Initial: []setup.Network{setup.LinearStandard, setup.LinearNormalized}}, check: claimC10,
			refuted: "a variance that is not within 5 % of the theory's"},
		{ID: "C11", figure: "section-initialisation", kind: report.CodeCheck, Needs: observed.Needs{}, check: claimC11,
			refuted: "equal widths with a factor other than 1, unequal ones with both factors 1, or factors that do not sum to 2"},
		{ID: "C12", figure: "fig2", Needs: observed.Needs{Forward: []setup.Network{setup.Sigmoid4}}, check: claimC12,
			refuted: "a layer's mean is outside 0.5 ± 0.02, or its standard deviation is more than 0.01 off the figure's"},
		{ID: "C13", figure: "fig3", Needs: observed.Needs{Forward: []setup.Network{setup.SoftsignStandard, setup.SoftsignNormalized}}, check: claimC13,
			refuted: "layer 1's standard deviation is more than 0.01 off the figure's; the simulations: a standard deviation is more than 10 % off"},
		{ID: "C14", figure: "fig5", kind: report.FigureFit, Needs: observed.Needs{Surfaces: true}, check: claimC14,
			refuted: "the share of the grid with a small slope is not at least twice as large with the quadratic cost, or at a corner it has more than 1 % of the cross entropy's slope"},
		{ID: "C15", figure: "fig5", kind: report.FigureFit, Needs: observed.Needs{Surfaces: true}, check: claimC15,
			refuted: "a height on the axes other than ln 2 and 0, or at the corners outside 4 ± 0.15 and 0.5 ± 0.02"},
		{ID: "C45", figure: "fig1", Needs: observed.Needs{Shapeset: true}, check: claimC45,
			refuted: "another number of classes, counts that are improbable (one in a thousand) under these priors, or a constant prediction with an error outside 83.3 ± 0.5 %"},
		{ID: "C46", figure: "fig1", Needs: observed.Needs{Shapeset: true}, check: claimC46,
			refuted: "a pair whose second object hides more than half of the first: as the generator estimates it (a check of our code), or of its pixels"},
	}
}

// Variants of the initialisation, as the claims' rows name them.
const (
	variantLiteral = "eq. 16 in every layer"
	variantFigure  = "as the paper's figures"

	variantSimulation = "the simulation"
)

// claimC1: the initial weights' variance and range. The output layer has too few weights for a variance to 2 %.
func claimC1(o *observed.Observations) []report.Claim {
	std, norm := o.Initial[setup.TanhStandard], o.Initial[setup.TanhNormalized]
	variance := func(name string, seeds []observed.Initial, f func(w observed.WeightSample) float64) check {
		far := 1.0
		for _, i := range seeds {
			for _, w := range i.Weights[:len(i.Weights)-1] {
				far = farther(1, far, f(w))
			}
		}
		return within(name+", farthest of the hidden layers", "", []float64{far}, 1-varianceTolerance, 1+varianceTolerance).exactly()
	}
	largest := func(f func(w observed.WeightSample) float64, lists ...[]observed.Initial) []float64 {
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
		variance("eq. 1: 3 n Var[W]", std, func(w observed.WeightSample) float64 { return 3 * float64(w.In) * w.Variance }),
		variance("eq. 16: Var[W] (n_j+n_{j+1})/2", norm, func(w observed.WeightSample) float64 { return w.Variance * float64(w.In+w.Out) / 2 }),
		atMost("eq. 16: largest |W| sqrt((n_j+n_{j+1})/6)", "", largest(func(w observed.WeightSample) float64 {
			return w.MaxAbs * math.Sqrt(float64(w.In+w.Out)/6)
		}, norm), 1+float32Rounding).exactly(),
		within("largest |b|", "", largest(func(w observed.WeightSample) float64 { return w.MaxBias }, std, norm), 0, 0).exactly(),
	)
	row.Text = "Standard initialisation has n Var[W] = 1/3; normalized initialisation has Var[W] = 2/(n_j+n_{j+1}) within ±sqrt(6/(n_j+n_{j+1})); biases are 0."
	row.Source = "eq. 1, 15, 16; section 2.3"
	return []report.Claim{row}
}

// claimC2: activations shrink from layer to layer under standard initialisation.
func claimC2(o *observed.Observations) []report.Claim {
	std := o.Initial[setup.TanhStandard]
	of := func(i observed.Initial, k int) float64 { return i.StdZ(k) }
	order := judge(atMost("largest ratio of consecutive stds", "", perSeed(std, func(i observed.Initial) float64 { return largestRatio(setup.Layers, i.StdZ) }), 1))
	order.Variant = variantOrder
	order.Source = "Figure 6 top, eq. 5 and 15"
	checks := []check{within("ratio of consecutive stds", "mean", perSeed(std, func(i observed.Initial) float64 { return meanRatio(setup.Layers, i.StdZ) }), stdRatioLow, stdRatioHigh)}
	for k := 2; k <= setup.Layers; k++ {
		checks = append(checks, within("ratio of consecutive stds", fmt.Sprintf("L%d", k), perSeed(std, func(i observed.Initial) float64 { return i.StdZ(k) / i.StdZ(k-1) }), stdRatioLow, stdRatioHigh))
	}
	numbers := judge(append(checks, nearReadings("std", std, of, printed.Figure6.Standard.Std)...)...)
	numbers.Variant = variantNumbers
	numbers.Source = "read off Figure 6 top, with the reading error of Figure 3, ±0.01; eq. 15"
	simulation := judge(perLayer("std", std, of, standardStdZ[:], stdTolerance)...)
	simulation.Kind, simulation.Variant = report.CodeCheck, variantSimulation
	simulation.Source = "an independent simulation in numpy, whose numbers lie 4 to 9 % below those of Figure 6"
	rows := []report.Claim{order, numbers, simulation}
	for i := range rows {
		rows[i].Text = "Tanh, standard initialisation: the activations' standard deviation decreases strictly from layer 1 to layer 5."
	}
	return rows
}

// nearReadings compares layers 1.. with what was read of each off a figure of activations, ± its reading error.
func nearReadings(name string, seeds []observed.Initial, f func(i observed.Initial, k int) float64, read []float64) []check {
	var checks []check
	for k := 1; k <= len(read); k++ {
		checks = append(checks, within(name, fmt.Sprintf("L%d", k), perSeed(seeds, func(i observed.Initial) float64 { return f(i, k) }), read[k-1]-stdReading, read[k-1]+stdReading))
	}
	return checks
}

// perLayer compares layers 1.. with what is expected of each, ±share.
func perLayer(name string, seeds []observed.Initial, f func(i observed.Initial, k int) float64, expected []float64, share float64) []check {
	var checks []check
	for k := 1; k <= len(expected); k++ {
		low, high := about(expected[k-1], share)
		checks = append(checks, within(name, fmt.Sprintf("L%d", k), perSeed(seeds, func(i observed.Initial) float64 { return f(i, k) }), low, high))
	}
	return checks
}

// claimC3: the activations' peak at 0 grows with the layer.
func claimC3(o *observed.Observations) []report.Claim {
	std := o.Initial[setup.TanhStandard]
	peak := func(i observed.Initial, k int) float64 { return i.Layers.Layers[k-1].Z.Histogram.DensityAt(0) }
	checks := []check{
		atLeast("smallest ratio of consecutive peaks", "", perSeed(std, func(i observed.Initial) float64 {
			return smallestRatio(setup.Layers, func(k int) float64 { return peak(i, k) })
		}), 1),
	}
	row := judge(append(checks, perLayer("density at 0", std, peak, standardPeakZ[:], peakTolerance)...)...)
	row.Text = "Tanh, standard initialisation: the 0-peak of the activations' histogram increases for higher layers."
	row.Source = "Figure 6 top, its caption; numbers read off the figure and simulation"
	return []report.Claim{row}
}

// claimC4: normalized initialisation preserves the size of the activations.
func claimC4(o *observed.Observations) []report.Claim {
	ratio := func(i observed.Initial) float64 { return i.StdZ(setup.Layers) / i.StdZ(1) }
	literal := judge(
		atLeast("std L5/L1, normalized", "", perSeed(o.Initial[setup.TanhNormalized], ratio), normalizedRatioLow),
		atMost("std L5/L1, standard", "", perSeed(o.Initial[setup.TanhStandard], ratio), standardRatioHigh),
	)
	literal.Variant = variantLiteral
	var equal []check
	for k := 2; k <= setup.Layers; k++ {
		equal = append(equal, within("std by that of layer 1", fmt.Sprintf("L%d", k), perSeed(o.Initial[setup.TanhFigure], func(i observed.Initial) float64 { return i.StdZ(k) / i.StdZ(1) }), 1/figureSpread, figureSpread))
	}
	figure := judge(equal...)
	figure.Kind = report.FigureFit
	figure.Variant = variantFigure
	for _, row := range []*report.Claim{&literal, &figure} {
		row.Text = "Tanh, normalized initialisation: the activations keep their size from layer to layer, where standard initialisation loses it."
		row.Source = "Figure 6 bottom, section 4.2.1"
	}
	literal.Note = join(literal.Note, "The paper's own panel shows all layers equal, which eq. 16 in every layer cannot give: with n Var[W] = 1, tanh makes the activations of each layer smaller than those of the layer below.")
	figure.Note = join(figure.Note, "The paper's panels are reproduced by eq. 1 in the first and output layers and n Var[W] = 1.25 between hidden layers.")
	return []report.Claim{literal, figure}
}

// claimC5: back-propagated gradients shrink downwards under standard initialisation.
func claimC5(o *observed.Observations) []report.Claim {
	std := o.Initial[setup.TanhStandard]
	downwards := func(i observed.Initial) func(k int) float64 { // from layer 5 to layer 1
		return func(k int) float64 { return i.StdDS(setup.Layers + 1 - k) }
	}
	low, high := about(standardGradientRatio, standardGradientTolerance)
	checks := []check{
		atMost("largest ratio of consecutive stds, downwards", "", perSeed(std, func(i observed.Initial) float64 { return largestRatio(setup.Layers, downwards(i)) }), 1),
		within("mean ratio", "", perSeed(std, func(i observed.Initial) float64 { return meanRatio(setup.Layers, downwards(i)) }), stdRatioLow, stdRatioHigh),
		within("std L1/L5", "", perSeed(std, func(i observed.Initial) float64 { return i.StdDS(1) / i.StdDS(setup.Layers) }), low, high),
		atLeast("smallest ratio of consecutive peaks, downwards", "", perSeed(std, func(i observed.Initial) float64 {
			return smallestRatio(setup.Layers, func(k int) float64 { return i.Layers.Layers[setup.Layers-k].DS.Histogram.DensityAt(0) })
		}), 1),
	}
	row := judge(checks...)
	row.Note = join(row.Note, "Gradients summed over mini-batches of 10. The ratio's range is for its geometric mean: the ratio of layer 1 to layer 2 alone is smaller, since f' < 1 where layer 1 is large.")
	peaks := judge(perLayer("density at 0", std, func(i observed.Initial, k int) float64 { return i.Layers.Layers[k-1].DS.Histogram.DensityAt(0) }, printed.Figure7.Standard.Peak, peakTolerance)...)
	peaks.Variant = "the peaks"
	rows := []report.Claim{row, peaks}
	for i := range rows {
		rows[i].Text = "Tanh, standard initialisation: the back-propagated gradients get smaller from layer 5 down to layer 1, and their 0-peak decreases for higher layers."
		rows[i].Source = "Figure 7 top, its caption, eq. 6 and 15; numbers read off the figure and simulation"
	}
	return rows
}

// claimC6: normalized initialisation keeps the back-propagated gradients' size.
func claimC6(o *observed.Observations) []report.Claim {
	ratio := func(i observed.Initial) float64 { return i.StdDS(1) / i.StdDS(setup.Layers) }
	literal := judge(atLeast("std L1/L5", "", perSeed(o.Initial[setup.TanhNormalized], ratio), normalizedRatioLow))
	literal.Variant = variantLiteral
	literal.Note = join(literal.Note, "Gradients summed over mini-batches of 10. The paper's own panel shows 1.0 to 1.3.")
	figure := judge(within("std L1/L5", "", perSeed(o.Initial[setup.TanhFigure], ratio), figureGradientLow, figureGradientHigh))
	figure.Kind = report.FigureFit
	figure.Variant = variantFigure
	for _, row := range []*report.Claim{&literal, &figure} {
		row.Text = "Tanh, normalized initialisation: back-propagated gradients do not decrease downwards as with standard initialisation."
		row.Source = "Figure 7 bottom, section 4.2.1; simulation"
	}
	return []report.Claim{literal, figure}
}

// weightGradients checks that the weight gradients of layers 2 to 5 have the same size, and in a second row that layer 1 has it too: the paper's
// Figures 8 and 9 contradict each other about layer 1.
func weightGradients(seeds []observed.Initial) (upper, first report.Claim) {
	upper = judge(atMost("std of dCost/dW, largest/smallest of layers 2 to 5", "", perSeed(seeds, upperSpread), weightGradientSpread))
	first = judge(within("std of dCost/dW, L1 by the mean of layers 2 to 5", "", perSeed(seeds, firstByUpper), 1/weightGradientSpread, weightGradientSpread))
	upper.Variant, first.Variant = "layers 2 to 5", "layer 1"
	upper.Note = join(upper.Note, "Gradients summed over mini-batches of 10.")
	first.Note = join(first.Note, "The paper's two figures differ here: in Figure 8 layer 1 is narrower than the others, in Figure 9 at epoch 0 it is not.")
	return upper, first
}

// upperSpread is the largest standard deviation of the weight gradients of layers 2 to 5, divided by the smallest.
func upperSpread(i observed.Initial) float64 {
	return spread(setup.Layers-1, func(k int) float64 { return i.StdDW(k + 1) })
}

// firstByUpper is the standard deviation of layer 1's weight gradients, divided by the mean of layers 2 to 5.
func firstByUpper(i observed.Initial) float64 {
	sum := 0.0
	for k := 2; k <= setup.Layers; k++ {
		sum += i.StdDW(k)
	}
	return i.StdDW(1) / (sum / (setup.Layers - 1))
}

// claimC7: weight gradients are of one size in all layers under standard initialisation.
func claimC7(o *observed.Observations) []report.Claim {
	upper, first := weightGradients(o.Initial[setup.TanhStandard])
	rows := []report.Claim{upper, first}
	for i := range rows {
		rows[i].Text = "Tanh, standard initialisation: the weight gradients are of the same size in all layers, even though the back-propagated gradients get smaller."
		rows[i].Source = "Figure 8 top, its caption, eq. 14"
	}
	return rows
}

// claimC8: the same under normalized initialisation.
func claimC8(o *observed.Observations) []report.Claim {
	upper, first := weightGradients(o.Initial[setup.TanhNormalized])
	upper.Variant, first.Variant = variantLiteral+", "+upper.Variant, variantLiteral+", "+first.Variant
	figure := judge(
		within("std of dCost/dW, L1/L2", "", perSeed(o.Initial[setup.TanhFigure], func(i observed.Initial) float64 { return i.StdDW(1) / i.StdDW(2) }), figureFirstLow, figureFirstHigh),
		atMost("largest/smallest of layers 2 to 5", "", perSeed(o.Initial[setup.TanhFigure], upperSpread), weightGradientSpread),
	)
	figure.Kind, figure.Variant = report.FigureFit, variantFigure
	figure.Note = join(figure.Note, "In the paper's Figure 9, at epoch 0, layer 1 has twice the weight gradient of the others, as here; in Figure 8 it has two thirds of that.")
	rows := []report.Claim{upper, first, figure}
	for i := range rows {
		rows[i].Text = "Tanh, normalized initialisation: the weight gradients are of the same size in all layers."
		rows[i].Source = "Figure 8 bottom, eq. 14; simulation"
	}
	rows[2].Source = "Figure 9 at epoch 0"
	return rows
}

// join joins two notes; each may be empty.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// A claim of the paper: the figure or section it belongs to, what it needs, and the function that checks it, for each
// variant of the initialisation that it is tested for.
type Claim struct {
	ID     string
	figure string
	kind   report.ClaimKind // of rows that do not have their own; "" is a test of the paper
	Needs  observed.Needs
	check  func(o *observed.Observations) []report.Claim

	// Only claims about training have these; the rows of the others have their own.
	variant      string // of the row, where one claim has several entries
	text, source string
	refuted      string // what would refute it
	updates      int    // that a verdict needs; after fewer it is undecided

	// bystanders are only trained to find the shared input scale; the verdict depends neither on their rates nor on their lengths.
	bystanders []setup.Network
}
