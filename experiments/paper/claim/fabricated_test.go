package claim

import (
	"math"
	"slices"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/train"
	"glorot/models"
)

const (
	fabricatedSeeds = 5
	fabricatedWidth = 1000
)

// jitter is what the fabricated seeds differ by: a standard deviation of 0.16 %, so that a mean's interval is ±0.2 %.
var jitter = [fabricatedSeeds]float64{-.002, -.001, 0, .001, .002}

// fabricated returns observations that no network made: each number is the one the claim expects, give or take a jitter.
func fabricated() *observed.Observations {
	o := fabricatedInitial()
	o.Trained = fabricatedTrained(All())
	return o
}

// fabricatedFor returns those that a claim reads.
func fabricatedFor(c Claim) *observed.Observations {
	o := fabricatedInitial()
	o.Trained = fabricatedTrained([]Claim{c})
	return o
}

// fabricatedInitial returns those that need no training.
func fabricatedInitial() *observed.Observations {
	o := &observed.Observations{
		Scale:   setup.Scale{Name: "fabricated", Width: fabricatedWidth, Seeds: fabricatedSeeds},
		Initial: make(map[setup.Network][]observed.Initial),
		Shapeset: &observed.ShapesetCounts{
			Images: 18_000, Classes: []int{3000, 3000, 3000, 2000, 2000, 2000, 1000, 1000, 1000},
			Pairs: 9000, Overlaps: []float64{.12, .38, .48, .07, 0}, Estimated: .4999,
		},
		SVM: fabricatedSVM(),
	}
	var err error
	if o.Surfaces, err = observed.NewCostSurfaces(); err != nil {
		panic(err)
	}
	put := func(net setup.Network, z, ds, dw, jacobian []float64) {
		for k := range fabricatedSeeds {
			o.Initial[net] = append(o.Initial[net], initial(net, 1+jitter[k], z, ds, dw, jacobian))
		}
	}
	// The simulation's numbers of Figures 6, 7 and 8; of the first between those and the figure's.
	put(setup.TanhStandard, []float64{.317, .178, .0995, .0565, .0322}, []float64{.0057, .0108, .0191, .0338, .0587}, []float64{.0033, .0033, .0031, .0031, .0031}, []float64{.47, .48, .49, .49})
	put(setup.TanhNormalized, []float64{.458, .381, .332, .302, .279}, []float64{.089, .106, .121, .136, .150}, []float64{.0475, .0467, .0447, .0440, .0439}, []float64{.71, .74, .77, .78})
	put(setup.TanhFigure, []float64{.308, .307, .302, .303, .306}, []float64{.061, .059, .057, .056, .055}, []float64{.031, .0164, .0157, .0154, .0154}, []float64{.82, .83, .84, .84})
	put(setup.SoftsignStandard, softsignStandardStdZ[:], nil, nil, nil)
	put(setup.SoftsignNormalized, softsignNormalizedStdZ[:], nil, nil, nil)
	put(setup.Sigmoid4, []float64{.083, .075, .075, .072}, nil, nil, nil)
	for net, g := range map[setup.Network]float64{setup.LinearStandard: 1. / 3, setup.LinearNormalized: 1} { // eq. 15; eq. 12 at equal widths
		z, ds, dw := make([]float64, setup.Layers), make([]float64, setup.Layers), make([]float64, setup.Layers)
		x := 1. / 3 // Var[x] of U[-1, 1]; 256 grey levels have 0.8 % more
		for k := range setup.Layers {
			z[k] = math.Sqrt(math.Pow(g, float64(k+1)) * x)
			ds[k] = .1 * math.Sqrt(math.Pow(g, float64(setup.Layers-1-k)))
			dw[k] = .1 * math.Sqrt(math.Pow(g, setup.Layers-1)*x)
		}
		put(net, z, ds, dw, nil)
	}
	// What does not depend on the images is the same on other data.
	o.Stored = make(map[setup.Subject][]observed.Initial)
	for _, data := range setup.Table1Data[1:] {
		for _, net := range []setup.Network{setup.TanhStandard, setup.TanhNormalized} {
			o.Stored[net.On(data)] = slices.Clone(o.Initial[net])
		}
	}
	return o
}

// initial is one seed of a network whose numbers are factor times those given.
func initial(net setup.Network, factor float64, z, ds, dw, jacobian []float64) observed.Initial {
	i := observed.Initial{Weights: weights(net, factor)}
	for k := range z {
		mean, peak := 0.0, 0.4/z[k]
		if net == setup.Sigmoid4 {
			mean = .5
		}
		if net == setup.TanhStandard {
			peak = standardPeakZ[k]
		}
		l := train.Layer{Layer: k + 1, Z: &measure.Summary{Mean: factor * mean, Std: factor * z[k], Histogram: peakHistogram(factor * peak)}}
		if ds != nil {
			l.DS = &measure.GradientStats{Std: factor * ds[k], Histogram: peakHistogram(0.45 / (factor * ds[k]))}
			l.DW = &measure.GradientStats{Std: factor * dw[k]}
		}
		i.Layers.Layers = append(i.Layers.Layers, l)
	}
	for _, j := range jacobian {
		i.Jacobian = append(i.Jacobian, factor*j)
	}
	return i
}

// weights are what the initialiser draws, as large as it allows.
func weights(net setup.Network, factor float64) []observed.WeightSample {
	initializer, _ := models.InitializerByName(net.Init)
	sizes := []int{1024}
	for range net.Depth {
		sizes = append(sizes, fabricatedWidth)
	}
	sizes = append(sizes, 9)
	var all []observed.WeightSample
	for k := range len(sizes) - 1 {
		a := initializer.Limit(k, len(sizes)-1, sizes[k], sizes[k+1])
		all = append(all, observed.WeightSample{In: sizes[k], Out: sizes[k+1], Variance: factor * a * a / 3, MaxAbs: a})
	}
	return all
}

// only returns the part of o that n promises, so that a claim that reads more meets a nil.
func only(n observed.Needs, o *observed.Observations) *observed.Observations {
	part := &observed.Observations{Scale: o.Scale, Initial: make(map[setup.Network][]observed.Initial), Stored: make(map[setup.Subject][]observed.Initial), Trained: make(map[setup.Subject]*observed.Trained)}
	for _, sub := range n.Stored {
		part.Stored[sub] = o.Stored[sub]
	}
	for _, net := range n.Networks() {
		for _, i := range o.Initial[net] {
			c := observed.Initial{Layers: train.Layers{Layers: append([]train.Layer{}, i.Layers.Layers...)}, Weights: i.Weights}
			if !contains(n.Initial, net) {
				for k := range c.Layers.Layers {
					c.Layers.Layers[k].DS, c.Layers.Layers[k].DW = nil, nil
				}
			}
			if contains(n.Jacobians, net) {
				c.Jacobian = i.Jacobian
			}
			part.Initial[net] = append(part.Initial[net], c)
		}
	}
	for _, sub := range n.Trained {
		t := *o.Trained[sub]
		t.Short = nil
		part.Trained[sub] = &t
	}
	for _, sub := range n.Compared {
		t := *o.Trained[sub]
		if part.Trained[sub] == nil {
			t.Runs, t.Commons = nil, nil
		}
		part.Trained[sub] = &t
	}
	if n.Shapeset {
		part.Shapeset = o.Shapeset
	}
	if n.Surfaces {
		part.Surfaces = o.Surfaces
	}
	if n.SVM {
		part.SVM = o.SVM
	}
	return part
}

func contains(list []setup.Network, net setup.Network) bool {
	for _, n := range list {
		if n == net {
			return true
		}
	}
	return false
}
