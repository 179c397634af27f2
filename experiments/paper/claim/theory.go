package claim

import (
	"fmt"
	"math"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/models"
)

// claimC9: the layers' Jacobians at initialisation.
func claimC9(o *observed.Observations) []report.Claim {
	mean := func(i observed.Initial) float64 {
		sum := 0.0
		for _, j := range i.Jacobian {
			sum += j
		}
		return sum / float64(len(i.Jacobian))
	}
	row := func(net setup.Network, around, tolerance float64, variant string) report.Claim {
		row := judge(within("mean singular value, layers 2 to 5", "", perSeed(o.Initial[net], mean), around-tolerance, around+tolerance))
		row.Text = "Tanh: the average singular value of the layers' Jacobians is around 0.8 with normalized initialisation and 0.5 with standard initialisation."
		row.Source = "section 4.2.1, eq. 17"
		row.Variant = variant
		row.Note = join(row.Note, "Each seed has an image of its own, so the interval includes the differences between images.")
		return row
	}
	figure := row(setup.TanhFigure, jacobianNormalized, jacobianNormalizedTolerance, variantFigure)
	figure.Kind = report.FigureFit
	return []report.Claim{
		row(setup.TanhStandard, jacobianStandard, jacobianStandardTolerance, "standard"),
		row(setup.TanhNormalized, jacobianNormalized, jacobianNormalizedTolerance, variantLiteral),
		figure,
	}
}

// claimC10: the linear theory. With g = n Var[W] and equal widths, Var[z^i] = g^i Var[x] (eq. 5), Var[dCost/ds^i] =
// g^(d-i) Var[dCost/ds^d] (eq. 6, and eq. 13 with its printed Var[x] read as Var[dCost/ds^d]), and Var[dCost/dw] the same in all layers
// (eq. 7, 14): Var[z^(i-1)] Var[dCost/ds^i]. Gradients are those of single
// examples.
func claimC10(o *observed.Observations) []report.Claim {
	var rows []report.Claim
	for _, net := range []setup.Network{setup.LinearStandard, setup.LinearNormalized} {
		initializer, _ := models.InitializerByName(net.Init)
		limit := initializer.Limit(1, setup.Layers+1, o.Scale.Width, o.Scale.Width)
		g := float64(o.Scale.Width) * limit * limit / 3
		seeds := o.Initial[net]
		var checks []check
		for k := 1; k <= setup.Layers; k++ {
			checks = append(checks, within("eq. 5, Var[z]/predicted", fmt.Sprintf("L%d", k), perSeed(seeds, func(i observed.Initial) float64 {
				return square(i.StdZ(k)) / (math.Pow(g, float64(k)) * observed.NoiseVariance)
			}), theoryLow, theoryHigh))
		}
		for k := 1; k < setup.Layers; k++ {
			checks = append(checks, within("eq. 6 and 13, Var[dCost/ds]/predicted", fmt.Sprintf("L%d", k), perSeed(seeds, func(i observed.Initial) float64 {
				return square(i.StdDS(k)) / (math.Pow(g, float64(setup.Layers-k)) * square(i.StdDS(setup.Layers)))
			}), theoryLow, theoryHigh))
		}
		for k := 1; k <= setup.Layers; k++ {
			checks = append(checks, within("eq. 7 and 14, Var[dCost/dW]/predicted", fmt.Sprintf("L%d", k), perSeed(seeds, func(i observed.Initial) float64 {
				return square(i.StdDW(k)) / (math.Pow(g, setup.Layers-1) * observed.NoiseVariance * square(i.StdDS(setup.Layers)))
			}), theoryLow, theoryHigh))
		}
		row := judge(checks...)
		row.Text = "A linear network's variances of activations, back-propagated gradients and weight gradients follow eq. 5 to 7, 13 and 14."
		row.Source = "section 4.2.1; eq. 13 prints Var[x] where Var[dCost/ds^d] is meant"
		row.Variant = net.Init
		row.Note = join(row.Note, "Inputs are uniform noise, since the theory supposes features of one variance; gradients are those of single examples; measured/predicted is 1 within the sampling error.")
		rows = append(rows, row)
	}
	return rows
}

func square(x float64) float64 { return x * x }

// claimC11: eq. 16 is a compromise where widths differ.
func claimC11(*observed.Observations) []report.Claim {
	normalized, _ := models.InitializerByName("normalized")
	return []report.Claim{compromise(normalized.Limit)}
}

// compromise measures the factors by which a matrix between layers of in and out units changes the variance of activations, in Var[W]
// (eq. 10), and of back-propagated gradients, out Var[W] (eq. 11). limit is a of W ~ U[-a, a], as in models.Initializer.
func compromise(limit func(layer, layers, in, out int) float64) report.Claim {
	farthest, equal, unequal := 2.0, 1.0, math.Inf(1)
	for in := 100; in <= 2000; in += 100 {
		for out := 100; out <= 2000; out += 100 {
			a := limit(1, 3, in, out)
			forward, backward := float64(in)*a*a/3, float64(out)*a*a/3
			farthest = farther(2, farthest, forward+backward)
			if in == out {
				equal = farther(1, equal, forward)
			} else {
				unequal = math.Min(unequal, math.Max(math.Abs(forward-1), math.Abs(backward-1)))
			}
		}
	}
	const rounding = 1e-12
	row := judge(
		within("equal widths: n Var[W], farthest from 1", "", []float64{equal}, 1-rounding, 1+rounding).exactly(),
		within("forward + backward factor, farthest from 2", "", []float64{farthest}, 2-rounding, 2+rounding).exactly(),
		above("unequal widths: distance of the farther factor from 1, smallest", "", []float64{unequal}, 0).exactly(),
	)
	row.Text = "Eq. 10 and eq. 11 both hold for eq. 16 if and only if the two widths are equal; otherwise the factors n_i Var and n_{i+1} Var sum to 2."
	row.Source = "eq. 10 to 12 and 16"
	return row
}

// claimC12: the sigmoid network before training.
func claimC12(o *observed.Observations) []report.Claim {
	var means []check
	for k := 1; k <= setup.Sigmoid4.Depth; k++ {
		means = append(means, within("mean", fmt.Sprintf("L%d", k), perSeed(o.Initial[setup.Sigmoid4], func(i observed.Initial) float64 { return i.Layers.Layers[k-1].Z.Mean }),
			sigmoidMean-sigmoidMeanTolerance, sigmoidMean+sigmoidMeanTolerance))
	}
	stds := nearReadings("std", o.Initial[setup.Sigmoid4], func(i observed.Initial, k int) float64 { return i.StdZ(k) }, printed.Figure2[0].Std)
	row := judge(append(means, stds...)...)
	row.Text = "Sigmoid, depth 4, standard initialisation: before training all layers have mean activation 0.5 and a small standard deviation."
	row.Source = "Figure 2 at epoch 0, read off the figure"
	return []report.Claim{row}
}

// claimC13: the softsign network before training. Only layer 1 could be read off Figure 3 there, and the paper does not show
// normalized initialisation.
func claimC13(o *observed.Observations) []report.Claim {
	std := func(i observed.Initial, k int) float64 { return i.StdZ(k) }
	first := judge(nearReadings("std", o.Initial[setup.SoftsignStandard], std, printed.Figure3Softsign[0].Std[:1])...)
	first.Variant, first.Source = "standard, layer 1", "Figure 3 bottom at epoch 0, read off the figure"
	standard := judge(perLayer("std", o.Initial[setup.SoftsignStandard], std, softsignStandardStdZ[:], softsignTolerance)...)
	standard.Variant = "standard, " + variantSimulation
	literal := judge(perLayer("std", o.Initial[setup.SoftsignNormalized], std, softsignNormalizedStdZ[:], softsignTolerance)...)
	literal.Variant = variantLiteral + ", " + variantSimulation
	standard.Printed, literal.Printed = noNumber, noNumber
	standard.Kind, literal.Kind = report.CodeCheck, report.CodeCheck
	standard.Source, literal.Source = "an independent simulation in numpy", "an independent simulation in numpy"
	rows := []report.Claim{first, standard, literal}
	for i := range rows {
		rows[i].Text = "Softsign: the activations' standard deviations before training are those of Figure 3 and a simulation."
	}
	return rows
}

// claimC14: the quadratic cost has the more severe plateaus.
func claimC14(o *observed.Observations) []report.Claim {
	entropy, quadratic := o.Surfaces.Entropy, o.Surfaces.Quadratic
	corner := 0.0
	for _, c := range entropy.Corners() {
		corner = math.Max(corner, quadratic.Slope[c]/entropy.Slope[c])
	}
	row := judge(
		atLeast("share of the grid with slope below 1 % of the largest, quadratic/cross entropy", "", []float64{quadratic.Plateau() / entropy.Plateau()}, clearlyMore).exactly(),
		atMost("slope at the corners, quadratic/cross entropy", "", []float64{corner}, cornerSlope).exactly(),
	)
	row.Text = "The quadratic cost has clearly more severe plateaus than the cross entropy."
	row.Source = "Figure 5 and section 4.1"
	row.Values = append(row.Values,
		report.Value{Name: "share with a small slope, quadratic", Value: report.Number(quadratic.Plateau())},
		report.Value{Name: "share with a small slope, cross entropy", Value: report.Number(entropy.Plateau())})
	return []report.Claim{row}
}

// claimC15: the surfaces' heights.
func claimC15(o *observed.Observations) []report.Claim {
	entropy, quadratic := o.Surfaces.Entropy, o.Surfaces.Quadratic
	farthest := func(s observed.Surface, at []int, from float64) float64 {
		far := from
		for _, i := range at {
			far = farther(from, far, s.Cost[i])
		}
		return far
	}
	const rounding = 1e-12
	row := judge(
		within("cross entropy on the axes", "", []float64{farthest(entropy, entropy.Axes(), math.Ln2)}, math.Ln2-rounding, math.Ln2+rounding).exactly(),
		within("cross entropy at the corners", "", []float64{farthest(entropy, entropy.Corners(), cornerEntropy)}, cornerEntropy-cornerEntropyTolerance, cornerEntropy+cornerEntropyTolerance).exactly(),
		within("quadratic on the axes", "", []float64{farthest(quadratic, quadratic.Axes(), 0)}, -rounding, rounding).exactly(),
		within("quadratic at the corners", "", []float64{farthest(quadratic, quadratic.Corners(), cornerQuadratic)}, cornerQuadratic-cornerQuadraticTolerance, cornerQuadratic+cornerQuadraticTolerance).exactly(),
	)
	row.Text = "The cross entropy is ln 2 where a weight is 0 and about 4 at the corners; the quadratic cost is 0 and about 0.5."
	row.Source = "Figure 5, read off the figure"
	return []report.Claim{row}
}

// claimC45: there are nine classes, and none is more frequent than one in six.
func claimC45(o *observed.Observations) []report.Claim {
	c := o.Shapeset
	largest, distance := 0, 0.0
	for _, n := range c.Classes {
		largest = max(largest, n)
	}
	for k, p := range priors {
		expected, n := p*float64(c.Images), 0
		if k < len(c.Classes) {
			n = c.Classes[k]
		}
		distance += square(float64(n)-expected) / expected
	}
	constant := judge(chanceCheck(100 * (1 - float64(largest)/float64(c.Images))))
	constant.Variant, constant.Printed = "chance", ownFigure(judge(chanceCheck(sigmoid5Error)))
	counts := judge(
		within("classes", "", []float64{float64(len(c.Classes))}, float64(len(priors)), float64(len(priors))).exactly(),
		atMost("chi-square of the counts against the priors, 8 degrees of freedom", "", []float64{distance}, chiSquare).exactly(),
	)
	counts.Kind, counts.Variant = report.CodeCheck, "the counts"
	rows := []report.Claim{constant, counts}
	for i := range rows {
		rows[i].Text = "Shapeset-3x2 has 9 classes; a constant prediction has an error of 83.3 %."
		rows[i].Source = "section 2.1; the plateau of Figure 11; priors 1/6 for one object, 1/9 for two different ones, 1/18 for two equal ones"
	}
	return rows
}

// chanceCheck compares the error of the best constant prediction, in percent, with the plateau of Figure 11.
func chanceCheck(percent float64) check {
	return within("error of the best constant prediction, %", "", []float64{percent}, chanceError-chanceTolerance, chanceError+chanceTolerance).exactly()
}

// claimC46: the second object leaves half of the first visible, by the generator's estimate.
func claimC46(o *observed.Observations) []report.Claim {
	row := judge(atMost("largest estimated share of the first object that the second hides", "", []float64{o.Shapeset.Estimated}, overlapMost).exactly())
	row.Kind = report.CodeCheck
	row.Text = "The second object does not overlap with the first by more than fifty percent of its area, as the generator estimates it."
	row.Source = "section 2.1; the authors' generator, which estimates the overlap instead of counting pixels"
	row.Note = "Measured on images of another seed than the test set's."
	return []report.Claim{row}
}
