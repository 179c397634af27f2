package claim

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// impossibleClaims are statements of the paper that cannot be so: they contradict its own figures, arithmetic, or the data that its generator
// makes. They are judged like all others.
func impossibleClaims() []Claim {
	const section = "section-contradictions"
	return []Claim{
		{
			ID: "C9", figure: section, Needs: observed.Needs{Forward: []setup.Network{setup.TanhStandard, setup.TanhNormalized}}, check: claimVarianceRatio,
			text:    "Tanh: the ratio of average activation variance going from one layer to the next is around 0.8 with normalized initialisation and 0.5 with standard initialisation.",
			source:  "section 4.2.1, which equates the mean singular value of the Jacobian with this ratio; Figure 6 has its square roots",
			refuted: "a mean ratio outside 0.5 ± 0.05 with standard, or 0.8 ± 0.1 with normalized initialisation",
		},
		{
			ID: "C46", figure: section, variant: "pixels", Needs: observed.Needs{Shapeset: true}, check: claimOverlap,
			text:    "The second object does not overlap with the first by more than fifty percent of its area.",
			source:  "section 2.1; the authors' generator estimates the overlap instead of counting pixels",
			refuted: "a pair of the test set's images whose second object hides more than half of the first one's pixels",
		},
		{
			ID: "C8", figure: section, variant: "Figure 8 and Figure 9", check: claimTwoFigures,
			text:    "Figure 8 and Figure 9 at epoch 0 show the same weight gradients of the same networks.",
			source:  "Figures 8 and 9, read off the figures",
			refuted: "layer 1 by the mean of layers 2 to 5 differs between the two by more than a factor of 1.3",
		},
		{
			ID: "C31", figure: section, variant: "5 million updates", check: claimUpdates,
			text:    "The learning rate was optimised based on validation error after 5 million updates.",
			source:  "section 2.3, against Figure 11 and Table 1, whose errors are those at the ends of the curves",
			refuted: "the curves of Figure 11 end after another number of updates",
		},
		{
			ID: "C33", figure: section, variant: "the rule for bold", check: claimBold,
			text:    "Results in bold are statistically different from non-bold ones under the null hypothesis test with p = 0.005.",
			source:  "caption of Table 1, by the two-proportion z test of its numbers on 10,000 test images",
			refuted: "in some column, whichever of the best results are bold, a bold result does not differ significantly from one that is not",
		},
	}
}

// claimVarianceRatio: the ratio of variances is not the mean singular value of the Jacobian.
func claimVarianceRatio(o *observed.Observations) []report.Claim {
	row := func(net setup.Network, around, tolerance float64, variant string) report.Claim {
		row := judge(within("Var[z] by that of the layer below, mean of layers 2 to 5", "", perSeed(o.Initial[net], func(i observed.Initial) float64 {
			sum := 0.0
			for k := 2; k <= setup.Layers; k++ {
				sum += square(i.StdZ(k) / i.StdZ(k-1))
			}
			return sum / (setup.Layers - 1)
		}), around-tolerance, around+tolerance))
		row.Variant = "variance ratio, " + variant
		row.Note = "It is the mean singular value that is around 0.5 and 0.8."
		return row
	}
	return []report.Claim{
		row(setup.TanhStandard, jacobianStandard, jacobianStandardTolerance, "standard"),
		row(setup.TanhNormalized, jacobianNormalized, jacobianNormalizedTolerance, variantLiteral),
	}
}

// claimOverlap: pixels, counted.
func claimOverlap(o *observed.Observations) []report.Claim {
	most, beyond := 0.0, 0
	for _, share := range o.Shapeset.Overlaps {
		most = math.Max(most, share)
		if share > overlapMost {
			beyond++
		}
	}
	row := judge(
		atMost("largest share of the first object's pixels that the second hides", "", []float64{most}, overlapMost).exactly(),
		atMost("share of pairs where it is above a half", "", []float64{float64(beyond) / float64(o.Shapeset.Pairs)}, 0).exactly(),
	)
	row.Note = "The generator's estimate never exceeds a half."
	return []report.Claim{row}
}

// claimTwoFigures: one quantity, printed twice.
func claimTwoFigures(*observed.Observations) []report.Claim {
	first := func(std []float64) float64 {
		i := printedInitial(printed.Figure6.Standard, printed.Figure7.Standard, printed.Density{Std: std, Peak: std})[0]
		return firstByUpper(i)
	}
	ratio := func(at string, fig8, fig9 []float64) check {
		return within("L1 by layers 2 to 5, Figure 9 by Figure 8", at, []float64{first(fig9) / first(fig8)}, 1/weightGradientSpread, weightGradientSpread).exactly()
	}
	return []report.Claim{ofThePaper(judge(
		ratio("standard", printed.Figure8.Standard.Std, printed.Figure9Standard[0].Std),
		ratio("normalized", printed.Figure8.Normalized.Std, printed.Figure9Normalized[0].Std),
	))}
}

// claimUpdates: the end of Figure 11's axis.
func claimUpdates(*observed.Observations) []report.Claim {
	end := printed.Figure11Examples[len(printed.Figure11Examples)-1] * 1e7 / setup.Batch
	row := ofThePaper(judge(within("updates at the ends of the curves", "", []float64{end}, optimisedUpdates, optimisedUpdates).exactly()))
	farthest := 0.0
	for i, net := range setup.Table1 {
		for _, c := range printed.Figure11 {
			if c.Network == net.PrintedName() {
				farthest = math.Max(farthest, math.Abs(c.Percent[len(c.Percent)-1]-printed.Table1[i].Shapeset))
			}
		}
	}
	row.Note = fmt.Sprintf("Table 1 differs from the ends of the curves by %.1f points at most.", farthest)
	return []report.Claim{row}
}

// claimBold counts the columns of Table 1 that can have bold results.
func claimBold(*observed.Observations) []report.Claim {
	var checks []check
	for column, data := range setup.Table1Data {
		checks = append(checks, within("ways to divide the column", setup.DataName(data), []float64{float64(boldWays(column))}, 1, float64(len(setup.Table1)-1)).exactly())
	}
	row := ofThePaper(judge(checks...))
	row.Note = "All copies that we know have lost the bold print. In our tables a result is bold if it is not significantly worse than the best of its column."
	return []report.Claim{row}
}

// boldWays counts the numbers n for which each of the n best results of a column of Table 1 differs significantly from each of the rest.
func boldWays(column int) int {
	rows := slices.Clone(printed.Table1)
	slices.SortFunc(rows, func(a, b printed.Result) int { return cmp.Compare(a.Percents()[column], b.Percents()[column]) })
	ways := 0
	for bold := 1; bold < len(rows); bold++ {
		divides := true
		for _, a := range rows[:bold] {
			for _, b := range rows[bold:] {
				divides = divides && printed.P(a.Percents()[column], b.Percents()[column]) < printed.Significance
			}
		}
		if divides {
			ways++
		}
	}
	return ways
}

// ofThePaper marks a row that is about the paper's numbers alone.
func ofThePaper(row report.Claim) report.Claim {
	row.Printed = ownFigure(row)
	return row
}
