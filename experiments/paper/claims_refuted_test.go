package paper

import (
	"glorot/experiments/dataset"
	"glorot/experiments/measure"
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
	stuck := tested(sigmoid4, func(e *run.Errors) { e.Test.Error, e.Valid.Error = .834, .834 })
	late := func(layer, from int) spoiler { return percentile(softsignStandard, data, layer, 0, from, .05) }
	all := []refutation{
		{"C17", "", "the top layer stays half open", refuted, during(sigmoid4, data, 4, 0, 125, setMean(.3))},
		{"C17", "", "its units differ", refuted, during(sigmoid4, data, 4, 0, 125, setStd(.05))},
		{"C17", "", "it collapses after epoch 5", refuted, during(sigmoid4, data, 4, 0, 5, setMean(.2))},
		{"C17", "", "it opens again by epoch 5", refuted, during(sigmoid4, data, 4, 5, 5, setMean(.2))},
		{"C18", "", "layer 1 below a half", refuted, during(sigmoid4, data, 1, 0, 125, setMean(.45))},
		{"C18", "", "layer 2 above layer 3", refuted, during(sigmoid4, data, 2, 0, 125, setMean(.9))},
		{"C18", "", "layers alike", refuted, during(sigmoid4, data, 2, 0, 125, setMean(.5))},
		{"C19", "", "no escape", refuted, stuck},
		{"C19", "", "no desaturation", refuted, during(sigmoid4, data, 4, 5, 125, setMean(.02))},
		{"C19", "", "no spread", refuted, during(sigmoid4, data, 4, 5, 125, setStd(.002))},
		{"C19", "time of Figure 11", "late", refuted, delayed(sigmoid4, 2)},
		{"C19", "time of Figure 11", "early", refuted, delayed(sigmoid4, .5)},
		{"C19", "time of Figure 11", "never", open, stuck},
		{"C19", "time of Figure 2", "as in Figure 2", report.Agrees, delayed(sigmoid4, 2.6)},
		{"C19", "time of Figure 2", "as in Figure 11", refuted, func(*Observations) {}},
		{"C19", "time of Figure 2", "very late", refuted, delayed(sigmoid4, 4)},
		{"C20", "", "layer 1 as before", refuted, during(sigmoid4, data, 1, 0, 125, setStd(.12))},
		{"C20", "", "layer 1 always wide", refuted, during(sigmoid4, data, 1, 0, 125, setStd(.25))},
		{"C20", "", "no escape", open, stuck},
		{"C20", "", "layer 1 saturates long before", refuted, during(sigmoid4, data, 1, 65, 125, setStd(.3))},
		{"C20", "", "layer 1 saturates long after", refuted, during(sigmoid4, data, 1, 64, 116, setStd(.13))},
		{"C20", "", "one escape of five, and as before", open, func(o *Observations) {
			stuck(o)
			o.shapeset(sigmoid4).Runs[2].Errors[20].Test.Error = .7
			during(sigmoid4, data, 1, 0, 125, setStd(.12))(o)
		}},
		{"C21", "", "an escape at the end", refuted, tested(sigmoid5, func(e *run.Errors) {
			if e.Update > 2_000_000 {
				e.Test.Error = .6
			}
		})},
		{"C21", "", "worse than chance", refuted, tested(sigmoid5, func(e *run.Errors) { e.Test.Error = .889 })},
		{"C21", "", "the top layer moves", refuted, during(sigmoid5, data, 5, 60, 80, setMean(.3))},
		{"C22", "", "layer 3 before layer 2", refuted, percentile(tanhStandard, data, 3, 4, 125, .99)},
		{"C22", "", "layer 5 before layer 4", refuted, percentile(tanhStandard, data, 4, 0, 90, .5)},
		{"C22", "", "all at once", refuted, seenOnShapeset(tanhStandard, func(l *train.Layer, epoch, _ int) {
			l.Z.P99, l.Z.P01 = .5, -.5
			if epoch >= 20 {
				l.Z.P99, l.Z.P01 = 1, -1
			}
		})},
		{"C22", "", "no saturation", open, seenOnShapeset(tanhStandard, func(l *train.Layer, _, _ int) { l.Z.P99, l.Z.P01 = .5, -.5 })},
		{"C23", "", "layer 5 late", refuted, late(5, 60)},
		{"C23", "", "layer 2 late", refuted, late(2, 20)},
		{"C23", "", "tanh together as well", refuted, seenOnShapeset(tanhStandard, func(l *train.Layer, epoch, _ int) {
			l.Z.P99, l.Z.P01 = min(1, .2+.2*float64(epoch)), -min(1, .2+.2*float64(epoch))
		})},
		{"C23", "", "a layer saturates", refuted, percentile(softsignStandard, data, 5, 80, 125, .99)},
		{"C23", "", "slow at the beginning", refuted, percentile(softsignStandard, data, 3, 0, 8, .45)},
		{"C23", "", "not observed", open, spoil(Subject{softsignStandard, data}, func(r *run.Trace) { r.Snapshots = r.Snapshots[:min(12, len(r.Snapshots))] })},
		{"C26", variantLiteral, "layer 5 late", refuted, percentile(tanhNormalized, data, 5, 0, 4, .5)},
		{"C26", variantLiteral, "layer 3 narrow at epoch 4", refuted, during(tanhNormalized, data, 3, 4, 4, setStd(.3))},
		{"C26", variantFigure, "layer 5 late", refuted, percentile(tanhFigure, data, 5, 0, 4, .5)},
		{"C27", "", "a collapse", refuted, during(sigmoidPreTrained, data, 4, 1, 125, setStd(.001))},
		{"C27", "", "most of it lost", refuted, during(sigmoidPreTrained, data, 4, 5, 5, setStd(.08))},
		{"C27", "", "a long plateau", refuted, tested(sigmoidPreTrained, func(e *run.Errors) { e.Update *= 5 })},
		{"C27", "", "no end of it", open, tested(sigmoidPreTrained, func(e *run.Errors) { e.Test.Error, e.Valid.Error = .83, .83 })},
	}
	for k := 1; k <= layers; k++ {
		if k > 1 {
			all = append(all, refutation{"C22", "", "a layer wider than the one below", refuted, during(tanhStandard, data, k, 0, 125, setStd(.6))})
		}
		all = append(all,
			refutation{"C26", variantLiteral, "a layer wide at the end", refuted, during(tanhNormalized, data, k, 92, 92, setStd(.96))},
			refutation{"C26", variantFigure, "a layer narrow at the end", refuted, during(tanhFigure, data, k, 92, 92, setStd(.4))})
	}
	return append(all, []refutation{
		{"C24", "the standard deviations", "layer 1 narrow", refuted, during(tanhStandard, data, 1, 125, 125, setStd(.5))},
		{"C24", "the standard deviations", "layer 5 wide", refuted, during(tanhStandard, data, 5, 125, 125, setStd(.4))},
		{"C25", "the standard deviations", "layer 3 narrow", refuted, during(softsignStandard, data, 3, 125, 125, setStd(.4))},
		{"C25", "the standard deviations", "layer 2 wide", refuted, during(softsignStandard, data, 2, 125, 125, setStd(.7))},
		{"C24", "the modes", "layer 1 not at the ends", refuted, ended(tanhStandard, 1, []float64{0, 1}, []float64{.5, .5})},
		{"C24", "the modes", "layer 1 mostly in the middle", refuted, ended(tanhStandard, 1, []float64{0, .02, .04, .98, .99}, []float64{12, 12, 0, 0, 4})},
		{"C24", "the modes", "layer 2 mostly in the middle", refuted, ended(tanhStandard, 2, []float64{0, .02, .04, 1}, []float64{12, 12, 0, 0})},
		{"C24", "the modes", "layer 5 with modes aside", refuted, ended(tanhStandard, 5, []float64{0, .3, .4, 1}, []float64{2.8, 2.8, 3.5, 0})},
		{"C24", "the modes", "layer 5 with a high peak", refuted, ended(tanhStandard, 5, []float64{0, .2, 1}, []float64{5, 0, 0})},
		{"C25", "the modes", "layer 2 around 0", refuted, ended(softsignStandard, 2, []float64{0, .5, .97}, []float64{2, .2, 0})},
		{"C25", "the modes", "layer 3 with modes near 0", refuted, ended(softsignStandard, 3, []float64{0, .3, .6, .97}, []float64{.2, 1, .4, 0})},
		{"C25", "the modes", "layer 1 flat", refuted, ended(softsignStandard, 1, []float64{0, .6, .97, 1}, []float64{.5, .52, .5, 0})},
		{"C25", "the modes", "layer 1 with modes near 0", refuted, ended(softsignStandard, 1, []float64{0, .3, .6, .97}, []float64{.2, 1, .4, 0})},
		{"C25", "the modes", "layer 3 around 0", refuted, ended(softsignStandard, 3, []float64{0, .5, .97}, []float64{2, .2, 0})},
		{"C25", "the modes", "layer 2 at the ends", refuted, ended(softsignStandard, 2, []float64{0, .6, .97, 1}, []float64{.2, .7, .5, .5})},
		{"C25", "the modes", "layer 3 at the ends", refuted, ended(softsignStandard, 3, []float64{0, .6, .97, 1}, []float64{.2, .7, .5, .5})},
		{"C25", "the modes", "layer 1 at the ends", refuted, ended(softsignStandard, 1, []float64{0, .6, .97, 1}, []float64{.2, .7, .5, .5})},
	}...)
}

func gradientRefutations() []refutation {
	const data = dataset.ShapesetName
	return []refutation{
		{"C28", "", "no reversal", refuted, during(tanhStandard, data, 1, 1, 125, func(l *train.Layer) { l.DS.Std = .01 })},
		{"C28", "", "a late reversal", refuted, during(tanhStandard, data, 1, 1, 5, func(l *train.Layer) { l.DS.Std = .05 })},
		{"C28", "", "reversed from the start", refuted, during(tanhStandard, data, 1, 0, 0, func(l *train.Layer) { l.DS.Std = .1 })},
		{"C29", "", "layer 2 above layer 1", refuted, during(tanhStandard, data, 2, 0, 125, timesDW(2))},
		{"C29", "", "layer 3 above layer 2", refuted, during(tanhStandard, data, 3, 0, 125, timesDW(2))},
		{"C29", "", "layer 4 above layer 3", refuted, during(tanhStandard, data, 4, 0, 125, timesDW(2))},
		{"C29", "", "layer 5 above layer 4", refuted, during(tanhStandard, data, 5, 0, 125, timesDW(1.5))},
		{"C29", "", "layer 1 far above", refuted, during(tanhStandard, data, 1, 0, 125, timesDW(2))},
		{"C29", "", "layer 1 hardly above", refuted, seenOnShapeset(tanhStandard, func(l *train.Layer, _, k int) { l.DW.Std = .02 - .001*float64(k) })},
		{"C30", variantLiteral, "layer 1 far above", refuted, during(tanhNormalized, data, 1, 0, 125, timesDW(2))},
		{"C30", variantLiteral, "as with standard initialisation", refuted, during(tanhStandard, data, 1, 0, 125, timesDW(.3))},
		{"C30", variantLiteral, "layer 4 apart", refuted, during(tanhNormalized, data, 4, 0, 125, timesDW(2))},
		{"C30", variantFigure, "layer 5 far below", refuted, during(tanhFigure, data, 5, 0, 125, timesDW(.5))},
		{"C30", variantFigure, "layer 3 apart", refuted, during(tanhFigure, data, 3, 0, 125, timesDW(.4))},
	}
}

func errorRefutations() []refutation {
	never := func(net Network) spoiler {
		return tested(net, func(e *run.Errors) { e.Test.Error, e.Valid.Error = .8, .8 })
	}
	all := []refutation{
		{"C31", variantOrder, "sigmoid 4 stuck above sigmoid 5", refuted, onShapeset(sigmoid4, 85)},
		{"C31", variantOrder, "tanh below softsign", refuted, onShapeset(tanhStandard, 14)},
		{"C31", variantOrder, "tanh N above softsign N", refuted, onShapeset(tanhNormalized, 20)},
		{"C31", variantPreTraining, "pre-training worse", refuted, onShapeset(tanhPreTrained, 17)},
		{"C31", variantPreTraining, "seeds differ", open, unsure(tanhPreTrained, dataset.ShapesetName, .8)},
		{"C34", variantOrder, "tanh first", refuted, delayed(tanhStandard, .1)},
		{"C34", variantOrder, "softsign last", refuted, delayed(softsignStandard, 10)},
		{"C34", variantOrder, "softsign never", open, never(softsignStandard)},
		{"C34", variantNumbers, "all slow", refuted, delayed(tanhNormalized, 1.5)},
		{"C34", variantNumbers, "softsign N slow", refuted, delayed(softsignNormalized, 1.5)},
		{"C34", variantPreTraining, "fast", refuted, delayed(tanhPreTrained, .5)},
		{"C34", variantPreTraining, "slow", refuted, delayed(tanhPreTrained, 1.5)},
		{"C34", variantNumbers, "tanh never", open, never(tanhStandard)},
		{"C34", "sigmoid", "slow", refuted, delayed(sigmoid4, 1.5)},
		{"C34", "sigmoid", "fast", refuted, delayed(sigmoid4, .5)},
		{"C39", "", "pre-training behind for long", refuted, tested(tanhPreTrained, func(e *run.Errors) {
			if e.Update < 1_000_000 {
				e.Test.Error = .6
			}
		})},
		{"C39", "", "pre-training never ahead", refuted, tested(tanhPreTrained, func(e *run.Errors) { e.Test.Error += .2 })},
		{"C39", "", "a small part of the gap", refuted, onShapeset(tanhNormalized, 22)},
		{"C43", "", "sigmoid as good", refuted, onShapeset(sigmoid4, 27)},
		{"C43", "", "sigmoid better", refuted, onShapeset(sigmoid4, 20)},
		{"C43", "", "no escape", open, onShapeset(sigmoid4, 83)},
		{"C43", "", "one escape of five, and no worse", report.OneSeed, func(o *Observations) {
			onShapeset(sigmoid4, 83)(o)
			o.shapeset(sigmoid4).Runs[3].Errors[0].Test.Error = .2
			setWrong(o.shapeset(sigmoid4).Runs[3], fabricatedWrong(Subject{sigmoid4, dataset.ShapesetName}, 20))
		}},
	}
	for _, net := range append([]Network{tanhPreTrained}, purelySupervised...) {
		paper, variant := fabricatedError(Subject{net, dataset.ShapesetName}, paperUpdates), variantNumbers
		if net == tanhPreTrained {
			variant = variantPreTraining
		}
		all = append(all,
			refutation{"C31", variant, net.legend() + " better", refuted, onShapeset(net, paper-4)},
			refutation{"C31", variant, net.legend() + " worse", refuted, onShapeset(net, paper+4)})
	}
	for _, variant := range []string{"", variantCommon} {
		all = append(all,
			refutation{"C33", variant, "softsign N apart", refuted, onShapeset(softsignNormalized, 18.6)},
			refutation{"C33", variant, "seeds differ", open, unsure(softsignNormalized, dataset.ShapesetName, .8)},
			refutation{"C33", variant, "tanh hardly worse", refuted, onShapeset(tanhStandard, 17.5)},
			refutation{"C32", variant, "tanh N hardly better", refuted, onShapeset(tanhNormalized, 24)},
			refutation{"C32", variant, "softsign N much better", refuted, onShapeset(softsignNormalized, 10)},
			refutation{"C32", variant, "softsign N much worse", refuted, onShapeset(softsignNormalized, 20)},
			refutation{"C32", variant, "seeds differ", open, unsure(tanhNormalized, dataset.ShapesetName, .8)},
			refutation{"C33", variant, "softsign apart", refuted, onShapeset(softsignStandard, 20)},
			refutation{"C33", variant, "tanh no worse", refuted, onShapeset(tanhStandard, 16.2)},
			refutation{"C33", variant, "tanh much better", refuted, onShapeset(tanhStandard, 5)},
			refutation{"C33", variant, "sigmoid no worse", refuted, onShapeset(sigmoid5, 16)},
		)
	}
	return all
}

func storedRefutations() []refutation {
	var all []refutation
	for _, common := range []string{"", ", " + variantCommon} {
		variant := variantOrder + common
		all = append(all,
			refutation{"C35", variant, "sigmoid as good", refuted, scored(sigmoid5, "mnist", 1.64)},
			refutation{"C35", variant, "tanh much worse", refuted, scored(tanhStandard, "mnist", 3.2)},
			refutation{"C35", variant, "seeds differ", open, unsure(sigmoid5, "mnist", .5)},
			refutation{"C36", variant, "tanh N worse", refuted, scored(tanhNormalized, "cifar10", 56.5)},
			refutation{"C36", variant, "tanh below softsign N", refuted, scored(tanhStandard, "cifar10", 53.3)},
			refutation{"C36", variant, "sigmoid best", refuted, scored(sigmoid5, "cifar10", 50)},
			refutation{"C36", variant, "softsign below softsign N", refuted, scored(softsignStandard, "cifar10", 53.3)},
		)
	}
	for _, variant := range []string{"", variantCommon} {
		all = append(all,
			refutation{"C37", variant, "softsign N worse", refuted, scored(softsignNormalized, "smallimagenet", 72)},
			refutation{"C37", variant, "softsign far below tanh N", refuted, scored(softsignStandard, "smallimagenet", 66)},
			refutation{"C37", variant, "tanh best", refuted, scored(tanhStandard, "smallimagenet", 65)},
			refutation{"C37", variant, "sigmoid far below tanh", refuted, scored(sigmoid5, "smallimagenet", 68.3)},
		)
	}
	all = append(all,
		refutation{"C35", variantNumbers, "tanh worse", refuted, scored(tanhStandard, "mnist", 2.7)},
		refutation{"C35", variantNumbers, "sigmoid better", refuted, scored(sigmoid5, "mnist", 1.2)},
		refutation{"C36", variantNumbers, "tanh N better", refuted, scored(tanhNormalized, "cifar10", 49.5)},
		refutation{"C36", variantNumbers, "sigmoid worse", refuted, scored(sigmoid5, "cifar10", 61)},
	)
	for _, data := range table1Data[1:] {
		name := DataName(data)
		all = append(all,
			refutation{"C44", name + ", before training, the order", "hardly growing", refuted, atStartOf(tanhStandard, data, func(l *train.Layer, k int) { l.Z.Std = .3 + .001*float64(k) })},
			refutation{"C44", name + ", before training, the order", "growing", refuted, atStartOf(tanhStandard, data, func(l *train.Layer, k int) { l.Z.Std = .02 * float64(k) })},
			refutation{"C44", name + ", before training, the order", "equal peaks", refuted, atStartOf(tanhStandard, data, func(l *train.Layer, k int) { l.Z.Histogram = peakHistogram(4 - float64(k)/10) })},
			refutation{"C44", name + ", before training, the bounds", "hardly shrinking", refuted, atStartOf(tanhStandard, data, func(l *train.Layer, k int) { l.Z.Std = .3 - .05*float64(k) })},
			refutation{"C44", name + ", before training, the bounds", "normalized as small", refuted, atStartOf(tanhNormalized, data, func(l *train.Layer, k int) { l.Z.Std = .3 / float64(k*k) })},
			refutation{"C44", name + ", before training, the bounds", "normalized loses gradients", refuted, atStartOf(tanhNormalized, data, func(l *train.Layer, k int) { l.DS.Std = .01 * float64(k) })},
			refutation{"C44", name + ", before training, normalized by standard", "hardly shrinking", refuted, atStartOf(tanhStandard, data, func(l *train.Layer, k int) { l.Z.Std = .3 - .05*float64(k) })},
			refutation{"C44", name + ", before training, normalized by standard", "normalized as small", refuted, atStartOf(tanhNormalized, data, func(l *train.Layer, k int) { l.Z.Std = .3 / float64(k*k) })},
			refutation{"C44", name + ", before training, the order", "gradients grow downwards", refuted, atStartOf(tanhStandard, data, func(l *train.Layer, k int) { l.DS.Std = .1 / float64(k) })},
			refutation{"C44", name + ", before training, normalized by standard", "normalized loses gradients", refuted, atStartOf(tanhNormalized, data, func(l *train.Layer, k int) { l.DS.Std = .01 * float64(k) })},
			refutation{"C44", name + ", before training, the order", "weight gradients apart", refuted, atStartOf(tanhStandard, data, func(l *train.Layer, k int) { l.DW.Std = .01 * float64(k) })},
			refutation{"C44", name + ", before training, the order", "weight gradients apart, normalized", refuted, atStartOf(tanhNormalized, data, func(l *train.Layer, k int) { l.DW.Std = .01 * float64(k) })},
			refutation{"C44", name + ", sigmoid, below the top", "layer 1 below a half", refuted, during(sigmoid5, data, 1, 0, 125, setMean(.4))},
			refutation{"C44", name + ", sigmoid, below the top", "layer 3 below layer 2", refuted, during(sigmoid5, data, 3, 0, 125, setMean(.51))},
			refutation{"C44", name + ", sigmoid, escape", "at chance", refuted, scored(sigmoid5, data, 89)},
			refutation{"C44", name + ", sigmoid, escape", "the top layer stays", refuted, during(sigmoid5, data, 5, 0, 125, setMean(.02))},
			refutation{"C44", name + ", sigmoid, escape", "layer 1 does not saturate", refuted, during(sigmoid5, data, 1, 0, 125, setStd(.1))},
			refutation{"C44", name + ", sigmoid", "half open", refuted, during(sigmoid5, data, 5, 0, 125, setMean(.3))},
			refutation{"C44", name + ", sigmoid", "units differ", refuted, during(sigmoid5, data, 5, 0, 125, setStd(.05))},
			refutation{"C44", name + ", tanh", "layer 3 before layer 2", refuted, percentile(tanhStandard, data, 3, 4, 125, .99)},
			refutation{"C44", name + ", tanh", "layer 1 last", refuted, percentile(tanhStandard, data, 1, 0, 90, .5)},
			refutation{"C44", name + ", tanh", "no saturation", open, seen(tanhStandard, data, func(l *train.Layer, _, _ int) { l.Z.P99, l.Z.P01 = .5, -.5 })},
			refutation{"C44", name + ", softsign", "layer 5 late", refuted, percentile(softsignStandard, data, 5, 0, 60, .05)},
			refutation{"C44", name + ", softsign", "a layer saturates", refuted, percentile(softsignStandard, data, 5, 80, 125, .99)},
			refutation{"C44", name + ", softsign", "late growth", refuted, percentile(softsignStandard, data, 2, 0, 40, .46)},
			refutation{"C44", name + ", tanh", "layer 3 as large as layer 2", refuted, during(tanhStandard, data, 3, 0, 125, setStd(.9))},
		)
	}
	return all
}

func comparedRefutations() []refutation {
	machine := func(errors int) spoiler {
		return func(o *Observations) {
			o.SVM.Wrong = measure.NewBits(10_000)
			for i := range errors {
				o.SVM.Wrong.Set(i)
			}
		}
	}
	net100k := func(percent float64) spoiler { return scored(tanhNormalized, dataset.Shapeset100kName, percent) }
	all := []refutation{
		{"C16", "", "the quadratic cost hardly worse", refuted, onShapeset(tanhQuadratic, 48.3)},
		{"C16", "", "the quadratic cost a little better", refuted, onShapeset(tanhQuadratic, 47.5)},
		{"C16", "", "the quadratic cost better", refuted, onShapeset(tanhQuadratic, 40)},
		{"C16", "", "seeds differ", open, unsure(tanhQuadratic, dataset.ShapesetName, .5)},
		{"C38", variantOrder, "the SVM better", refuted, machine(4500)},
		{"C38", variantOrder, "the network worse", refuted, net100k(65)},
		{"C38", variantNumbers, "the SVM worse", refuted, machine(6500)},
		{"C38", variantNumbers, "the network better", refuted, net100k(45)},
		{"C38", variantOrder, "fewer images", open, func(o *Observations) { o.SVM.Images = 10_000 }},
		{"C40", "sigmoid", "depth 2 better", refuted, onShapeset(sigmoid5.withDepth(2), 60)},
		{"C40", "sigmoid", "depth 5 better", refuted, onShapeset(sigmoid5, 63)},
		{"C40", "sigmoid", "depth 4 stuck", refuted, onShapeset(sigmoid4, 99)},
	}
	for _, net := range five[:4] {
		all = append(all,
			refutation{"C40", net.legend(), "depth 1 best", refuted, onShapeset(net.withDepth(1), 20)},
			refutation{"C40", net.legend(), "depth 5 worst", refuted, onShapeset(net, 90)},
			refutation{"C40", net.legend(), "seeds differ", open, unsure(net.withDepth(3), dataset.ShapesetName, .5)})
	}
	for _, method := range curvatures {
		name := map[string]string{Hessian: "diagonal Hessian", Variance: "gradient variance"}[method]
		all = append(all,
			refutation{"C41", name, "no gain", refuted, onShapeset(tanhStandard.withMethod(method), 50)},
			refutation{"C41", name, "better than tanh N", refuted, onShapeset(tanhStandard.withMethod(method), 30)},
			refutation{"C41", name, "no further gain", refuted, onShapeset(tanhNormalized.withMethod(method), 36)})
	}
	for _, widths := range tapers {
		all = append(all,
			refutation{"C42", widths, "no gain", refuted, onShapeset(tanhNormalized.withWidths(widths), 50)},
			refutation{"C42", widths, "a smaller gain", refuted, onShapeset(tanhNormalized.withWidths(widths), 38.4)},
			refutation{"C42", widths, "a larger gain", refuted, onShapeset(tanhNormalized.withWidths(widths), 25)})
	}
	return all
}
