package paper

import (
	"math"

	"glorot/experiments/report"
	"glorot/experiments/trial"
)

// otherDataClaims are the parts of C44 on one stored data set: the findings C2 to C8 and C17 to C23, but for C21, on Shapeset-3x2, with their
// ranges where those do not depend on the images.
func otherDataClaims(data string) []claim {
	entry := func(what string, updates int, source, refuted string, net Network, check func(runs []*trial.Result) []report.Claim) claim {
		return claim{
			id: "C44", figure: "section-datasets", variant: storedName[data] + ", " + what, needs: needs{trained: on(data, net)}, updates: updates,
			check:   func(o *Observations) []report.Claim { return check(o.Trained[Subject{net, data}].Runs) },
			text:    "Similar behaviour is observed with the other data sets.",
			source:  source,
			refuted: refuted,
		}
	}
	deep := func(row report.Claim) []report.Claim {
		row.Note = join(row.Note, "Of depth 5, as in Table 1.")
		return []report.Claim{row}
	}
	before := entry("before training", 0, "section 4.2; the ranges are those of C2 to C8, without the numbers that depend on the images",
		"tanh, standard initialisation: activations do not shrink from layer to layer, with a growing peak at 0, or gradients not downwards, or weight gradients differ by more than a factor of 1.3; normalized initialisation: no more of either is kept than C4 to C6 ask for, or weight gradients differ by more than 1.3",
		tanhStandard, nil)
	before.needs = needs{stored: on(data, tanhStandard, tanhNormalized)}
	before.check = func(o *Observations) []report.Claim {
		return []report.Claim{judge(atStart(o.Stored[Subject{tanhStandard, data}], o.Stored[Subject{tanhNormalized, data}])...)}
	}
	return []claim{
		before,
		entry("sigmoid", epochs(firstEpochs), "section 3.1; the ranges are those of C17",
			"within the first 5 epochs the top layer's mean activation stays above 0.1, or its standard deviation above 0.01",
			sigmoid5, func(runs []*trial.Result) []report.Claim { return deep(judge(collapse(runs, layers)...)) }),
		entry("sigmoid, below the top", epochs(20), "section 3.1; the ranges are those of C18",
			"in the middle of the plateau a layer below the top has a mean activation of 0.5 or less, or one no larger than that of the layer below it",
			sigmoid5, func(runs []*trial.Result) []report.Claim { return deep(judge(belowTop(runs, layers)...)) }),
		entry("sigmoid, escape", paperUpdates, "section 3.1; the ranges are those of C19 and C20. Not of C21: Table 1 has depth 5 far below chance on these data sets",
			"the test error stays above 75 %, or the top layer's mean or standard deviation has not doubled by the end, or layer 1's standard deviation stays below 0.2, or does not grow as much as from 0.12 to 0.2",
			sigmoid5, func(runs []*trial.Result) []report.Claim {
				left, note := escaped(runs)
				row := judge(append(escapes(runs, layers), firstSaturates(left)...)...)
				row.Note = join(row.Note, note)
				return deep(row)
			}),
		entry("tanh", saturationUpdates, "section 3.2; the ranges are those of C22",
			"the 99th percentile of a layer's activations exceeds 0.9 before that of the layer below it, or a layer's standard deviation is, over the first 80 epochs, as large as that of the layer below it",
			tanhStandard, func(runs []*trial.Result) []report.Claim {
				row := judge(sequence(runs)...)
				row.Note = join(row.Note, neverNote)
				return []report.Claim{row}
			}),
		entry("softsign", saturationUpdates, "section 3.3; the ranges are those of C23",
			"at epoch 4 a layer's 99th percentile is below half of its final one, or at the end above 0.95, or grows more in epochs 8 to 92 than in the first 8",
			softsignStandard, func(runs []*trial.Result) []report.Claim { return []report.Claim{judge(together(runs)...)} }),
	}
}

// atStart checks C2 to C8 on networks before training. The ratios of layer 5 and layer 1 depend on how far the images drive layer 1: of them
// only that normalized initialisation keeps as many times more as the bounds of C4, C5 and C6 are apart.
func atStart(standard, normalized []Initial) []check {
	const (
		std  = "standard: "
		norm = "normalized: "
	)
	more := func(ratio func(i Initial) float64) []float64 {
		times := make([]float64, min(len(standard), len(normalized)))
		for k := range times {
			times[k] = ratio(normalized[k]) / ratio(standard[k])
		}
		return times
	}
	forward := more(func(i Initial) float64 { return i.stdZ(layers) / i.stdZ(1) })
	backward := more(func(i Initial) float64 { return i.stdDS(1) / i.stdDS(layers) })
	_, standardBack := about(standardGradientRatio, standardGradientTolerance)
	weights := func(i Initial) float64 { return spread(layers, i.stdDW) }
	return []check{
		{std + "largest ratio of consecutive stds", "", perSeed(standard, func(i Initial) float64 { return largestRatio(layers, i.stdZ) }), math.Inf(-1), 1, seeded},
		{std + "smallest ratio of consecutive peaks at 0", "", perSeed(standard, func(i Initial) float64 {
			return smallestRatio(layers, func(k int) float64 { return i.Layers.Layers[k-1].Z.Histogram.DensityAt(0) })
		}), 1, math.Inf(1), seeded},
		{"std L5/L1, normalized by standard", "", forward, normalizedRatioLow / standardRatioHigh, math.Inf(1), seeded},
		{std + "dCost/ds, largest ratio of consecutive stds, downwards", "", perSeed(standard, func(i Initial) float64 {
			return largestRatio(layers, func(k int) float64 { return i.stdDS(layers + 1 - k) })
		}), math.Inf(-1), 1, seeded},
		{"dCost/ds, std L1/L5, normalized by standard", "", backward, normalizedRatioLow / standardBack, math.Inf(1), seeded},
		{std + "dCost/dW, largest/smallest layer", "", perSeed(standard, weights), math.Inf(-1), weightGradientSpread, seeded},
		{norm + "dCost/dW, largest/smallest layer", "", perSeed(normalized, weights), math.Inf(-1), weightGradientSpread, seeded},
	}
}
