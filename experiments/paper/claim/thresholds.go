package claim

import (
	"glorot/experiments/paper/setup"
)

// The expected ranges of the claims, with their sources. "Simulation" is an independent simulation in numpy of 1024-1000x5-9 networks on
// the authors' generator, mean of four networks. RANGES.md says when and why each range was chosen and changed. The history of this
// file cannot show that these ranges came before the first measurements, since both entered in one commit.
const (
	varianceTolerance = 0.02 // of Var[W]: sampling error of 1e6 weights is 0.1 %
	float32Rounding   = 1e-6 // of the largest |W|

	// The reading error of standard deviations in Figures 2 and 3; Figure 6, which was read in the same way, states none.
	stdReading = 0.01

	// Of standardStdZ, and of the peaks of Figures 6 and 7.
	stdTolerance, peakTolerance = 0.05, 0.10

	// The linear theory has sqrt(1/3) = .577 (eq. 15); tanh's slope below 1 takes a little off.
	stdRatioLow, stdRatioHigh = 0.55, 0.58

	// Simulation of eq. 16 in every layer: .61 of activations, .59 of gradients, against .10 with eq. 1.
	normalizedRatioLow = 0.55
	standardRatioHigh  = 0.12

	// Figure 7 top: std L1/L5 .0055/.058; simulation .0057/.0587.
	standardGradientRatio, standardGradientTolerance = 0.097, 0.10

	// Figure 6 bottom: .3135 to .318; simulation, mean of four networks: .302 to .308.
	figureSpread = 1.03

	// Figure 7 bottom: peaks 6.9 to 8.5, stds .071 to .055.
	figureGradientLow, figureGradientHigh = 1.0, 1.3

	// Simulation: 1.05 with eq. 1, 1.08 with eq. 16.
	weightGradientSpread = 1.3

	// Figure 9, epoch 0, normalized: .031 and .0158; simulation .031 and .0164.
	figureFirstLow, figureFirstHigh = 1.7, 2.2

	// Section 4.2.1: "this ratio is around 0.8 whereas with the standard initialization, it drops down to 0.5".
	jacobianStandard, jacobianStandardTolerance     = 0.5, 0.05
	jacobianNormalized, jacobianNormalizedTolerance = 0.8, 0.1

	// Sampling error of the linear theory's predictions.
	theoryLow, theoryHigh = 0.95, 1.05

	// Figure 2 at epoch 0.
	sigmoidMean, sigmoidMeanTolerance = 0.5, 0.02

	// Of the standard deviations of softsign networks: networks differ by 5 % from seed to seed.
	softsignTolerance = 0.10

	// The 99.9 % point of chi-square with 8 degrees of freedom.
	chiSquare = 26.12

	// Figure 5, with the costs of its caption: the corners of the quadratic cost are flat.
	cornerSlope = 1e-2
	// "Clearly more severe plateaus" (section 4.1): the share of the grid that is flat is at least twice as large.
	clearlyMore = 2

	// Figure 5: cross entropy ln 2 on the axes and 4.0 at the corners, quadratic 0 and 0.5.
	cornerEntropy, cornerEntropyTolerance     = 4.0, 0.15
	cornerQuadratic, cornerQuadraticTolerance = 0.5, 0.02

	// Figure 11: the plateau of a constant prediction, in percent.
	chanceError, chanceTolerance = 83.3, 0.5

	// Section 2.3: "after a large number of updates (5 million)".
	optimisedUpdates = 5_000_000

	// Section 2.1: "does not overlap with the first by more than fifty percent of its area".
	overlapMost = 0.5
)

var (
	standardStdZ  = [setup.Layers]float64{.308, .172, .096, .055, .032} // simulation; Figure 6 top has .32 to .0345
	standardPeakZ = [setup.Layers]float64{1.4, 2.5, 4.5, 7.8, 13}       // Figure 6 top and simulation

	softsignStandardStdZ   = [setup.Layers]float64{.225, .106, .055, .030, .017} // simulation; Figure 3 bottom has .225 at epoch 0
	softsignNormalizedStdZ = [setup.Layers]float64{.318, .213, .160, .129, .108} // simulation

	// priors of Shapeset-3x2's classes: one of three shapes, or a pair of them, with equal probability.
	priors = [...]float64{1. / 6, 1. / 6, 1. / 6, 1. / 9, 1. / 9, 1. / 9, 1. / 18, 1. / 18, 1. / 18}
)
