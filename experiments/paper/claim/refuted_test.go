package claim

import (
	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

const (
	refuted = report.Disagrees
	open    = report.Undecided
)

func saturationRefutations() []refutation {
	const data = dataset.ShapesetName
	stuck := tested(setup.Sigmoid4, func(e *run.Errors) { e.Test.Error, e.Valid.Error = .834, .834 })
	late := func(layer, from int) spoiler { return percentile(setup.SoftsignStandard, data, layer, 0, from, .05) }
	all := []refutation{
		{"C17", "", "the top layer stays half open", refuted, during(setup.Sigmoid4, data, 4, 0, 125, setMean(.3))},
		{"C17", "", "its units differ", refuted, during(setup.Sigmoid4, data, 4, 0, 125, setStd(.05))},
		{"C17", "", "it collapses after epoch 5", refuted, during(setup.Sigmoid4, data, 4, 0, 5, setMean(.2))},
		{"C17", "", "it opens again by epoch 5", refuted, during(setup.Sigmoid4, data, 4, 5, 5, setMean(.2))},
		{"C18", "", "layer 1 below a half", refuted, during(setup.Sigmoid4, data, 1, 0, 125, setMean(.45))},
		{"C18", "", "layer 2 above layer 3", refuted, during(setup.Sigmoid4, data, 2, 0, 125, setMean(.9))},
		{"C18", "", "layers alike", refuted, during(setup.Sigmoid4, data, 2, 0, 125, setMean(.5))},
		{"C19", "", "no escape", refuted, stuck},
		{"C19", "", "no desaturation", refuted, during(setup.Sigmoid4, data, 4, 5, 125, setMean(.02))},
		{"C19", "", "no spread", refuted, during(setup.Sigmoid4, data, 4, 5, 125, setStd(.002))},
		{"C19", "time of Figure 11", "late", refuted, delayed(setup.Sigmoid4, 2)},
		{"C19", "time of Figure 11", "early", refuted, delayed(setup.Sigmoid4, .5)},
		{"C19", "time of Figure 11", "never", open, stuck},
		{"C19", "time of Figure 2", "as in Figure 2", report.Agrees, delayed(setup.Sigmoid4, 2.6)},
		{"C19", "time of Figure 2", "as in Figure 11", refuted, func(*observed.Observations) {}},
		{"C19", "time of Figure 2", "very late", refuted, delayed(setup.Sigmoid4, 4)},
		{"C20", "", "layer 1 as before", refuted, during(setup.Sigmoid4, data, 1, 0, 125, setStd(.12))},
		{"C20", "", "layer 1 always wide", refuted, during(setup.Sigmoid4, data, 1, 0, 125, setStd(.25))},
		{"C20", "", "no escape", open, stuck},
		{"C20", "", "layer 1 saturates long before", refuted, during(setup.Sigmoid4, data, 1, 65, 125, setStd(.3))},
		{"C20", "", "layer 1 saturates long after", refuted, during(setup.Sigmoid4, data, 1, 64, 116, setStd(.13))},
		{"C20", "", "one escape of five, and as before", open, func(o *observed.Observations) {
			stuck(o)
			o.OnShapeset(setup.Sigmoid4).Runs[2].Errors[20].Test.Error = .7
			during(setup.Sigmoid4, data, 1, 0, 125, setStd(.12))(o)
		}},
		{"C21", "", "an escape at the end", refuted, tested(setup.Sigmoid5, func(e *run.Errors) {
			if e.Update > 2_000_000 {
				e.Test.Error = .6
			}
		})},
		{"C21", "", "worse than chance", refuted, tested(setup.Sigmoid5, func(e *run.Errors) { e.Test.Error = .889 })},
		{"C21", "", "the top layer moves", refuted, during(setup.Sigmoid5, data, 5, 60, 80, setMean(.3))},
		{"C22", "", "layer 3 before layer 2", refuted, percentile(setup.TanhStandard, data, 3, 4, 125, .99)},
		{"C22", "", "layer 5 before layer 4", refuted, percentile(setup.TanhStandard, data, 4, 0, 90, .5)},
		{"C22", "", "all at once", refuted, seenOnShapeset(setup.TanhStandard, func(l *train.Layer, epoch, _ int) {
			l.Z.P99, l.Z.P01 = .5, -.5
			if epoch >= 20 {
				l.Z.P99, l.Z.P01 = 1, -1
			}
		})},
		{"C22", "", "no saturation", open, seenOnShapeset(setup.TanhStandard, func(l *train.Layer, _, _ int) { l.Z.P99, l.Z.P01 = .5, -.5 })},
		{"C23", "", "layer 5 late", refuted, late(5, 60)},
		{"C23", "", "layer 2 late", refuted, late(2, 20)},
		{"C23", "", "tanh together as well", refuted, seenOnShapeset(setup.TanhStandard, func(l *train.Layer, epoch, _ int) {
			l.Z.P99, l.Z.P01 = min(1, .2+.2*float64(epoch)), -min(1, .2+.2*float64(epoch))
		})},
		{"C23", "", "a layer saturates", refuted, percentile(setup.SoftsignStandard, data, 5, 80, 125, .99)},
		{"C23", "", "slow at the beginning", refuted, percentile(setup.SoftsignStandard, data, 3, 0, 8, .45)},
		{"C23", "", "not observed", open, spoil(setup.SoftsignStandard.On(data), func(r *run.Trace) { r.Snapshots = r.Snapshots[:min(12, len(r.Snapshots))] })},
		{"C26", variantLiteral, "layer 5 late", refuted, percentile(setup.TanhNormalized, data, 5, 0, 4, .5)},
		{"C26", variantLiteral, "layer 3 narrow at epoch 4", refuted, during(setup.TanhNormalized, data, 3, 4, 4, setStd(.3))},
		{"C26", variantFigure, "layer 5 late", refuted, percentile(setup.TanhFigure, data, 5, 0, 4, .5)},
		{"C27", "", "a collapse", refuted, during(setup.SigmoidPreTrained, data, 4, 1, 125, setStd(.001))},
		{"C27", "", "most of it lost", refuted, during(setup.SigmoidPreTrained, data, 4, 5, 5, setStd(.08))},
		{"C27", "", "a long plateau", refuted, tested(setup.SigmoidPreTrained, func(e *run.Errors) { e.Update *= 5 })},
		{"C27", "", "no end of it", open, tested(setup.SigmoidPreTrained, func(e *run.Errors) { e.Test.Error, e.Valid.Error = .83, .83 })},
	}
	for k := 1; k <= setup.Layers; k++ {
		if k > 1 {
			all = append(all, refutation{"C22", "", "a layer wider than the one below", refuted, during(setup.TanhStandard, data, k, 0, 125, setStd(.6))})
		}
		all = append(all,
			refutation{"C26", variantLiteral, "a layer wide at the end", refuted, during(setup.TanhNormalized, data, k, 92, 92, setStd(.96))},
			refutation{"C26", variantFigure, "a layer narrow at the end", refuted, during(setup.TanhFigure, data, k, 92, 92, setStd(.4))})
	}
	return append(all, []refutation{
		{"C24", "the standard deviations", "layer 1 narrow", refuted, during(setup.TanhStandard, data, 1, 125, 125, setStd(.5))},
		{"C24", "the standard deviations", "layer 5 wide", refuted, during(setup.TanhStandard, data, 5, 125, 125, setStd(.4))},
		{"C25", "the standard deviations", "layer 3 narrow", refuted, during(setup.SoftsignStandard, data, 3, 125, 125, setStd(.4))},
		{"C25", "the standard deviations", "layer 2 wide", refuted, during(setup.SoftsignStandard, data, 2, 125, 125, setStd(.7))},
		{"C24", "the modes", "layer 1 not at the ends", refuted, ended(setup.TanhStandard, 1, []float64{0, 1}, []float64{.5, .5})},
		{"C24", "the modes", "layer 1 mostly in the middle", refuted, ended(setup.TanhStandard, 1, []float64{0, .02, .04, .98, .99}, []float64{12, 12, 0, 0, 4})},
		{"C24", "the modes", "layer 2 mostly in the middle", refuted, ended(setup.TanhStandard, 2, []float64{0, .02, .04, 1}, []float64{12, 12, 0, 0})},
		{"C24", "the modes", "layer 5 with modes aside", refuted, ended(setup.TanhStandard, 5, []float64{0, .3, .4, 1}, []float64{2.8, 2.8, 3.5, 0})},
		{"C24", "the modes", "layer 5 with a high peak", refuted, ended(setup.TanhStandard, 5, []float64{0, .2, 1}, []float64{5, 0, 0})},
		{"C25", "the modes", "layer 2 around 0", refuted, ended(setup.SoftsignStandard, 2, []float64{0, .5, .97}, []float64{2, .2, 0})},
		{"C25", "the modes", "layer 3 with modes near 0", refuted, ended(setup.SoftsignStandard, 3, []float64{0, .3, .6, .97}, []float64{.2, 1, .4, 0})},
		{"C25", "the modes", "layer 1 flat", refuted, ended(setup.SoftsignStandard, 1, []float64{0, .6, .97, 1}, []float64{.5, .52, .5, 0})},
		{"C25", "the modes", "layer 1 with modes near 0", refuted, ended(setup.SoftsignStandard, 1, []float64{0, .3, .6, .97}, []float64{.2, 1, .4, 0})},
		{"C25", "the modes", "layer 3 around 0", refuted, ended(setup.SoftsignStandard, 3, []float64{0, .5, .97}, []float64{2, .2, 0})},
		{"C25", "the modes", "layer 2 at the ends", refuted, ended(setup.SoftsignStandard, 2, []float64{0, .6, .97, 1}, []float64{.2, .7, .5, .5})},
		{"C25", "the modes", "layer 3 at the ends", refuted, ended(setup.SoftsignStandard, 3, []float64{0, .6, .97, 1}, []float64{.2, .7, .5, .5})},
		{"C25", "the modes", "layer 1 at the ends", refuted, ended(setup.SoftsignStandard, 1, []float64{0, .6, .97, 1}, []float64{.2, .7, .5, .5})},
	}...)
}

func gradientRefutations() []refutation {
	const data = dataset.ShapesetName
	return []refutation{
		{"C28", "", "no reversal", refuted, during(setup.TanhStandard, data, 1, 1, 125, func(l *train.Layer) { l.DS.Std = .01 })},
		{"C28", "", "a late reversal", refuted, during(setup.TanhStandard, data, 1, 1, 5, func(l *train.Layer) { l.DS.Std = .05 })},
		{"C28", "", "reversed from the start", refuted, during(setup.TanhStandard, data, 1, 0, 0, func(l *train.Layer) { l.DS.Std = .1 })},
		{"C29", "", "layer 2 above layer 1", refuted, during(setup.TanhStandard, data, 2, 0, 125, timesDW(2))},
		{"C29", "", "layer 3 above layer 2", refuted, during(setup.TanhStandard, data, 3, 0, 125, timesDW(2))},
		{"C29", "", "layer 4 above layer 3", refuted, during(setup.TanhStandard, data, 4, 0, 125, timesDW(2))},
		{"C29", "", "layer 5 above layer 4", refuted, during(setup.TanhStandard, data, 5, 0, 125, timesDW(1.5))},
		{"C29", "", "layer 1 far above", refuted, during(setup.TanhStandard, data, 1, 0, 125, timesDW(2))},
		{"C29", "", "layer 1 hardly above", refuted, seenOnShapeset(setup.TanhStandard, func(l *train.Layer, _, k int) { l.DW.Std = .02 - .001*float64(k) })},
		{"C30", variantLiteral, "layer 1 far above", refuted, during(setup.TanhNormalized, data, 1, 0, 125, timesDW(2))},
		{"C30", variantLiteral, "as with standard initialisation", refuted, during(setup.TanhStandard, data, 1, 0, 125, timesDW(.3))},
		{"C30", variantLiteral, "layer 4 apart", refuted, during(setup.TanhNormalized, data, 4, 0, 125, timesDW(2))},
		{"C30", variantFigure, "layer 5 far below", refuted, during(setup.TanhFigure, data, 5, 0, 125, timesDW(.5))},
		{"C30", variantFigure, "layer 3 apart", refuted, during(setup.TanhFigure, data, 3, 0, 125, timesDW(.4))},
	}
}

func errorRefutations() []refutation {
	never := func(net setup.Network) spoiler {
		return tested(net, func(e *run.Errors) { e.Test.Error, e.Valid.Error = .8, .8 })
	}
	all := []refutation{
		{"C31", variantOrder, "sigmoid 4 stuck above sigmoid 5", refuted, onShapeset(setup.Sigmoid4, 85)},
		{"C31", variantOrder, "tanh below softsign", refuted, onShapeset(setup.TanhStandard, 14)},
		{"C31", variantOrder, "tanh N above softsign N", refuted, onShapeset(setup.TanhNormalized, 20)},
		{"C31", variantPreTraining, "pre-training worse", refuted, onShapeset(setup.TanhPreTrained, 17)},
		{"C31", variantPreTraining, "seeds differ", open, unsure(setup.TanhPreTrained, dataset.ShapesetName, .8)},
		{"C34", variantOrder, "tanh first", refuted, delayed(setup.TanhStandard, .1)},
		{"C34", variantOrder, "softsign last", refuted, delayed(setup.SoftsignStandard, 10)},
		{"C34", variantOrder, "softsign never", open, never(setup.SoftsignStandard)},
		{"C34", variantNumbers, "all slow", refuted, delayed(setup.TanhNormalized, 1.5)},
		{"C34", variantNumbers, "softsign N slow", refuted, delayed(setup.SoftsignNormalized, 1.5)},
		{"C34", variantPreTraining, "fast", refuted, delayed(setup.TanhPreTrained, .5)},
		{"C34", variantPreTraining, "slow", refuted, delayed(setup.TanhPreTrained, 1.5)},
		{"C34", variantNumbers, "tanh never", open, never(setup.TanhStandard)},
		{"C34", "sigmoid", "slow", refuted, delayed(setup.Sigmoid4, 1.5)},
		{"C34", "sigmoid", "fast", refuted, delayed(setup.Sigmoid4, .5)},
		{"C39", "", "pre-training behind for long", refuted, tested(setup.TanhPreTrained, func(e *run.Errors) {
			if e.Update < 1_000_000 {
				e.Test.Error = .6
			}
		})},
		{"C39", "", "pre-training never ahead", refuted, tested(setup.TanhPreTrained, func(e *run.Errors) { e.Test.Error += .2 })},
		{"C39", "", "a small part of the gap", refuted, onShapeset(setup.TanhNormalized, 22)},
		{"C43", "", "sigmoid as good", refuted, onShapeset(setup.Sigmoid4, 27)},
		{"C43", "", "sigmoid better", refuted, onShapeset(setup.Sigmoid4, 20)},
		{"C43", "", "no escape", open, onShapeset(setup.Sigmoid4, 83)},
		{"C43", "", "one escape of five, and no worse", report.OneSeed, func(o *observed.Observations) {
			onShapeset(setup.Sigmoid4, 83)(o)
			o.OnShapeset(setup.Sigmoid4).Runs[3].Errors[0].Test.Error = .2
			setWrong(o.OnShapeset(setup.Sigmoid4).Runs[3], fabricatedWrong(setup.Sigmoid4.On(dataset.ShapesetName), 20))
		}},
	}
	for _, net := range append([]setup.Network{setup.TanhPreTrained}, purelySupervised...) {
		paper, variant := fabricatedError(net.On(dataset.ShapesetName), setup.PaperUpdates), variantNumbers
		if net == setup.TanhPreTrained {
			variant = variantPreTraining
		}
		all = append(all,
			refutation{"C31", variant, net.Legend() + " better", refuted, onShapeset(net, paper-4)},
			refutation{"C31", variant, net.Legend() + " worse", refuted, onShapeset(net, paper+4)})
	}
	for _, variant := range []string{"", variantCommon} {
		all = append(all,
			refutation{"C33", variant, "softsign N apart", refuted, onShapeset(setup.SoftsignNormalized, 18.6)},
			refutation{"C33", variant, "seeds differ", open, unsure(setup.SoftsignNormalized, dataset.ShapesetName, .8)},
			refutation{"C33", variant, "tanh hardly worse", refuted, onShapeset(setup.TanhStandard, 17.5)},
			refutation{"C32", variant, "tanh N hardly better", refuted, onShapeset(setup.TanhNormalized, 24)},
			refutation{"C32", variant, "softsign N much better", refuted, onShapeset(setup.SoftsignNormalized, 10)},
			refutation{"C32", variant, "softsign N much worse", refuted, onShapeset(setup.SoftsignNormalized, 20)},
			refutation{"C32", variant, "seeds differ", open, unsure(setup.TanhNormalized, dataset.ShapesetName, .8)},
			refutation{"C33", variant, "softsign apart", refuted, onShapeset(setup.SoftsignStandard, 20)},
			refutation{"C33", variant, "tanh no worse", refuted, onShapeset(setup.TanhStandard, 16.2)},
			refutation{"C33", variant, "tanh much better", refuted, onShapeset(setup.TanhStandard, 5)},
			refutation{"C33", variant, "sigmoid no worse", refuted, onShapeset(setup.Sigmoid5, 16)},
		)
	}
	return all
}

func storedRefutations() []refutation {
	var all []refutation
	for _, common := range []string{"", ", " + variantCommon} {
		variant := variantOrder + common
		all = append(all,
			refutation{"C35", variant, "sigmoid as good", refuted, scored(setup.Sigmoid5, "mnist", 1.64)},
			refutation{"C35", variant, "tanh much worse", refuted, scored(setup.TanhStandard, "mnist", 3.2)},
			refutation{"C35", variant, "seeds differ", open, unsure(setup.Sigmoid5, "mnist", .5)},
			refutation{"C36", variant, "tanh N worse", refuted, scored(setup.TanhNormalized, "cifar10", 56.5)},
			refutation{"C36", variant, "tanh below softsign N", refuted, scored(setup.TanhStandard, "cifar10", 53.3)},
			refutation{"C36", variant, "sigmoid best", refuted, scored(setup.Sigmoid5, "cifar10", 50)},
			refutation{"C36", variant, "softsign below softsign N", refuted, scored(setup.SoftsignStandard, "cifar10", 53.3)},
		)
	}
	for _, variant := range []string{"", variantCommon} {
		all = append(all,
			refutation{"C37", variant, "softsign N worse", refuted, scored(setup.SoftsignNormalized, "smallimagenet", 72)},
			refutation{"C37", variant, "softsign far below tanh N", refuted, scored(setup.SoftsignStandard, "smallimagenet", 66)},
			refutation{"C37", variant, "tanh best", refuted, scored(setup.TanhStandard, "smallimagenet", 65)},
			refutation{"C37", variant, "sigmoid far below tanh", refuted, scored(setup.Sigmoid5, "smallimagenet", 68.3)},
		)
	}
	all = append(all,
		refutation{"C35", variantNumbers, "tanh worse", refuted, scored(setup.TanhStandard, "mnist", 2.7)},
		refutation{"C35", variantNumbers, "sigmoid better", refuted, scored(setup.Sigmoid5, "mnist", 1.2)},
		refutation{"C36", variantNumbers, "tanh N better", refuted, scored(setup.TanhNormalized, "cifar10", 49.5)},
		refutation{"C36", variantNumbers, "sigmoid worse", refuted, scored(setup.Sigmoid5, "cifar10", 61)},
	)
	for _, data := range setup.Table1Data[1:] {
		name := setup.DataName(data)
		all = append(all,
			refutation{"C44", name + ", before training, the order", "hardly growing", refuted, atStartOf(setup.TanhStandard, data, func(l *train.Layer, k int) { l.Z.Std = .3 + .001*float64(k) })},
			refutation{"C44", name + ", before training, the order", "growing", refuted, atStartOf(setup.TanhStandard, data, func(l *train.Layer, k int) { l.Z.Std = .02 * float64(k) })},
			refutation{"C44", name + ", before training, the order", "equal peaks", refuted, atStartOf(setup.TanhStandard, data, func(l *train.Layer, k int) { l.Z.Histogram = peakHistogram(4 - float64(k)/10) })},
			refutation{"C44", name + ", before training, the bounds", "hardly shrinking", refuted, atStartOf(setup.TanhStandard, data, func(l *train.Layer, k int) { l.Z.Std = .3 - .05*float64(k) })},
			refutation{"C44", name + ", before training, the bounds", "normalized as small", refuted, atStartOf(setup.TanhNormalized, data, func(l *train.Layer, k int) { l.Z.Std = .3 / float64(k*k) })},
			refutation{"C44", name + ", before training, the bounds", "normalized loses gradients", refuted, atStartOf(setup.TanhNormalized, data, func(l *train.Layer, k int) { l.DS.Std = .01 * float64(k) })},
			refutation{"C44", name + ", before training, normalized by standard", "hardly shrinking", refuted, atStartOf(setup.TanhStandard, data, func(l *train.Layer, k int) { l.Z.Std = .3 - .05*float64(k) })},
			refutation{"C44", name + ", before training, normalized by standard", "normalized as small", refuted, atStartOf(setup.TanhNormalized, data, func(l *train.Layer, k int) { l.Z.Std = .3 / float64(k*k) })},
			refutation{"C44", name + ", before training, the order", "gradients grow downwards", refuted, atStartOf(setup.TanhStandard, data, func(l *train.Layer, k int) { l.DS.Std = .1 / float64(k) })},
			refutation{"C44", name + ", before training, normalized by standard", "normalized loses gradients", refuted, atStartOf(setup.TanhNormalized, data, func(l *train.Layer, k int) { l.DS.Std = .01 * float64(k) })},
			refutation{"C44", name + ", before training, the order", "weight gradients apart", refuted, atStartOf(setup.TanhStandard, data, func(l *train.Layer, k int) { l.DW.Std = .01 * float64(k) })},
			refutation{"C44", name + ", before training, the order", "weight gradients apart, normalized", refuted, atStartOf(setup.TanhNormalized, data, func(l *train.Layer, k int) { l.DW.Std = .01 * float64(k) })},
			refutation{"C44", name + ", sigmoid, below the top", "layer 1 below a half", refuted, during(setup.Sigmoid5, data, 1, 0, 125, setMean(.4))},
			refutation{"C44", name + ", sigmoid, below the top", "layer 3 below layer 2", refuted, during(setup.Sigmoid5, data, 3, 0, 125, setMean(.51))},
			refutation{"C44", name + ", sigmoid, escape", "at chance", refuted, scored(setup.Sigmoid5, data, 89)},
			refutation{"C44", name + ", sigmoid, escape", "the top layer stays", refuted, during(setup.Sigmoid5, data, 5, 0, 125, setMean(.02))},
			refutation{"C44", name + ", sigmoid, escape", "layer 1 does not saturate", refuted, during(setup.Sigmoid5, data, 1, 0, 125, setStd(.1))},
			refutation{"C44", name + ", sigmoid", "half open", refuted, during(setup.Sigmoid5, data, 5, 0, 125, setMean(.3))},
			refutation{"C44", name + ", sigmoid", "units differ", refuted, during(setup.Sigmoid5, data, 5, 0, 125, setStd(.05))},
			refutation{"C44", name + ", tanh", "layer 3 before layer 2", refuted, percentile(setup.TanhStandard, data, 3, 4, 125, .99)},
			refutation{"C44", name + ", tanh", "layer 1 last", refuted, percentile(setup.TanhStandard, data, 1, 0, 90, .5)},
			refutation{"C44", name + ", tanh", "no saturation", open, seen(setup.TanhStandard, data, func(l *train.Layer, _, _ int) { l.Z.P99, l.Z.P01 = .5, -.5 })},
			refutation{"C44", name + ", softsign", "layer 5 late", refuted, percentile(setup.SoftsignStandard, data, 5, 0, 60, .05)},
			refutation{"C44", name + ", softsign", "a layer saturates", refuted, percentile(setup.SoftsignStandard, data, 5, 80, 125, .99)},
			refutation{"C44", name + ", softsign", "late growth", refuted, percentile(setup.SoftsignStandard, data, 2, 0, 40, .46)},
			refutation{"C44", name + ", tanh", "layer 3 as large as layer 2", refuted, during(setup.TanhStandard, data, 3, 0, 125, setStd(.9))},
		)
	}
	return all
}

func comparedRefutations() []refutation {
	machine := func(errors int) spoiler {
		return func(o *observed.Observations) {
			o.SVM.Wrong = measure.NewBits(10_000)
			for i := range errors {
				o.SVM.Wrong.Set(i)
			}
		}
	}
	net100k := func(percent float64) spoiler { return scored(setup.TanhNormalized, dataset.Shapeset100kName, percent) }
	all := []refutation{
		{"C16", "", "the quadratic cost hardly worse", refuted, onShapeset(setup.TanhQuadratic, 48.3)},
		{"C16", "", "the quadratic cost a little better", refuted, onShapeset(setup.TanhQuadratic, 47.5)},
		{"C16", "", "the quadratic cost better", refuted, onShapeset(setup.TanhQuadratic, 40)},
		{"C16", "", "seeds differ", open, unsure(setup.TanhQuadratic, dataset.ShapesetName, .5)},
		{"C38", variantOrder, "the SVM better", refuted, machine(4500)},
		{"C38", variantOrder, "the network worse", refuted, net100k(65)},
		{"C38", variantNumbers, "the SVM worse", refuted, machine(6500)},
		{"C38", variantNumbers, "the network better", refuted, net100k(45)},
		{"C38", variantOrder, "fewer images", open, func(o *observed.Observations) { o.SVM.Images = 10_000 }},
		{"C40", "sigmoid", "depth 2 better", refuted, onShapeset(setup.Sigmoid5.WithDepth(2), 60)},
		{"C40", "sigmoid", "depth 5 better", refuted, onShapeset(setup.Sigmoid5, 63)},
		{"C40", "sigmoid", "depth 4 stuck", refuted, onShapeset(setup.Sigmoid4, 99)},
	}
	for _, net := range setup.Table1[:4] {
		all = append(all,
			refutation{"C40", net.Legend(), "depth 1 best", refuted, onShapeset(net.WithDepth(1), 20)},
			refutation{"C40", net.Legend(), "depth 5 worst", refuted, onShapeset(net, 90)},
			refutation{"C40", net.Legend(), "seeds differ", open, unsure(net.WithDepth(3), dataset.ShapesetName, .5)})
	}
	for _, method := range curvatures {
		name := map[string]string{setup.Hessian: "diagonal Hessian", setup.Variance: "gradient variance"}[method]
		all = append(all,
			refutation{"C41", name, "no gain", refuted, onShapeset(setup.TanhStandard.WithMethod(method), 50)},
			refutation{"C41", name, "better than tanh N", refuted, onShapeset(setup.TanhStandard.WithMethod(method), 30)},
			refutation{"C41", name, "no further gain", refuted, onShapeset(setup.TanhNormalized.WithMethod(method), 36)})
	}
	for _, widths := range tapers {
		all = append(all,
			refutation{"C42", widths, "no gain", refuted, onShapeset(setup.TanhNormalized.WithWidths(widths), 50)},
			refutation{"C42", widths, "a smaller gain", refuted, onShapeset(setup.TanhNormalized.WithWidths(widths), 38.4)},
			refutation{"C42", widths, "a larger gain", refuted, onShapeset(setup.TanhNormalized.WithWidths(widths), 25)})
	}
	return all
}
