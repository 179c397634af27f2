package paper

import (
	"glorot/experiments/train"
)

// Observations are what the figures and claims read.
type Observations struct {
	Initial  map[Network][]Initial // one for each seed
	Curves   map[Network][]Curve   // one for each seed
	Shapeset *ShapesetCounts
	Surfaces *CostSurfaces
	Scale    Scale
}

// Initial is a network before training.
type Initial struct {
	train.Layers
	Weights []WeightSample // of each weight matrix

	// Jacobian is the mean singular value of each layer's Jacobian J^i = dz^{i+1}/dz^i (eq. 17), i = 1..d-1: from
	// layer i to layer i+1, on one example, another one for each seed. It is empty if nobody asked for it.
	Jacobian []float64
}

// WeightSample describes one initial weight matrix and its biases.
type WeightSample struct {
	In, Out  int
	Variance float64
	MaxAbs   float64
	MaxBias  float64 // largest |b|
}

// Curve is a network in training.
type Curve struct {
	Seed   uint64
	Looks  []train.Layers
	Errors []TestError
}

// TestError is the share of errors on the 10,000 test images after Update updates.
type TestError struct {
	Update int
	Error  float64
}

// ShapesetCounts describes images of the fixed test set's generator (seed 0).
type ShapesetCounts struct {
	Images   int
	Classes  []int     // images of each class
	Pairs    int       // images of two objects
	Overlaps []float64 // of each pair, the share of the first object's pixels that the second hides
}

// stdZ, stdDS and stdDW return the standard deviation of layer k = 1..d.
func (i Initial) stdZ(k int) float64  { return i.Layers.Layers[k-1].Z.Std }
func (i Initial) stdDS(k int) float64 { return i.Layers.Layers[k-1].DS.Std }
func (i Initial) stdDW(k int) float64 { return i.Layers.Layers[k-1].DW.Std }
