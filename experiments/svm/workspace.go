package svm

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
)

// workspace is a directory of the files that LIBSVM reads and writes: train has
// the training images; model is that of the latest training; images and labels
// are those of the latest prediction. A program starts when the file that it
// reads is complete.
type workspace struct {
	program *Program
	dir     string
}

// newWorkspace makes the directory with the training images.
func newWorkspace(p *Program, o Options) (*workspace, error) {
	dir, err := os.MkdirTemp(o.Dir, "glorot-svm-*")
	if err != nil {
		return nil, fmt.Errorf("svm: %w", err)
	}
	w := &workspace{program: p, dir: dir}
	if err := createSet(w.path("train"), o.Train); err != nil {
		w.close()
		return nil, fmt.Errorf("svm: training images: %w", err)
	}
	return w, nil
}

func (w *workspace) path(name string) string { return filepath.Join(w.dir, name) }

// close removes the files. It ignores errors: a file that stays is not a reason
// to lose a result.
func (w *workspace) close() { _ = os.RemoveAll(w.dir) }

// rename gives a file another name, and replaces a file of that name.
func (w *workspace) rename(from, to string) error {
	if err := os.Rename(w.path(from), w.path(to)); err != nil {
		return fmt.Errorf("svm: %w", err)
	}
	return nil
}

// train makes the file model.
func (w *workspace) train(ctx context.Context, o Options) (Result, error) {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	args := []string{"-q", "-s", "0", "-t", "2", "-c", number(o.C), "-g", number(o.greyGamma())}
	if o.CacheMB > 0 {
		args = append(args, "-m", strconv.Itoa(o.CacheMB))
	}
	seconds, err := run(ctx, w.program.Train, append(args, w.path("train"), w.path("model"))...)
	if err != nil {
		return Result{}, fmt.Errorf("svm: C %v, gamma %v: %w", o.C, o.Gamma, err)
	}
	vectors, err := readSupportVectors(w.path("model"))
	if err != nil {
		return Result{}, fmt.Errorf("svm: C %v, gamma %v: %w", o.C, o.Gamma, err)
	}
	return Result{SupportVectors: vectors, TrainSeconds: seconds}, nil
}

// predict classifies the images of s with the file model, and returns which are
// wrong. It does nothing if s is nil.
func (w *workspace) predict(ctx context.Context, s *dataset.Set) (wrong measure.Bits, seconds float64, err error) {
	if s == nil {
		return wrong, 0, nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("svm: prediction of %s: %w", s.Name, err)
		}
	}()
	images, labels := w.path("images"), w.path("labels")
	if err := createSet(images, s); err != nil {
		return wrong, 0, err
	}
	seconds, err = run(ctx, w.program.Predict, "-q", images, w.path("model"), labels)
	if err != nil {
		return wrong, 0, err
	}
	wrong, err = readWrong(labels, s.Labels)
	return wrong, seconds, err
}
