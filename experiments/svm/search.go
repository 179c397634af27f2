package svm

import (
	"context"
	"fmt"
)

// Grid is the values of C and gamma that a search tries, every C with every
// gamma.
type Grid struct{ C, Gamma []float64 }

// Candidate is one machine of a search.
type Candidate struct {
	C     float64 `json:"c"`
	Gamma float64 `json:"gamma"`
	Result
}

// Search trains a machine at each point of the grid and predicts the validation
// images. The best is the first one with the fewest errors; only the best
// predicts the test images, if there are any. The candidates are in the order
// of the grid, C by C.
//
// Unlike Evaluate, Search needs validation images and ignores o.C and o.Gamma.
// Files and cancelling work as in Evaluate.
func (p *Program) Search(ctx context.Context, o Options, g Grid) (best Candidate, all []Candidate, err error) {
	if err := g.validate(o); err != nil {
		return Candidate{}, nil, err
	}
	w, err := newWorkspace(p, o)
	if err != nil {
		return Candidate{}, nil, err
	}
	defer w.close()
	k := 0 // index of the best
	for _, o.C = range g.C {
		for _, o.Gamma = range g.Gamma {
			t, err := w.try(ctx, o)
			if err != nil {
				return Candidate{}, nil, err
			}
			all = append(all, t)
			if len(all) > 1 && t.ValidWrong.Count() >= all[k].ValidWrong.Count() {
				continue
			}
			k = len(all) - 1
			if err := w.rename("model", "best"); err != nil {
				return Candidate{}, nil, err
			}
		}
	}
	if err := w.test(ctx, o, &all[k]); err != nil {
		return Candidate{}, nil, err
	}
	return all[k], all, nil
}

// try trains and predicts the validation images.
func (w *workspace) try(ctx context.Context, o Options) (Candidate, error) {
	r, err := w.train(ctx, o)
	if err != nil {
		return Candidate{}, err
	}
	r.ValidWrong, r.PredictSeconds, err = w.predict(ctx, o.Valid)
	return Candidate{C: o.C, Gamma: o.Gamma, Result: r}, err
}

// test lets the best model predict the test images.
func (w *workspace) test(ctx context.Context, o Options, best *Candidate) error {
	if err := w.rename("best", "model"); err != nil {
		return err
	}
	wrong, seconds, err := w.predict(ctx, o.Test)
	best.TestWrong = wrong
	best.PredictSeconds += seconds
	return err
}

func (g Grid) validate(o Options) error {
	if err := o.validateSets(); err != nil {
		return err
	}
	if o.Valid == nil {
		return fmt.Errorf("svm: no validation images to choose C and gamma on")
	}
	if len(g.C) == 0 || len(g.Gamma) == 0 {
		return fmt.Errorf("svm: grid of %d values of C and %d of gamma, must be 1 or more", len(g.C), len(g.Gamma))
	}
	for _, c := range g.C {
		if err := positive("C", c); err != nil {
			return err
		}
	}
	for _, gamma := range g.Gamma {
		if err := positive("gamma", gamma); err != nil {
			return err
		}
	}
	return nil
}
