package paper

import (
	"fmt"
	"math"

	"glorot/experiments/report"
	"glorot/experiments/train"
	"glorot/experiments/trial"
)

// sigmoidPreTrained is the network of Figure 2 from an initialisation by denoising auto-encoders, which begin as in the authors' scripts.
var sigmoidPreTrained = Network{Activation: "sigmoid", Init: "normalized", Depth: 4, Method: PreTrained}

// saturationClaims are about activations in training, sections 3.1 to 3.3.
func saturationClaims() []claim {
	return []claim{
		{
			id: "C17", figure: "fig2", needs: needs{trained: shapeset(sigmoid4)}, updates: epochs(firstEpochs), check: claimC17,
			text:    "Sigmoid, depth 4: very quickly all activations of the last hidden layer are pushed to their lower saturation value of 0.",
			source:  "section 3.1, Figure 2; numbers read off the figure",
			refuted: "the top layer's mean activation stays above 0.1 for the first 5 epochs, or its standard deviation above 0.01",
		},
		{
			id: "C18", figure: "fig2", needs: needs{trained: shapeset(sigmoid4)}, updates: epochs(20), check: claimC18,
			text:    "Sigmoid, depth 4: the other layers have a mean activation above 0.5, which decreases from the output layer to the input layer.",
			source:  "section 3.1, Figure 2",
			refuted: "in the middle of the plateau a layer below the top has a mean activation of 0.5 or less, or one no larger than that of the layer below it",
		},
		{
			id: "C19", figure: "fig2", needs: needs{trained: shapeset(sigmoid4)}, updates: paperUpdates, check: claimC19,
			text:    "Sigmoid, depth 4: the saturation is escaped, and the top layer slowly desaturates.",
			source:  "section 3.1, Figure 2 and its caption, Figure 11; numbers read off the figures",
			refuted: "the test error stays above 75 % for 2.5e7 examples, or the top layer's mean or standard deviation has not doubled by then; of the times, an escape at another one",
		},
		{
			id: "C20", figure: "fig2", needs: needs{trained: shapeset(sigmoid4)}, updates: paperUpdates, check: claimC20,
			text:    "Sigmoid, depth 4: as the top hidden layer moves out of saturation, the first hidden layer begins to saturate.",
			source:  "section 3.1, Figure 2; numbers read off the figure",
			refuted: "after the escape the first layer's standard deviation stays below 0.2, or does not grow as much as from 0.12 to 0.2",
		},
		{
			id: "C21", figure: "fig11", needs: needs{trained: shapeset(sigmoid5)}, updates: paperUpdates, check: claimC21,
			text:    "Sigmoid, depth 5: the network never escapes the saturation during training.",
			source:  "section 3.1, Figure 11; numbers read off the figure",
			refuted: "the test error leaves 83.3 ± 0.4 % within 2.5e7 examples, or after epoch 20 the top layer's mean activation rises above 0.05",
		},
		{
			id: "C22", figure: "fig3", needs: needs{trained: shapeset(tanhStandard)}, updates: saturationUpdates, check: claimC22,
			text:    "Tanh, standard initialisation: the layers saturate one after the other, beginning with layer 1 and propagating up in the network.",
			source:  "section 3.2, Figure 3 top and its caption",
			refuted: "the 99th percentile of a layer's activations exceeds 0.9 before that of the layer below it, or a layer's standard deviation is, over the first 80 epochs, as large as that of the layer below it",
		},
		{
			id: "C23", figure: "fig3", needs: needs{trained: shapeset(softsignStandard)}, updates: saturationUpdates, check: claimC23,
			text:    "Softsign: the layers saturate less than tanh's and do so together, faster at the beginning and then slowly.",
			source:  "section 3.3, Figure 3 bottom and its caption; numbers read off the figure",
			refuted: "at epoch 4 a layer's 99th percentile is below half of its final one, or at the end above 0.95, or grows more in epochs 8 to 92 than in the first 8",
		},
		{
			id: "C26", figure: "fig10", needs: needs{trained: shapeset(tanhNormalized, tanhFigure)}, updates: saturationUpdates, check: claimC26,
			text:    "Tanh, normalized initialisation: the activations of all layers move together, as those of softsign do.",
			source:  "Figure 10 and the text on it; numbers read off the figure",
			refuted: "at epoch 4 a layer's 99th percentile is below 0.98, or its standard deviation below half of the final one, or that differs by more than 0.05 from the figure's",
		},
		{
			id: "C27", figure: "section-pretraining", needs: needs{compared: shapeset(sigmoidPreTrained)}, updates: epochs(firstEpochs), check: claimC27,
			text:    "Deep networks with sigmoids do not suffer from the saturation of the top layer if they are initialised by unsupervised pre-training.",
			source:  "section 3.1",
			refuted: "within the first 5 epochs the standard deviation of the top layer's activations falls below 0.01",
		},
	}
}

// claimC17: the top layer collapses.
func claimC17(o *Observations) []report.Claim {
	return []report.Claim{judge(collapse(o.shapeset(sigmoid4).Runs, sigmoid4.Depth)...)}
}

// collapse checks that the top layer of a sigmoid network of that depth is soon pushed to 0.
func collapse(runs []*trial.Result, top int) []check {
	least := func(f reading) []float64 {
		return each(runs, func(r *trial.Result) float64 { return f.least(looksWithin(r, 0, epochs(firstEpochs)), top) })
	}
	return []check{
		{"top layer's mean, smallest of the first 5 epochs", "", least(meanOf), math.Inf(-1), collapsedMean, seeded},
		{"its std, smallest", "", least(stdOf), math.Inf(-1), collapsedStd, seeded},
	}
}

// escape returns after how many updates a sigmoid network left the plateau of chance.
func escape(r *trial.Result) (updates float64, escaped bool) { return reach(r, escapedError) }

// midPlateau is the look in the middle of the plateau, which ends with the escape or the training.
func midPlateau(r *trial.Result) *train.Layers {
	end, _ := escape(r)
	return lookAt(r, int(end/2))
}

// claimC18: the other layers, in the middle of the plateau.
func claimC18(o *Observations) []report.Claim {
	return []report.Claim{judge(belowTop(o.shapeset(sigmoid4).Runs, sigmoid4.Depth)...)}
}

// belowTop checks that the layers below the top one have means above 0.5, which decrease towards the input.
func belowTop(runs []*trial.Result, top int) []check {
	mean := func(l *train.Layers, k int) float64 { return reading(meanOf).at(l, k) }
	checks := []check{{"layer 1's mean less 0.5", "", each(runs, func(r *trial.Result) float64 {
		return mean(midPlateau(r), 1) - sigmoidMean
	}), math.SmallestNonzeroFloat64, math.Inf(1), seeded}}
	for k := 2; k < top; k++ {
		checks = append(checks, check{"mean less that of the layer below", fmt.Sprintf("L%d", k), each(runs, func(r *trial.Result) float64 {
			return mean(midPlateau(r), k) - mean(midPlateau(r), k-1)
		}), math.SmallestNonzeroFloat64, math.Inf(1), seeded})
	}
	return checks
}

// escapes checks that a sigmoid network leaves chance, and its top layer the saturation.
func escapes(runs []*trial.Result, top int) []check {
	growth := func(f reading) []float64 {
		return each(runs, func(r *trial.Result) float64 { return f.at(lastLook(r), top) / f.at(midPlateau(r), top) })
	}
	lowest := each(runs, func(r *trial.Result) float64 {
		least := 100.
		for _, e := range r.Tests {
			least = math.Min(least, 100*e.Test)
		}
		return least
	})
	return []check{
		{"lowest test error, %", "", lowest, math.Inf(-1), 100 * escapedError, seeded},
		{"top layer, end/plateau", "mean", growth(meanOf), desaturation, math.Inf(1), seeded},
		{"top layer, end/plateau", "std", growth(stdOf), desaturation, math.Inf(1), seeded},
	}
}

// claimC19: the escape, and when it comes: the paper has two times.
func claimC19(o *Observations) []report.Claim {
	runs := o.shapeset(sigmoid4).Runs
	when := func(figure string, updates float64) report.Claim {
		low, high := about(updates*Batch/1e7, escapeTolerance)
		row := judge(check{"examples at the escape, in 1e7", "", each(runs, func(r *trial.Result) float64 { return examples(r, escapedError, high) }), low, high, seeded})
		row.Variant = "time of " + figure
		row.Note = join(row.Note, "The paper has two times for one network: Figure 11 leaves the plateau at 0.70e7 examples, Figure 2 at 2.0e7. One run cannot have both. Without an escape, the length of the training stands for a time beyond it.")
		return row
	}
	return []report.Claim{judge(escapes(runs, sigmoid4.Depth)...), when("Figure 11", escapeFigure11), when("Figure 2", escapeFigure2)}
}

// escaped returns the trainings that left the plateau; the others say nothing about what follows, and the note says so.
func escaped(runs []*trial.Result) (some []*trial.Result, note string) {
	for _, r := range runs {
		if _, left := escape(r); left {
			some = append(some, r)
		}
	}
	if stuck := len(runs) - len(some); stuck > 0 {
		note = fmt.Sprintf("%d of %d networks did not leave the plateau of chance, and say nothing about this.", stuck, len(runs))
	}
	return some, note
}

// claimC20: layer 1 after the escape.
func claimC20(o *Observations) []report.Claim {
	runs, note := escaped(o.shapeset(sigmoid4).Runs)
	row := judge(firstSaturates(runs)...)
	row.Note = join(row.Note, note)
	return []report.Claim{row}
}

// firstSaturates checks that layer 1 of sigmoid networks that have escaped begins to saturate.
func firstSaturates(runs []*trial.Result) []check {
	after := func(r *trial.Result) float64 {
		updates, _ := escape(r)
		return reading(stdOf).most(looksSince(r, int(updates)), 1)
	}
	return []check{
		{"layer 1's std, largest after the escape", "", each(runs, after), escapedFirstStd, math.Inf(1), seeded},
		{"by that of the plateau", "", each(runs, func(r *trial.Result) float64 { return after(r) / reading(stdOf).at(midPlateau(r), 1) }), firstStdJump, math.Inf(1), seeded},
	}
}

// claimC21: depth 5 stays where it is.
func claimC21(o *Observations) []report.Claim {
	runs := o.shapeset(sigmoid5).Runs
	extreme := func(of func(a, b float64) float64) []float64 {
		return each(runs, func(r *trial.Result) float64 {
			x := math.NaN()
			for _, e := range r.Tests {
				if v := 100 * e.Test; math.IsNaN(x) {
					x = v
				} else {
					x = of(x, v)
				}
			}
			return x
		})
	}
	top := each(runs, func(r *trial.Result) float64 {
		return reading(meanOf).most(looksSince(r, epochs(plateauEpoch)), sigmoid5.Depth)
	})
	row := judge(
		check{"test error, %", "lowest", extreme(math.Min), chanceError - plateauTolerance, math.Inf(1), seeded},
		check{"test error, %", "highest", extreme(math.Max), math.Inf(-1), chanceError + plateauTolerance, seeded},
		check{"top layer's mean, largest after epoch 20", "", top, math.Inf(-1), plateauMean, seeded},
	)
	row.Note = join(row.Note, "Table 1 has 82.61 % for this network, a little below the plateau of Figure 11: another run, or another moment of it.")
	return []report.Claim{row}
}

// claimC22: tanh saturates from layer to layer.
func claimC22(o *Observations) []report.Claim {
	row := judge(sequence(o.shapeset(tanhStandard).Runs)...)
	row.Note = join(row.Note, "In Figure 3 the layers exceed it at epochs 4 (or before), 15, 30, 55 and 82. "+neverNote)
	return []report.Claim{row}
}

const neverNote = "A layer whose 99th percentile never exceeds 0.9 counts as doing so at the end; of two such layers nothing is known."

// sequence checks that each layer saturates after the one below it, and is not as far as that one is.
func sequence(runs []*trial.Result) []check {
	var checks []check
	for k := 2; k <= layers; k++ {
		checks = append(checks, check{"99th percentile above 0.9, epochs after the layer below", fmt.Sprintf("L%d", k), each(runs, func(r *trial.Result) float64 {
			return delay(r, k)
		}), math.SmallestNonzeroFloat64, math.Inf(1), seeded})
	}
	for k := 2; k <= layers; k++ {
		checks = append(checks, check{"std by that of the layer below, epochs 0 to 80", fmt.Sprintf("L%d", k), each(runs, func(r *trial.Result) float64 {
			looks := looksWithin(r, 0, epochs(orderedEpochs))
			return reading(stdOf).mean(looks, k) / reading(stdOf).mean(looks, k-1)
		}), math.Inf(-1), 1, seeded})
	}
	return checks
}

// saturates returns at which epoch the 99th percentile of layer k first exceeds 0.9, between two looks by a straight line; or the last
// look's epoch if it never does.
func saturates(r *trial.Result, k int) (epoch float64, saturates bool) {
	for i, l := range r.Looks {
		now := p99Of(l.Layers[k-1])
		if now <= saturated || math.IsNaN(now) {
			continue
		}
		if i == 0 {
			return float64(l.Update) / train.Epoch, true
		}
		before := p99Of(r.Looks[i-1].Layers[k-1])
		from, to := float64(r.Looks[i-1].Update), float64(l.Update)
		return (from + (to-from)*(saturated-before)/(now-before)) / train.Epoch, true
	}
	if len(r.Looks) == 0 {
		return math.NaN(), false
	}
	return float64(r.Looks[len(r.Looks)-1].Update) / train.Epoch, false
}

// delay is how many epochs layer k saturates after the one below it; NaN if neither does.
func delay(r *trial.Result, k int) float64 {
	here, one := saturates(r, k)
	below, other := saturates(r, k-1)
	if !one && !other {
		return math.NaN()
	}
	return here - below
}

// claimC23: softsign's layers go together.
func claimC23(o *Observations) []report.Claim {
	return []report.Claim{judge(together(o.shapeset(softsignStandard).Runs)...)}
}

// together checks that at epoch 4 every layer's 99th percentile has at least half of what it has at the end, which is no saturation, and
// grows more before epoch 8 than after.
func together(runs []*trial.Result) []check {
	return []check{
		{"99th percentile at epoch 4 by the final one, smallest layer", "", each(runs, func(r *trial.Result) float64 {
			return overLayers(math.Min, func(k int) float64 { return p99At(r, earlyEpoch, k) / p99At(r, figure3Epochs, k) })
		}), earlyShare, math.Inf(1), seeded},
		{"the final one, largest layer", "", each(runs, func(r *trial.Result) float64 {
			return overLayers(math.Max, func(k int) float64 { return p99At(r, figure3Epochs, k) })
		}), math.Inf(-1), softsignMost, seeded},
		{"its growth in epochs 0 to 8 less that in 8 to 92, smallest layer", "", each(runs, func(r *trial.Result) float64 {
			return overLayers(math.Min, func(k int) float64 {
				p := func(epoch int) float64 { return p99At(r, epoch, k) }
				return (p(growthEpoch) - p(0)) - (p(figure3Epochs) - p(growthEpoch))
			})
		}), math.SmallestNonzeroFloat64, math.Inf(1), seeded},
	}
}

func p99At(r *trial.Result, epoch, k int) float64 {
	return reading(p99Of).at(lookAt(r, epochs(epoch)), k)
}

// overLayers joins f of layers 1 to 5; NaN if one is.
func overLayers(of func(a, b float64) float64, f func(k int) float64) float64 {
	x := f(1)
	for k := 2; k <= layers; k++ {
		x = of(x, f(k))
	}
	return x
}

// claimC26: tanh with normalized initialisation.
func claimC26(o *Observations) []report.Claim {
	about := func(net Network, variant string) report.Claim {
		runs := o.shapeset(net).Runs
		checks := []check{
			{"99th percentile at epoch 4, smallest layer", "", each(runs, func(r *trial.Result) float64 {
				return overLayers(math.Min, func(k int) float64 { return p99At(r, earlyEpoch, k) })
			}), normalizedSaturated, math.Inf(1), seeded},
			{"std at epoch 4 by the final one, smallest layer", "", each(runs, func(r *trial.Result) float64 {
				return overLayers(math.Min, func(k int) float64 {
					return reading(stdOf).at(lookAt(r, epochs(earlyEpoch)), k) / reading(stdOf).at(lookAt(r, epochs(figure3Epochs)), k)
				})
			}), earlyShare, math.Inf(1), seeded},
		}
		for k := 1; k <= layers; k++ {
			expected := normalizedLastStdZ[k-1]
			checks = append(checks, check{"final std", fmt.Sprintf("L%d", k), each(runs, func(r *trial.Result) float64 {
				return reading(stdOf).at(lookAt(r, epochs(figure3Epochs)), k)
			}), expected - normalizedStdZMargin, expected + normalizedStdZMargin, seeded})
		}
		row := judge(checks...)
		row.Variant = variant
		return row
	}
	literal, figure := about(tanhNormalized, variantLiteral), about(tanhFigure, variantFigure)
	figure.Note = join(figure.Note, "Figure 10 starts where this variant does, and not where eq. 16 in every layer starts.")
	return []report.Claim{literal, figure}
}

// claimC27: pre-trained sigmoids.
func claimC27(o *Observations) []report.Claim {
	runs := o.shapeset(sigmoidPreTrained).Short
	row := judge(check{"top layer's std, smallest of the first 5 epochs", "", each(runs, func(r *trial.Result) float64 {
		return reading(stdOf).least(looksWithin(r, 0, epochs(firstEpochs)), sigmoidPreTrained.Depth)
	}), collapsedStd, math.Inf(1), seeded})
	row.Note = join(row.Note, "Depth 4, denoising auto-encoders. The claim names no number; C17's are taken, without the mean: units that are seldom active have a small mean and are not saturated together.")
	return []report.Claim{row}
}
