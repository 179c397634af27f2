package trial

import (
	"context"
	"errors"
	"fmt"

	"glorot/experiments/dataset"
	"glorot/experiments/pretrain"
	"glorot/experiments/train"
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"
)

// miniBatch is that of the gradients that are looked at, as in the paper's figures.
const miniBatch = 10

// Run trains. Progress, if it is not nil, is called now and then with the share that is done. A training that diverges has a
// Result that says so, and no error. It ends early with ctx's error.
func Run(ctx context.Context, spec Spec, data *Library, e *kernel.Engine, progress func(part float64)) (*Result, error) {
	sets, err := data.Sets(ctx, spec.Data)
	if err != nil {
		return nil, err
	}
	if spec.Checksum != sets.Checksum {
		return nil, fmt.Errorf("%s: the data's checksum is %q, want %q", spec.Data, sets.Checksum, spec.Checksum)
	}
	t := &training{spec: spec, sets: sets, engine: e, result: &Result{}}
	if t.model, err = spec.model(sets.Test.Features, sets.Test.Classes); err != nil {
		return nil, err
	}
	if t.params, err = t.model.Parameters(spec.Seed); err != nil {
		return nil, err
	}
	source, stop, err := sets.source(spec)
	if err != nil {
		return nil, err
	}
	defer stop()
	part := progress
	if spec.Pretraining != nil {
		if progress == nil {
			progress = func(float64) {}
		}
		const before = 0.4 // of the time, about
		if err := t.pretrain(ctx, source, func(p float64) { progress(before * p) }); err != nil {
			return t.ended(err)
		}
		part = func(p float64) { progress(before + (1-before)*p) }
	}
	o := train.Options{Model: t.model, Params: t.params, Source: source, Batch: spec.Batch, Rate: spec.Rate, Engine: e}
	if c := spec.Curvature; c != nil {
		o.Curvature = &train.Curvature{Method: c.Method, Mu: c.Mu, Every: c.Every, Decay: c.Decay}
	}
	t.loop, err = train.New(o)
	if err != nil {
		return nil, err
	}
	if err := t.watch(); err != nil {
		return nil, err
	}
	if part != nil {
		t.loop.On(hook.Every(max(1, min(spec.Updates/200, 500))), func(_ context.Context, u int) error {
			part(float64(u) / float64(max(1, spec.Updates)))
			return nil
		})
	}
	return t.ended(t.loop.Run(ctx, spec.Updates))
}

// ended returns the result of a training that ended with err: a divergence is part of it.
func (t *training) ended(err error) (*Result, error) {
	var diverged *train.DivergedError
	if errors.As(err, &diverged) {
		t.result.Diverged = &Divergence{diverged.Update, diverged.Node}
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return t.result, nil
}

// pretrain trains the hidden layers as auto-encoders.
func (t *training) pretrain(ctx context.Context, source train.Source, progress func(part float64)) error {
	p := t.spec.Pretraining
	r, err := pretrain.Run(ctx, pretrain.Options{
		Model: t.model, Params: t.params, Source: source, Low: t.spec.Low, High: t.spec.High, Batch: t.spec.Batch,
		Rate: p.Rate, Noise: p.Noise, Updates: p.Updates, Seed: t.spec.Seed, Engine: t.engine,
		Progress: func(done, all int) {
			if done%500 == 0 {
				progress(float64(done) / float64(all))
			}
		},
	})
	if err != nil {
		return err
	}
	t.result.Pretrained = r.Layers
	return nil
}

// training is one training, and what is attached to it.
type training struct {
	spec   Spec
	sets   *Sets
	model  models.Config
	params *models.Parameters
	engine *kernel.Engine
	loop   *train.Loop
	result *Result
}

// watch attaches the looks, the Jacobians and the tests.
func (t *training) watch() error {
	scale, w := dataset.Scale{Low: t.spec.Low, High: t.spec.High}, t.spec.Watch
	if w.Every > 0 {
		o := train.ProbeOptions{Model: t.model, Params: t.params, Set: t.sets.Test.Head(w.Examples), Scale: scale, Histograms: hook.At(0, t.spec.Updates), Engine: t.engine}
		if w.Gradients {
			o.Batch = min(miniBatch, w.Examples)
		}
		probe, err := train.NewProbe(o)
		if err != nil {
			return err
		}
		t.loop.On(t.spec.looked, func(ctx context.Context, u int) error { return t.look(ctx, probe, u) })
	}
	if len(w.Jacobians) > 0 {
		t.loop.On(hook.At(w.Jacobians...), func(ctx context.Context, u int) error { return t.decompose(ctx, scale, u) })
	}
	images := w.Images
	if images == 0 {
		images = max(t.sets.Valid.Len(), t.sets.Test.Len())
	}
	valid, err := train.NewEvaluator(t.model, t.params, t.sets.Valid.Head(images), scale, t.engine)
	if err != nil {
		return err
	}
	test, err := train.NewEvaluator(t.model, t.params, t.sets.Test.Head(images), scale, t.engine)
	if err != nil {
		return err
	}
	t.loop.On(t.spec.tested, func(ctx context.Context, u int) error { return t.test(ctx, valid, test, u) })
	return nil
}

// look keeps a look.
func (t *training) look(ctx context.Context, probe *train.Probe, u int) error {
	l, err := probe.Look(ctx, u)
	if err != nil {
		return err
	}
	t.result.Looks = append(t.result.Looks, l)
	return nil
}

func (t *training) decompose(ctx context.Context, scale dataset.Scale, u int) error {
	spectra, err := train.Spectra(ctx, t.model, t.params, t.sets.Test.Head(1), scale, t.engine)
	if err != nil {
		return err
	}
	j := Jacobian{Update: u}
	for _, values := range spectra {
		short := make([]float32, len(values))
		for i, v := range values {
			short[i] = float32(v)
		}
		j.Values = append(j.Values, short)
	}
	t.result.Jacobians = append(t.result.Jacobians, j)
	return nil
}

func (t *training) test(ctx context.Context, valid, test *train.Evaluator, u int) error {
	v, err := valid.Run(ctx)
	if err != nil {
		return err
	}
	s, err := test.Run(ctx)
	if err != nil {
		return err
	}
	r := t.result
	r.Tests = append(r.Tests, Test{Update: u, Valid: v.Error(), Test: s.Error()})
	if n := len(r.Tests) - 1; n == 0 || v.Error() < r.Tests[r.Best].Valid {
		r.Best, r.Wrong = n, test.Wrong()
	}
	return nil
}
