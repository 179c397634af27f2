package claim

import (
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// otherDataClaims are the parts of C44 for one stored data set: the findings C2 to C8 and C17 to C23, except C21, with the ranges that they have on
// Shapeset-3x2.
func otherDataClaims(data string) []Claim {
	entry := func(what string, updates int, source, refuted string, net setup.Network, check func(runs []*run.Trace) []report.Claim) Claim {
		return Claim{
			ID: "C44", figure: "section-datasets", variant: setup.DataName(data) + ", " + what, Needs: observed.Needs{Trained: setup.On(data, net)}, updates: updates,
			check:   func(o *observed.Observations) []report.Claim { return check(o.Trained[net.On(data)].Runs) },
			text:    "Similar behaviour is observed with the other data sets.",
			source:  source,
			refuted: refuted,
		}
	}
	deep := func(row report.Claim) []report.Claim {
		row.Note = join(row.Note, "Depth 5, as in Table 1.")
		return []report.Claim{row}
	}
	start := func(what, source, refuted string, check func(standard, normalized []observed.Initial) report.Claim) Claim {
		c := entry("before training, "+what, 0, source+"; on 300 of the test images, drawn at random", refuted, setup.TanhStandard, nil)
		c.Needs = observed.Needs{Stored: setup.On(data, setup.TanhStandard, setup.TanhNormalized)}
		c.check = func(o *observed.Observations) []report.Claim {
			return []report.Claim{check(o.Stored[setup.TanhStandard.On(data)], o.Stored[setup.TanhNormalized.On(data)])}
		}
		return c
	}
	softsign := entry("softsign", saturationUpdates, "section 3.3; the ranges are those of C23",
		"at epoch 92 the 99th percentile of a layer is not below that of tanh's, or the epochs at which the layers reach half of that are at least a quarter as far apart as tanh's, or a layer grows more in epochs 8 to 92 than in the first 8",
		setup.SoftsignStandard, nil)
	softsign.Needs = observed.Needs{Trained: setup.On(data, setup.SoftsignStandard, setup.TanhStandard)}
	softsign.check = func(o *observed.Observations) []report.Claim {
		return []report.Claim{judge(together(o.Trained[setup.SoftsignStandard.On(data)].Runs, o.Trained[setup.TanhStandard.On(data)].Runs)...)}
	}
	return []Claim{
		start("the order", "section 4.2: “qualitatively similar results”; the ranges are those of C2, C3, C5, C7 and C8",
			"standard initialisation: activations do not shrink from layer to layer, their peak at 0 does not grow, or gradients do not shrink downwards; either initialisation: the weight gradients of layers 2 to 5 differ by more than a factor of 1.3",
			ordered),
		start("the bounds", "section 4.2; the ranges are those of C4 and C6, which are of Shapeset-3x2",
			"normalized initialisation: the top layer has less than 0.55 of layer 1's standard deviation, or layer 1 less than 0.55 of the top layer's gradients; standard initialisation: the top layer has more than 0.12 of layer 1's",
			bounded),
		start("normalized by standard", "section 4.2; the bounds of C4, C5 and C6, divided by each other",
			"the ratio of what normalized and standard initialisation keep of either is below that of those bounds",
			keptMore),
		entry("sigmoid", observed.Epochs(firstEpochs), "section 3.1; the ranges are those of C17",
			"at epoch 5 the top layer's mean activation is above 0.1, or its standard deviation above 0.01",
			setup.Sigmoid5, func(runs []*run.Trace) []report.Claim { return deep(judge(collapse(runs, setup.Layers)...)) }),
		entry("sigmoid, below the top", observed.Epochs(20), "section 3.1; the ranges are those of C18",
			"in the middle of the plateau a layer below the top has a mean activation of 0.5 or less, or one that is not above that of the layer below it",
			setup.Sigmoid5, func(runs []*run.Trace) []report.Claim { return deep(judge(belowTop(runs, setup.Layers)...)) }),
		entry("sigmoid, escape", setup.PaperUpdates, "section 3.1; the ranges are those of C19 and C20, without C21: in Table 1 depth 5 is far better than chance on these data sets",
			"the test error stays above 75 %, or the top layer's mean or standard deviation has not doubled by the end, or layer 1's standard deviation stays below 0.2, or does not grow as much as from 0.12 to 0.2 within 5 epochs of the top layer's desaturation",
			setup.Sigmoid5, func(runs []*run.Trace) []report.Claim {
				left, note := escaped(runs)
				row := judge(append(escapes(runs, setup.Layers), firstSaturates(left, setup.Layers)...)...)
				row.Note = join(row.Note, note)
				return deep(row)
			}),
		entry("tanh", saturationUpdates, "section 3.2; the ranges are those of C22",
			"the 99th percentile of a layer's activations exceeds 0.9 before that of the layer below it, or a layer's standard deviation is, over the first 80 epochs, as large as that of the layer below it",
			setup.TanhStandard, func(runs []*run.Trace) []report.Claim {
				row := judge(sequence(runs)...)
				row.Note = join(row.Note, neverNote)
				return []report.Claim{row}
			}),
		softsign,
	}
}

// ordered checks the statements of C2, C3, C5, C7 and C8 that have no number.
func ordered(standard, normalized []observed.Initial) report.Claim {
	const std = "standard: "
	return judge(
		atMost(std+"largest ratio of consecutive stds", "", perSeed(standard, func(i observed.Initial) float64 { return largestRatio(setup.Layers, i.StdZ) }), 1),
		atLeast(std+"smallest ratio of consecutive peaks at 0", "", perSeed(standard, func(i observed.Initial) float64 {
			return smallestRatio(setup.Layers, func(k int) float64 { return i.Layers.Layers[k-1].Z.Histogram.DensityAt(0) })
		}), 1),
		atMost(std+"dCost/ds, largest ratio of consecutive stds, downwards", "", perSeed(standard, func(i observed.Initial) float64 {
			return largestRatio(setup.Layers, func(k int) float64 { return i.StdDS(setup.Layers + 1 - k) })
		}), 1),
		atMost("dCost/dW, largest/smallest of layers 2 to 5", "standard", perSeed(standard, upperSpread), weightGradientSpread),
		atMost("dCost/dW, largest/smallest of layers 2 to 5", "normalized", perSeed(normalized, upperSpread), weightGradientSpread),
	)
}

// bounded checks the bounds of C4 and C6.
func bounded(standard, normalized []observed.Initial) report.Claim {
	row := judge(
		atLeast("std L5/L1", "normalized", perSeed(normalized, keptForward), normalizedRatioLow),
		atMost("std L5/L1", "standard", perSeed(standard, keptForward), standardRatioHigh),
		atLeast("dCost/ds, std L1/L5", "normalized", perSeed(normalized, keptBackward), normalizedRatioLow),
	)
	row.Note = "How much of either is kept depends on how far the images drive layer 1: the more inputs, the farther."
	return row
}

// keptMore checks that the ratio of what normalized and standard initialisation keep is at least that of the bounds of C4, C5 and C6.
func keptMore(standard, normalized []observed.Initial) report.Claim {
	times := func(ratio func(i observed.Initial) float64) []float64 {
		all := make([]float64, min(len(standard), len(normalized)))
		for k := range all {
			all[k] = ratio(normalized[k]) / ratio(standard[k])
		}
		return all
	}
	_, standardBack := about(standardGradientRatio, standardGradientTolerance)
	row := judge(
		atLeast("std L5/L1, normalized by standard", "", times(keptForward), normalizedRatioLow/standardRatioHigh),
		atLeast("dCost/ds, std L1/L5, normalized by standard", "", times(keptBackward), normalizedRatioLow/standardBack),
	)
	row.Note = "These ratios were chosen for these data sets on the day of their first results, and after the bounds themselves."
	return row
}

// keptForward is how much of layer 1's size the top layer has, keptBackward how much of the top layer's gradients layer 1 has.
func keptForward(i observed.Initial) float64  { return i.StdZ(setup.Layers) / i.StdZ(1) }
func keptBackward(i observed.Initial) float64 { return i.StdDS(1) / i.StdDS(setup.Layers) }
