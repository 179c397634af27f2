package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"sync"

	"glorot/experiments/run"
	"glorot/experiments/run/lease"
	"glorot/experiments/runner"
	"glorot/experiments/search"
	"glorot/experiments/work"
	"glorot/graph/kernel"
)

// Tasks are the cells of a plan in the directory of its sweep, for the executors of package work. Their runs are in the store DIR/runs. A cell of a
// search that extends another one has the same run. Sweeps of earlier versions have some runs in cells/N/run.
type Tasks struct {
	plan  *Plan
	dir   string
	store *run.Store

	mu       sync.Mutex
	assigned map[Setting]run.Assignment
}

// In returns the cells of the plan in a directory as tasks.
func (p *Plan) In(dir string) *Tasks {
	return &Tasks{plan: p, dir: dir, store: run.NewStore(filepath.Join(dir, "runs")), assigned: map[Setting]run.Assignment{}}
}

// Len returns the number of cells.
func (t *Tasks) Len() int { return t.plan.Len() }

// Name returns the name of a cell.
func (t *Tasks) Name(index int) string { return t.plan.Name(index) }

// Dir returns the directory of the messages of a cell's workers.
func (t *Tasks) Dir(index int) string {
	return filepath.Join(t.dir, "cells", fmt.Sprintf("%05d", index))
}

// Needs returns the cells that must be finished before a cell can begin.
func (t *Tasks) Needs(index int) []int { return t.plan.Needs(index) }

// A trained is what a cell trains: a configuration, and the directory of its run.
type trained struct {
	run.Config
	dir string
}

// of returns what a cell trains, and whether that is known: for a cell that extends a candidate it depends on the errors of the cells that
// it needs.
func (t *Tasks) of(index int) (trained, bool, error) {
	c := t.plan.cell(index)
	early := filepath.Join(t.Dir(index), "run")
	if run.IsRun(early) {
		r, err := run.Open(early)
		if err != nil {
			return trained{}, false, err
		}
		return trained{r.Config(), early}, true, nil
	}
	dir, tried := early, c.Tried
	if c.From != nil {
		s, first := t.plan.searchOf(index)
		var failed error
		candidate, known := s.Ask(s.place, t.errors(s.Search, first, &failed))
		if !known || failed != nil {
			return trained{}, false, failed
		}
		x, _, err := t.of(first[candidate])
		if err != nil {
			return trained{}, false, err
		}
		dir, tried = x.dir, t.plan.cell(first[candidate]).Tried
	}
	cfg, err := t.resolve(c, tried)
	if err != nil {
		return trained{}, false, err
	}
	if c.From == nil && t.plan.Version > 1 { // which has what the ids of runs are made from
		images := run.Images{Checksum: t.plan.Images[cfg.Data.Content()]}
		dir = t.store.Path(cfg, run.Origin{Numbers: t.plan.Numbers, Data: images, Weights: t.plan.Weights[cfg.Model.From]})
	}
	return trained{cfg, dir}, true, nil
}

// resolve returns the configuration of a cell with the searched values of a candidate.
func (t *Tasks) resolve(c Cell, tried []Setting) (run.Config, error) {
	values := maps.Clone(c.Config)
	for _, s := range tried {
		values[s.Key] = s.Value
	}
	var list []run.Assignment
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		s := Setting{Key: key, Value: values[key]}
		a, known := t.assigned[s]
		if !known {
			var err error
			if a, err = run.Assign(run.Place{File: t.dir}, key, s.Value, run.Allowed{}); err != nil {
				return run.Config{}, err
			}
			t.assigned[s] = a
		}
		list = append(list, a)
	}
	return run.Resolve(run.Allowed{}, list)
}

// placed is a search with a place in it.
type placed struct {
	search.Search
	place search.Place
}

// searchOf returns the search to which a cell belongs, its place in it, and the cells of the candidates.
func (p *Plan) searchOf(index int) (s placed, first []int) {
	if p.Version == 1 {
		from := p.cells[index].From
		return placed{search.Search{Strata: make([]int, len(from)), Rungs: []search.Rung{{Updates: p.Search.After}, {Keep: 1}}}, search.Place{Rung: 1}}, from
	}
	begin := index - index%p.each()
	first = make([]int, len(p.search.Strata))
	for i, at := range p.places {
		if c, known := p.search.Ask(at, unknown); known {
			first[c] = begin + i
		}
	}
	return placed{p.search, p.places[index-begin]}, first
}

// errors returns the errors of a search whose candidates are the cells first. The updates of the last rung are those of its cells.
func (t *Tasks) errors(s search.Search, first []int, failed *error) search.Errors {
	type key struct{ candidate, rung int }
	read := map[key]float64{}
	return func(candidate, rung int) (float64, bool) {
		if e, ok := read[key{candidate, rung}]; ok {
			return e, !math.IsInf(e, 1)
		}
		e, err := t.validError(first[candidate], s.Rungs[rung].Updates)
		if err != nil {
			*failed = err
		}
		read[key{candidate, rung}] = e
		return e, !math.IsInf(e, 1)
	}
}

// validError returns the share of wrong validation images of a cell's run after a number of updates: NaN if it diverged, +Inf if it is unknown. 0
// updates means the end of the plan's training.
func (t *Tasks) validError(index, after int) (float64, error) {
	x, _, err := t.of(index)
	if err != nil {
		return math.Inf(1), err
	}
	if after == 0 {
		last := t.plan.cell(index - index%t.plan.each() + t.plan.each() - 1)
		cfg, err := t.resolve(last, t.plan.cell(index).Tried)
		if err != nil {
			return math.Inf(1), err
		}
		after = cfg.Train.Updates
	}
	s, err := work.InspectUpTo(x.dir, after)
	switch {
	case err != nil:
		return math.Inf(1), err
	case s.State == work.Diverged:
		return math.NaN(), nil
	case s.State != work.Done:
		return math.Inf(1), nil
	}
	r, err := run.Open(x.dir)
	if err != nil {
		return math.Inf(1), err
	}
	h, err := r.History()
	if err != nil {
		return math.Inf(1), err
	}
	for _, s := range h.Scores {
		if s.Event == run.ValidEvent && s.Update == after {
			return s.Error, nil
		}
	}
	return math.Inf(1), fmt.Errorf("%s: its log has no validation error after %d updates", x.dir, after)
}

// Status returns the status of a cell. A cell that would wait for others, or for which the runs of others cannot be read, is Ready.
func (t *Tasks) Status(index int) (s work.Status, err error) {
	s.State = work.Ready
	x, known, e := t.of(index)
	if e != nil {
		s.Reason = e.Error()
	} else if known {
		s, err = work.InspectUpTo(x.dir, x.Train.Updates)
	}
	s.Task, s.Name = index, t.Name(index)
	return s, err
}

// Run returns the configuration of a cell's run and its directory, if they are known.
func (t *Tasks) Run(index int) (c run.Config, dir string, known bool, err error) {
	x, known, err := t.of(index)
	return x.Config, x.dir, known, err
}

// Best returns the cell with the result of a cell's search, which is the cell itself if the search has only one final cell. It returns -1 if
// that is not known yet, or if all diverged.
func (t *Tasks) Best(index int) (int, error) {
	if t.plan.Search == nil || t.plan.Version == 1 {
		return index, nil
	}
	s, first := t.plan.searchOf(index)
	begin := index - index%t.plan.each()
	var finals []int
	for i, at := range t.plan.places {
		if at.Rung == len(s.Rungs)-1 {
			finals = append(finals, begin+i)
		}
	}
	if len(finals) == 1 {
		return finals[0], nil
	}
	var failed error
	errors := t.errors(s.Search, first, &failed)
	best, known := s.Best(-1, errors)
	if !known || best < 0 || failed != nil {
		return -1, failed
	}
	for _, f := range finals {
		if c, _ := s.Ask(t.plan.places[f-begin], errors); c == best {
			return f, nil
		}
	}
	return -1, nil
}

// Do works on a cell. The error is a [*work.WaitError] if the cell needs one that is not finished.
func (t *Tasks) Do(ctx context.Context, index int, r *runner.Runner, threads int, progress func(part float64)) error {
	c, err := t.plan.Cell(index)
	if err != nil {
		return err
	}
	for _, f := range t.Needs(index) {
		s, err := t.Status(f)
		if err != nil {
			return err
		}
		if !s.Finished() {
			return &work.WaitError{Kind: "cell", Task: f, Failed: s.State == work.Failed}
		}
	}
	var x trained
	known, err := work.Soon(ctx, func() (known bool, err error) { x, known, err = t.of(index); return })
	if err == nil && !known {
		err = errors.New("which candidate it extends is not known")
	}
	if err != nil {
		return err
	}
	if threads > 0 { // of this worker, not of the run, whose run.yaml follows the plan
		e, err := kernel.New(kernel.Options{Threads: threads})
		if err != nil {
			return err
		}
		defer e.Close()
		own := *r
		own.Engine, r = e, &own
	}
	return work.Noted(x.dir, t.train(ctx, c, x, r, progress))
}

func (t *Tasks) train(ctx context.Context, c Cell, x trained, r *runner.Runner, progress func(part float64)) error {
	if h, err := lease.Inspect(x.dir); err != nil || h.Alive {
		return cmp.Or(err, error(&lease.HeldError{Holder: h}))
	}
	data, err := r.Data.Choose(ctx, x.Data.Choice())
	if err != nil {
		return err
	}
	o := runner.OriginOf(data)
	if old, e := run.Open(x.dir); e == nil { // which has a copy of the weights that it was given
		o.Weights = old.Manifest().Weights
	} else if o.Weights, err = runner.GivenWeights(x.Config, data); err != nil {
		return err
	}
	if err := t.plan.Fits(c, x.Config, o); err != nil {
		return err
	}
	_, err = r.Do(ctx, x.dir, x.Config, func(at runner.Point) { progress(float64(at.Done) / float64(max(1, at.All))) })
	return err
}

// Status returns the status of a cell in the directory of its sweep.
func (p *Plan) Status(dir string, index int) (work.Status, error) { return p.In(dir).Status(index) }

// Statuses returns the statuses of all cells of a plan, from their directories.
func (p *Plan) Statuses(ctx context.Context, dir string) ([]work.Status, error) {
	return work.Statuses(ctx, p.In(dir))
}
