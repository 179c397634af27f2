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
			refuted: "sigmoid has no larger test error than softsign or tanh N, which is all that the paper's numbers tell apart at p = 0.005, or a pair is reversed by as much as would be significant; of the numbers, an error that differs from Table 1's by as much (0.5 points)",
		},
		{
			id: "C36", figure: "fig12", needs: needs{trained: on("cifar10", five...), common: true}, updates: paperUpdates, check: claimC36,
			text:    "On CIFAR-10 the test errors rise from tanh N to softsign N, to softsign and tanh with standard initialisation, and to sigmoid.",
			source:  "Figure 12 right, Table 1",
			refuted: "a pair that the paper's numbers tell apart at p = 0.005 is not in the paper's order, or another one is reversed by as much as would be significant (2 points); of the numbers, an error that differs from Table 1's by as much",
		},
		{
			id: "C37", figure: "table1", needs: needs{trained: on("smallimagenet", five...), common: true}, updates: paperUpdates, check: claimC37,
			text:    "On Small-ImageNet the test errors rise from softsign N and tanh N to softsign, to tanh and sigmoid.",
			source:  "Table 1: 68.13, 68.57, 69.14, 70.58 and 70.66 %",
			refuted: "softsign N or tanh N has no smaller error than tanh or sigmoid, which is all that the paper's numbers tell apart at p = 0.005 (on 10,000 images), or a pair is reversed by as much as would be significant (1.8 points)",
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
func claimC35(o *Observations) []report.Claim { return printedErrorsOn(o, "mnist") }

// printedErrorsOn checks the order and the numbers of a column of Table 1.
func printedErrorsOn(o *Observations, data string) []report.Claim {
	rows := scales(o, data, func(of sample) report.Claim { return judge(of.printedOrder(o, data)...) })
	return withNumbers(rows, judge(sample(wholeRuns).printedNumbers(o, data)...))
}

// withNumbers puts the row of numbers between those of the order.
func withNumbers(rows []report.Claim, numbers report.Claim) []report.Claim {
	rows[0].Variant, numbers.Variant = variantOrder, variantNumbers
	rows[1].Variant = variantOrder + ", " + variantCommon
	return []report.Claim{rows[0], rows[1], numbers}
}

// claimC36: CIFAR-10.
func claimC36(o *Observations) []report.Claim { return printedErrorsOn(o, "cifar10") }

// claimC37: Small-ImageNet, of which only a stand-in can be had: the order alone.
func claimC37(o *Observations) []report.Claim {
	const data = "smallimagenet"
	return scales(o, data, func(of sample) report.Claim {
		row := judge(of.printedOrder(o, data)...)
		row.Note = join(row.Note, fmt.Sprintf("%s was never published: these are other pictures, and the paper's numbers are not compared.", storedName[data]))
		return row
	})
}
