package printed

// The gradients of Figures 7 to 9 are of mini-batches of 10 examples, summed
// over the batch: the paper does not say so, but only the sum has their widths.

// Figure7 is Figure 7: densities of back-propagated gradients dCost/ds at
// initialization, tanh. The standard peaks of layers 1 and 2 read 76 to 85 and
// 40 to 42.
var Figure7 = Densities{
	Standard: Density{
		Peak: []float64{80.5, 41, 22.7, 13.4, 7.8},
		Std:  []float64{.0055, .0105, .019, .034, .058},
	},
	Normalized: Density{
		Peak: []float64{6.9, 8.3, 8.4, 8.5, 8.3},
		Std:  []float64{.071, .064, .063, .060, .055},
	},
}

// Figure8 is Figure 8: densities of weight gradients dCost/dW at
// initialization, tanh. The std of layers 2 to 5 reads .0028 to .0033
// (standard) and .017 to .020 (normalized), not layer by layer. Layer 1 is
// narrower here than in the paper's own Figure 9 at epoch 0.
var Figure8 = Densities{
	Standard: Density{
		Peak: []float64{222, 263, 270, 273, 258},
		Std:  []float64{.0020, .0030, .0030, .0030, .0030},
	},
	Normalized: Density{
		Peak: []float64{34.5, 40.5, 41.4, 41.7, 39.9},
		Std:  []float64{.0124, .0185, .0185, .0185, .0185},
	},
}

// Figure9Standard is Figure 9, top: std of weight gradients during
// training, tanh with standard initialization; +-0.002 after smoothing.
var Figure9Standard = []Epoch{
	{Epoch: 0, Std: []float64{4e-3, 4e-3, 4e-3, 4e-3, 3.8e-3}},
	{Epoch: 5, Std: []float64{37e-3, 18e-3, 9.4e-3, 7.5e-3, 7.2e-3}},
	{Epoch: 10, Std: []float64{49e-3, 25e-3, 13e-3, 10e-3, 10e-3}},
	{Epoch: 20, Std: []float64{51e-3, 30e-3, 17e-3, 12.5e-3, 11e-3}},
	{Epoch: 40, Std: []float64{52e-3, 33e-3, 23.5e-3, 16e-3, 13e-3}},
	{Epoch: 60, Std: []float64{55e-3, 37e-3, 27e-3, 18e-3, 15e-3}},
	{Epoch: 90, Std: []float64{55e-3, 37.5e-3, 30e-3, 20e-3, 16e-3}},
}

// Figure9Normalized is Figure 9, bottom: the same with normalized
// initialization; +-0.002 after smoothing.
var Figure9Normalized = []Epoch{
	{Epoch: 0, Std: []float64{31e-3, 15.8e-3, 15.8e-3, 15.8e-3, 16.6e-3}},
	{Epoch: 5, Std: []float64{43e-3, 29e-3, 32e-3, 36e-3, 28.5e-3}},
	{Epoch: 20, Std: []float64{38e-3, 29e-3, 31e-3, 30.5e-3, 25e-3}},
	{Epoch: 40, Std: []float64{47e-3, 37e-3, 38e-3, 35e-3, 29e-3}},
	{Epoch: 60, Std: []float64{45e-3, 40e-3, 38e-3, 32e-3, 27e-3}},
	{Epoch: 90, Std: []float64{50e-3, 38.5e-3, 35.5e-3, 30e-3, 25e-3}},
}

// The mean singular values of a layer's Jacobian that the text names: "With our normalized initialization, this ratio is around 0.8 whereas
// with the standard initialization, it drops down to 0.5."
const (
	MeanSingularStandard   = 0.5
	MeanSingularNormalized = 0.8
)
