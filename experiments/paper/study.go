package paper

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/claim"
	"glorot/experiments/paper/figure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/work"
	"glorot/graph/kernel"
)

// A Study runs what the chosen figures and claims need, then draws and judges them.
type Study struct {
	o       plan.Options
	figures []figure.Figure
	tables  []figure.TableGroup
	claims  []claim.Claim

	data  *dataset.Library
	store *run.Store
	memo  memo

	mu   sync.Mutex             // jobs run side by side
	done float64                // of the present Run
	all  float64                // of the present Run
	obs  *observed.Observations // of the present Run

	damaged error // a file that the program carries
}

// NotRun is a figure that could not be drawn: why, and the command that runs it.
type NotRun struct{ ID, Why string }

// Results are the figures, tables and claims of a Study, in the paper's order.
type Results struct {
	Figures []report.Figure
	Tables  []report.Table
	NotRun  []NotRun // of the chosen figures
	Claims  []report.Claim
	Seeds   []uint64 // of the initialised networks; the trained ones have the first

	Trainings []plan.Training // that the figures and claims read, in the order of the study
}

// NewStudy chooses the figures and claims. It fails when a name of Only is unknown, or a number of Options is outside its limits.
func NewStudy(o plan.Options) (*Study, error) {
	if err := o.Scale.Validate(); err != nil {
		return nil, err
	}
	if o.Threads < 0 {
		return nil, fmt.Errorf("%d threads; want 1 or more, or 0 for one per processor", o.Threads)
	}
	o.KeptOnly = o.KeptOnly || o.Scale.Drawn
	s := &Study{o: o, data: dataset.NewLibrary(o.Data), store: o.Store}
	known := make(map[string]bool)
	chosen := func(name, group string) bool {
		known[name], known[group] = true, true
		return len(o.Only) == 0 || slices.Contains(o.Only, name) || slices.Contains(o.Only, group)
	}
	for _, f := range figure.All() {
		if chosen(f.ID, f.ID) {
			s.figures = append(s.figures, f)
		}
	}
	for _, t := range figure.Tables() {
		if chosen(t.ID, t.ID) {
			s.tables = append(s.tables, t)
		}
	}
	for _, c := range claim.All() {
		if chosen(c.ID, allClaims) {
			s.claims = append(s.claims, c)
		}
	}
	for _, name := range o.Only {
		if !known[name] {
			return nil, fmt.Errorf("unknown figure or claim %q; want %s", name, Names())
		}
	}
	if o.Store == nil || o.Store.Dir == "" && !o.KeptOnly {
		return nil, errors.New("a study without a folder for what it trains")
	}
	s.memo.dir = o.Store.Dir
	if o.KeptOnly {
		s.memo.kept = results.FS
	}
	return s, nil
}

// allClaims chooses all claims.
const allClaims = "claims"

// Names lists what can be chosen, each once: the search is a figure and a table.
func Names() string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, f := range figure.All() {
		add(f.ID)
	}
	for _, t := range figure.Tables() {
		add(t.ID)
	}
	add(allClaims)
	for _, c := range claim.All() {
		add(c.ID)
	}
	return strings.Join(names, ", ")
}

// Run does the work and makes the figures and claims. It ends early with ctx's error when ctx is done, and with the first error of a
// job; what was trained until then is in the store. A Study runs one Run at a time; each starts afresh.
func (s *Study) Run(ctx context.Context) (*Results, error) {
	p, jobs, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	s.done, s.all = 0, plan.Total(jobs)
	if err := s.runAll(ctx, jobs); err != nil {
		return nil, err
	}
	if err := p.Finish(); err != nil {
		return nil, err
	}
	r, err := s.results(ctx)
	if err == nil {
		r.Trainings = p.Trainings()
	}
	return r, err
}

// begin prepares the observations, fills in everything that is known, and returns the jobs for the rest.
func (s *Study) begin(ctx context.Context) (*plan.Plan, []plan.Job, error) {
	p, err := s.plan(ctx)
	if err != nil {
		return nil, nil, err
	}
	if s.needs().Pictures {
		if err := s.openPictures(ctx); err != nil {
			return nil, nil, err
		}
	}
	jobs := append(s.jobs(), s.storedJobs(p)...)
	if s.damaged != nil {
		return nil, nil, s.damaged
	}
	trainings, err := p.Jobs(len(jobs))
	return p, append(jobs, trainings...), err
}

// plan opens the data sets for empty observations, and lists the trainings.
func (s *Study) plan(ctx context.Context) (*plan.Plan, error) {
	n := s.needs()
	s.obs = s.observations()
	return plan.New(ctx, s.o, s.data, n, s.obs.Trained)
}

// results draws the figures and checks the claims.
func (s *Study) results(ctx context.Context) (*Results, error) {
	r := &Results{}
	for i := range s.o.Scale.Seeds {
		r.Seeds = append(r.Seeds, s.o.Seed+uint64(i))
	}
	for _, f := range s.figures {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if why, lacks := s.obs.Missing(f.Needs); lacks != nil {
			r.NotRun = append(r.NotRun, NotRun{f.ID, s.obs.Hint(why, f.ID, 0, lacks)})
			continue
		}
		fig, err := f.Draw(s.obs)
		var nothing figure.Lacking
		if errors.As(err, &nothing) {
			r.NotRun = append(r.NotRun, NotRun{f.ID, nothing.Error()})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.ID, err)
		}
		r.Figures = append(r.Figures, fig)
	}
	for _, t := range s.tables {
		all, err := t.Make(s.obs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.ID, err)
		}
		r.Tables = append(r.Tables, all...)
	}
	for _, c := range s.claims {
		r.Claims = append(r.Claims, c.Rows(s.obs)...)
	}
	return r, nil
}

// kept reads a kept result. It warns of a damaged one and ignores it, unless the program carries it: then the study fails.
func (s *Study) kept(name string, key, value any) bool {
	ok, err := s.memo.get(name, key, value)
	switch {
	case errors.Is(err, errCarried):
		s.damaged = err
	case err != nil && s.o.Warn != nil:
		s.o.Warn(fmt.Errorf("%w; it is computed again", err))
	}
	return ok && err == nil
}

// observations returns empty observations, which the jobs fill.
func (s *Study) observations() *observed.Observations {
	o := &observed.Observations{Scale: s.o.Scale, Commands: s.o.Commands, Initial: make(map[setup.Network][]observed.Initial), Stored: make(map[setup.Subject][]observed.Initial), Trained: make(map[setup.Subject]*observed.Trained)}
	for _, net := range s.needs().Networks() {
		o.Initial[net] = make([]observed.Initial, s.o.Scale.Seeds)
	}
	return o
}

// runAll does the jobs, as many at a time as there are threads, the longest first. If there are fewer jobs than threads, each has several threads.
func (s *Study) runAll(ctx context.Context, jobs []plan.Job) (err error) {
	if len(jobs) == 0 {
		return ctx.Err()
	}
	threads := s.o.Threads
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	engines := make([]*kernel.Engine, min(threads, len(jobs)))
	defer func() {
		for _, e := range engines {
			if e != nil {
				e.Close()
			}
		}
	}()
	for i := range engines {
		if engines[i], err = kernel.New(kernel.Options{Threads: threads / len(engines)}); err != nil {
			return err
		}
	}
	pool := work.Pool{Workers: len(engines), Cost: func(i int) float64 { return jobs[i].Cost }, Needs: func(i int) []int { return jobs[i].Needs }}
	return pool.Run(ctx, len(jobs), func(ctx context.Context, worker, i int) error { return s.runJob(ctx, jobs[i], engines[worker]) })
}

func (s *Study) runJob(ctx context.Context, j plan.Job, e *kernel.Engine) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	before := 0.0 // the part of this job that it has reported
	progress := func(part float64) {
		s.advance((part-before)*j.Cost, j.Name)
		before = part
	}
	progress(0)
	if err := j.Run(ctx, e, progress); err != nil {
		return fmt.Errorf("%s: %w", j.Name, err)
	}
	progress(1)
	return nil
}

func (s *Study) advance(by float64, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done += by
	if s.o.Progress != nil {
		s.o.Progress(s.done, s.all, what)
	}
}

// keep runs f, which writes into the observations, alone.
func (s *Study) keep(f func(o *observed.Observations)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.obs)
}

// Work returns how much a Run has to do, in updates of the paper's network (1024-1000x5-9, batch 10) on one thread. At width 1000 it is accurate to
// about a third. Trainings in the store are not counted.
func (s *Study) Work(ctx context.Context) (float64, error) {
	_, jobs, err := s.begin(ctx)
	return plan.Total(jobs), err
}
