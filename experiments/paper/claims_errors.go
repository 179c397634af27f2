package paper

import (
	"math"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// purelySupervised are the networks of Figure 11 without pre-training, all but the last of depth 5.
var purelySupervised = []Network{softsignStandard, softsignNormalized, tanhStandard, tanhNormalized, sigmoid5, sigmoid4}

// Variants of the trainings that are compared, as the claims' rows name them.
const (
	variantOrder   = "the order"
	variantNumbers = "the numbers"
	variantCommon  = "at one input scale for all"

	variantPreTraining = "pre-training"
)

// errorClaims are about test errors on Shapeset-3x2, section 5.
func errorClaims() []claim {
	figure11 := shapeset(append([]Network{tanhPreTrained}, purelySupervised...)...)
	return []claim{
		{
			id: "C31", figure: "fig11", needs: needs{trained: shapeset(purelySupervised...)}, updates: paperUpdates, check: claimC31,
			text:    "On Shapeset-3x2 the test errors fall from sigmoid of depth 5 to sigmoid of depth 4, tanh, softsign, softsign N and tanh N.",
			source:  "Figure 11 and its caption, Table 1",
			refuted: "a network does not have a larger error than the next one in the order, or among softsign, softsign N and tanh N its error is lower by more than a point; the numbers: an error is more than 1.5 points from the paper's",
		},
		{
			id: "C31", figure: "fig11", variant: variantPreTraining, needs: needs{trained: shapeset(tanhNormalized, tanhPreTrained)}, updates: paperUpdates, check: claimC31PreTraining,
			text:    "On Shapeset-3x2 the pre-trained network has the lowest test error, 11 %.",
			source:  "Figure 11 and its caption",
			refuted: "its error is not lower than that of tanh N, or more than 1.5 points from the paper's",
		},
		{
			id: "C32", figure: "table1", needs: needs{trained: shapeset(five...), common: true}, updates: paperUpdates, check: claimC32, bystanders: []Network{sigmoid5},
			text:    "Normalized initialisation helps tanh networks much, and hardly helps softsign networks, which are more robust to the initialisation.",
			source:  "section 5, Table 1: 27.15 to 15.60 % and 16.27 to 16.06 %",
			refuted: "it lowers the test error of tanh on Shapeset-3x2 by less than 8 points, or changes that of softsign by a point or more",
		},
		{
			id: "C33", figure: "table1", needs: needs{trained: shapeset(five...), common: true}, updates: paperUpdates, check: claimC33,
			text:    "On Shapeset-3x2 softsign, softsign N and tanh N are not statistically different, while tanh and sigmoid are worse, at p = 0.005.",
			source:  "Table 1 and its caption; all copies that we know have lost the bold print; which numbers were bold follows from 10,000 test images",
			refuted: "two of the three differ by as much as is significant at p = 0.005 on 10,000 test images (1.5 points), or tanh or sigmoid is not worse than one of them by such a difference (1.6 and 2 points)",
		},
		{
			id: "C34", figure: "fig11", needs: needs{trained: shapeset(softsignStandard, softsignNormalized, tanhStandard, tanhNormalized)},
			updates: halfUpdates(tanhStandard), check: claimC34,
			text:    "Networks converge to 50 % test error at speeds that differ by initialisation and activation: softsign first, then tanh N, softsign N, and much later tanh.",
			source:  "Figure 11, read off the figure",
			refuted: "a network needs at least as many examples as the next one in the order; the numbers: a network needs 20 % more or fewer than in the figure",
		},
		speedClaim(tanhPreTrained, variantPreTraining, "Tanh N, pre-trained, needs 0.171e7 examples to reach 50 % test error; those of pre-training are not counted."),
		speedClaim(sigmoid4, "sigmoid", "Sigmoid, depth 4, needs 1.28e7 examples to reach 50 % test error."),
		{
			id: "C39", figure: "fig11", needs: needs{trained: figure11}, updates: paperUpdates, check: claimC39,
			text:    "Pre-training beats purely supervised networks, and normalized initialisation removes a good part of the discrepancy.",
			source:  "section 5, Figure 11; numbers read off the figure",
			refuted: "after 0.42e7 examples a purely supervised network has a test error as low as the pre-trained one, or tanh N closes less than 60 % of the gap between tanh and pre-training",
		},
		{
			id: "C43", figure: "fig11", needs: needs{trained: shapeset(sigmoid4, tanhStandard)}, updates: paperUpdates, check: claimC43,
			text:    "The sigmoid network's solution is of poorer quality even after it has escaped the saturation.",
			source:  "section 5: “apparently towards ultimately poorer local minima”; Figure 11",
			refuted: "a sigmoid network of depth 4 that left the plateau of chance ends with a test error that is not larger than that of tanh of depth 5",
		},
	}
}

// speedClaim is the part of C34 for a network that the order does not need.
func speedClaim(net Network, variant, text string) claim {
	return claim{
		id: "C34", figure: "fig11", variant: variant, needs: needs{trained: shapeset(net)}, updates: halfUpdates(net), text: text,
		source:  "Figure 11, read off the figure, between readings by a straight line",
		refuted: "it needs 20 % more or fewer",
		check:   func(o *Observations) []report.Claim { return []report.Claim{judge(speed(o.shapeset(net)))} },
	}
}

// scales judges the five networks of Table 1 on a data set twice: at the input scale that is best for each, and at one shared input scale.
func scales(o *Observations, data string, judge func(of sample) report.Claim) []report.Claim {
	own := judge(wholeRuns)
	for _, sub := range on(data, five...) {
		if len(o.Trained[sub].Commons) == 0 {
			return []report.Claim{own, {
				Variant: variantCommon, Verdict: report.NotRun, Measured: "–", Expected: "–",
				Note: "Not all five networks were trained at one input scale.",
			}}
		}
	}
	common := judge(commonRuns)
	common.Variant = variantCommon
	return []report.Claim{own, common}
}

// claimC31: the order and the numbers.
func claimC31(o *Observations) []report.Claim {
	of, s := sample(wholeRuns), o.shapeset
	order := judge(
		of.worse(s(sigmoid5), s(sigmoid4)),
		of.worse(s(sigmoid4), s(tanhStandard)),
		of.worse(s(tanhStandard), s(softsignStandard)),
		of.notBetter(s(softsignStandard), s(softsignNormalized)),
		of.notBetter(s(softsignNormalized), s(tanhNormalized)),
	)
	order.Variant = variantOrder
	order.Note = join(order.Note, "Softsign, softsign N and tanh N differ by less than a point in the paper, so here they may be in any order within a point.")
	var checks []check
	for _, e := range []struct {
		net   Network
		error float64
	}{
		{sigmoid5, sigmoid5Error}, {sigmoid4, sigmoid4Error}, {tanhStandard, tanhError}, {softsignStandard, softsignError},
		{softsignNormalized, softsignNError}, {tanhNormalized, tanhNError},
	} {
		checks = append(checks, of.error(s(e.net), e.error-errorTolerance, e.error+errorTolerance))
	}
	numbers := judge(checks...)
	numbers.Variant = variantNumbers
	return []report.Claim{order, numbers}
}

// claimC31PreTraining: the pre-trained network.
func claimC31PreTraining(o *Observations) []report.Claim {
	of, pre := sample(wholeRuns), o.shapeset(tanhPreTrained)
	return []report.Claim{judge(
		of.worse(o.shapeset(tanhNormalized), pre),
		of.error(pre, preTrainedError-errorTolerance, preTrainedError+errorTolerance),
	)}
}

// claimC32: what normalized initialisation is worth.
func claimC32(o *Observations) []report.Claim {
	return scales(o, dataset.ShapesetName, func(of sample) report.Claim {
		tanh, tanhN := o.shapeset(tanhStandard), o.shapeset(tanhNormalized)
		return judge(
			atLeast(difference, between(tanh, tanhN), of.less(tanh, tanhN), tanhGain),
			of.alike(o.shapeset(softsignStandard), o.shapeset(softsignNormalized)),
		)
	})
}

// claimC33: which differences are large enough for the paper's test to find.
func claimC33(o *Observations) []report.Claim {
	return scales(o, dataset.ShapesetName, func(of sample) report.Claim {
		onPaper := func(net Network) float64 { return printed.Table1[slices.Index(five, net)].Shapeset }
		var checks []check
		alike := []Network{softsignStandard, softsignNormalized, tanhNormalized}
		for i, a := range alike {
			for _, b := range alike[:i] {
				x, y := o.shapeset(b), o.shapeset(a)
				least := leastDifference((onPaper(a) + onPaper(b)) / 2)
				checks = append(checks, within(difference, between(x, y), of.less(x, y), -least, least))
			}
		}
		for _, a := range []Network{tanhStandard, sigmoid5} {
			for _, b := range alike {
				x, y := o.shapeset(a), o.shapeset(b)
				checks = append(checks, atLeast(difference, between(x, y), of.less(x, y), leastDifference((onPaper(a)+onPaper(b))/2)))
			}
		}
		row := judge(checks...)
		row.Note = join(row.Note, "A test that finds no difference does not show that there is none. So networks are different here if they differ by what the two-proportion z test finds on 10,000 test images at p = 0.005. The paper had one network of each kind and does not name its test.")
		return row
	})
}

const examplesToHalf = "examples to 50 % test error, in 1e7"

// speed checks the examples that a network takes to 50 % test error.
func speed(t *Trained) check {
	low, high := about(halfOnPaper(t.Subject.Network)*Batch/1e7, speedPercent/100.)
	return within(examplesToHalf, t.Subject.legend(), each(t.Runs, func(r *run.Trace) float64 { return examples(r, halfError) }), low, high)
}

// claimC34: speeds.
func claimC34(o *Observations) []report.Claim {
	order := []Network{softsignStandard, tanhNormalized, softsignNormalized, tanhStandard}
	var later, numbers []check
	for i, net := range order {
		t := o.shapeset(net)
		numbers = append(numbers, speed(t))
		if i == 0 {
			continue
		}
		before := o.shapeset(order[i-1])
		later = append(later, above(examplesToHalf+", more than the one before", t.Subject.legend(), behind(t, before), 0))
	}
	rows := []report.Claim{judge(later...), judge(numbers...)}
	rows[0].Variant, rows[1].Variant = variantOrder, variantNumbers
	rows[1].Note = join(rows[1].Note, "We know no rate and input scale that give all of the paper's early curves.")
	return rows
}

// behind returns for each seed how many more examples than b, in 1e7, a takes to reach 50 % test error; NaN, which means unknown, if one of them
// does not reach it.
func behind(a, b *Trained) []float64 {
	d := make([]float64, min(len(a.Runs), len(b.Runs)))
	for k := range d {
		d[k] = examples(a.Runs[k], halfError) - examples(b.Runs[k], halfError)
	}
	return d
}

// claimC39: pre-training against the best purely supervised network.
func claimC39(o *Observations) []report.Claim {
	of, pre := sample(wholeRuns), o.shapeset(tanhPreTrained)
	last := make([]float64, len(pre.Runs)) // examples after which the pre-trained network is the best for good
	for k, r := range pre.Runs {
		for i, e := range r.Errors {
			for _, net := range purelySupervised {
				other := o.shapeset(net).Runs
				if k < len(other) && i < len(other[k].Errors) && other[k].Errors[i].Test.Error <= e.Test.Error {
					last[k] = float64(e.Update) * Batch / 1e7
				}
			}
		}
	}
	tanh, tanhN := o.shapeset(tanhStandard), o.shapeset(tanhNormalized)
	gain, gap := of.less(tanh, tanhN), of.less(tanh, pre)
	closed := make([]float64, min(len(gain), len(gap)))
	for k := range closed {
		closed[k] = gain[k] / gap[k]
		if gap[k] <= 0 {
			closed[k] = math.NaN() // nothing to close
		}
	}
	return []report.Claim{judge(
		atMost("last test, in 1e7 examples, at which a purely supervised network is as good", "", last, preTrainingWins*Batch/1e7*(1+speedPercent/100.)),
		atLeast("share of the gap from Tanh to Pre-training that Tanh N closes", "", closed, discrepancy),
	)}
}

// claimC43: after the escape.
func claimC43(o *Observations) []report.Claim {
	sigmoid, tanh := *o.shapeset(sigmoid4), *o.shapeset(tanhStandard)
	some, note := escaped(sigmoid.Runs)
	if len(some) < len(sigmoid.Runs) { // those that are left are compared with tanh's of the same seeds
		var same []*run.Trace
		for k, r := range sigmoid.Runs {
			if slices.Contains(some, r) && k < len(tanh.Runs) {
				same = append(same, tanh.Runs[k])
			}
		}
		sigmoid.Runs, tanh.Runs = some, same
	}
	row := judge(sample(wholeRuns).worse(&sigmoid, &tanh))
	row.Note = join(row.Note, note)
	return []report.Claim{row}
}
