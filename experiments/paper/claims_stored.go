package paper

import (
	"fmt"
	"math"

	"glorot/experiments/report"
	"glorot/experiments/trial"
)

// storedClaims are about MNIST, CIFAR-10 and Small-ImageNet.
func storedClaims() []claim {
	all := []claim{
		{
			id: "C35", figure: "fig12", needs: needs{trained: on("mnist", five...), common: true}, updates: paperUpdates, check: claimC35,
			text:    "On MNIST the networks with symmetric activations have test errors of 1.6 to 1.8 % and the sigmoid network, the worst, 2.1 to 2.2 %.",
			source:  "Figure 12 left, Table 1",
			refuted: "sigmoid has no larger test error than one of the others; of the numbers, an error outside these ranges",
		},
		{
			id: "C36", figure: "fig12", needs: needs{trained: on("cifar10", five...), common: true}, updates: paperUpdates, check: claimC36,
			text:    "On CIFAR-10 the test errors rise from tanh N to softsign N, to softsign and tanh with standard initialisation, and to sigmoid.",
			source:  "Figure 12 right, Table 1",
			refuted: "a network has no smaller test error than the next one in the order; of the numbers, an error more than 1.5 points from the paper's",
		},
		{
			id: "C37", figure: "table1", needs: needs{trained: on("smallimagenet", five...), common: true}, updates: paperUpdates, check: claimC37,
			text:    "On Small-ImageNet the test errors rise from softsign N and tanh N to softsign, to tanh and sigmoid.",
			source:  "Table 1: 68.13, 68.57, 69.14, 70.58 and 70.66 %",
			refuted: "tanh N has an error lower by more than a point than softsign N, or no smaller one than softsign, or softsign no smaller one than tanh, or tanh and sigmoid differ by more than a point",
		},
	}
	for _, data := range []string{"mnist", "cifar10", "smallimagenet"} {
		all = append(all, otherData(data)...)
	}
	return all
}

// otherData are the parts of C44 on one data set.
func otherData(data string) []claim {
	entry := func(what string, updates int, refuted string, nets []Network, check func(o *Observations) []report.Claim) claim {
		return claim{
			id: "C44", figure: "section-datasets", variant: storedName[data] + ", " + what, needs: needs{trained: on(data, nets...)}, updates: updates, check: check,
			text:    "Similar behaviour is observed with the other data sets.",
			source:  "sections 3 and 4.2; the ranges are those of C2, C4, C17, C22 and C23",
			refuted: refuted,
		}
	}
	runs := func(o *Observations, net Network) []*trial.Result { return o.Trained[Subject{net, data}].Runs }
	single := func(checks ...check) []report.Claim { return []report.Claim{judge(checks...)} }
	return []claim{
		entry("before training", 0, "tanh activations with standard initialisation do not shrink from layer to layer, or with normalized initialisation nearly as much",
			[]Network{tanhStandard, tanhNormalized},
			func(o *Observations) []report.Claim {
				return single(shrinking(runs(o, tanhStandard), runs(o, tanhNormalized))...)
			}),
		entry("sigmoid", epochs(firstEpochs), "within the first 5 epochs the top layer's mean activation stays above 0.1, or its standard deviation above 0.01",
			[]Network{sigmoid5},
			func(o *Observations) []report.Claim {
				rows := single(collapse(runs(o, sigmoid5), layers)...)
				rows[0].Note = join(rows[0].Note, "Of depth 5, as in Table 1.")
				return rows
			}),
		entry("tanh", saturationUpdates, "the 99th percentile of a layer's activations exceeds 0.9 before that of the layer below it",
			[]Network{tanhStandard},
			func(o *Observations) []report.Claim { return single(sequence(runs(o, tanhStandard))...) }),
		entry("softsign", saturationUpdates, "at epoch 4 a layer's 99th percentile is below half of its final one, or at the end above 0.95",
			[]Network{softsignStandard},
			func(o *Observations) []report.Claim { return single(together(runs(o, softsignStandard))...) }),
	}
}

// storedName is how the variants name the data sets.
var storedName = map[string]string{"mnist": "MNIST", "cifar10": "CIFAR-10", "smallimagenet": "Small-ImageNet"}

// shrinking checks C2 and C4 at the first look: standard initialisation loses the activations' size, normalized keeps it.
func shrinking(standard, normalized []*trial.Result) []check {
	std := func(r *trial.Result, k int) float64 { return reading(stdOf).at(lookAt(r, 0), k) }
	kept := make([]float64, min(len(standard), len(normalized)))
	for i := range kept {
		n, s := normalized[i], standard[i]
		kept[i] = (std(n, layers) / std(n, 1)) / (std(s, layers) / std(s, 1))
	}
	return []check{
		{"tanh, standard, largest ratio of consecutive stds", "", each(standard, func(r *trial.Result) float64 {
			return largestRatio(layers, func(k int) float64 { return std(r, k) })
		}), math.Inf(-1), 1, seeded},
		{"std L5/L1, normalized by standard", "", kept, normalizedRatioLow / standardRatioHigh, math.Inf(1), seeded},
	}
}

// claimC35: MNIST.
func claimC35(o *Observations) []report.Claim {
	at := func(net Network) *Trained { return o.Trained[Subject{net, "mnist"}] }
	rows := scales(o, "mnist", func(of sample) report.Claim {
		var checks []check
		for _, net := range five {
			if net != sigmoid5 {
				checks = append(checks, of.worse(at(sigmoid5), at(net)))
			}
		}
		return judge(checks...)
	})
	of := sample(wholeRuns)
	var checks []check
	for _, net := range five {
		low, high := mnistLow, mnistHigh
		if net == sigmoid5 {
			low, high = mnistSigmoidLow, mnistSigmoidHigh
		}
		checks = append(checks, of.error(at(net), low, high))
	}
	return withNumbers(rows, judge(checks...))
}

// withNumbers puts the row of numbers between those of the order.
func withNumbers(rows []report.Claim, numbers report.Claim) []report.Claim {
	rows[0].Variant, numbers.Variant = variantOrder, variantNumbers
	rows[1].Variant = variantOrder + ", " + variantCommon
	return []report.Claim{rows[0], rows[1], numbers}
}

// claimC36: CIFAR-10.
func claimC36(o *Observations) []report.Claim {
	at := func(net Network) *Trained { return o.Trained[Subject{net, "cifar10"}] }
	rows := scales(o, "cifar10", func(of sample) report.Claim {
		return judge(
			of.worse(at(softsignNormalized), at(tanhNormalized)),
			of.worse(at(softsignStandard), at(softsignNormalized)),
			of.worse(at(tanhStandard), at(softsignNormalized)),
			of.worse(at(sigmoid5), at(softsignStandard)),
			of.worse(at(sigmoid5), at(tanhStandard)),
		)
	})
	of := sample(wholeRuns)
	var checks []check
	for i, net := range five {
		checks = append(checks, of.error(at(net), cifar10Errors[i]-errorTolerance, cifar10Errors[i]+errorTolerance))
	}
	return withNumbers(rows, judge(checks...))
}

// claimC37: Small-ImageNet, of which only a stand-in can be had: the order alone.
func claimC37(o *Observations) []report.Claim {
	at := func(net Network) *Trained { return o.Trained[Subject{net, "smallimagenet"}] }
	rows := scales(o, "smallimagenet", func(of sample) report.Claim {
		row := judge(
			of.notBetter(at(tanhNormalized), at(softsignNormalized)),
			of.worse(at(softsignStandard), at(tanhNormalized)),
			of.worse(at(tanhStandard), at(softsignStandard)),
			of.alike(at(sigmoid5), at(tanhStandard)),
		)
		row.Note = join(row.Note, fmt.Sprintf("%s was never published: these are other pictures, and the paper's numbers are not compared.", storedName["smallimagenet"]))
		return row
	})
	return rows
}
