package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
	"glorot/graph/hook"
)

// ReplayOptions choose the part of a run to recompute, and what to measure there.
type ReplayOptions struct {
	From, To int    // -1 means the beginning and the end of the run
	Observe  string // one of Observables; "" means nothing
	Every    int    // updates between two measurements, starting at From, with another one at To; 0 means only at these two
	At       []int  // further updates at which it is measured
	Examples int    // the number of test images on which it is measured
	Record   func(record any) error
	Records  bool     // compares the recorded errors and layer statistics as well, which are measured again
	Progress Progress // may be nil
}

// A Verdict says how a replay compares with the run.
type Verdict struct {
	Run         string       `json:"run"`
	Identical   bool         `json:"identical"`
	Begin       int          `json:"begin"` // the update from which it was recomputed
	To          int          `json:"to"`
	Digests     int          `json:"digests"` // that were compared
	Last        int          `json:"last"`    // the update of the last that was the same, -1 if none was
	Records     int          `json:"records"` // of errors and layer statistics that were compared
	Stored      int          `json:"stored"`  // checkpoints and weights that were compared
	Differences []Difference `json:"differences"`
}

// Err returns an error if the replay found a difference.
func (v Verdict) Err() error {
	if v.Identical {
		return nil
	}
	return fmt.Errorf("%s differs from its replay, first at update %d", v.Run, v.Differences[0].Update)
}

// Difference is a difference that a replay found.
type Difference struct {
	Update int    `json:"update"`
	What   string `json:"what"`
}

// An Observable is something that a replay can measure.
type Observable struct {
	Name, Help string
	measure    func(ctx context.Context, s *session, u, examples int, put func(any) error) error
}

// JacobianRecord has the mean singular value of the Jacobian from hidden layer i to i+1 (eq. 17), i = 1, 2, …, as a mean over the examples.
type JacobianRecord struct {
	Event    string    `json:"event"` // run.JacobianEvent
	Update   int       `json:"update"`
	Examples int       `json:"examples"`
	Mean     []float64 `json:"mean_singular_values"`
}

// ObservableNames returns the names of the Observables, each alone and with its meaning.
func ObservableNames() (names, meanings []string) {
	for _, o := range Observables() {
		names, meanings = append(names, o.Name), append(meanings, o.Name+" ("+o.Help+")")
	}
	return names, meanings
}

// Observables lists what a replay can measure.
func Observables() []Observable {
	return []Observable{
		{"jacobian", "the mean singular values of the layers' Jacobians (eq. 17)", func(ctx context.Context, s *session, u, examples int, put func(any) error) error {
			mean, err := train.Jacobians(ctx, s.model, s.params, s.data.Test.Head(examples), s.scale(), s.engine)
			if err != nil {
				return err
			}
			return put(JacobianRecord{run.JacobianEvent, u, examples, mean})
		}},
		{"look", "activations and gradients of every layer", func(ctx context.Context, s *session, u, examples int, put func(any) error) error {
			l, err := s.layers(ctx, u, examples, true, true, nil)
			if err != nil {
				return err
			}
			return put(l)
		}},
		{"digest", "the SHA-256 of the weights", func(_ context.Context, s *session, u, _ int, put func(any) error) error {
			return put(s.digest(u))
		}},
		{"error", "validation and test error, on all images", func(ctx context.Context, s *session, u, _ int, put func(any) error) error {
			e, err := s.errors(ctx, u, 0, 0, false)
			if err != nil {
				return err
			}
			return errors.Join(put(e.Valid), put(e.Test))
		}},
	}
}

// A replay recomputes a part of a run.
type replay struct {
	*session
	run      *run.Run
	start    *state // nil is the beginning
	digests  *digests
	diverged int // the update after which the run diverged, -1 if it did not
	from, to int // where to measure; training begins at or before from
	verdict  Verdict
}

// Replay trains a run or an archive again from the nearest checkpoint at or before From, and compares every digest, every checkpoint on the way and
// the weights at the end bit by bit. It ends at the first difference, as all later weights differ. Nothing in the run is changed.
func (r *Runner) Replay(ctx context.Context, source *run.Run, o ReplayOptions) (Verdict, error) {
	p, err := r.newReplay(ctx, source, o)
	if err != nil {
		return Verdict{}, err
	}
	defer p.close()
	if err := p.watch(o); err != nil {
		return Verdict{}, err
	}
	err = p.loop.Run(ctx, p.to)
	var diverged *train.DivergedError
	switch {
	case errors.Is(err, errDiffers), errors.As(err, &diverged) && diverged.Update == p.diverged:
		err = nil
	case err != nil && ctx.Err() != nil:
		err = &InterruptedError{Dir: source.Dir(), Update: p.loop.Updates(), Cause: ctx.Err()}
	}
	p.verdict.Last = p.digests.last
	p.verdict.Identical = len(p.verdict.Differences) == 0
	return p.verdict, err
}

func (r *Runner) newReplay(ctx context.Context, source *run.Run, o ReplayOptions) (*replay, error) {
	log, err := source.ReadLog()
	if err != nil {
		return nil, err
	}
	extra, err := source.ReadExtra()
	if err != nil {
		return nil, err
	}
	m := source.Manifest()
	if err := sameArithmetic(source); err != nil {
		return nil, err
	}
	p := &replay{run: source, diverged: -1, from: o.From, to: o.To, verdict: Verdict{Run: source.Dir(), Differences: []Difference{}}}
	if p.digests, err = newDigests(log, extra); err != nil {
		return nil, err
	}
	if p.from < 0 {
		if p.from = 0; m.Parent != nil {
			p.from = m.Parent.Update
		}
	}
	if p.to < 0 {
		if p.to, err = reached(source); err != nil {
			return nil, err
		}
	}
	for _, at := range []int{p.from, p.to} {
		if err := reachable(source, at); err != nil {
			return nil, err
		}
	}
	if p.from > p.to {
		return nil, &run.UsageError{Problem: fmt.Sprintf("a replay from update %d to %d, allowed: from an update to the same or a later one", p.from, p.to)}
	}
	for _, record := range log.Records {
		if record.Event == run.DivergedEvent {
			p.diverged, _ = record.Update()
		}
	}
	return p, p.open(ctx, r)
}

// open makes the loop from the nearest checkpoint before the measurements. Damaged ones are skipped, and the verdict lists them.
func (p *replay) open(ctx context.Context, r *Runner) error {
	var err error
	if parent := p.run.Manifest().Parent; p.from > 0 || parent != nil {
		if p.start, _, err = newest(p.run, p.from, anyLog); err != nil {
			return err
		}
		if p.start == nil && parent != nil {
			return fmt.Errorf("%s: the fork has no undamaged checkpoint at or before update %d", p.run.Dir(), p.from)
		}
	}
	w := &worker{Runner: r, run: p.run, reading: true}
	if p.session, err = w.session(ctx, p.run.Config(), p.start); err != nil {
		return w.interrupted(ctx, err)
	}
	p.verdict.Begin, p.verdict.To = p.loop.Updates(), p.to
	return nil
}

// errDiffers ends a replay after the first update whose weights differ.
var errDiffers = errors.New("differs")

// watch attaches the comparisons and the measurements.
func (p *replay) watch(o ReplayOptions) error {
	stored, err := p.run.Checkpoints()
	if err != nil {
		return err
	}
	p.loop.On(p.digests.due, func(_ context.Context, u int) error {
		p.verdict.Digests++
		if d := p.digests.differs(u, p.params); d != "" {
			p.differs(u, "%s", d)
			return errDiffers
		}
		return nil
	})
	p.loop.On(hook.At(stored...), func(_ context.Context, u int) error {
		if u == 0 || u != p.verdict.Begin { // otherwise the training started from it
			p.compare(u, run.CheckpointFile(u))
		}
		return nil
	})
	p.loop.On(hook.At(p.cfg.Train.Updates), func(_ context.Context, u int) error {
		p.compare(u, run.WeightsFile)
		return nil
	})
	if o.Records {
		if err := p.watchRecords(); err != nil {
			return err
		}
	}
	if o.Progress != nil {
		p.loop.On(shown(p.to-p.verdict.Begin), func(_ context.Context, u int) error {
			o.Progress(Point{Stage: Replaying, Done: u - p.verdict.Begin, All: p.to - p.verdict.Begin})
			return nil
		})
	}
	if o.Observe == "" {
		return nil
	}
	var names []string
	for _, x := range Observables() {
		if names = append(names, x.Name); x.Name != o.Observe {
			continue
		}
		due := func(u int) bool {
			return u == p.from || u == p.to || u > p.from && o.Every > 0 && (u-p.from)%o.Every == 0 || slices.Contains(o.At, u)
		}
		p.loop.On(due, func(ctx context.Context, u int) error {
			return x.measure(ctx, p.session, u, min(o.Examples, p.data.Test.Len()), o.Record)
		})
		return nil
	}
	return &run.UsageError{Problem: fmt.Sprintf("got %q to observe, allowed: %s", o.Observe, strings.Join(names, ", "))}
}

// watchRecords attaches the comparisons of what was recorded after the beginning.
func (p *replay) watchRecords() error {
	h, err := p.run.History()
	if err != nil {
		return err
	}
	tests, layers := h.Errors(), h.Layers
	var updates []int
	var measures []string
	for _, known := range layers {
		updates, measures = append(updates, known.Update), append(measures, known.Measures()...)
	}
	if err := p.track(measures, run.Schedule{}.With(updates...).Due, h.Manifest.First(), p.start); err != nil {
		return err
	}
	p.loop.On(hook.Every(1), func(ctx context.Context, u int) error {
		for _, known := range tests {
			if known.Update != u || u == p.verdict.Begin {
				continue
			}
			e, err := p.errors(ctx, u, h.Config.Observe.Images, 0, false)
			if err != nil {
				return err
			}
			p.verdict.Records++
			if e.Valid.Errors != known.Valid.Errors || e.Test.Errors != known.Test.Errors {
				p.differs(u, "%d validation and %d test images are wrong, %d and %d were", e.Valid.Errors, e.Test.Errors, known.Valid.Errors, known.Test.Errors)
			}
		}
		for _, known := range layers {
			if known.Update != u || u == p.verdict.Begin {
				continue
			}
			l, err := p.layers(ctx, u, known.Examples, known.HasGradients(), false, known.Measures())
			if err != nil {
				return err
			}
			p.verdict.Records++
			if !known.Same(l) {
				p.differs(u, "the layer statistics differ")
			}
		}
		if len(p.verdict.Differences) > 0 {
			return errDiffers
		}
		return nil
	})
	return nil
}

func (p *replay) differs(update int, format string, args ...any) {
	p.verdict.Differences = append(p.verdict.Differences, Difference{update, fmt.Sprintf(format, args...)})
}

// compare compares the weights in a file with the present ones. A missing file is skipped.
func (p *replay) compare(u int, name string) {
	path := p.run.Path(name)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) || run.IsArchive(p.run.Dir()) {
		return
	}
	p.verdict.Stored++
	file, err := safetensors.ReadFile(path) // not as a checkpoint, which cannot be read if one bit is wrong: the verdict says which bit
	if err != nil {
		p.differs(u, "%v", err)
		return
	}
	weights := train.Tensors(p.params)
	stored := slices.DeleteFunc(file.Tensors, func(t safetensors.Tensor) bool { // of a checkpoint's the optimizer's
		return !slices.ContainsFunc(weights, func(w safetensors.Tensor) bool { return w.Name == t.Name })
	})
	d, err := train.FirstDifference(stored, weights)
	switch {
	case err != nil:
		p.differs(u, "%s: %v", path, err)
	case d != nil:
		p.differs(u, "%s: %v", path, d)
	case name != run.WeightsFile:
		if _, err := readState(p.run, u, math.MaxInt64); err != nil {
			p.differs(u, "%v", err)
		}
	}
}

// String describes the verdict.
func (v Verdict) String() string {
	switch {
	case len(v.Differences) > 0:
		return plural(len(v.Differences), "difference")
	case v.Digests+v.Stored+v.Records == 0:
		return fmt.Sprintf("nothing to compare: between update %d and %d the run has no digest, checkpoint or weights", v.Begin, v.To)
	}
	return fmt.Sprintf("identical: %s and %s of weights, updates %d to %d", plural(v.Digests, "digest"), plural(v.Stored, "stored set"), v.Begin, v.To)
}

// plural returns "1 digest", "2 digests".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
