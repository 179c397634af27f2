package paper

import "glorot/experiments/report"

// printedFig2 is Figure 2: activations of a sigmoid network of depth 4 with
// standard initialization; mean +-0.01, and the standard deviation where the
// bars do not hide each other.
var printedFig2 = []printedEpoch{
	{epoch: 0, mean: []float64{.50, .50, .50, .50}, std: []float64{.085, .075, .075, .07}},
	{epoch: 2, mean: []float64{.50, .52, .62, .12}},
	{epoch: 5, mean: []float64{.50, .53, .69, .057}},
	{epoch: 10, mean: []float64{.505, .55, .72, .035}},
	{epoch: 20, mean: []float64{.51, .563, .753, .024}},
	{epoch: 40, mean: []float64{.52, .58, .781, .016}, std: []float64{.105, .092, .096, .001}},
	{epoch: 60, mean: []float64{.53, .592, .795, .015}, std: []float64{.12, .092, .091, notRead}},
	{epoch: 80, mean: []float64{.545, .60, .793, .015}, std: []float64{.15, .09, .083, notRead}},
	{epoch: 95, mean: []float64{.555, .565, .747, .022}, std: []float64{.19, .068, .055, notRead}},
	{epoch: 100, mean: []float64{.63, .49, .655, .031}, std: []float64{.20, .10, .058, notRead}},
	{epoch: 105, mean: []float64{.65, .455, .435, .048}, std: []float64{.21, .205, .066, .017}},
	{epoch: 110, mean: []float64{.59, .467, .388, .052}, std: []float64{.255, .217, .07, .02}},
	{epoch: 120, mean: []float64{.465, .455, .397, .055}, std: []float64{.318, .196, .096, .038}},
	{epoch: 139, mean: []float64{.382, .39, .348, .066}, std: []float64{.354, .184, .117, .06}},
}

// printedFig3Tanh is Figure 3, top: tanh with standard initialization; std
// +-0.01, 99th percentile +-0.02.
var printedFig3Tanh = []printedEpoch{
	{epoch: 0, std: []float64{.31, .17, .10, .06, .035}, p99: []float64{.72, .43, .23, .14, .08}},
	{epoch: 4, std: []float64{.33, .18, .13, .10, .10}, p99: []float64{1.0, .53, .37, .32, .255}},
	{epoch: 8, std: []float64{.35, .21, .16, .13, .11}, p99: []float64{1.0, .69, .41, .35, .27}},
	{epoch: 16, std: []float64{.40, .27, .22, .17, .13}, p99: []float64{1.0, .94, .55, .41, .33}},
	{epoch: 24, std: []float64{.44, .33, .255, .19, .145}, p99: []float64{1.0, 1.0, .75, .47, .35}},
	{epoch: 32, std: []float64{.475, .38, .29, .215, .16}, p99: []float64{1.0, 1.0, .94, .56, .39}},
	{epoch: 48, std: []float64{.53, .47, .35, .25, .18}, p99: []float64{1.0, 1.0, 1.0, .80, .50}},
	{epoch: 64, std: []float64{.565, .53, .40, .29, .20}, p99: []float64{1.0, 1.0, 1.0, .96, .73}},
	{epoch: 80, std: []float64{.595, .59, .45, .325, .22}, p99: []float64{1.0, 1.0, 1.0, .99, .89}},
	{epoch: 92, std: []float64{.61, .625, .485, .35, .23}, p99: []float64{1.0, 1.0, 1.0, 1.0, .94}},
}

// printedFig3Softsign is Figure 3, bottom: softsign with standard
// initialization; std +-0.01, 99th percentile +-0.02. At epoch 0 only layer 1
// could be read; the figure does not contradict .11 .055 .03 .017 and
// .24 .13 .07 .04 for the others.
var printedFig3Softsign = []printedEpoch{
	{epoch: 0, std: []float64{.225, notRead, notRead, notRead, notRead}, p99: []float64{.475, notRead, notRead, notRead, notRead}},
	{epoch: 4, std: []float64{.34, .28, .23, .26, .17}, p99: []float64{.75, .58, .55, .61, .45}},
	{epoch: 8, std: []float64{.41, .35, .30, .33, .22}, p99: []float64{.83, .69, .65, .745, .58}},
	{epoch: 16, std: []float64{.46, .42, .365, .36, .24}, p99: []float64{.87, .78, .73, .81, .68}},
	{epoch: 32, std: []float64{.50, .48, .41, .39, .25}, p99: []float64{.90, .83, .77, .855, .75}},
	{epoch: 64, std: []float64{.525, .535, .46, .425, .265}, p99: []float64{.91, .87, .81, .88, .80}},
	{epoch: 92, std: []float64{.55, .57, .505, .465, .285}, p99: []float64{.93, .89, .83, .90, .83}},
}

// printedFig10 is Figure 10: tanh with normalized initialization; std +-0.01,
// 99th percentile +-0.02 (.70 to .75 in all layers at epoch 0).
var printedFig10 = []printedEpoch{
	{epoch: 0, std: []float64{.315, .315, .315, .315, .315}, p99: []float64{.725, .725, .725, .725, .725}},
	{epoch: 4, std: []float64{.55, .62, .68, .63, .42}, p99: []float64{1, 1, 1, 1, 1}},
	{epoch: 10, std: []float64{.64, .75, .78, .71, .45}, p99: []float64{1, 1, 1, 1, 1}},
	{epoch: 20, std: []float64{.69, .80, .82, .77, .47}, p99: []float64{1, 1, 1, 1, 1}},
	{epoch: 46, std: []float64{.735, .84, .855, .82, .48}, p99: []float64{1, 1, 1, 1, 1}},
	{epoch: 94, std: []float64{.765, .866, .88, .866, .49}, p99: []float64{1, 1, 1, 1, 1}},
}

// printedFig6 is Figure 6: densities of tanh activations at initialization, by
// initialization. Layer 5's standard peak reads 13.4 to 13.8.
var printedFig6 = struct{ standard, normalized printedDensity }{
	standard: printedDensity{
		peak: []float64{1.37, 2.53, 4.32, 7.75, 13.6},
		std:  []float64{.32, .185, .105, .06, .0345},
	},
	normalized: printedDensity{
		peak:     []float64{1.48, 1.42, 1.36, 1.34, 1.29},
		std:      []float64{.316, .317, .318, .317, .3135},
		kurtosis: []float64{3.08, 2.92, 2.74, 2.79, 2.69},
	},
}

// A printedPoint is a density read at x and at -x.
type printedPoint struct{ x, density float64 }

// printedFig4 is Figure 4: densities of activations at the end of training, by
// activation and layer, where a curve has an extremum or a plateau. The axis
// ends at 3 and cuts off the spikes of tanh's layers 1 to 4 at +-1. Layer 5 of
// tanh reads 2.75 to 2.9 at 0, layer 3 .68 to .70, layer 1 of softsign .65 to
// .70 at its maximum.
var printedFig4 = struct{ tanh, softsign [][]printedPoint }{
	tanh: [][]printedPoint{
		{{0, .44}, {.8, .38}},
		{{0, .45}, {.8, .36}},
		{{0, .69}, {.85, .20}},
		{{0, 1.23}, {.85, .09}},
		{{0, 2.83}, {.5, .02}, {.9, .02}, {1, 2.6}},
	},
	softsign: [][]printedPoint{
		{{0, .40}, {.5, .675}, {.7, .675}},
		{{0, .25}, {.75, .86}},
		{{0, .28}, {.55, .91}},
		{{0, .62}, {.25, .83}, {.65, .32}, {.85, .45}},
		{{0, 2.68}, {.5, .12}, {.8, .2}},
	},
}

// printedFig4Std is the standard deviations of Figure 4's densities.
var printedFig4Std = struct{ tanh, softsign [5]float64 }{
	tanh:     [5]float64{.58, .58, .49, .38, .29},
	softsign: [5]float64{.55, .58, .51, .46, .30},
}

// printedPoints returns each layer's points as markers on both sides of 0.
func printedPoints(layers [][]printedPoint) []report.Series {
	var all []report.Series
	for layer, points := range layers {
		s := printedSeries(report.Markers, layer)
		for _, p := range points {
			s.X, s.Y = append(s.X, p.x), append(s.Y, p.density)
			if p.x != 0 {
				s.X, s.Y = append(s.X, -p.x), append(s.Y, p.density)
			}
		}
		all = append(all, s)
	}
	return all
}
