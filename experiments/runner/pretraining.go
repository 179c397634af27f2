package runner

import (
	"context"
	"errors"
	"fmt"
	"os"

	"glorot/experiments/pretrain"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// pretrain makes the session's loop. If the configuration has a pre-training it first pre-trains the hidden layers, from the newest checkpoint of
// that stage if there is one.
func (w *worker) pretrain(ctx context.Context, s *session) error {
	p := s.cfg.Pretrain
	if p.Updates == 0 {
		return s.makeLoop()
	}
	path := w.run.Path(run.PretrainingFile)
	from, err := train.ReadCheckpoint(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		w.warn(err)
	case from.Notes[noteRun] != w.run.Manifest().ID:
		w.warn(fmt.Errorf("%s: is a checkpoint of run %s, expected: %s", path, from.Notes[noteRun], w.run.Manifest().ID))
		from = nil
	}
	if from != nil {
		s.source.Close()
		if err := s.begin(from); err != nil {
			return err
		}
	}
	stage, err := pretrain.New(pretrain.Options{
		Model: s.model, Params: s.params, Source: s.source, Low: s.cfg.Data.Low, High: s.cfg.Data.High, Batch: s.cfg.Train.Batch,
		Rate: p.Rate, Noise: p.Noise, Updates: p.Updates, Seed: s.cfg.Seed, Engine: s.engine,
	})
	if err != nil {
		return err
	}
	begun := 0
	if from != nil {
		if err := stage.Resume(from); err != nil {
			return err
		}
		begun = stage.Done()
	}
	keep := func(context.Context, int) error { return w.keepStage(stage) }
	stage.On(func(u int) bool {
		return u > begun && (u == stage.All() || s.cfg.Checkpoint.Every > 0 && u%s.cfg.Checkpoint.Every == 0)
	}, keep)
	stage.On(shown(stage.All()), func(_ context.Context, u int) error {
		w.show(u, stage.All(), Pretraining)
		return nil
	})
	err = stage.Run(ctx)
	if err != nil && ctx.Err() != nil && stage.Done() > begun {
		return errors.Join(err, w.keepStage(stage))
	}
	if err != nil {
		return err
	}
	s.pretrained = stage.Layers()
	return s.makeLoop()
}

// keepStage writes the only checkpoint of the stage, unless the run is only read.
func (w *worker) keepStage(stage *pretrain.Stage) error {
	if w.reading {
		return nil
	}
	c, err := stage.Checkpoint()
	if err != nil {
		return err
	}
	c.Notes[noteRun], w.kept = w.run.Manifest().ID, true
	return w.run.WriteFile(run.PretrainingFile, c.Write)
}
