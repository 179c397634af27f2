package paper

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"glorot/experiments/report"
	"glorot/graph/kernel"
)

// Options declare a Study.
type Options struct {
	Scale   Scale
	Seed    uint64   // networks have the seeds Seed, Seed+1, …
	Threads int      // jobs run at a time, each on one thread; 0 means all processors
	Only    []string // figures ("fig6"), claims ("C4") or "claims" for all of them; empty means everything

	// Progress is called, from one goroutine at a time, with what is done of all the work, in arbitrary units, and what has just
	// begun or ended. It may be nil.
	Progress func(done, all float64, what string)
}

// A Study runs what the chosen figures and claims need, and makes them.
type Study struct {
	o       Options
	figures []figure
	claims  []claim

	mu   sync.Mutex
	done float64
	obs  *Observations
}

// A figure of the paper: what it needs and how it is drawn.
type figure struct {
	id    string
	needs needs
	draw  func(o *Observations) (report.Figure, error)
}

// A claim of the paper: the figure or section it belongs to, what it needs, and the function that checks it, for each
// variant of the initialisation that it is tested for.
type claim struct {
	id     string
	figure string
	needs  needs
	check  func(o *Observations) []report.Claim
}

// needs says which observations are read.
type needs struct {
	initial   []Network // with gradients
	forward   []Network // initial activations only
	jacobians []Network
	curves    []Network
	shapeset  bool
}

// Results are what a Study made.
type Results struct {
	Figures []report.Figure
	Claims  []report.Claim
	Seeds   []uint64
}

// NewStudy chooses the figures and claims. It fails when a name of Only is unknown.
func NewStudy(o Options) (*Study, error) {
	s := &Study{o: o, obs: &Observations{Scale: o.Scale, Initial: make(map[Network][]Initial), Curves: make(map[Network][]Curve)}}
	if len(o.Only) == 0 {
		s.figures, s.claims = figures(), claims()
		return s, nil
	}
	for _, name := range o.Only {
		if !s.choose(name) {
			return nil, fmt.Errorf("unknown figure or claim %q; want %s", name, Names())
		}
	}
	return s, nil
}

// Names says what can be chosen.
func Names() string {
	text := "claims"
	for _, f := range figures() {
		text += ", " + f.id
	}
	all := claims()
	return fmt.Sprintf("%s, or one of the claims %s to %s", text, all[0].id, all[len(all)-1].id)
}

func (s *Study) choose(name string) bool {
	if name == "claims" {
		s.claims = claims()
		return true
	}
	for _, f := range figures() {
		if f.id == name {
			s.figures = append(s.figures, f)
			return true
		}
	}
	for _, c := range claims() {
		if c.id == name {
			s.claims = append(s.claims, c)
			return true
		}
	}
	return false
}

// job is one piece of work, done by one worker with an engine of its own.
type job struct {
	name string
	cost float64 // about how many updates of the paper's network it takes as long as
	run  func(ctx context.Context, e *kernel.Engine, progress func(part float64)) error
}

// Run does the work and makes the figures and claims. It ends early with ctx's error when ctx is done, and with the first error of a
// job.
func (s *Study) Run(ctx context.Context) (*Results, error) {
	if err := s.runAll(ctx, s.jobs(), s.Work()); err != nil {
		return nil, err
	}
	r := &Results{}
	for i := range s.o.Scale.Seeds {
		r.Seeds = append(r.Seeds, s.o.Seed+uint64(i))
	}
	for _, f := range s.figures {
		fig, err := f.draw(s.obs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.id, err)
		}
		r.Figures = append(r.Figures, fig)
	}
	for _, c := range s.claims {
		for _, row := range c.check(s.obs) {
			row.ID, row.Figure = c.id, c.figure
			r.Claims = append(r.Claims, row)
		}
	}
	return r, nil
}

// runAll does the jobs, the longest first so that no worker is idle at the end.
func (s *Study) runAll(ctx context.Context, jobs []job, all float64) error {
	workers := s.o.Threads
	if workers < 1 {
		workers = runtime.NumCPU()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan job, len(jobs)) // holds all jobs
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			e, err := kernel.New(kernel.Options{Threads: 1})
			if err != nil {
				errs[w] = err
				return
			}
			defer e.Close()
			for j := range queue {
				if err := s.runJob(ctx, j, e, all); err != nil {
					errs[w] = err
					cancel()
					return
				}
			}
		})
	}
	wg.Wait()
	var first error
	for _, err := range errs {
		if err != nil && (first == nil || errors.Is(first, context.Canceled)) {
			first = err
		}
	}
	return first
}

func (s *Study) runJob(ctx context.Context, j job, e *kernel.Engine, all float64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	before := 0.0 // of this job, reported by it
	progress := func(part float64) {
		s.advance((part-before)*j.cost, all, j.name)
		before = part
	}
	progress(0)
	if err := j.run(ctx, e, progress); err != nil {
		return fmt.Errorf("%s: %w", j.name, err)
	}
	progress(1)
	return nil
}

func (s *Study) advance(by, all float64, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done += by
	if s.o.Progress != nil {
		s.o.Progress(s.done, all, what)
	}
}

// keep runs f, which writes into the observations, alone.
func (s *Study) keep(f func(o *Observations)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.obs)
}

// Work returns how much the study has to do, in updates of the paper's network (1024-1000x5-9, batch 10) on one thread, to within a
// factor of two or so.
func (s *Study) Work() float64 {
	all := 0.0
	for _, j := range s.jobs() {
		all += j.cost
	}
	return all
}
