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

// Shapeset returns the authors' batch setting with the first n training
// images of seed 1, and the first fixed of the validation and test images, of
// which the paper has [dataset.FixedLen]. Inputs are from 0 to 1. C and Gamma
// are for [Program.Search] to find. It returns an error if n or fixed is less
// than 1, or if ctx ends first.
func Shapeset(ctx context.Context, n, fixed int) (Options, error) {
	if n < 1 || fixed < 1 {
		return Options{}, fmt.Errorf("svm: %d training images and %d to test, must be 1 or more", n, fixed)
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

// ShapesetGrid returns where to look for C and gamma on Shapeset-3x2: factors
// of 4 in C and of 2 in gamma, around the mean of |u-v|² of two images, 188 or
// 2^7.6. A search with 3,000 training images and 2,000 to validate takes some
// four minutes of one processor.
//
// Reference: C.-W. Hsu, C.-C. Chang and C.-J. Lin, "A practical guide to
// support vector classification" (2003), section 3.2, for growing sequences.
func ShapesetGrid() Grid {
	return Grid{C: []float64{1, 4, 16}, Gamma: []float64{1. / 256, 1. / 128, 1. / 64, 1. / 32}}
}
