package main

import (
	"context"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph/hook"
)

// Records of the log.
type (
	dataRecord struct {
		Event    string `json:"event"` // "data": which stored images these are, wherever they lay
		Name     string `json:"name"`
		Checksum string `json:"checksum"` // that of glorot data info
		Train    int    `json:"train"`    // images
		Valid    int    `json:"valid"`
		Test     int    `json:"test"`
	}
	lookRecord struct {
		Event string `json:"event"` // "look"
		train.Layers
	}
	scoreRecord struct {
		Event    string  `json:"event"` // "valid" or "test": the set
		Update   int     `json:"update"`
		Examples int     `json:"examples"`
		Errors   int     `json:"errors"`
		Error    float64 `json:"error"` // share
		NLL      float64 `json:"nll"`   // mean, nats
	}
	divergedRecord struct {
		Event  string  `json:"event"` // "diverged"
		Update int     `json:"update"`
		Layer  int     `json:"layer"`
		Node   string  `json:"node"`
		Value  float64 `json:"value"`
	}
)

// logData logs which stored images the run is on: its configuration has only their name.
func (t *training) logData() error {
	s := t.sets
	if s.Train == nil {
		return nil
	}
	return t.run.Log(dataRecord{"data", t.run.Config().Data.Name, s.Checksum, s.Train.Len(), s.Valid.Len(), s.Test.Len()})
}

// watch attaches the hooks. Both are due at update 0, on the schedule and at the end.
func (t *training) watch(cfg run.Config) error {
	when := hook.Any(hook.Every(cfg.Observe.Every), hook.At(0, cfg.Train.Updates))
	scale := dataset.Scale{Low: cfg.Data.Low, High: cfg.Data.High}
	if cfg.Observe.Every > 0 {
		if err := t.look(when, scale, cfg.Observe.Examples); err != nil {
			return err
		}
	}
	return t.score(when, scale)
}

// look logs every layer's activations on the first test images, and gradients on mini-batches of them.
func (t *training) look(when hook.Schedule, scale dataset.Scale, examples int) error {
	const batch = 10 // of the gradients that are looked at, as in the paper's figures
	probe, err := train.NewProbe(train.ProbeOptions{
		Model: t.model, Params: t.params, Set: t.sets.Test.Head(examples), Scale: scale, Batch: min(batch, examples), Engine: t.engine,
	})
	if err != nil {
		return err
	}
	t.loop.On(when, func(ctx context.Context, u int) error {
		layers, err := probe.Look(ctx, u)
		if err != nil {
			return err
		}
		return t.run.Log(lookRecord{"look", layers})
	})
	return nil
}

// score logs the errors on the validation and the test set, and remembers them where the first is lowest.
func (t *training) score(when hook.Schedule, scale dataset.Scale) error {
	valid, err := train.NewEvaluator(t.model, t.params, t.sets.Valid, scale, t.engine)
	if err != nil {
		return err
	}
	test, err := train.NewEvaluator(t.model, t.params, t.sets.Test, scale, t.engine)
	if err != nil {
		return err
	}
	first := true
	t.loop.On(when, func(ctx context.Context, u int) error {
		if t.valid, err = t.logScore(ctx, "valid", u, valid); err != nil {
			return err
		}
		if t.test, err = t.logScore(ctx, "test", u, test); err != nil {
			return err
		}
		if now := (tested{u, t.valid.Error(), t.test.Error()}); first || now.ValidError < t.best.ValidError {
			t.best = now
		}
		first = false
		return nil
	})
	return nil
}

func (t *training) logScore(ctx context.Context, event string, u int, e *train.Evaluator) (train.Score, error) {
	s, err := e.Run(ctx)
	if err != nil {
		return s, err
	}
	return s, t.run.Log(scoreRecord{event, u, s.Examples, s.Errors, s.Error(), s.NLL})
}
