package runner

import (
	"context"

	"glorot/experiments/run"
)

// Initial measures the network of a configuration with its initial weights, before any training and pre-training, in the way a run records it at
// update 0. With jacobians it also returns the spectra of the layers' Jacobians.
func (r *Runner) Initial(ctx context.Context, c run.Config, jacobians bool) (l run.LayersRecord, j *run.Spectrum, err error) {
	s, err := r.open(ctx, c)
	if err != nil {
		return l, nil, err
	}
	defer s.close()
	if err := s.draw(); err != nil {
		return l, nil, err
	}
	if l, err = s.layers(ctx, 0, c.Observe.Examples, c.Observe.Gradients, true, c.Recording().Measures); err != nil || !jacobians {
		return l, nil, err
	}
	spectrum, err := s.spectrum(ctx, 0)
	return l, &spectrum, err
}
