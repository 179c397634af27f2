package printed

// Figure2 is Figure 2: activations of a sigmoid network of depth 4 with
// standard initialization; mean +-0.01, and the standard deviation where the
// bars do not hide each other.
var Figure2 = []Epoch{
	{Epoch: 0, Mean: []float64{.50, .50, .50, .50}, Std: []float64{.085, .075, .075, .07}},
	{Epoch: 2, Mean: []float64{.50, .52, .62, .12}},
	{Epoch: 5, Mean: []float64{.50, .53, .69, .057}},
	{Epoch: 10, Mean: []float64{.505, .55, .72, .035}},
	{Epoch: 20, Mean: []float64{.51, .563, .753, .024}},
	{Epoch: 40, Mean: []float64{.52, .58, .781, .016}, Std: []float64{.105, .092, .096, .001}},
	{Epoch: 60, Mean: []float64{.53, .592, .795, .015}, Std: []float64{.12, .092, .091, NotRead}},
	{Epoch: 80, Mean: []float64{.545, .60, .793, .015}, Std: []float64{.15, .09, .083, NotRead}},
	{Epoch: 95, Mean: []float64{.555, .565, .747, .022}, Std: []float64{.19, .068, .055, NotRead}},
	{Epoch: 100, Mean: []float64{.63, .49, .655, .031}, Std: []float64{.20, .10, .058, NotRead}},
	{Epoch: 105, Mean: []float64{.65, .455, .435, .048}, Std: []float64{.21, .205, .066, .017}},
	{Epoch: 110, Mean: []float64{.59, .467, .388, .052}, Std: []float64{.255, .217, .07, .02}},
	{Epoch: 120, Mean: []float64{.465, .455, .397, .055}, Std: []float64{.318, .196, .096, .038}},
	{Epoch: 139, Mean: []float64{.382, .39, .348, .066}, Std: []float64{.354, .184, .117, .06}},
}

// Figure3Tanh is Figure 3, top: tanh with standard initialization; std
// +-0.01, 99th percentile +-0.02.
var Figure3Tanh = []Epoch{
	{Epoch: 0, Std: []float64{.31, .17, .10, .06, .035}, P99: []float64{.72, .43, .23, .14, .08}},
	{Epoch: 4, Std: []float64{.33, .18, .13, .10, .10}, P99: []float64{1.0, .53, .37, .32, .255}},
	{Epoch: 8, Std: []float64{.35, .21, .16, .13, .11}, P99: []float64{1.0, .69, .41, .35, .27}},
	{Epoch: 16, Std: []float64{.40, .27, .22, .17, .13}, P99: []float64{1.0, .94, .55, .41, .33}},
	{Epoch: 24, Std: []float64{.44, .33, .255, .19, .145}, P99: []float64{1.0, 1.0, .75, .47, .35}},
	{Epoch: 32, Std: []float64{.475, .38, .29, .215, .16}, P99: []float64{1.0, 1.0, .94, .56, .39}},
	{Epoch: 48, Std: []float64{.53, .47, .35, .25, .18}, P99: []float64{1.0, 1.0, 1.0, .80, .50}},
	{Epoch: 64, Std: []float64{.565, .53, .40, .29, .20}, P99: []float64{1.0, 1.0, 1.0, .96, .73}},
	{Epoch: 80, Std: []float64{.595, .59, .45, .325, .22}, P99: []float64{1.0, 1.0, 1.0, .99, .89}},
	{Epoch: 92, Std: []float64{.61, .625, .485, .35, .23}, P99: []float64{1.0, 1.0, 1.0, 1.0, .94}},
}

// Figure3Softsign is Figure 3, bottom: softsign with standard
// initialization; std +-0.01, 99th percentile +-0.02. At epoch 0 only layer 1
// could be read; the figure does not contradict .11 .055 .03 .017 and
// .24 .13 .07 .04 for the others.
var Figure3Softsign = []Epoch{
	{Epoch: 0, Std: []float64{.225, NotRead, NotRead, NotRead, NotRead}, P99: []float64{.475, NotRead, NotRead, NotRead, NotRead}},
	{Epoch: 4, Std: []float64{.34, .28, .23, .26, .17}, P99: []float64{.75, .58, .55, .61, .45}},
	{Epoch: 8, Std: []float64{.41, .35, .30, .33, .22}, P99: []float64{.83, .69, .65, .745, .58}},
	{Epoch: 16, Std: []float64{.46, .42, .365, .36, .24}, P99: []float64{.87, .78, .73, .81, .68}},
	{Epoch: 32, Std: []float64{.50, .48, .41, .39, .25}, P99: []float64{.90, .83, .77, .855, .75}},
	{Epoch: 64, Std: []float64{.525, .535, .46, .425, .265}, P99: []float64{.91, .87, .81, .88, .80}},
	{Epoch: 92, Std: []float64{.55, .57, .505, .465, .285}, P99: []float64{.93, .89, .83, .90, .83}},
}

// Figure10 is Figure 10: tanh with normalized initialization; std +-0.01,
// 99th percentile +-0.02 (.70 to .75 in all layers at epoch 0).
var Figure10 = []Epoch{
	{Epoch: 0, Std: []float64{.315, .315, .315, .315, .315}, P99: []float64{.725, .725, .725, .725, .725}},
	{Epoch: 4, Std: []float64{.55, .62, .68, .63, .42}, P99: []float64{1, 1, 1, 1, 1}},
	{Epoch: 10, Std: []float64{.64, .75, .78, .71, .45}, P99: []float64{1, 1, 1, 1, 1}},
	{Epoch: 20, Std: []float64{.69, .80, .82, .77, .47}, P99: []float64{1, 1, 1, 1, 1}},
	{Epoch: 46, Std: []float64{.735, .84, .855, .82, .48}, P99: []float64{1, 1, 1, 1, 1}},
	{Epoch: 94, Std: []float64{.765, .866, .88, .866, .49}, P99: []float64{1, 1, 1, 1, 1}},
}

// Figure6 is Figure 6: densities of tanh activations at initialization, by
// initialization. Layer 5's standard peak reads 13.4 to 13.8.
var Figure6 = Densities{
	Standard: Density{
		Peak: []float64{1.37, 2.53, 4.32, 7.75, 13.6},
		Std:  []float64{.32, .185, .105, .06, .0345},
	},
	Normalized: Density{
		Peak:     []float64{1.48, 1.42, 1.36, 1.34, 1.29},
		Std:      []float64{.316, .317, .318, .317, .3135},
		Kurtosis: []float64{3.08, 2.92, 2.74, 2.79, 2.69},
	},
}

// A Point is a density read at x and at -x.
type Point struct{ X, Density float64 }

// Figure4 is Figure 4: densities of activations at the end of training, by
// activation and layer, where a curve has an extremum or a plateau. The axis
// ends at 3 and cuts off the spikes of tanh's layers 1 to 4 at +-1. Layer 5 of
// tanh reads 2.75 to 2.9 at 0, layer 3 .68 to .70, layer 1 of softsign .65 to
// .70 at its maximum.
var Figure4 = struct{ Tanh, Softsign [][]Point }{
	Tanh: [][]Point{
		{{0, .44}, {.8, .38}},
		{{0, .45}, {.8, .36}},
		{{0, .69}, {.85, .20}},
		{{0, 1.23}, {.85, .09}},
		{{0, 2.83}, {.5, .02}, {.9, .02}, {1, 2.6}},
	},
	Softsign: [][]Point{
		{{0, .40}, {.5, .675}, {.7, .675}},
		{{0, .25}, {.75, .86}},
		{{0, .28}, {.55, .91}},
		{{0, .62}, {.25, .83}, {.65, .32}, {.85, .45}},
		{{0, 2.68}, {.5, .12}, {.8, .2}},
	},
}

// Figure4Std is the standard deviations of Figure 4's densities.
var Figure4Std = struct{ Tanh, Softsign [5]float64 }{
	Tanh:     [5]float64{.58, .58, .49, .38, .29},
	Softsign: [5]float64{.55, .58, .51, .46, .30},
}
