package paper

import (
	"fmt"

	"glorot/experiments/report"
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
		all = append(all, otherDataClaims(data)...)
	}
	return all
}

// storedName is how the variants name the data sets.
var storedName = map[string]string{"mnist": "MNIST", "cifar10": "CIFAR-10", "smallimagenet": "Small-ImageNet"}

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
