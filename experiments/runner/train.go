package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
	"glorot/graph/hook"
)

// train resumes the run from its newest checkpoint, or begins it, until it has the request's updates. It logs what the run records, and also
// measures what else the request needs.
func (w *worker) train(ctx context.Context, c run.Config, from *state, missing *run.GapError) (err error) {
	s, err := w.session(ctx, c, from)
	if err != nil {
		return w.endBefore(ctx, err)
	}
	defer s.close()
	size := int64(0)
	if from != nil {
		size = from.log
	}
	if !w.made { // before the log is cut, so that the log is not taken for that of the end
		if err := w.run.BeginSession(s.loop.Updates(), s.engine.Set(), w.now()); err != nil {
			return err
		}
		if w.Resumed != nil {
			w.Resumed(w.run.Dir(), s.loop.Updates())
		}
	}
	w.made = false
	if err := w.run.CutLog(size); err != nil {
		return err
	}
	t := &recorder{worker: w, session: s, updates: c.Train.Updates, recording: w.run.Config().Recording(), missing: missing}
	if asked := c.Recording(); asked.Images == t.recording.Images && asked.Errors.String() == t.recording.Errors.String() { // else only the answer finds the stop
		t.stopping.Patience = c.Train.Patience
	}
	names := slices.Concat(t.recording.Measures, missing.Missing.Measures, missing.Rest.Measures)
	due := func(u int) bool { return t.recording.Layers.Due(u) || missing.At(u).Layers.Due(u) }
	if err := s.track(names, due, w.run.Manifest().First(), from); err != nil {
		return err
	}
	t.keeper = &keeper{run: w.run, loop: s.loop, track: s.tracker, from: s.loop.Updates(), end: c.Train.Updates, update: -1}
	if err := t.watch(); err != nil {
		return err
	}
	return t.end(ctx, s.loop.Run(ctx, c.Train.Updates))
}

// endBefore notes why there is no loop: pre-training was interrupted, diverged or failed.
func (w *worker) endBefore(ctx context.Context, err error) error {
	var diverged *train.DivergedError
	switch {
	case errors.As(err, &diverged):
		d := run.Divergence{Event: run.DivergedEvent, Layer: diverged.Layer, Node: diverged.Node, Value: diverged.Value}
		if err := w.run.Log(d); err != nil {
			return err
		}
		return w.run.End(run.Diverged, err.Error(), 0, w.now())
	case ctx.Err() != nil:
		return errors.Join(w.interrupted(ctx, err), w.run.End(run.Interrupted, "interrupted", 0, w.now()))
	}
	return errors.Join(err, w.run.End(run.Failed, err.Error(), 0, w.now()))
}

// A recorder has the hooks of a run that is being trained.
type recorder struct {
	*worker
	*session
	keeper    *keeper
	updates   int
	recording run.Recording // recording of the run
	missing   *run.GapError // recording of the request
	stopping  run.Stopping
}

// watch attaches the hooks, and logs what comes before the first update.
func (t *recorder) watch() error {
	if t.run.LogSize() == 0 {
		if err := t.logHead(); err != nil {
			return err
		}
	}
	log, err := t.run.ReadLog()
	if err != nil {
		return err
	}
	for _, record := range log.Records {
		if record.Event != run.ValidEvent {
			continue
		}
		var s run.Score
		if err := record.Decode(&s); err != nil {
			return err
		}
		t.stopping.Test(s.Update, s.Error)
	}
	t.loop.On(hook.Every(1), t.keeper.keep)
	t.loop.On(hook.Every(1), t.record)
	t.loop.On(shown(t.updates), func(_ context.Context, u int) error {
		t.show(u, t.updates, Training)
		return nil
	})
	return nil
}

// logHead logs the images of the run and the results of pre-training.
func (t *recorder) logHead() error {
	if d := t.data; d.Train != nil {
		if err := t.run.Log(run.DataRecord{Event: run.DataEvent, Name: t.cfg.Data.Name, Checksum: d.Checksum(), Train: d.Train.Len(), Valid: d.Valid.Len(), Test: d.Test.Len()}); err != nil {
			return err
		}
	}
	if t.pretrained != nil {
		return t.run.Log(run.PretrainedRecord{Event: run.PretrainedEvent, Layers: t.pretrained})
	}
	return nil
}

// record measures what is due at an update: first what the run records, then what else the request needs.
func (t *recorder) record(ctx context.Context, u int) error {
	rec, rest := t.recording, t.missing.At(u)
	if rec.Layers.Due(u) {
		l, err := t.layers(ctx, u, rec.Examples, rec.Gradients, rec.Histograms.Due(u), rec.Measures)
		if err != nil {
			return err
		}
		if err := t.run.Log(l); err != nil {
			return err
		}
		if rec.Examples == rest.Examples && (rec.Gradients || !rest.Gradients) && (rec.Histograms.Due(u) || !rest.Histograms.Due(u)) && contains(rec.Measures, rest.Measures) {
			rest.Layers = run.Schedule{}
		}
	}
	if rec.Errors.Due(u) {
		if err := t.test(ctx, u); err != nil {
			return err
		}
		if rec.Images == rest.Images && (rec.Confusion || !rest.Confusion) {
			rest.Errors = run.Schedule{}
		}
	}
	if rec.Digests.Due(u) {
		if err := t.prove(u, t.run.Log); err != nil {
			return err
		}
	} else if u == t.updates {
		if err := t.prove(u, t.run.LogExtra); err != nil {
			return err
		}
	}
	if rec.Jacobians.Due(u) {
		j, err := t.spectrum(ctx, u)
		if err != nil {
			return err
		}
		if err := t.run.Log(j); err != nil {
			return err
		}
		rest.Jacobians = run.Schedule{}
	}
	if err := t.extras(ctx, u, rest, t.run.LogExtra); err != nil {
		return err
	}
	if stop := t.stopping.Stop; stop != nil && u < t.updates {
		return &stoppedError{*stop}
	}
	return nil
}

// contains reports whether a list has all names.
func contains(list, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(list, name) })
}

// A stoppedError ends a training because of train.patience.
type stoppedError struct{ run.Stop }

func (e *stoppedError) Error() string { return e.Stop.String() }

// test logs the errors, and with a new lowest validation error which test images are wrong.
func (t *recorder) test(ctx context.Context, u int) error {
	below := 0.0
	if t.recording.Wrong {
		below = t.stopping.Lowest()
	}
	e, err := t.session.errors(ctx, u, t.recording.Images, below, t.recording.Confusion)
	if err != nil {
		return err
	}
	t.stopping.Test(u, e.Valid.Error)
	t.worker.errors = &e
	if err := t.meets(e); err != nil {
		return err
	}
	if err := t.run.Log(e.Valid); err != nil {
		return err
	}
	return t.run.Log(e.Test)
}

// prove logs the digest of the weights, and compares it with that of the archive.
func (t *recorder) prove(u int, log func(any) error) error {
	d := t.digest(u)
	if h := t.expected; h != nil {
		if i := slices.IndexFunc(h.Digests, func(x run.DigestRecord) bool { return x.Update == u }); i >= 0 && h.Digests[i].SHA256 != d.SHA256 {
			return fmt.Errorf("%s: after %d updates the weights have the SHA-256 %s, those of the kept run %s", t.run.Dir(), u, d.SHA256, h.Digests[i].SHA256)
		}
	}
	return log(d)
}

// meets compares errors with those of the kept run of the same trajectory.
func (t *recorder) meets(e run.Errors) error {
	if t.expected == nil {
		return nil
	}
	for _, kept := range t.expected.Errors() {
		if kept.Update == e.Update && kept.Test.Examples == e.Test.Examples && (kept.Valid.Errors != e.Valid.Errors || kept.Test.Errors != e.Test.Errors) {
			return fmt.Errorf("%s: after %d updates %d validation and %d test images are wrong, in the kept run %d and %d",
				t.run.Dir(), e.Update, e.Valid.Errors, e.Test.Errors, kept.Valid.Errors, kept.Test.Errors)
		}
	}
	return nil
}

// end writes the present weights, and notes why the training ended. After an interrupt it also writes a checkpoint. A divergence is not an
// error.
func (t *recorder) end(ctx context.Context, err error) error {
	status, reason := run.Done, ""
	var kept error
	var diverged *train.DivergedError
	var stopped *stoppedError
	switch {
	case errors.As(err, &stopped):
		reason, err = stopped.Error(), nil
		if kept = t.prove(t.loop.Updates(), t.run.LogExtra); kept == nil {
			kept = t.keeper.write()
		}
	case errors.As(err, &diverged):
		status, reason = run.Diverged, diverged.Error()
		kept = t.run.Log(run.Divergence{Event: run.DivergedEvent, Update: diverged.Update, Layer: diverged.Layer, Node: diverged.Node, Value: diverged.Value})
		err = nil
	case err != nil && ctx.Err() != nil:
		status, reason = run.Interrupted, "interrupted"
		if kept = t.keeper.write(); kept == nil {
			err = &InterruptedError{t.run.Dir(), t.loop.Updates(), t.kept || t.loop.Updates() > t.keeper.from, ctx.Err()}
		}
	case err != nil:
		status, reason = run.Failed, err.Error()
	}
	if kept == nil {
		kept = t.keepWeights()
	}
	if kept != nil && status != run.Failed {
		status, reason, err = run.Failed, kept.Error(), kept
	}
	if e := t.run.End(status, reason, t.loop.Updates(), t.now()); err == nil {
		err = e
	}
	return err
}

func (t *recorder) keepWeights() error {
	file := safetensors.File{Metadata: map[string]string{"updates": strconv.Itoa(t.loop.Updates())}, Tensors: train.Tensors(t.params)}
	return t.run.WriteFile(run.WeightsFile, func(w io.Writer) error { return safetensors.Write(w, file) })
}
