package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph/kernel"
)

// A Runner answers requests. Several goroutines may use it if Engine is nil.
type Runner struct {
	Data   *dataset.Library
	Engine *kernel.Engine   // used for all computations and closed by the caller; nil means one engine per request, with the threads of its configuration
	Warn   func(err error)  // is called with warnings about damage that does no harm; may be nil
	Now    func() time.Time // returns the time for manifests; nil means the clock. No computation depends on it

	// MaxKilled is the number of processes in a row that may be killed without a new checkpoint before a run is given up, such as
	// [lease.MaxKilled]; 0 means no limit.
	MaxKilled int

	// Resumed is called when a run is resumed from the checkpoint of an update; may be nil.
	Resumed func(dir string, update int)

	// Attach is called with each loop before it trains or measures, to add further hooks; may be nil. Hooks must not change the parameters.
	// They are called only during computations: if the run has the answer already there is no loop.
	Attach func(l *train.Loop) error
}

// Progress is called from time to time with the progress of the work.
type Progress func(p Point)

// A Point is the progress of a stage of the work.
type Point struct {
	Stage     string      // Training, Pretraining or Measuring
	Done, All int         // updates; for Measuring, those at which something is missing
	Errors    *run.Errors // the last ones measured by this Do; nil before
}

// The stages.
const (
	Training    = "training"
	Pretraining = "pre-training"
	Measuring   = "measuring"
	Replaying   = "replay"
)

// An InterruptedError says that the context ended before the request was answered. What was computed is kept.
type InterruptedError struct {
	Dir    string
	Update int   // from which the run is resumed
	Kept   bool  // whether anything was kept of the work: if not, the same work in the same time leads nowhere
	Cause  error // of the context
}

// Error names the run and the update.
func (e *InterruptedError) Error() string {
	return fmt.Sprintf("%s: interrupted after %d updates", e.Dir, e.Update)
}

// Unwrap returns the context's error.
func (e *InterruptedError) Unwrap() error { return e.Cause }

// Do answers a request from the run in a directory, which it creates if there is none. It reads what is known. Otherwise it continues the
// training from the newest checkpoint, and measures what was not recorded earlier by training again from earlier checkpoints. A training
// that diverges has a Trace that says so, and no error. The error is a [*run.UsageError] if the directory holds the run of another
// trajectory, and an [*InterruptedError] if the context ends.
func (r *Runner) Do(ctx context.Context, dir string, c run.Config, progress Progress) (*run.Trace, error) {
	return r.do(ctx, dir, c, nil, progress)
}

// Get answers a request from a store, and trains in its folder what is missing. If the trajectory has an archive, the training is checked
// against it on the way.
func (r *Runner) Get(ctx context.Context, s *run.Store, c run.Config, progress Progress) (*run.Trace, error) {
	origin, err := r.Origin(ctx, s, c)
	if err != nil {
		return nil, err
	}
	t, err := s.Trace(c, origin)
	var gap *run.GapError
	if !errors.As(err, &gap) {
		return t, err
	}
	if _, err := r.Data.Choose(ctx, c.Data.Choice()); err != nil {
		return nil, err
	}
	archive, err := s.Archived(gap.ID)
	if err != nil {
		return nil, err
	}
	var expected *run.History
	if archive != nil {
		if expected, err = archive.History(); err != nil {
			return nil, err
		}
	}
	return r.do(ctx, s.Path(c, origin), c, expected, progress)
}

// Origin returns the origin that a run of the configuration would have. If its images are missing, the origin is taken from runs in the store
// on the same data set; if there are none, the error is a [*dataset.MissingError].
func (r *Runner) Origin(ctx context.Context, s *run.Store, c run.Config) (run.Origin, error) {
	data, err := r.Data.Choose(ctx, c.Data.Choice())
	var missing *dataset.MissingError
	if errors.As(err, &missing) {
		images, ok, e := s.Data(c.Data.Name)
		if ok || e != nil {
			return run.Origin{Numbers: train.Numbers, Data: images}, e
		}
	}
	if err != nil {
		return run.Origin{}, err
	}
	o := OriginOf(data)
	o.Weights, err = GivenWeights(c, data)
	return o, err
}

// OriginOf returns the origin of runs on an open data set whose weights are drawn.
func OriginOf(data *dataset.Data) run.Origin {
	return run.Origin{Numbers: train.Numbers, Data: images(data)}
}

// Check returns a [*run.UsageError] if a configuration does not suit an open data set, or if its network does not fit into memory.
func Check(c run.Config, data *dataset.Data) error {
	if err := fit(c, data); err != nil {
		return err
	}
	_, err := Network(c, data.Test.Features, data.Test.Classes)
	return err
}

// fit returns an error if a configuration needs other inputs.
func fit(c run.Config, data *dataset.Data) error {
	if by := c.Data.Standardize; c.Pretrain.Updates > 0 && (by == dataset.StandardFeature || by == "" && data.Test.Values != nil) {
		return &run.UsageError{Key: "pretrain.updates", Problem: fmt.Sprintf("got %d, but auto-encoders need inputs from data.low to data.high; allowed: 0, or data.standardize %s",
			c.Pretrain.Updates, dataset.StandardRange)}
	}
	return nil
}

func (r *Runner) do(ctx context.Context, dir string, c run.Config, expected *run.History, progress Progress) (*run.Trace, error) {
	if err := c.Validate(Allowed()); err != nil {
		return nil, err
	}
	for _, path := range []*string{&c.Data.Path, &c.Model.From} {
		if *path == "" {
			continue
		}
		abs, err := filepath.Abs(*path) // so that the run can be resumed from another folder
		if err != nil {
			return nil, err
		}
		*path = abs
	}
	if old, err := run.Open(dir); err == nil {
		if err := same(old, c); err != nil {
			return nil, err
		}
		if err := r.sameWeights(ctx, old, c); err != nil {
			return nil, err
		}
		moved := c.Data.Path != old.Config().Data.Path
		if moved { // before the run notes the path
			data, err := r.Data.Choose(ctx, c.Data.Choice())
			if err != nil {
				return nil, err
			}
			if err := fits(data, c, dir, old.Manifest()); err != nil {
				return nil, err
			}
		}
		t, err := old.Trace(c)
		var gap *run.GapError
		switch {
		case err == nil && ended(old, c) && (!moved || run.IsArchive(dir)):
			return t, nil
		case err != nil && !errors.As(err, &gap) && old.Manifest().Exit != "": // a killed run may have an incomplete end, which Resume removes
			return nil, err
		}
		if err := sameArithmetic(old); err != nil {
			return nil, err
		}
	}
	w, err := r.acquire(ctx, dir, c)
	if err != nil {
		return nil, err
	}
	defer w.run.Close()
	w.expected, w.progress = expected, progress
	return w.answer(ctx, c)
}

// ended reports whether nothing is left to do for a request to which all records are known: a run that was killed just before its end still
// lacks its weights.
func ended(r *run.Run, c run.Config) bool {
	exit := r.Manifest().Exit
	return exit == run.Done || exit == run.Diverged || c.Train.Updates < r.Config().Train.Updates || run.IsArchive(r.Dir())
}

// same returns an error if a request is for a trajectory other than that of a run.
func same(r *run.Run, c run.Config) error {
	m := r.Manifest()
	if c.ID(m.Origin()) == m.ID {
		return nil
	}
	e := &run.UsageError{Place: run.Place{File: r.Dir()}, Problem: "holds another run, allowed: a new or an empty directory"}
	for _, k := range run.Keys(run.Allowed{}) {
		was, _ := r.Config().Value(k.Name)
		if now, _ := c.Value(k.Name); k.Identity && now != was {
			e.Key, e.Problem = k.Name, fmt.Sprintf("got %s, but the run that the directory holds has %s", now, was)
			break
		}
	}
	return e
}

// sameArithmetic returns an error if a run has another version of the training arithmetic.
func sameArithmetic(r *run.Run) error {
	if err := r.MustBeOwn(); err != nil {
		return err
	}
	if m := r.Manifest(); m.Numbers != train.Numbers {
		return fmt.Errorf("%s: the run has version %d of the training arithmetic, this program has version %d", r.Dir(), m.Numbers, train.Numbers)
	}
	return nil
}

// acquire opens the run in a directory to add to it, or creates it.
func (r *Runner) acquire(ctx context.Context, dir string, c run.Config) (*worker, error) {
	if !run.IsRun(dir) {
		w, err := r.create(ctx, dir, c)
		if use := new(run.UsageError); err == nil || !errors.As(err, &use) || !run.IsRun(dir) {
			return w, err
		} // another process has just created it
	}
	old, log, err := run.Resume(dir)
	if err != nil {
		return nil, err
	}
	r.warn(log.Warning)
	if err := r.givesUp(old); err != nil {
		return nil, errors.Join(err, old.Close())
	}
	return &worker{Runner: r, run: old}, nil
}

// create creates the run in a directory.
func (r *Runner) create(ctx context.Context, dir string, c run.Config) (*worker, error) {
	s, err := r.open(ctx, c)
	if err != nil {
		return nil, err
	}
	defer s.close()
	w := &worker{Runner: r, made: true}
	if c.Model.From != "" {
		if err := s.draw(); err != nil {
			return nil, err
		}
	}
	if w.run, err = run.Create(dir, c, s.origin(r.now(), nil)); err != nil {
		return nil, err
	}
	err = w.copy(s)
	if err == nil {
		err = r.givesUp(w.run)
	}
	if err != nil {
		return nil, errors.Join(err, w.run.Close())
	}
	return w, nil
}

// givesUp returns an error if a run is killed again and again.
func (r *Runner) givesUp(w *run.Run) error {
	n := w.Killed()
	if r.MaxKilled == 0 || n < r.MaxKilled {
		return nil
	}
	err := fmt.Errorf("%s: was killed %d times in a row before it had a new checkpoint, perhaps for lack of memory", w.Dir(), n)
	sessions := w.Manifest().Sessions
	return errors.Join(err, w.End(run.Failed, err.Error(), sessions[len(sessions)-1].To, r.now()))
}

func (r *Runner) warn(err error) {
	if err != nil && r.Warn != nil {
		r.Warn(err)
	}
}

func (r *Runner) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now().Round(time.Millisecond)
}

// A worker adds to one run.
type worker struct {
	*Runner
	run      *run.Run
	made     bool         // by this process, without any training yet
	reading  bool         // only: nothing is written to the run
	expected *run.History // of the same trajectory, with which the run must agree; may be nil
	progress Progress
	errors   *run.Errors // measured last
	kept     bool        // something that was not there before this work
}

// answer adds to the run what a request asks for and what is not known, until nothing is missing.
func (w *worker) answer(ctx context.Context, c run.Config) (*run.Trace, error) {
	if err := w.run.Extend(c); err != nil {
		return nil, err
	}
	for last := (*run.GapError)(nil); ; {
		t, err := w.run.Trace(c)
		gap := &run.GapError{}
		if !errors.As(err, &gap) && (err != nil || ended(w.run, c)) {
			return t, err
		}
		if last != nil && slices.Equal(last.Updates(), gap.Updates()) && last.Reached == gap.Reached {
			return nil, fmt.Errorf("%s: something is still missing after measuring: %w", w.run.Dir(), gap)
		}
		last = gap
		newest, err := w.newest(math.MaxInt)
		if err != nil {
			return nil, err
		}
		before := past(gap, newest)
		switch {
		case len(before) > 0:
			err = w.measure(ctx, c, before, gap.Missing)
		case gap.Beyond() && newest.update() > gap.Last: // the run was interrupted after its last record, beyond the request
			err = w.measure(ctx, c, gap.After(), gap.Rest)
		default:
			err = w.train(ctx, c, newest, gap)
		}
		if err != nil {
			return nil, err
		}
	}
}

// past returns the updates before the run's newest checkpoint at which something is missing. They are measured from earlier checkpoints; the
// others when the run is resumed from its newest one.
func past(gap *run.GapError, newest *state) []int {
	all := gap.Updates()
	last := gap.Reached
	if gap.Beyond() {
		last = newest.update()
	}
	i, found := slices.BinarySearch(all, last)
	if found {
		i++
	}
	return all[:i]
}
