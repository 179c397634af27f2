package claim

import (
	"fmt"
	"math"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// gradientClaims are about gradients in training, sections 4.2 and 4.3.
func gradientClaims() []Claim {
	return []Claim{
		{
			ID: "C28", figure: "fig7", Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhStandard)}, updates: observed.Epochs(firstEpochs), check: claimC28,
			text:    "Tanh, standard initialisation: that the back-propagated gradients get smaller downwards is reversed very quickly during learning.",
			source:  "the text on Figure 7; no number",
			refuted: "at epoch 5 the back-propagated gradients of layer 1 still have a smaller standard deviation than those of layer 5",
		},
		{
			ID: "C29", figure: "fig9", Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhStandard)}, updates: saturationUpdates, check: claimC29,
			text:    "Tanh, standard initialisation: the weight gradients diverge from each other as training progresses, with larger gradients in the lower layers.",
			source:  "Figure 9 top, its caption and the text; numbers read off the figure",
			refuted: "over epochs 5 to 90 the weight gradients of a layer have as large a standard deviation as those of the layer below it, or layer 1 has less than 3 or more than 5 times that of layer 5",
		},
		{
			ID: "C30", figure: "fig9", variant: variantLiteral, Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhNormalized, setup.TanhStandard)}, updates: saturationUpdates, check: claimC30(setup.TanhNormalized, variantLiteral),
			text:    "Tanh: normalized initialisation keeps the same variance of the weight gradients across layers during training.",
			source:  "Figure 9 bottom and its caption; numbers read off the figure",
			refuted: "over epochs 20 to 90 the weight gradients of layer 1 have more than 2.2 times the standard deviation of those of layer 5, or at least as large a ratio as with standard initialisation, or those of layers 2 to 5 differ by more than a factor of 1.6",
		},
		{
			ID: "C30", figure: "fig9", variant: variantFigure, Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhFigure, setup.TanhStandard)}, updates: saturationUpdates, check: claimC30(setup.TanhFigure, variantFigure),
			text:    "Tanh: normalized initialisation keeps the same variance of the weight gradients across layers during training.",
			source:  "Figure 9 bottom and its caption; numbers read off the figure",
			refuted: "over epochs 20 to 90 the weight gradients of layer 1 have more than 2.2 times the standard deviation of those of layer 5, or at least as large a ratio as with standard initialisation, or those of layers 2 to 5 differ by more than a factor of 1.6",
		},
	}
}

// claimC28: the reversal.
func claimC28(o *observed.Observations) []report.Claim {
	ratio := func(updates int) []float64 {
		return observed.Each(o.OnShapeset(setup.TanhStandard).Runs, func(r *run.Trace) float64 {
			l := observed.SnapshotAt(r, updates)
			return observed.Reading(observed.StdDSOf).At(l, 1) / observed.Reading(observed.StdDSOf).At(l, setup.Layers)
		})
	}
	row := judge(
		atMost("std of dCost/ds, L1/L5", "before training", ratio(0), 1),
		atLeast("std of dCost/ds, L1/L5", "epoch 5", ratio(observed.Epochs(firstEpochs)), 1),
	)
	for k, r := range o.OnShapeset(setup.TanhStandard).Runs {
		row.Note = join(row.Note, fmt.Sprintf("Seed %d of %d: %s.", k+1, len(o.OnShapeset(setup.TanhStandard).Runs), reversal(r)))
	}
	return []report.Claim{row}
}

// reversal says when layer 1's back-propagated gradients have a larger standard deviation than the top layer's; the text gives no time.
func reversal(r *run.Trace) string {
	first, good := math.NaN(), math.NaN()
	for i := range r.Snapshots {
		l := &r.Snapshots[i]
		epoch := float64(l.Update) / train.Epoch
		switch above := observed.Reading(observed.StdDSOf).At(l, 1) > observed.Reading(observed.StdDSOf).At(l, setup.Layers); {
		case !above:
			good = math.NaN()
		case math.IsNaN(good):
			good = epoch
		}
		if math.IsNaN(first) {
			first = good
		}
	}
	switch {
	case math.IsNaN(first):
		return "the ratio never exceeds 1"
	case math.IsNaN(good):
		return fmt.Sprintf("the ratio exceeds 1 at epoch %.3g for the first time, and not at the end", first)
	}
	return fmt.Sprintf("the ratio exceeds 1 at epoch %.3g for the first time, and for good from epoch %.3g on", first, good)
}

// stdDWBetween averages the standard deviation of layer k's weight gradients over snapshots from one epoch to the last read off Figure 9.
func stdDWBetween(r *run.Trace, from, k int) float64 {
	return observed.Reading(observed.StdDWOf).Mean(observed.SnapshotsWithin(r, observed.Epochs(from), observed.Epochs(figure9Epochs)), k)
}

// claimC29: weight gradients, standard initialisation.
func claimC29(o *observed.Observations) []report.Claim {
	runs := o.OnShapeset(setup.TanhStandard).Runs
	var checks []check
	for k := 2; k <= setup.Layers; k++ {
		checks = append(checks, atMost("std of dCost/dW by that of the layer below, epochs 5 to 90", fmt.Sprintf("L%d", k), observed.Each(runs, func(r *run.Trace) float64 {
			return stdDWBetween(r, firstEpochs, k) / stdDWBetween(r, firstEpochs, k-1)
		}), 1))
	}
	row := judge(append(checks, within("std of dCost/dW, L1/L5", "", observed.Each(runs, func(r *run.Trace) float64 {
		return stdDWBetween(r, firstEpochs, 1) / stdDWBetween(r, firstEpochs, setup.Layers)
	}), standardDWLow, standardDWHigh))...)
	row.Note = join(row.Note, "Gradients are summed over mini-batches of 10.")
	return []report.Claim{row}
}

// claimC30: normalized initialisation, in one of its variants.
func claimC30(net setup.Network, variant string) func(o *observed.Observations) []report.Claim {
	return func(o *observed.Observations) []report.Claim {
		runs, standard := o.OnShapeset(net).Runs, o.OnShapeset(setup.TanhStandard).Runs
		ratio := func(r *run.Trace) float64 {
			return stdDWBetween(r, normalizedDWFrom, 1) / stdDWBetween(r, normalizedDWFrom, setup.Layers)
		}
		byStandard := make([]float64, min(len(runs), len(standard)))
		for k := range byStandard {
			byStandard[k] = ratio(runs[k]) / ratio(standard[k])
		}
		row := judge(
			atMost("std of dCost/dW, epochs 20 to 90, L1/L5", "", observed.Each(runs, ratio), normalizedDWMost),
			atMost("by that with standard initialisation", "", byStandard, 1),
			atMost("largest/smallest of layers 2 to 5", "", observed.Each(runs, func(r *run.Trace) float64 {
				return spread(setup.Layers-1, func(k int) float64 { return stdDWBetween(r, normalizedDWFrom, k+1) })
			}), normalizedDWSpread),
		)
		row.Note = join(row.Note, "The caption speaks of the same variance; in the figure layer 1 has 1.5 to 2 times the gradient of layer 5.")
		return []report.Claim{row}
	}
}
