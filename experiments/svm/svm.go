package svm

import (
	"context"
	"fmt"
	"math"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
)

// Options choose the images and the parameters.
type Options struct {
	Train       *dataset.Set
	Valid, Test *dataset.Set  // nil means that they are not predicted
	Scale       dataset.Scale // of the inputs to which Gamma applies

	C     float64 // price of a violated margin, LIBSVM's -c
	Gamma float64 // the kernel is exp(-Gamma |u-v|²) of scaled inputs u and v

	// CacheMB is the memory for rows of the kernel matrix in MB, LIBSVM's -m; 0
	// means LIBSVM's 100. In addition the images need 16 bytes per pixel.
	CacheMB int
	// Dir is the place of the temporary files, about 8 bytes per pixel of the
	// images and as much again for the model; "" means the system's default.
	Dir string
}

// Result has the errors of a support vector machine and its cost.
type Result struct {
	SupportVectors int          `json:"support_vectors"`
	ValidWrong     measure.Bits `json:"valid_wrong"`     // which validation images are wrong; empty without a set
	TestWrong      measure.Bits `json:"test_wrong"`      // which test images are wrong; empty without a set
	TrainSeconds   float64      `json:"train_seconds"`   // processor time of svm-train
	PredictSeconds float64      `json:"predict_seconds"` // processor time of svm-predict, both sets
}

// Validate returns an error that names the first option that is out of range.
func (o Options) Validate() error {
	if err := o.validateSets(); err != nil {
		return err
	}
	if err := positive("C", o.C); err != nil {
		return err
	}
	return positive("gamma", o.Gamma)
}

// validateSets checks everything except C and Gamma.
func (o Options) validateSets() error {
	if o.Train == nil || o.Train.Len() == 0 {
		return fmt.Errorf("svm: no training images")
	}
	for _, s := range []*dataset.Set{o.Valid, o.Test} {
		if s == nil {
			continue
		}
		if s.Len() == 0 {
			return fmt.Errorf("svm: no images in %s", s.Name)
		}
		if s.Features != o.Train.Features {
			return fmt.Errorf("svm: images of %s have %d features, training images %d", s.Name, s.Features, o.Train.Features)
		}
	}
	if o.CacheMB < 0 {
		return fmt.Errorf("svm: cache is %d MB, must be 0 or more", o.CacheMB)
	}
	if err := o.Scale.Validate(); err != nil {
		return fmt.Errorf("svm: %w", err)
	}
	return nil
}

func positive(name string, v float64) error {
	if !(v > 0) || math.IsInf(v, 0) {
		return fmt.Errorf("svm: %s is %v, must be positive and finite", name, v)
	}
	return nil
}

// greyGamma returns the kernel's gamma for inputs of grey levels g from 0 to
// 255: of u = Low + (High-Low) g/255, |u-v|² is ((High-Low)/255)² times that of g.
func (o Options) greyGamma() float64 {
	span := o.Scale.High - o.Scale.Low
	return o.Gamma * span * span / (255 * 255)
}

// Evaluate trains with C and Gamma, and predicts the validation and the test
// images if there are any. The files are in a temporary directory, which is
// removed at the end. When ctx ends, the running program is killed and the
// error is the context's.
func (p *Program) Evaluate(ctx context.Context, o Options) (Result, error) {
	if err := o.Validate(); err != nil {
		return Result{}, err
	}
	w, err := newWorkspace(p, o)
	if err != nil {
		return Result{}, err
	}
	defer w.close()
	r, err := w.train(ctx, o)
	if err != nil {
		return Result{}, err
	}
	var valid, test float64
	if r.ValidWrong, valid, err = w.predict(ctx, o.Valid); err != nil {
		return Result{}, err
	}
	if r.TestWrong, test, err = w.predict(ctx, o.Test); err != nil {
		return Result{}, err
	}
	r.PredictSeconds = valid + test
	return r, nil
}
