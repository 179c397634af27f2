package svm

import (
	"context"
	"fmt"

	"glorot/experiments/dataset"
)

// The paper's baseline, section 4.
const (
	PaperImages    = 100_000
	PaperTestError = 59.47 // percent
)

// TrainSeed is the seed of the training images in the batch setting of the
// authors' experiment scripts, released with their generator in 2010.
const TrainSeed uint32 = 1

// Shapeset returns the authors' batch setting with the first n training images
// of seed 1, and the first fixed ones of the validation and test images. The
// paper has [dataset.FixedLen] of each. Inputs are from 0 to 1.
// [Program.Search] finds C and Gamma. It returns an error if n or fixed is less
// than 1, or if ctx ends first.
func Shapeset(ctx context.Context, n, fixed int) (Options, error) {
	if n < 1 || fixed < 1 {
		return Options{}, fmt.Errorf("svm: %d training images and %d test images, must be 1 or more", n, fixed)
	}
	o := Options{Scale: dataset.Scale{Low: 0, High: 1}}
	images := dataset.DefaultShapeset()
	var err error
	for _, s := range []struct {
		set  **dataset.Set
		seed uint32
		n    int
	}{{&o.Train, TrainSeed, n}, {&o.Valid, dataset.ValidSeed, fixed}, {&o.Test, dataset.TestSeed, fixed}} {
		if *s.set, err = images.Set(ctx, s.seed, s.n); err != nil {
			return Options{}, fmt.Errorf("svm: %w", err)
		}
	}
	return o, nil
}

// ShapesetGrid returns the grid of C and gamma for Shapeset-3x2: factors of 4
// in C and of 2 in gamma, around the mean of |u-v|² of two images, 188 or
// 2^7.6. A search with 3,000 training images and 2,000 validation images takes
// about four minutes on one processor.
//
// Reference: C.-W. Hsu, C.-C. Chang and C.-J. Lin, "A practical guide to
// support vector classification" (2003), section 3.2, for growing sequences.
func ShapesetGrid() Grid {
	return Grid{C: []float64{1, 4, 16}, Gamma: []float64{1. / 256, 1. / 128, 1. / 64, 1. / 32}}
}
