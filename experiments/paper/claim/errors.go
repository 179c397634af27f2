package claim

import (
	"math"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// purelySupervised are the networks of Figure 11 without pre-training, all but the last of depth 5.
var purelySupervised = []setup.Network{setup.SoftsignStandard, setup.SoftsignNormalized, setup.TanhStandard, setup.TanhNormalized, setup.Sigmoid5, setup.Sigmoid4}

// Variants of the trainings that are compared, as the claims' rows name them.
const (
	variantOrder   = "the order"
	variantNumbers = "the numbers"
	variantCommon  = "at one input scale for all"

	variantPreTraining = "pre-training"
)

// errorClaims are about test errors on Shapeset-3x2, section 5.
func errorClaims() []Claim {
	figure11 := setup.Shapeset(append([]setup.Network{setup.TanhPreTrained}, purelySupervised...)...)
	return []Claim{
		{
			ID: "C31", figure: "fig11", Needs: observed.Needs{Trained: setup.Shapeset(purelySupervised...)}, updates: setup.PaperUpdates, check: claimC31,
			text:    "On Shapeset-3x2 the test errors fall from sigmoid of depth 5 to sigmoid of depth 4, tanh, softsign, softsign N and tanh N.",
			source:  "Figure 11 and its caption, Table 1",
			refuted: "a network does not have a larger error than the next one in the order, or among softsign, softsign N and tanh N its error is lower by more than a point; the numbers: an error is more than 1.5 points from the paper's",
		},
		{
			ID: "C31", figure: "fig11", variant: variantPreTraining, Needs: observed.Needs{Trained: setup.Shapeset(setup.TanhNormalized, setup.TanhPreTrained)}, updates: setup.PaperUpdates, check: claimC31PreTraining,
			text:    "On Shapeset-3x2 the pre-trained network has the lowest test error, 11 %.",
			source:  "Figure 11 and its caption",
			refuted: "its error is not lower than that of tanh N, or more than 1.5 points from the paper's",
		},
		{
			ID: "C32", figure: "table1", Needs: observed.Needs{Trained: setup.Shapeset(setup.Table1...), Common: true}, updates: setup.PaperUpdates, check: claimC32, bystanders: []setup.Network{setup.Sigmoid5},
			text:    "Normalized initialisation helps tanh networks much, and hardly helps softsign networks, which are more robust to the initialisation.",
			source:  "section 5, Table 1: 27.15 to 15.60 % and 16.27 to 16.06 %",
			refuted: "it lowers the test error of tanh on Shapeset-3x2 by less than 8 points, or changes that of softsign by a point or more",
		},
		{
			ID: "C33", figure: "table1", Needs: observed.Needs{Trained: setup.Shapeset(setup.Table1...), Common: true}, updates: setup.PaperUpdates, check: claimC33,
			text:    "On Shapeset-3x2 softsign, softsign N and tanh N are not statistically different, while tanh and sigmoid are worse, at p = 0.005.",
			source:  "Table 1 and its caption; all copies that we know have lost the bold print; which numbers were bold follows from 10,000 test images",
			refuted: "two of the three differ by as much as is significant at p = 0.005 on 10,000 test images (1.5 points), or tanh or sigmoid is not worse than one of them by such a difference (1.6 and 2 points)",
		},
		{
			ID: "C34", figure: "fig11", Needs: observed.Needs{Trained: setup.Shapeset(setup.SoftsignStandard, setup.SoftsignNormalized, setup.TanhStandard, setup.TanhNormalized)},
			updates: halfUpdates(setup.TanhStandard), check: claimC34,
			text:    "Networks converge to 50 % test error at speeds that differ by initialisation and activation: softsign first, then tanh N, softsign N, and much later tanh.",
			source:  "Figure 11, read off the figure",
			refuted: "a network needs at least as many examples as the next one in the order; the numbers: a network needs 20 % more or fewer than in the figure",
		},
		speedClaim(setup.TanhPreTrained, variantPreTraining, "Tanh N, pre-trained, needs 0.171e7 examples to reach 50 % test error; those of pre-training are not counted."),
		speedClaim(setup.Sigmoid4, "sigmoid", "Sigmoid, depth 4, needs 1.28e7 examples to reach 50 % test error."),
		{
			ID: "C39", figure: "fig11", Needs: observed.Needs{Trained: figure11}, updates: setup.PaperUpdates, check: claimC39,
			text:    "Pre-training beats purely supervised networks, and normalized initialisation removes a good part of the discrepancy.",
			source:  "section 5, Figure 11; numbers read off the figure",
			refuted: "after 0.42e7 examples a purely supervised network has a test error as low as the pre-trained one, or tanh N closes less than 60 % of the gap between tanh and pre-training",
		},
		{
			ID: "C43", figure: "fig11", Needs: observed.Needs{Trained: setup.Shapeset(setup.Sigmoid4, setup.TanhStandard)}, updates: setup.PaperUpdates, check: claimC43,
			text:    "The sigmoid network's solution is of poorer quality even after it has escaped the saturation.",
			source:  "section 5: “apparently towards ultimately poorer local minima”; Figure 11",
			refuted: "a sigmoid network of depth 4 that left the plateau of chance ends with a test error that is not larger than that of tanh of depth 5",
		},
	}
}

// speedClaim is the part of C34 for a network that the order does not need.
func speedClaim(net setup.Network, variant, text string) Claim {
	return Claim{
		ID: "C34", figure: "fig11", variant: variant, Needs: observed.Needs{Trained: setup.Shapeset(net)}, updates: halfUpdates(net), text: text,
		source:  "Figure 11, read off the figure, between readings by a straight line",
		refuted: "it needs 20 % more or fewer",
		check:   func(o *observed.Observations) []report.Claim { return []report.Claim{judge(speed(o.OnShapeset(net)))} },
	}
}

// scales judges the five networks of Table 1 on a data set twice: at the input scale that is best for each, and at one shared input scale.
func scales(o *observed.Observations, data string, judge func(of sample) report.Claim) []report.Claim {
	own := judge(observed.Whole)
	for _, sub := range setup.On(data, setup.Table1...) {
		if len(o.Trained[sub].Commons) == 0 {
			return []report.Claim{own, {
				Variant: variantCommon, Verdict: report.NotRun, Measured: "–", Expected: "–",
				Note: "Not all five networks were trained at one input scale.",
			}}
		}
	}
	common := judge(observed.Common)
	common.Variant = variantCommon
	return []report.Claim{own, common}
}

// claimC31: the order and the numbers.
func claimC31(o *observed.Observations) []report.Claim {
	of, s := sample(observed.Whole), o.OnShapeset
	order := judge(
		of.worse(s(setup.Sigmoid5), s(setup.Sigmoid4)),
		of.worse(s(setup.Sigmoid4), s(setup.TanhStandard)),
		of.worse(s(setup.TanhStandard), s(setup.SoftsignStandard)),
		of.notBetter(s(setup.SoftsignStandard), s(setup.SoftsignNormalized)),
		of.notBetter(s(setup.SoftsignNormalized), s(setup.TanhNormalized)),
	)
	order.Variant = variantOrder
	order.Note = join(order.Note, "Softsign, softsign N and tanh N differ by less than a point in the paper, so here they may be in any order within a point.")
	var checks []check
	for _, e := range []struct {
		net   setup.Network
		error float64
	}{
		{setup.Sigmoid5, sigmoid5Error}, {setup.Sigmoid4, sigmoid4Error}, {setup.TanhStandard, tanhError}, {setup.SoftsignStandard, softsignError},
		{setup.SoftsignNormalized, softsignNError}, {setup.TanhNormalized, tanhNError},
	} {
		checks = append(checks, of.error(s(e.net), e.error-errorTolerance, e.error+errorTolerance))
	}
	numbers := judge(checks...)
	numbers.Variant = variantNumbers
	return []report.Claim{order, numbers}
}

// claimC31PreTraining: the pre-trained network.
func claimC31PreTraining(o *observed.Observations) []report.Claim {
	of, pre := sample(observed.Whole), o.OnShapeset(setup.TanhPreTrained)
	return []report.Claim{judge(
		of.worse(o.OnShapeset(setup.TanhNormalized), pre),
		of.error(pre, preTrainedError-errorTolerance, preTrainedError+errorTolerance),
	)}
}

// claimC32: what normalized initialisation is worth.
func claimC32(o *observed.Observations) []report.Claim {
	return scales(o, dataset.ShapesetName, func(of sample) report.Claim {
		tanh, tanhN := o.OnShapeset(setup.TanhStandard), o.OnShapeset(setup.TanhNormalized)
		return judge(
			atLeast(difference, between(tanh, tanhN), of.less(tanh, tanhN), tanhGain),
			of.alike(o.OnShapeset(setup.SoftsignStandard), o.OnShapeset(setup.SoftsignNormalized)),
		)
	})
}

// claimC33: which differences are large enough for the paper's test to find.
func claimC33(o *observed.Observations) []report.Claim {
	return scales(o, dataset.ShapesetName, func(of sample) report.Claim {
		onPaper := func(net setup.Network) float64 { return printed.Table1[slices.Index(setup.Table1, net)].Shapeset }
		var checks []check
		alike := []setup.Network{setup.SoftsignStandard, setup.SoftsignNormalized, setup.TanhNormalized}
		for i, a := range alike {
			for _, b := range alike[:i] {
				x, y := o.OnShapeset(b), o.OnShapeset(a)
				least := leastDifference((onPaper(a) + onPaper(b)) / 2)
				checks = append(checks, within(difference, between(x, y), of.less(x, y), -least, least))
			}
		}
		for _, a := range []setup.Network{setup.TanhStandard, setup.Sigmoid5} {
			for _, b := range alike {
				x, y := o.OnShapeset(a), o.OnShapeset(b)
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
func speed(t *observed.Trained) check {
	low, high := about(halfOnPaper(t.Subject.Network)*setup.Batch/1e7, speedPercent/100.)
	return within(examplesToHalf, t.Subject.Legend(), observed.Each(t.Runs, func(r *run.Trace) float64 { return examples(r, halfError) }), low, high)
}

// claimC34: speeds.
func claimC34(o *observed.Observations) []report.Claim {
	order := []setup.Network{setup.SoftsignStandard, setup.TanhNormalized, setup.SoftsignNormalized, setup.TanhStandard}
	var later, numbers []check
	for i, net := range order {
		t := o.OnShapeset(net)
		numbers = append(numbers, speed(t))
		if i == 0 {
			continue
		}
		before := o.OnShapeset(order[i-1])
		later = append(later, above(examplesToHalf+", more than the one before", t.Subject.Legend(), behind(t, before), 0))
	}
	rows := []report.Claim{judge(later...), judge(numbers...)}
	rows[0].Variant, rows[1].Variant = variantOrder, variantNumbers
	rows[1].Note = join(rows[1].Note, "We know no rate and input scale that give all of the paper's early curves.")
	return rows
}

// behind returns for each seed how many more examples than b, in 1e7, a takes to reach 50 % test error; NaN, which means unknown, if one of them
// does not reach it.
func behind(a, b *observed.Trained) []float64 {
	d := make([]float64, min(len(a.Runs), len(b.Runs)))
	for k := range d {
		d[k] = examples(a.Runs[k], halfError) - examples(b.Runs[k], halfError)
	}
	return d
}

// claimC39: pre-training against the best purely supervised network.
func claimC39(o *observed.Observations) []report.Claim {
	of, pre := sample(observed.Whole), o.OnShapeset(setup.TanhPreTrained)
	last := make([]float64, len(pre.Runs)) // examples after which the pre-trained network is the best for good
	for k, r := range pre.Runs {
		for i, e := range r.Errors {
			for _, net := range purelySupervised {
				other := o.OnShapeset(net).Runs
				if k < len(other) && i < len(other[k].Errors) && other[k].Errors[i].Test.Error <= e.Test.Error {
					last[k] = float64(e.Update) * setup.Batch / 1e7
				}
			}
		}
	}
	tanh, tanhN := o.OnShapeset(setup.TanhStandard), o.OnShapeset(setup.TanhNormalized)
	gain, gap := of.less(tanh, tanhN), of.less(tanh, pre)
	closed := make([]float64, min(len(gain), len(gap)))
	for k := range closed {
		closed[k] = gain[k] / gap[k]
		if gap[k] <= 0 {
			closed[k] = math.NaN() // nothing to close
		}
	}
	return []report.Claim{judge(
		atMost("last test, in 1e7 examples, at which a purely supervised network is as good", "", last, preTrainingWins*setup.Batch/1e7*(1+speedPercent/100.)),
		atLeast("share of the gap from Tanh to Pre-training that Tanh N closes", "", closed, discrepancy),
	)}
}

// claimC43: after the escape.
func claimC43(o *observed.Observations) []report.Claim {
	sigmoid, tanh := *o.OnShapeset(setup.Sigmoid4), *o.OnShapeset(setup.TanhStandard)
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
	row := judge(sample(observed.Whole).worse(&sigmoid, &tanh))
	row.Note = join(row.Note, note)
	return []report.Claim{row}
}
