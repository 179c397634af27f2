package runner

import (
	"context"
	"errors"

	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph/hook"
)

// SpectrumAt measures the singular values of the layers' Jacobians in the network that a run or an archive had after an update. It trains from the
// nearest checkpoint at or before the update, and the digests of the log on the way must match. If enough is closed on the way, it measures the
// network that it has reached, and the spectrum says after which update that is. It changes nothing in the run, which another process may train
// at the same time.
func (r *Runner) SpectrumAt(ctx context.Context, source *run.Run, threads run.Threads, update int, enough <-chan struct{}) (run.Spectrum, error) {
	if err := sameArithmetic(source); err != nil {
		return run.Spectrum{}, err
	}
	if err := reachable(source, update); err != nil {
		return run.Spectrum{}, err
	}
	log, err := source.ReadLog()
	if err != nil {
		return run.Spectrum{}, err
	}
	check, err := newDigests(log)
	if err != nil {
		return run.Spectrum{}, err
	}
	w := &worker{Runner: r, run: source, reading: true}
	from, err := w.newest(update)
	if err != nil {
		return run.Spectrum{}, err
	}
	c := source.Config()
	c.Threads = threads
	s, err := w.past(ctx, c, from, check)
	if err != nil {
		return run.Spectrum{}, err
	}
	defer s.close()
	if err := train.MayHaveJacobians(s.model); err != nil {
		return run.Spectrum{}, err
	}
	s.loop.On(hook.Every(1), func(context.Context, int) error {
		select {
		case <-enough:
			return errEnough
		default:
			return nil
		}
	})
	if err := s.loop.Run(ctx, update); err != nil && !errors.Is(err, errEnough) {
		return run.Spectrum{}, err
	}
	return s.spectrum(ctx, s.loop.Updates())
}

// errEnough ends a training on the way.
var errEnough = errors.New("enough")
