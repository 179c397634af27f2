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

// saturationClaims are about activations in training, sections 3.1 to 3.3.
func saturationClaims() []Claim {
	return []Claim{
		{
			ID: "C17", figure: "fig2", Needs: observed.Needs{Trained: setup.Shapeset(setup.Sigmoid4)}, updates: observed.Epochs(firstEpochs), check: claimC17,
			text:    "Sigmoid, depth 4: very quickly all activations of the last hidden layer are pushed to their lower saturation value of 0.",
			source:  "section 3.1, Figure 2; numbers read off the figure",
			refuted: "at epoch 5 the top layer's mean activation is above 0.1, or its standard deviation is above 0.01",
		},
		{
			ID: "C18", figure: "fig2", Needs: observed.Needs{Trained: setup.Shapeset(setup.Sigmoid4)}, updates: observed.Epochs(20), check: claimC18,
			text:    "Sigmoid, depth 4: the other layers have a mean activation above 0.5, which decreases from the output layer to the input layer.",
			source:  "section 3.1, Figure 2",
			refuted: "in the middle of the plateau a layer below the top has a mean activation of 0.5 or less, or one that is not above that of the layer below it",
		},
		{
			ID: "C19", figure: "fig2", Needs: observed.Needs{Trained: setup.Shapeset(setup.Sigmoid4)}, updates: setup.PaperUpdates, check: claimC19,
			text:    "Sigmoid, depth 4: the saturation is escaped, and the top layer slowly desaturates.",
			source:  "section 3.1, Figure 2 and its caption, Figure 11; numbers read off the figures",
			refuted: "the test error stays above 75 % for 2.5e7 examples, or the top layer's mean or standard deviation has not doubled by then; the times: the escape comes at another time",
		},
		{
			ID: "C20", figure: "fig2", Needs: observed.Needs{Trained: setup.Shapeset(setup.Sigmoid4)}, updates: setup.PaperUpdates, check: claimC20,
			text:    "Sigmoid, depth 4: as the top hidden layer moves out of saturation, the first hidden layer begins to saturate.",
			source:  "section 3.1, Figure 2; numbers read off the figure",
			refuted: "after the top layer's mean activation is lowest, the first layer's standard deviation stays below 0.2, or does not grow by the factor from 0.12 to 0.2, or does so more than 5 epochs before or after the top layer's mean has doubled",
		},
		{
			ID: "C21", figure: "fig11", Needs: observed.Needs{Trained: setup.Shapeset(setup.Sigmoid5)}, updates: setup.PaperUpdates, check: claimC21,
			text:    "Sigmoid, depth 5: the network never escapes the saturation during training.",
			source:  "section 3.1, Figure 11; numbers read off the figure",
			refuted: "the test error leaves 83.3 ± 0.4 % within 2.5e7 examples, or after epoch 20 the top layer's mean activation rises above 0.05",
		},
		{
			ID: "C22", figure: "fig3", Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhStandard)}, updates: saturationUpdates, check: claimC22,
			text:    "Tanh, standard initialisation: the layers saturate one after the other, beginning with layer 1 and propagating up in the network.",
			source:  "section 3.2, Figure 3 top and its caption",
			refuted: "the 99th percentile of a layer's activations exceeds 0.9 before that of the layer below it, or a layer's standard deviation is, over the first 80 epochs, as large as that of the layer below it",
		},
		{
			ID: "C23", figure: "fig3", Needs: observed.Needs{Trained: setup.Shapeset(setup.SoftsignStandard, setup.TanhStandard)}, updates: saturationUpdates, check: claimC23,
			text:    "Softsign: the layers saturate less than tanh's and do so together, faster at the beginning and then slowly.",
			source:  "section 3.3, Figure 3 bottom and its caption; numbers read off the figure",
			refuted: "at epoch 92 the 99th percentile of a layer is not below that of tanh's, or the epochs at which the layers reach half of that are at least a quarter as far apart as tanh's, or a layer grows more in epochs 8 to 92 than in the first 8",
		},
		{
			ID: "C26", figure: "fig10", variant: variantLiteral, Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhNormalized)}, updates: saturationUpdates, check: claimC26(setup.TanhNormalized, variantLiteral),
			text:    "Tanh, normalized initialisation: the activations of all layers move together, like those of softsign.",
			source:  "Figure 10 and the text on it; numbers read off the figure",
			refuted: "at epoch 4 the 99th percentile of a layer is below 0.98, or its standard deviation is below half of the final one, or the final one differs by more than 0.05 from the figure's",
		},
		{
			ID: "C26", figure: "fig10", variant: variantFigure, Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhFigure)}, updates: saturationUpdates, check: claimC26(setup.TanhFigure, variantFigure),
			text:    "Tanh, normalized initialisation: the activations of all layers move together, like those of softsign.",
			source:  "Figure 10 and the text on it; numbers read off the figure",
			refuted: "at epoch 4 the 99th percentile of a layer is below 0.98, or its standard deviation is below half of the final one, or the final one differs by more than 0.05 from the figure's",
		},
		{
			ID: "C27", figure: "section-pretraining", Needs: observed.Needs{Compared: setup.Shapeset(setup.SigmoidPreTrained)}, updates: observed.Epochs(firstEpochs), check: claimC27,
			text:    "Deep networks with sigmoids do not suffer from the saturation of the top layer if they are initialised by unsupervised pre-training.",
			source:  "section 3.1",
			refuted: "at epoch 5 the test error is above 75 %, or the top layer's activations have less than half of the standard deviation that they had before fine-tuning",
		},
	}
}

// claimC17: the top layer collapses.
func claimC17(o *observed.Observations) []report.Claim {
	return []report.Claim{judge(collapse(o.OnShapeset(setup.Sigmoid4).Runs, setup.Sigmoid4.Depth)...)}
}

// collapse checks that the activations of the top layer of a sigmoid network are close to 0 at epoch 5.
func collapse(runs []*run.Trace, top int) []check {
	at := func(f observed.Reading) []float64 {
		return observed.Each(runs, func(r *run.Trace) float64 { return f.At(observed.SnapshotAt(r, observed.Epochs(firstEpochs)), top) })
	}
	return []check{
		atMost("top layer at epoch 5", "mean", at(observed.MeanOf), collapsedMean),
		atMost("top layer at epoch 5", "std", at(observed.StdOf), collapsedStd),
	}
}

// escape returns after how many updates a sigmoid network left the plateau of chance.
func escape(r *run.Trace) (updates float64, escaped bool) { return reach(r, escapedError) }

// midPlateau is the snapshot in the middle of the plateau, which ends with the escape or the training.
func midPlateau(r *run.Trace) *train.Layers {
	end, _ := escape(r)
	return observed.SnapshotAt(r, int(end/2))
}

// claimC18: the other layers, in the middle of the plateau.
func claimC18(o *observed.Observations) []report.Claim {
	return []report.Claim{judge(belowTop(o.OnShapeset(setup.Sigmoid4).Runs, setup.Sigmoid4.Depth)...)}
}

// belowTop checks that the layers below the top one have means above 0.5, which decrease towards the input.
func belowTop(runs []*run.Trace, top int) []check {
	mean := func(l *train.Layers, k int) float64 { return observed.Reading(observed.MeanOf).At(l, k) }
	checks := []check{
		above("layer 1's mean less 0.5", "", observed.Each(runs, func(r *run.Trace) float64 {
			return mean(midPlateau(r), 1) - sigmoidMean
		}), 0),
	}
	for k := 2; k < top; k++ {
		checks = append(checks, above("mean less that of the layer below", fmt.Sprintf("L%d", k), observed.Each(runs, func(r *run.Trace) float64 {
			return mean(midPlateau(r), k) - mean(midPlateau(r), k-1)
		}), 0))
	}
	return checks
}

// escapes checks that a sigmoid network leaves chance, and its top layer the saturation.
func escapes(runs []*run.Trace, top int) []check {
	growth := func(f observed.Reading) []float64 {
		return observed.Each(runs, func(r *run.Trace) float64 { return f.At(observed.LastSnapshot(r), top) / f.At(midPlateau(r), top) })
	}
	lowest := observed.Each(runs, func(r *run.Trace) float64 {
		least := 100.
		for _, e := range r.Errors {
			least = math.Min(least, 100*e.Test.Error)
		}
		return least
	})
	return []check{
		atMost("lowest test error, %", "", lowest, 100*escapedError),
		atLeast("top layer, end/plateau", "mean", growth(observed.MeanOf), desaturation),
		atLeast("top layer, end/plateau", "std", growth(observed.StdOf), desaturation),
	}
}

// claimC19: the escape, and its time; the paper has two times.
func claimC19(o *observed.Observations) []report.Claim {
	runs := o.OnShapeset(setup.Sigmoid4).Runs
	when := func(figure string, updates float64) report.Claim {
		low, high := about(updates*setup.Batch/1e7, escapeTolerance)
		row := judge(within("examples at the escape, in 1e7", "", observed.Each(runs, func(r *run.Trace) float64 { return examples(r, escapedError) }), low, high))
		row.Variant = "time of " + figure
		row.Note = join(row.Note, "The paper has two times for the same network: Figure 11 leaves the plateau at 0.70e7 examples and is below 75 % at 0.79e7, Figure 2 leaves it at 2.0e7. One run cannot have both.")
		return row
	}
	return []report.Claim{judge(escapes(runs, setup.Sigmoid4.Depth)...), when("Figure 11", escapeFigure11), when("Figure 2", escapeFigure2)}
}

// escaped returns the trainings that left the plateau; the note says how many did not, which cannot show what follows.
func escaped(runs []*run.Trace) (some []*run.Trace, note string) {
	for _, r := range runs {
		if _, left := escape(r); left {
			some = append(some, r)
		}
	}
	if stuck := len(runs) - len(some); stuck > 0 {
		note = fmt.Sprintf("%d of %d networks did not leave the plateau of chance, so they cannot show this.", stuck, len(runs))
	}
	return some, note
}

// claimC20: layer 1 at the escape.
func claimC20(o *observed.Observations) []report.Claim {
	runs, note := escaped(o.OnShapeset(setup.Sigmoid4).Runs)
	row := judge(firstSaturates(runs, setup.Sigmoid4.Depth)...)
	row.Note = join(row.Note, note)
	return []report.Claim{row}
}

// firstSaturates checks that layer 1 of sigmoid networks of that depth begins to saturate when the top layer leaves the saturation: when its mean,
// after it was lowest, has doubled.
func firstSaturates(runs []*run.Trace, top int) []check {
	std, mean := observed.Reading(observed.StdOf), observed.Reading(observed.MeanOf)
	after := func(r *run.Trace) float64 { return std.Most(fromDeepest(r, top), 1) }
	return []check{
		atLeast("layer 1's std, largest after the top layer's mean is lowest", "", observed.Each(runs, after), escapedFirstStd),
		atLeast("by that at that time", "", observed.Each(runs, func(r *run.Trace) float64 {
			return after(r) / std.Least(fromDeepest(r, top)[:min(1, len(r.Snapshots))], 1)
		}), firstStdJump),
		within("its growth, epochs after the top layer's mean has doubled", "", observed.Each(runs, func(r *run.Trace) float64 {
			return grown(fromDeepest(r, top), std, 1, firstStdJump) - grown(fromDeepest(r, top), mean, top, desaturation)
		}), -escapeEpochs, escapeEpochs),
	}
}

// fromDeepest returns the snapshots from the one at which the mean of the top layer is lowest, the deepest saturation of a sigmoid network.
func fromDeepest(r *run.Trace, top int) []train.Layers {
	at := 0
	for i := range r.Snapshots {
		if observed.Reading(observed.MeanOf).At(&r.Snapshots[i], top) < observed.Reading(observed.MeanOf).At(&r.Snapshots[at], top) {
			at = i
		}
	}
	return r.Snapshots[at:]
}

// grown returns the epoch at which a reading of layer k first exceeds factor times that of the first snapshot, interpolated between snapshots; NaN
// if it never does.
func grown(snapshots []train.Layers, f observed.Reading, k int, factor float64) float64 {
	if len(snapshots) == 0 {
		return math.NaN()
	}
	return firstAbove(snapshots, func(l *train.Layers) float64 { return f.At(l, k) }, factor*f.At(&snapshots[0], k))
}

// firstAbove returns the epoch at which f first exceeds limit, interpolated linearly between snapshots; NaN, which means unknown, if it never does.
func firstAbove(snapshots []train.Layers, f func(l *train.Layers) float64, limit float64) float64 {
	for i := range snapshots {
		now, to := f(&snapshots[i]), float64(snapshots[i].Update)/train.Epoch
		if !(now > limit) {
			continue
		}
		if i == 0 {
			return to
		}
		before, from := f(&snapshots[i-1]), float64(snapshots[i-1].Update)/train.Epoch
		if math.IsNaN(before) {
			return to
		}
		return from + (to-from)*(limit-before)/(now-before)
	}
	return math.NaN()
}

// claimC21: depth 5 stays where it is.
func claimC21(o *observed.Observations) []report.Claim {
	runs := o.OnShapeset(setup.Sigmoid5).Runs
	extreme := func(of func(a, b float64) float64) []float64 {
		return observed.Each(runs, func(r *run.Trace) float64 {
			x := math.NaN()
			for _, e := range r.Errors {
				if v := 100 * e.Test.Error; math.IsNaN(x) {
					x = v
				} else {
					x = of(x, v)
				}
			}
			return x
		})
	}
	top := observed.Each(runs, func(r *run.Trace) float64 {
		return observed.Reading(observed.MeanOf).Most(observed.SnapshotsSince(r, observed.Epochs(plateauEpoch)), setup.Sigmoid5.Depth)
	})
	row := judge(
		atLeast("test error, %", "lowest", extreme(math.Min), chanceError-plateauTolerance),
		atMost("test error, %", "highest", extreme(math.Max), chanceError+plateauTolerance),
		atMost("top layer's mean, largest after epoch 20", "", top, plateauMean),
	)
	row.Note = join(row.Note, "Table 1 has 82.61 % for this network, a little below the plateau of Figure 11. It may be of another run, or of another moment.")
	return []report.Claim{row}
}

// claimC22: tanh saturates from layer to layer.
func claimC22(o *observed.Observations) []report.Claim {
	row := judge(sequence(o.OnShapeset(setup.TanhStandard).Runs)...)
	row.Note = join(row.Note, "In Figure 3 the layers exceed it at epochs 4 (or before), 15, 30, 55 and 82. "+neverNote)
	return []report.Claim{row}
}

const neverNote = "The time of a layer whose 99th percentile never exceeds 0.9 is unknown."

// sequence checks that each layer saturates after the layer below it, and less.
func sequence(runs []*run.Trace) []check {
	var checks []check
	for k := 2; k <= setup.Layers; k++ {
		checks = append(checks, above("99th percentile above 0.9, epochs after the layer below", fmt.Sprintf("L%d", k), observed.Each(runs, func(r *run.Trace) float64 {
			return saturates(r, k) - saturates(r, k-1)
		}), 0))
	}
	for k := 2; k <= setup.Layers; k++ {
		checks = append(checks, atMost("std by that of the layer below, epochs 0 to 80", fmt.Sprintf("L%d", k), observed.Each(runs, func(r *run.Trace) float64 {
			snapshots := observed.SnapshotsWithin(r, 0, observed.Epochs(orderedEpochs))
			return observed.Reading(observed.StdOf).Mean(snapshots, k) / observed.Reading(observed.StdOf).Mean(snapshots, k-1)
		}), 1))
	}
	return checks
}

// saturates returns at which epoch the 99th percentile of layer k first exceeds 0.9; NaN if it never does.
func saturates(r *run.Trace, k int) float64 {
	return firstAbove(r.Snapshots, func(l *train.Layers) float64 { return observed.Reading(observed.P99Of).At(l, k) }, saturated)
}

// claimC23: softsign's layers saturate together.
func claimC23(o *observed.Observations) []report.Claim {
	return []report.Claim{judge(together(o.OnShapeset(setup.SoftsignStandard).Runs, o.OnShapeset(setup.TanhStandard).Runs)...)}
}

// together checks that the layers of softsign saturate less than tanh's of the same seed, that they reach half of their final values closer
// together, and that they grow more before epoch 8 than after.
func together(softsign, tanh []*run.Trace) []check {
	pairs := func(f func(s, t *run.Trace) float64) []float64 {
		values := make([]float64, min(len(softsign), len(tanh)))
		for k := range values {
			values[k] = f(softsign[k], tanh[k])
		}
		return values
	}
	return []check{
		above("99th percentile at epoch 92, tanh's less softsign's, smallest layer", "", pairs(func(s, t *run.Trace) float64 {
			return overLayers(math.Min, func(k int) float64 { return p99At(t, figure3Epochs, k) - p99At(s, figure3Epochs, k) })
		}), 0),
		atMost("epochs between the first and the last layer to come to half of that, softsign's less a quarter of tanh's", "", pairs(func(s, t *run.Trace) float64 {
			return halfwaySpread(s) - togetherShare*halfwaySpread(t)
		}), 0),
		above("softsign's growth in epochs 0 to 8 less that in 8 to 92, smallest layer", "", observed.Each(softsign, func(r *run.Trace) float64 {
			return overLayers(math.Min, func(k int) float64 {
				p := func(epoch int) float64 { return p99At(r, epoch, k) }
				return (p(growthEpoch) - p(0)) - (p(figure3Epochs) - p(growthEpoch))
			})
		}), 0),
	}
}

// halfwaySpread returns how many epochs lie between the first and the last layer to reach half of the 99th percentile that it has at epoch 92.
func halfwaySpread(r *run.Trace) float64 {
	halfway := func(k int) float64 {
		return firstAbove(r.Snapshots, func(l *train.Layers) float64 { return observed.Reading(observed.P99Of).At(l, k) }, p99At(r, figure3Epochs, k)/2)
	}
	return overLayers(math.Max, halfway) - overLayers(math.Min, halfway)
}

func p99At(r *run.Trace, epoch, k int) float64 {
	return observed.Reading(observed.P99Of).At(observed.SnapshotAt(r, observed.Epochs(epoch)), k)
}

// overLayers combines f of layers 1 to 5, for instance to a minimum.
func overLayers(of func(a, b float64) float64, f func(k int) float64) float64 {
	x := f(1)
	for k := 2; k <= setup.Layers; k++ {
		x = of(x, f(k))
	}
	return x
}

// claimC26: tanh with normalized initialisation, in one of its variants.
func claimC26(net setup.Network, variant string) func(o *observed.Observations) []report.Claim {
	return func(o *observed.Observations) []report.Claim {
		runs := o.OnShapeset(net).Runs
		checks := []check{
			atLeast("99th percentile at epoch 4, smallest layer", "", observed.Each(runs, func(r *run.Trace) float64 {
				return overLayers(math.Min, func(k int) float64 { return p99At(r, earlyEpoch, k) })
			}), normalizedSaturated),
			atLeast("std at epoch 4 by the final one, smallest layer", "", observed.Each(runs, func(r *run.Trace) float64 {
				return overLayers(math.Min, func(k int) float64 {
					return observed.Reading(observed.StdOf).At(observed.SnapshotAt(r, observed.Epochs(earlyEpoch)), k) / observed.Reading(observed.StdOf).At(observed.SnapshotAt(r, observed.Epochs(figure3Epochs)), k)
				})
			}), earlyShare),
		}
		for k := 1; k <= setup.Layers; k++ {
			expected := normalizedLastStdZ[k-1]
			checks = append(checks, within("final std", fmt.Sprintf("L%d", k), observed.Each(runs, func(r *run.Trace) float64 {
				return observed.Reading(observed.StdOf).At(observed.SnapshotAt(r, observed.Epochs(figure3Epochs)), k)
			}), expected-normalizedStdZMargin, expected+normalizedStdZMargin))
		}
		row := judge(checks...)
		if variant == variantFigure {
			row.Note = join(row.Note, "Figure 10 starts where this variant starts, and not where eq. 16 in every layer starts.")
		}
		return []report.Claim{row}
	}
}

// claimC27: pre-trained sigmoids.
func claimC27(o *observed.Observations) []report.Claim {
	runs := o.OnShapeset(setup.SigmoidPreTrained).Short
	row := judge(
		atLeast("top layer's std at epoch 5 by that before fine-tuning", "", observed.Each(runs, func(r *run.Trace) float64 {
			return observed.Reading(observed.StdOf).At(observed.SnapshotAt(r, observed.Epochs(firstEpochs)), setup.SigmoidPreTrained.Depth) / observed.Reading(observed.StdOf).At(observed.SnapshotAt(r, 0), setup.SigmoidPreTrained.Depth)
		}), keptStd),
		atMost("epochs until the test error is below 75 %", "", observed.Each(runs, func(r *run.Trace) float64 {
			return examples(r, escapedError) * 1e7 / setup.Batch / train.Epoch
		}), firstEpochs),
	)
	row.Note = join(row.Note, "Depth 4, denoising auto-encoders. The claim names no number.")
	return []report.Claim{row}
}
