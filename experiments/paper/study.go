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
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/work"
	"glorot/graph/kernel"
)

// Options declare a Study.
type Options struct {
	Scale   Scale
	Seed    uint64     // networks have the seeds Seed, Seed+1, …
	Threads int        // the number of jobs at a time; 0 means all processors. Results do not depend on it
	Only    []string   // figures ("fig6"), "table1", claims ("C4") or "claims" for all of them; empty means everything
	Data    string     // folder of the stored data sets; missing ones are not run
	Store   *run.Store // keeps the trainings

	// Commands is for the hints where something was not run.
	Commands Commands

	// KeptOnly draws and judges the trainings in the store, and trains nothing. Networks whose search in the store's folder is complete use its
	// choice. The rest use the kept candidate with the lowest validation error at a fifth of the length: the trainings that the project keeps
	// were made with that choice.
	KeptOnly bool

	// Verify is the number of updates of each drawn training that are recomputed to compare the digests of the weights, for a Scale with Drawn. VerifyAll
	// recomputes whole trainings with everything that was recorded, 0 nothing. If a digest differs, Run fails with a *DifferenceError.
	Verify int

	VerifySearch bool // verifies the candidates of the kept search as well

	// Warn is called with problems that do no harm, such as a damaged kept result that is computed again. It may be nil.
	Warn func(err error)

	// Progress is called, by one goroutine at a time, with the work done and all the work, in the units of Work, and the name of the job that
	// began, advanced or ended. It may be nil.
	Progress func(done, all float64, what string)
}

// A Study runs what the chosen figures and claims need, then draws and judges them.
type Study struct {
	o       Options
	figures []figure
	tables  []tables
	claims  []claim

	data  *dataset.Library
	store *run.Store
	memo  memo

	mu   sync.Mutex    // jobs run side by side
	done float64       // of the present Run
	all  float64       // of the present Run
	obs  *Observations // of the present Run
}

// A figure of the paper: what it needs and how it is drawn.
type figure struct {
	id    string
	needs needs
	draw  func(o *Observations) (report.Figure, error) // a lacking error if there is nothing to draw
}

// lacking is the error of a figure for which there is nothing to draw: it says how to run it.
type lacking string

func (l lacking) Error() string { return string(l) }

// tables are the paper's table and those that belong to it, chosen by one name.
type tables struct {
	id    string
	needs needs
	make  func(o *Observations) ([]report.Table, error)
}

// A claim of the paper: the figure or section it belongs to, what it needs, and the function that checks it, for each
// variant of the initialisation that it is tested for.
type claim struct {
	id     string
	figure string
	kind   report.ClaimKind // of rows that do not have their own; "" is a test of the paper
	needs  needs
	check  func(o *Observations) []report.Claim

	// Only claims about training have these; the rows of the others have their own.
	variant      string // of the row, where one claim has several entries
	text, source string
	refuted      string // what would refute it
	updates      int    // that a verdict needs; after fewer it is undecided

	// bystanders are only trained to find the shared input scale; the verdict does not depend on their rates.
	bystanders []Network
}

// needs says which observations are read.
type needs struct {
	initial   []Network // with gradients
	forward   []Network // initial activations only
	jacobians []Network // and initial activations
	stored    []Subject // on stored data sets, before training, with gradients
	trained   []Subject // whole trainings
	compared  []Subject // trainings that only the text compares
	searched  []Subject // the search itself
	pictures  bool      // of Small-ImageNet, if they are there
	shapeset  bool
	surfaces  bool
	svm       bool
	common    bool // the networks of Table 1 also at the input scale that is best for them together
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

	Trainings []Training // that the figures and claims read, in the order of the study
}

// A Training is a training that figures or claims read, and its source.
type Training struct {
	Network  string // as in the paper's legends: "Tanh N"
	Data     string // a name of dataset.Kinds
	Choice   Choice
	Chosen   string // how the rate and the input scale were chosen
	Seed     uint64
	Updates  int
	Source   Source
	Verified int    // updates that were recomputed here with the same digests
	Note     string // why it was not verified
}

// A Source says whether a number was computed here.
type Source string

// The sources. The first updates of a kept training can be recomputed, to verify that this program on this machine computes the same training.
const (
	Computed Source = "computed here"
	Verified Source = "verified here"
	Stored   Source = "kept"
)

// NewStudy chooses the figures and claims. It fails when a name of Only is unknown, or a number of Options is outside its limits.
func NewStudy(o Options) (*Study, error) {
	if err := o.Scale.validate(); err != nil {
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
	for _, f := range figures() {
		if chosen(f.id, f.id) {
			s.figures = append(s.figures, f)
		}
	}
	for _, t := range allTables() {
		if chosen(t.id, t.id) {
			s.tables = append(s.tables, t)
		}
	}
	for _, c := range claims() {
		if chosen(c.id, allClaims) {
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
		s.memo.kept = Kept()
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
	for _, f := range figures() {
		add(f.id)
	}
	for _, t := range allTables() {
		add(t.id)
	}
	add(allClaims)
	for _, c := range claims() {
		add(c.id)
	}
	return strings.Join(names, ", ")
}

// job is one piece of work, done by one worker with an engine of its own.
type job struct {
	name  string
	cost  float64 // about the number of updates of the paper's network that take as long
	run   func(ctx context.Context, e *kernel.Engine, progress func(part float64)) error
	needs []int // jobs that must be done before; their numbers are lower
}

// Run does the work and makes the figures and claims. It ends early with ctx's error when ctx is done, and with the first error of a
// job; what was trained until then is in the store. A Study runs one Run at a time; each starts afresh.
func (s *Study) Run(ctx context.Context) (*Results, error) {
	p, jobs, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	s.done, s.all = 0, total(jobs)
	if err := s.runAll(ctx, jobs); err != nil {
		return nil, err
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	return s.results(ctx)
}

// begin prepares the observations, fills in everything that is known, and returns the jobs for the rest.
func (s *Study) begin(ctx context.Context) (*plan, []job, error) {
	s.obs = s.observations()
	p, err := s.newPlan(ctx)
	if err != nil {
		return nil, nil, err
	}
	jobs := slices.Concat(s.jobs(), p.storedJobs())
	if s.o.Scale.Drawn {
		err := p.draw()
		return p, append(jobs, p.verifyJobs()...), err
	}
	trainings, err := p.jobs(len(jobs))
	return p, append(jobs, trainings...), err
}

// results draws the figures and checks the claims.
func (s *Study) results(ctx context.Context) (*Results, error) {
	r := &Results{Trainings: s.obs.trainings}
	for i := range s.o.Scale.Seeds {
		r.Seeds = append(r.Seeds, s.o.Seed+uint64(i))
	}
	for _, f := range s.figures {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if why, lacks := s.obs.missing(f.needs); lacks != nil {
			r.NotRun = append(r.NotRun, NotRun{f.id, s.obs.hint(why, f.id, 0, lacks)})
			continue
		}
		fig, err := f.draw(s.obs)
		var nothing lacking
		if errors.As(err, &nothing) {
			r.NotRun = append(r.NotRun, NotRun{f.id, nothing.Error()})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.id, err)
		}
		r.Figures = append(r.Figures, fig)
	}
	for _, t := range s.tables {
		all, err := t.make(s.obs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.id, err)
		}
		r.Tables = append(r.Tables, all...)
	}
	for _, c := range s.claims {
		r.Claims = append(r.Claims, c.rows(s.obs)...)
	}
	return r, nil
}

// kept reads a kept result. It warns of a damaged one and ignores it.
func (s *Study) kept(name string, key, value any) bool {
	ok, err := s.memo.get(name, key, value)
	if err != nil && s.o.Warn != nil {
		s.o.Warn(fmt.Errorf("%w; it is computed again", err))
	}
	return ok && err == nil
}

// observations returns empty observations, which the jobs fill.
func (s *Study) observations() *Observations {
	o := &Observations{Scale: s.o.Scale, commands: s.o.Commands, Initial: make(map[Network][]Initial), Stored: make(map[Subject][]Initial), Trained: make(map[Subject]*Trained)}
	for _, net := range s.needs().networks() {
		o.Initial[net] = make([]Initial, s.o.Scale.Seeds)
	}
	return o
}

// runAll does the jobs, as many at a time as there are threads, the longest first. If there are fewer jobs than threads, each has several threads.
func (s *Study) runAll(ctx context.Context, jobs []job) (err error) {
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
	pool := work.Pool{Workers: len(engines), Cost: func(i int) float64 { return jobs[i].cost }, Needs: func(i int) []int { return jobs[i].needs }}
	return pool.Run(ctx, len(jobs), func(ctx context.Context, worker, i int) error { return s.runJob(ctx, jobs[i], engines[worker]) })
}

func (s *Study) runJob(ctx context.Context, j job, e *kernel.Engine) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	before := 0.0 // the part of this job that it has reported
	progress := func(part float64) {
		s.advance((part-before)*j.cost, j.name)
		before = part
	}
	progress(0)
	if err := j.run(ctx, e, progress); err != nil {
		return fmt.Errorf("%s: %w", j.name, err)
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
func (s *Study) keep(f func(o *Observations)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.obs)
}

// Work returns how much a Run has to do, in updates of the paper's network (1024-1000x5-9, batch 10) on one thread. At width 1000 it is accurate to
// about a third. Trainings in the store are not counted.
func (s *Study) Work(ctx context.Context) (float64, error) {
	_, jobs, err := s.begin(ctx)
	return total(jobs), err
}

func total(jobs []job) float64 {
	all := 0.0
	for _, j := range jobs {
		all += j.cost
	}
	return all
}
