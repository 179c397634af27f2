package runner

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph/hook"
)

// gradientBatch is the size of the mini-batches whose gradients are measured, as in the paper's figures.
const gradientBatch = 10

// probeKey identifies the probes of a session.
type probeKey struct {
	examples  int
	gradients bool
	measures  string // joined
}

// layers takes a snapshot: every layer's activations on the first test images and, if requested, the gradients on mini-batches of them and
// some measures. It lacks a measure of the last updates if the session began too late for it.
func (s *session) layers(ctx context.Context, u, examples int, gradients, histograms bool, measures []string) (run.LayersRecord, error) {
	key := probeKey{examples, gradients || train.NeedGradients(measures), strings.Join(measures, " ")}
	p := s.probes[key]
	if p == nil {
		some := s.data.Test.Head(min(examples, s.data.Test.Len()))
		o := train.ProbeOptions{Model: s.model, Params: s.params, Set: some, Scale: s.scale(), Engine: s.engine, LabelSmoothing: s.cfg.Train.LabelSmoothing, Measures: measures,
			Histograms: func(int) bool { return s.histograms }}
		if key.gradients {
			o.Batch = min(gradientBatch, some.Len())
		}
		var err error
		if p, err = train.NewProbe(o); err != nil {
			return run.LayersRecord{}, err
		}
		s.probes[key] = p
	}
	s.histograms = histograms
	l, err := p.Snapshot(ctx, u)
	if err != nil {
		return run.LayersRecord{}, err
	}
	for name, numbers := range s.tracker.At(u) {
		for i, v := range numbers {
			l.Layers[i].Put(name, v)
		}
	}
	for i := range l.Layers {
		l.Layers[i] = l.Layers[i].Only(gradients, true, measures)
	}
	return run.LayersRecord{Event: run.LayersEvent, Layers: l}, nil
}

// evaluators returns the evaluators of both sets.
type evaluators struct{ valid, test *train.Evaluator }

// exploded is a mean cost over a set, in nats, far above that of any network that still learns: a probability of exp(-1e6) for each label.
const exploded = 1e6

// errors measures the errors on the first images of the validation and the test set, where 0 means all. If the validation error is below
// the bound, the record lists the wrong test images; with confusion both records have their confusion matrices. A cost that has exploded is a *train.DivergedError.
func (s *session) errors(ctx context.Context, u, images int, below float64, confusion bool) (e run.Errors, err error) {
	v := s.evaluators[images]
	if v == nil {
		v = &evaluators{}
		first := images
		if first == 0 {
			first = math.MaxInt
		}
		if v.valid, err = train.NewEvaluator(s.model, s.params, s.data.Valid.Head(first), s.scale(), s.engine); err != nil {
			return e, err
		}
		if v.test, err = train.NewEvaluator(s.model, s.params, s.data.Test.Head(first), s.scale(), s.engine); err != nil {
			return e, err
		}
		s.evaluators[images] = v
	}
	e.Update = u
	if e.Valid, err = score(ctx, run.ValidEvent, u, v.valid); err != nil {
		return e, err
	}
	if e.Test, err = score(ctx, run.TestEvent, u, v.test); err != nil {
		return e, err
	}
	if e.Valid.Error < below {
		e.Test.Wrong = v.test.Wrong()
	}
	if confusion {
		e.Valid.Confusion, e.Test.Confusion = v.valid.Confusion(), v.test.Confusion()
	}
	if nll := max(e.Valid.NLL, e.Test.NLL); nll > exploded && s.cfg.Model.Cost == "nll" {
		return e, &train.DivergedError{Update: u, Layer: len(s.model.Hidden) + 1, Node: "the cost of the validation or the test images", Value: nll}
	}
	return e, nil
}

func score(ctx context.Context, event string, u int, v *train.Evaluator) (run.Score, error) {
	s, err := v.Run(ctx)
	return run.Score{Event: event, Update: u, Examples: s.Examples, Errors: s.Errors, Error: s.Error(), NLL: s.NLL}, err
}

// spectrum computes the singular values of the layers' Jacobians on the first test image.
func (s *session) spectrum(ctx context.Context, u int) (run.Spectrum, error) {
	spectra, err := train.Spectra(ctx, s.model, s.params, s.data.Test.Head(1), s.scale(), s.engine)
	if err != nil {
		return run.Spectrum{}, err
	}
	r := run.Spectrum{Event: run.JacobianEvent, Update: u}
	for _, values := range spectra {
		short := make([]float32, len(values))
		for i, v := range values {
			short[i] = float32(v)
		}
		r.Values = append(r.Values, short)
	}
	return r, nil
}

// digest records the digest of the weights, by which a replay is verified.
func (s *session) digest(u int) run.DigestRecord {
	return run.DigestRecord{Event: run.DigestEvent, Update: u, Digest: train.DigestOf(s.params)}
}

// always is a bound above every error.
const always = 2.0

// extras measures what a recording has due at an update and passes on each record.
func (s *session) extras(ctx context.Context, u int, what run.Recording, put func(record any) error) error {
	if what.Layers.Due(u) {
		l, err := s.layers(ctx, u, what.Examples, what.Gradients, what.Histograms.Due(u), what.Measures)
		if err != nil {
			return err
		}
		if l.Examples = what.Examples; l.Examples == s.cfg.Observe.Examples {
			l.Examples = 0
		}
		if err := put(l); err != nil {
			return err
		}
	}
	if what.Errors.Due(u) {
		e, err := s.errors(ctx, u, what.Images, always, what.Confusion)
		if err != nil {
			return err
		}
		if err := put(e.Valid); err != nil {
			return err
		}
		if err := put(e.Test); err != nil {
			return err
		}
	}
	if what.Jacobians.Due(u) {
		j, err := s.spectrum(ctx, u)
		if err != nil {
			return err
		}
		return put(j)
	}
	return nil
}

// measure adds to the run what is missing at updates in its past. It trains from the nearest checkpoints, and the digests of the log on the
// way must match.
func (w *worker) measure(ctx context.Context, c run.Config, at []int, missing run.Recording) error {
	return w.measureTo(ctx, c, at, missing, w.run.LogExtra)
}

// measureTo measures what is missing in the run's past and passes on each record. What a fork has from before its beginning is the past of its parent.
func (w *worker) measureTo(ctx context.Context, c run.Config, at []int, missing run.Recording, put func(record any) error) error {
	m := w.run.Manifest()
	first, back := m.First(), train.UpdatesBefore(missing.Measures)
	if i, _ := slices.BinarySearch(at, first); i > 0 {
		parent, err := run.Open(m.Parent.Path(w.run.Dir()))
		if err != nil {
			return fmt.Errorf("%s: what it lacks before update %d, where it was forked, can only be measured in its parent: %w", w.run.Dir(), first, err)
		}
		if parent.Manifest().ID != m.Parent.ID {
			return fmt.Errorf("%s: its parent was %s, but %s is %s", w.run.Dir(), m.Parent.ID, parent.Dir(), parent.Manifest().ID)
		}
		past := &worker{Runner: w.Runner, run: parent, reading: true, progress: w.progress}
		if err := past.measureTo(ctx, c, at[:i], missing, put); err != nil {
			return err
		}
		at = at[i:]
	}
	log, err := w.run.ReadLog()
	if err != nil {
		return err
	}
	check, err := newDigests(log)
	if err != nil {
		return err
	}
	var s *session
	defer func() {
		if s != nil {
			s.close()
		}
	}()
	for i, u := range at {
		from, err := w.newest(max(u-back, first))
		if err != nil {
			return err
		}
		if s == nil || from.update() > s.loop.Updates() {
			if s != nil {
				s.close()
			}
			if s, err = w.past(ctx, c, from, check); err != nil {
				return err
			}
			if err := s.track(missing.Measures, hook.At(at...), first, from); err != nil {
				return err
			}
		}
		w.show(i, len(at), Measuring)
		if err := s.loop.Run(ctx, u); err != nil {
			return w.interrupted(ctx, err)
		}
		if err := s.extras(ctx, u, missing, put); err != nil {
			return w.interrupted(ctx, err)
		}
		w.kept = true
	}
	w.show(len(at), len(at), Measuring)
	return nil
}

// past opens a session that recomputes a part of the run and compares its digests.
func (w *worker) past(ctx context.Context, c run.Config, from *state, check *digests) (*session, error) {
	s, err := w.session(ctx, c, from)
	if err != nil {
		return nil, err
	}
	s.loop.On(check.due, func(_ context.Context, u int) error {
		if d := check.differs(u, s.params); d != "" {
			return fmt.Errorf("%s: recomputing its past: %s", w.run.Dir(), d)
		}
		return nil
	})
	return s, nil
}

// session opens a session of the run at a state, with the threads of the request.
func (w *worker) session(ctx context.Context, c run.Config, from *state) (*session, error) {
	cfg := w.run.Config()
	cfg.Threads = c.Threads
	s, err := w.open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	err = fits(s.data, s.cfg, w.run.Dir(), w.run.Manifest())
	if err == nil {
		s.given, s.from = w.run.Manifest().Weights, w.copied()
		err = s.begin(from.checkpoint())
	}
	if err == nil && s.loop == nil {
		err = w.pretrain(ctx, s)
	}
	if err == nil && w.Attach != nil {
		err = w.Attach(s.loop)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (w *worker) show(done, all int, stage string) {
	if w.progress != nil {
		w.progress(Point{stage, done, all, w.errors})
	}
}

// interrupted returns err or, if the context ended, an [*InterruptedError].
func (w *worker) interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	update := 0
	if updates, e := w.run.Checkpoints(); e == nil && len(updates) > 0 {
		update = updates[len(updates)-1]
	}
	return &InterruptedError{w.run.Dir(), update, w.kept, ctx.Err()}
}

// shown is the schedule on which progress is reported.
func shown(updates int) hook.Schedule { return hook.Every(max(1, min(updates/1000, 500))) }
