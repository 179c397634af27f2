package main

import (
	"context"

	"glorot/experiments/dataset"
	"glorot/experiments/run/score"
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
	digestRecord struct {
		Event  string `json:"event"` // "digest"
		Update int    `json:"update"`
		train.Digest
	}
	forkRecord struct {
		Event  string `json:"event"`  // "fork": from here on the run is on its own
		Parent string `json:"parent"` // id
		Update int    `json:"update"`
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
	return t.run.Log(dataRecord{"data", t.cfg.Data.Name, s.Checksum, s.Train.Len(), s.Valid.Len(), s.Test.Len()})
}

// watch attaches the hooks. Those that measure are due at update 0, on their schedules and at the end.
func (t *training) watch() error {
	ends := hook.At(0, t.cfg.Train.Updates)
	when := hook.Any(hook.Every(t.cfg.Observe.Every), ends)
	t.keepStates()
	if t.cfg.Observe.Every > 0 {
		look, err := t.look(t.cfg.Observe.Examples)
		if err != nil {
			return err
		}
		t.logs(when, look)
	}
	scores, err := t.scores()
	if err != nil {
		return err
	}
	t.logs(when, scores...)
	t.logs(hook.Any(hook.Every(t.cfg.Checkpoint.Digest), ends), t.digest)
	return nil
}

// A measurement returns the record of what it measures after some updates.
type measurement func(ctx context.Context, update int) (any, error)

// logs writes what is measured when it is due.
func (t *training) logs(when hook.Schedule, what ...measurement) {
	t.loop.On(when, func(ctx context.Context, u int) error {
		for _, m := range what {
			record, err := m(ctx, u)
			if err != nil {
				return err
			}
			if err := t.run.Log(record); err != nil {
				return err
			}
		}
		return nil
	})
}

// look measures every layer's activations on the first test images, and gradients on mini-batches of them.
func (t *training) look(examples int) (measurement, error) {
	const batch = 10 // of the gradients that are looked at, as in the paper's figures
	probe, err := train.NewProbe(train.ProbeOptions{
		Model: t.model, Params: t.params, Set: t.sets.Test.Head(examples), Scale: t.scale(), Batch: min(batch, examples), Engine: t.engine,
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, u int) (any, error) {
		layers, err := probe.Look(ctx, u)
		return lookRecord{"look", layers}, err
	}, nil
}

// scores measure the errors on the validation and the test set.
func (t *training) scores() ([]measurement, error) {
	var list []measurement
	for _, split := range []struct {
		event string
		set   *dataset.Set
	}{{score.Valid, t.sets.Valid}, {score.Test, t.sets.Test}} {
		e, err := train.NewEvaluator(t.model, t.params, split.set, t.scale(), t.engine)
		if err != nil {
			return nil, err
		}
		list = append(list, func(ctx context.Context, u int) (any, error) {
			s, err := e.Run(ctx)
			return score.Score{Set: split.event, Update: u, Examples: s.Examples, Errors: s.Errors, Error: s.Error(), NLL: s.NLL}, err
		})
	}
	return list, nil
}

// digest measures what proves that a replay has the same weights.
func (t *training) digest(_ context.Context, u int) (any, error) {
	return digestRecord{"digest", u, train.DigestOf(t.params)}, nil
}
