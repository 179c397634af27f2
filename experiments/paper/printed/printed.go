// Package printed holds the numbers that Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural
// networks", AISTATS, PMLR 9:249-256, prints in its table and draws in its figures.
//
// Those of the figures were read off pixel by pixel. Each variable names its figure and the reading error. Nothing writes to them.
package printed

import "math"

// NotRead stands where a number could not be read off the figure.
var NotRead = math.NaN()

// An Epoch is what a figure shows at one epoch of 20,000 updates, layer
// by layer from the first; a column that the figure does not have is nil.
type Epoch struct {
	Epoch          float64
	Mean, Std, P99 []float64
}

// A Density is what could be read off five densities around 0, layer by
// layer from the first.
type Density struct {
	Peak     []float64 // the density at 0
	Std      []float64
	Kurtosis []float64
}

// Densities are those of a figure by initialization.
type Densities struct{ Standard, Normalized Density }
