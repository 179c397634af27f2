package claim

import (
	"math"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// fabricatedTrained returns trainings that never were, of all subjects that the claims read: they go as the paper's figures do, give or take a
// jitter; where the text alone speaks of them, as it says.
func fabricatedTrained(list []Claim) map[setup.Subject]*observed.Trained {
	all := make(map[setup.Subject]*observed.Trained)
	for _, c := range list {
		for _, sub := range setup.Union(c.Needs.Trained, c.Needs.Compared) {
			if all[sub] == nil {
				all[sub] = fabricatedSubject(sub)
			}
		}
	}
	return all
}

func fabricatedSubject(sub setup.Subject) *observed.Trained {
	t := &observed.Trained{Subject: sub, Updates: setup.PaperUpdates, Shorts: setup.PaperUpdates}
	for k := range fabricatedSeeds {
		factor := 1 + jitter[k]
		whole := fabricatedResult(sub, factor*fabricatedError(sub, setup.PaperUpdates))
		whole.Snapshots = fabricatedSnapshots(sub, factor)
		if sub.Data == dataset.ShapesetName {
			wrong := observed.BestErrors(whole).Test.Wrong
			whole.Errors = fabricatedTests(sub, factor)
			setWrong(whole, wrong)
		}
		short := fabricatedResult(sub, factor*fabricatedShort(sub.Network))
		if sub.Method == setup.PreTrained {
			short.Snapshots = fabricatedSnapshots(sub, factor)
			short.Errors = append([]run.Errors{observed.ErrorsAt(40_000, .7, .7)}, short.Errors...)
		}
		common := *whole
		common.Errors = slices.Clone(whole.Errors)
		t.Runs, t.Commons, t.Short = append(t.Runs, whole), append(t.Commons, &common), append(t.Short, short)
	}
	return t
}

// fabricatedResult is a training with one test, whose error is that many percent.
func fabricatedResult(sub setup.Subject, percent float64) *run.Trace {
	r := &run.Trace{Errors: []run.Errors{observed.ErrorsAt(setup.PaperUpdates, percent/100, percent/100)}}
	setWrong(r, fabricatedWrong(sub, percent))
	return r
}

// fabricatedWrong is wrong on the first of 10,000 test images, which are hard for every network, and on some of its own.
func fabricatedWrong(sub setup.Subject, percent float64) []byte {
	own := map[string]int{dataset.ShapesetName: 500, dataset.Shapeset100kName: 300, "mnist": 30, "cifar10": 100, "smallimagenet": 100}[sub.Data]
	wrong := make([]byte, 1250)
	set := func(i int) { wrong[i/8] |= 1 << (i % 8) }
	for i := range int(percent*100) - own {
		set(i)
	}
	block := slices.Index(setup.Table1, sub.Network) + 1 // 0 of the others
	for i := range own {
		set(9999 - own*block - i)
	}
	return wrong
}

// fabricatedError is Figure 11's after so many updates, Table 1's on other data.
func fabricatedError(sub setup.Subject, updates int) float64 {
	for i, net := range setup.Table1 {
		if row := printed.Table1[i]; net == sub.Network {
			switch sub.Data {
			case "mnist":
				return row.MNIST
			case "cifar10":
				return row.CIFAR10
			case "smallimagenet":
				return row.ImageNet
			case dataset.Shapeset100kName:
				return svmNetworkError
			}
		}
	}
	for _, c := range printed.Figure11 {
		if c.Network == sub.Network.PrintedName() {
			x, y := append([]float64{0}, c.Examples...), append([]float64{83.4}, c.Percent...)
			return interpolate(x, y, float64(updates)*setup.Batch/1e7)
		}
	}
	return 50
}

// interpolate is y at x by straight lines, flat at both ends.
func interpolate(xs, ys []float64, x float64) float64 {
	for i := range xs {
		if xs[i] < x {
			continue
		}
		if i == 0 {
			return ys[0]
		}
		return ys[i-1] + (ys[i]-ys[i-1])*(x-xs[i-1])/(xs[i]-xs[i-1])
	}
	return ys[len(ys)-1]
}

// fabricatedTests are every epoch's.
func fabricatedTests(sub setup.Subject, factor float64) []run.Errors {
	var all []run.Errors
	for u := train.Epoch; u <= setup.PaperUpdates; u += train.Epoch {
		e := factor * fabricatedError(sub, u) / 100
		all = append(all, observed.ErrorsAt(u, e, e))
	}
	return all
}

// fabricatedShort is the error of what the text alone compares.
func fabricatedShort(net setup.Network) float64 {
	base := net
	base.Widths, base.Cost, base.Method, base.Depth = "", "", "", setup.Layers
	error := fabricatedError(base.On(dataset.ShapesetName), comparedUpdates)
	switch {
	case net.Cost != "":
		error += 8
	case net.Method == setup.Hessian:
		error -= 4
	case net.Method == setup.Variance:
		error -= 3
	case net.Widths != "":
		error++
	}
	if net.Activation == "sigmoid" && net.Depth == 4 {
		return 63.8
	}
	return error + 3*float64(setup.Layers-net.Depth)*map[bool]float64{false: 1, true: -1}[net.Activation == "sigmoid"]
}

// fabricatedSnapshots are Figures 2, 3, 9 and 10, and 4 at the end.
func fabricatedSnapshots(sub setup.Subject, factor float64) []train.Layers {
	var snapshots []train.Layers
	for epoch := 0; epoch <= 125; epoch++ {
		if epoch > 8 && epoch%4 != 0 && epoch != 125 {
			continue
		}
		l := train.Layers{Update: observed.Epochs(epoch)}
		for k := range sub.Depth {
			layer := train.Layer{Layer: k + 1, Z: fabricatedZ(sub, k, float64(epoch), factor)}
			if epoch == 125 {
				layer.Z.Histogram = fabricatedEnd(sub.Network, k)
				switch sub.Network {
				case setup.TanhStandard:
					layer.Z.Std = factor * printed.Figure4Std.Tanh[k]
				case setup.SoftsignStandard:
					layer.Z.Std = factor * printed.Figure4Std.Softsign[k]
				}
			}
			if sub.Data == dataset.ShapesetName {
				layer.DS, layer.DW = fabricatedGradients(sub.Network, k, float64(epoch), factor)
			}
			l.Layers = append(l.Layers, layer)
		}
		snapshots = append(snapshots, train.Layers{Update: l.Update, Layers: append(l.Layers, train.Layer{Layer: sub.Depth + 1})})
	}
	return snapshots
}

// readOff is layer k's number at an epoch of a figure; NaN and missing points are passed over.
func readOff(printed []printed.Epoch, epoch float64, k int, of func(p printed.Epoch) []float64) float64 {
	var x, y []float64
	for _, p := range printed {
		if v := of(p); k < len(v) && !math.IsNaN(v[k]) {
			x, y = append(x, p.Epoch), append(y, v[k])
		}
	}
	if x == nil {
		return math.NaN()
	}
	return interpolate(x, y, epoch)
}

func printedMean(p printed.Epoch) []float64 { return p.Mean }
func printedStd(p printed.Epoch) []float64  { return p.Std }
func printedP99(p printed.Epoch) []float64  { return p.P99 }

// topStd is what Figure 2's bars hide: the top layer's standard deviation before epoch 40.
var topStd = []printed.Epoch{
	{Epoch: 0, Std: []float64{.07}}, {Epoch: 2, Std: []float64{.02}}, {Epoch: 5, Std: []float64{.008}}, {Epoch: 20, Std: []float64{.002}},
	{Epoch: 40, Std: []float64{.001}}, {Epoch: 95, Std: []float64{.005}}, {Epoch: 105, Std: []float64{.017}}, {Epoch: 120, Std: []float64{.038}},
}

func fabricatedZ(sub setup.Subject, k int, epoch, factor float64) *measure.Summary {
	z := &measure.Summary{}
	rows := printed.Figure3Tanh
	switch {
	case sub.Method == setup.PreTrained && sub.Activation == "sigmoid":
		z.Mean, z.Std = .3, .2
		return z
	case sub.Activation == "sigmoid":
		lowest := sub.Depth == 5 && k == 0 // one more layer, nearer to a half
		if sub.Depth == 5 {                // which stays on the plateau, but for stored data
			k = max(0, k-1)
			if sub.Data == dataset.ShapesetName {
				epoch = math.Min(epoch, 40)
			}
		}
		z.Mean = readOff(printed.Figure2, epoch, k, printedMean)
		if lowest {
			z.Mean = (z.Mean + .5) / 2
		}
		z.Std = factor * readOff(printed.Figure2, epoch, k, printedStd)
		if k == 3 {
			z.Std = factor * readOff(topStd, epoch, 0, printedStd)
		}
		return z
	case sub.Activation == "softsign":
		rows = printed.Figure3Softsign
	case sub.Init != "standard":
		rows = printed.Figure10
	}
	z.Std = factor * readOff(rows, epoch, k, printedStd)
	z.P99 = math.Min(1, factor*readOff(rows, epoch, k, printedP99))
	if sub.Network == setup.SoftsignStandard && epoch < 4 {
		z.P99 = factor * interpolate([]float64{0, 4}, []float64{.07, readOff(rows, 4, k, printedP99)}, epoch)
	}
	if sub.Network == setup.TanhNormalized && epoch == 0 { // eq. 16 in every layer
		z.Std = factor * []float64{.458, .381, .332, .302, .279}[k]
	}
	z.P01 = -z.P99
	return z
}

// fabricatedGradients are Figure 9's, and Figure 7's at first, which turn around by epoch 2.
func fabricatedGradients(net setup.Network, k int, epoch, factor float64) (ds, dw *measure.GradientStats) {
	if net.Activation != "tanh" {
		return &measure.GradientStats{Std: 1}, &measure.GradientStats{Std: 1}
	}
	rows := printed.Figure9Standard
	if net.Init != "standard" {
		rows = printed.Figure9Normalized
	}
	first := []float64{.0055, .0105, .019, .034, .058}[k]
	return &measure.GradientStats{Std: factor * interpolate([]float64{0, 2}, []float64{first, .3 - .04*float64(k)}, epoch)},
		&measure.GradientStats{Std: factor * readOff(rows, epoch, k, printedStd)}
}

// fabricatedEnd is Figure 4: densities over |z| by straight lines, and for tanh what is left of 1 in the two bins at the ends.
func fabricatedEnd(net setup.Network, k int) measure.Histogram {
	var z, density []float64
	switch {
	case net == setup.TanhStandard && k < 3:
		z, density = []float64{0, .8}, [][]float64{{.44, .38}, {.45, .36}, {.69, .2}}[k]
	case net == setup.TanhStandard:
		z, density = []float64{0, .4, .8}, [][]float64{{1.23, .4, .09}, {2.8, .05, .02}}[k-3]
	case net == setup.SoftsignStandard:
		z = [][]float64{{0, .5, .7, .96, .97}, {0, .7, .8, .96, .97}, {0, .5, .6, .96, .97}, {0, .25, .65, .85, .97}, {0, .5, .8, .96, .97}}[k]
		density = [][]float64{{.40, .70, .70, .2, 0}, {.25, .86, .86, .2, 0}, {.28, .91, .91, .1, 0}, {.62, .83, .32, .45, 0}, {2.68, .12, .2, .1, 0}}[k]
	default:
		return measure.Histogram{}
	}
	const total = 1e9
	h := measure.NewHistogram(-1, 1, measure.DefaultBins)
	left := int64(total)
	for i, c := range h.Centers() {
		h.Counts[i] = int64(total * h.Width() * interpolate(z, density, math.Abs(c)))
		left -= h.Counts[i]
	}
	if net == setup.TanhStandard {
		h.Counts[0] += left / 2
		h.Counts[len(h.Counts)-1] += left - left/2
	} else {
		h.Below = left
	}
	return *h
}

// fabricatedSVM is the paper's, wrong on the hard images.
func fabricatedSVM() *observed.SVMResult {
	wrong := measure.NewBits(10_000)
	for i := range 5947 {
		wrong.Set(i)
	}
	return &observed.SVMResult{Images: dataset.Shapeset100kImages, C: 1, Gamma: 1, Wrong: wrong}
}

// setWrong says which test images are wrong, at every test.
func setWrong(r *run.Trace, wrong []byte) {
	for i := range r.Errors {
		r.Errors[i].Test.Wrong = wrong
	}
}
