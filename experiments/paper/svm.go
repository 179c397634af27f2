package paper

import (
	"context"
	"errors"
	"fmt"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/plan"
	"glorot/experiments/svm"
	"glorot/experiments/train"
	"glorot/graph/kernel"
)

// svmKey is everything that determines the result of a support vector machine on Shapeset-3x2.
type svmKey struct {
	Numbers  int      `json:"numbers"`  // train.Numbers
	Images   int      `json:"images"`   // to train on
	Searched int      `json:"searched"` // of these, used in the search for C and gamma
	Held     int      `json:"held"`     // of the validation and the test set
	Grid     svm.Grid `json:"grid"`
}

// svmJob trains the support vector machine of the paper's comparison on the scale's number of images. There is no job if the result is kept
// already, if LIBSVM is not installed, or if the scale does not have one.
func (s *Study) svmJob() (j plan.Job, needed bool) {
	n := s.o.Scale.SVM
	held := dataset.FixedLen
	if s.o.Scale.Images > 0 {
		held = s.o.Scale.Images
	}
	key := svmKey{Numbers: train.Numbers, Images: n, Searched: min(n, observed.SvmSearched), Held: held, Grid: svm.ShapesetGrid()}
	name := fmt.Sprintf("svm-shapeset-%d", n)
	var kept observed.SVMResult
	if n > 0 && s.kept(name, key, &kept) {
		s.obs.SVM = &kept
		return plan.Job{}, false
	}
	program, err := svm.Find()
	var missing *svm.NotInstalledError
	if n == 0 || s.o.KeptOnly || errors.As(err, &missing) {
		return plan.Job{}, false
	}
	run := func(ctx context.Context, _ *kernel.Engine, progress func(float64)) error {
		r, err := trainSVM(ctx, program, key, progress)
		if err != nil {
			return err
		}
		if err := s.memo.put(name, key, r); err != nil {
			return err
		}
		s.keep(func(o *observed.Observations) { o.SVM = r })
		return nil
	}
	return plan.Job{Name: fmt.Sprintf("support vector machine, %d images", n), Cost: svmCost(n) + float64(len(key.Grid.C)*len(key.Grid.Gamma))*svmCost(key.Searched), Run: run}, true
}

// svmCost is about the cost of one machine in updates of the paper's network: 246 s with 10,000 images, growing with their square.
func svmCost(images int) float64 { return 80_000 * float64(images) / 10_000 * float64(images) / 10_000 }

func trainSVM(ctx context.Context, program *svm.Program, key svmKey, progress func(float64)) (*observed.SVMResult, error) {
	o, err := svm.Shapeset(ctx, key.Searched, min(key.Held, observed.SvmValidated))
	if err != nil {
		return nil, err
	}
	o.Test = nil
	best, _, err := program.Search(ctx, o, key.Grid)
	if err != nil {
		return nil, err
	}
	progress(0.1)
	if o, err = svm.Shapeset(ctx, key.Images, key.Held); err != nil {
		return nil, err
	}
	o.C, o.Gamma, o.CacheMB, o.Valid = best.C, best.Gamma, svmCacheMB, nil
	r, err := program.Evaluate(ctx, o)
	if err != nil {
		return nil, err
	}
	return &observed.SVMResult{Images: key.Images, C: best.C, Gamma: best.Gamma, SupportVectors: r.SupportVectors, Wrong: r.TestWrong}, nil
}

// svmCacheMB holds the kernel matrix of the largest pair of classes of 100,000 images.
const svmCacheMB = 5_000
