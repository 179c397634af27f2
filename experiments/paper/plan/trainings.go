package plan

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/search"
	"glorot/graph/kernel"
)

// A training is one task of a plan.
type training struct {
	name  string
	cost  float64
	needs []int // trainings whose results must be known before this one can be requested

	// ask returns what is to be trained, and false while that depends on a training whose result is not known.
	ask    func() (request, bool, error)
	result func(t *run.Trace, from Source) // takes the result; may be nil
}

// A request asks for observations of a trajectory. If it must be trained, more is recorded than is asked for, so that a longer training can
// extend it.
type request struct {
	run.Config
	record run.Observe
}

// request asks for a training of a subject with the rate and the inputs of a choice.
func (p *Plan) request(sub setup.Subject, c setup.Choice, updates, seed int, ask, record run.Observe) request {
	if images := p.origins[sub.Data].Data.Test; images > 0 { // a small set has fewer than Examples
		ask.Examples, record.Examples = min(ask.Examples, images), min(record.Examples, images)
	}
	return request{sub.Run(c, p.o.Scale.Width, updates, p.trained[sub].Updates, p.o.Seed+uint64(seed), ask), record}
}

// made is the configuration of the run.
func (r request) made() run.Config {
	c := r.Config
	c.Observe = r.record
	return c
}

// asRecorded answers a request from an archive. Where the archive lacks something at the times asked for, it gives that at the times at which
// it was recorded.
func (p *Plan) asRecorded(c run.Config, origin run.Origin, gap *run.GapError) (*run.Trace, error) {
	archive, err := p.o.Store.Archived(gap.ID)
	if err != nil {
		return nil, err
	}
	if archive == nil {
		return nil, gap
	}
	recorded := archive.Config().Observe
	if !gap.Missing.Layers.Never() {
		c.Observe.Layers, c.Observe.Histograms, c.Observe.Gradients = recorded.Layers, recorded.Histograms, recorded.Gradients
	}
	if !gap.Missing.Errors.Never() {
		c.Observe.Errors = recorded.Errors
	}
	if !gap.Missing.Jacobians.Never() {
		c.Observe.Jacobians = recorded.Jacobians
	}
	return p.o.Store.Trace(c, origin)
}

// known answers a request from the store; the trace is nil if the store does not have all of it.
func (p *Plan) known(c run.Config) (*run.Trace, error) {
	origin, store := p.origins[c.Data.Name], p.o.Store
	asked := c
	p.mu.Lock()
	t := p.traces[string(c.YAML())]
	p.mu.Unlock()
	if t != nil {
		return t, nil
	}
	t, err := store.Trace(c, origin)
	gap := new(run.GapError)
	if errors.As(err, &gap) && p.o.KeptOnly {
		t, err = p.asRecorded(c, origin, gap)
	}
	if errors.As(err, &gap) {
		return nil, nil
	}
	if err == nil {
		p.remember(asked, t)
	}
	return t, err
}

func (p *Plan) remember(c run.Config, t *run.Trace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.traces[string(c.YAML())] = t
}

// candidate requests a training of the search: of a search representative, up to the end of a rung. It records what the whole training records.
func (p *Plan) candidate(g setup.Subject, candidate, rung int) request {
	sc, n, updates := p.o.Scale, p.needs, p.trained[g].Updates
	record := sc.Whole(g, updates, false)
	if slices.Contains(n.Compared, g) && !slices.Contains(n.Trained, g) {
		record = sc.Compared(g, updates)
	}
	return p.request(g, setup.Candidates()[candidate], sc.Rungs(p.sizes[g.Data])[rung].Updates, 0, sc.AtEnd(), record)
}

// search returns the search of a representative, stratified by input scale, and the errors that are known. failed is the first error of reading
// them.
func (p *Plan) search(g setup.Subject) (s search.Search, errors search.Errors, failed *error) {
	s.Rungs = p.o.Scale.Rungs(p.sizes[g.Data])
	for _, c := range setup.Candidates() {
		stratum := 0
		if c.Low < 0 {
			stratum = 1
		}
		s.Strata = append(s.Strata, stratum)
	}
	failed = new(error)
	read := make(map[[2]int]*run.Trace) // each is read once
	return s, func(candidate, rung int) (float64, bool) {
		key := [2]int{candidate, rung}
		t, ok := read[key]
		if !ok {
			var err error
			if t, err = p.known(p.candidate(g, candidate, rung).Config); err != nil {
				*failed = err
			}
			read[key] = t
		}
		switch {
		case t == nil:
			return 0, false
		case t.Diverged != nil:
			return math.NaN(), true
		}
		return observed.LastErrors(t).Valid.Error, true
	}, failed
}

// keepSearch notes the kept search of a representative that is not searched in rungs.
func (p *Plan) keepSearch(g setup.Subject) (err error) {
	sc, t := p.o.Scale, p.trained[g]
	switch {
	case t.Missing != "":
	case !sc.Search:
		p.kept[g], err = p.keptSearch(g)
		t.Searched = []int{setup.KeptSearchUpdates}
	case !p.inRungs(g):
		length := sc.SearchLength(p.sizes[g.Data])
		t.Searched = []int{length}
		if p.kept[g], err = p.keptCells(g, length); err == nil && sc.Drawn && g.Data == dataset.ShapesetName {
			t.Extended, err = p.keptCells(g, setup.ExtendedUpdates)
		}
	default:
		for _, r := range sc.Rungs(p.sizes[g.Data]) {
			t.Searched = append(t.Searched, r.Updates)
		}
	}
	return err
}

// keptCells returns the kept candidates of a representative's search that were trained to the given length.
func (p *Plan) keptCells(g setup.Subject, length int) ([]observed.Cell, error) {
	cells := []observed.Cell{}
	for _, c := range setup.Candidates() {
		r, err := p.known(g.Run(c, p.o.Scale.Width, length, length, p.o.Seed, p.o.Scale.AtEnd()))
		if err != nil {
			return nil, err
		}
		if r != nil {
			cells = append(cells, observed.CellOf(c, r))
		}
	}
	return cells, nil
}

// inRungs reports whether a representative is searched in rungs. If nothing is trained, that takes the complete search in the store's folder.
func (p *Plan) inRungs(g setup.Subject) bool {
	if !p.o.KeptOnly || p.o.Store.Dir == "" {
		return !p.o.KeptOnly
	}
	q := &Plan{o: p.o, needs: p.needs, trained: p.trained, sizes: p.sizes, origins: p.origins, traces: make(map[string]*run.Trace)}
	q.o.Store, q.o.KeptOnly = run.NewStore(p.o.Store.Dir), false
	s, errors, _ := q.search(g)
	_, known := s.Best(-1, errors)
	return known
}

// cells returns the known candidates of a representative's search, and whether the search is complete.
func (p *Plan) cells(g setup.Subject) (cells []observed.Cell, all bool, err error) {
	if kept, ok := p.kept[g]; ok {
		return kept, true, nil
	}
	s, errors, failed := p.search(g)
	_, all = s.Best(-1, errors)
	for i, c := range setup.Candidates() {
		rung := s.Reached(i, errors)
		if rung < 0 || *failed != nil {
			continue
		}
		t, err := p.known(p.candidate(g, i, rung).Config)
		if err != nil {
			return nil, false, err
		}
		cells = append(cells, observed.CellOf(c, t))
	}
	return cells, all, *failed
}

// choice returns what the search chose for a subject, and whether that is final.
func (p *Plan) choice(sub setup.Subject) (setup.Choice, bool, error) {
	if d, ok := drawn(sub, ownScale); ok && p.o.Scale.Drawn {
		return d.choice(), true, nil
	}
	cells, all, err := p.cells(sub.Representative())
	if c, ok := observed.Best(cells, observed.AnyChoice); ok {
		return c.Choice, all, err
	}
	return fallback, all, err
}

// fallback is the choice without a search: the rate of the authors' later scripts.
var fallback = setup.Choice{Rate: 0.01, Low: 0, High: 1}

// common returns what the search chose for a network of Table 1 at the input scale that is best for the five together.
func (p *Plan) common(sub setup.Subject) (setup.Choice, bool, error) {
	if d, ok := drawn(sub, commonScale); ok && p.o.Scale.Drawn {
		return d.choice(), true, nil
	}
	var searches [][]observed.Cell
	var own []observed.Cell
	for _, other := range setup.On(sub.Data, setup.Table1...) {
		cells, all, err := p.cells(other)
		if err != nil || !all {
			return setup.Choice{}, false, err
		}
		if searches = append(searches, cells); other == sub {
			own = cells
		}
	}
	low := observed.CommonLow(searches)
	if c, ok := observed.Best(own, func(c setup.Choice) bool { return c.Low == low }); ok {
		return c.Choice, true, nil
	}
	return p.choice(sub)
}

// plan makes the tasks: the search first.
func (p *Plan) plan() {
	n, sc := p.needs, p.o.Scale
	finals := make(map[setup.Subject][]int) // the last rung of each search
	for _, g := range p.representatives() {
		if _, kept := p.kept[g]; !kept && p.trained[g].Missing == "" {
			finals[g] = p.planSearch(g)
		}
	}
	owns := make(map[setup.Subject][]int)
	for _, sub := range n.Trained {
		if t := p.trained[sub]; t.Missing == "" {
			t.Runs = make([]*run.Trace, sc.Trained)
			owns[sub] = p.planWhole(sub, "", t.Runs, p.choice, finals[sub.Representative()])
		}
	}
	for _, sub := range n.Trained { // last, since the other trainings matter more if somebody interrupts the work
		t := p.trained[sub]
		if t.Missing != "" || !slices.Contains(p.tables(), sub.Data) || !slices.Contains(setup.Table1, sub.Network) {
			continue
		}
		var needs []int
		for _, other := range setup.On(sub.Data, setup.Table1...) {
			needs = append(needs, finals[other]...)
		}
		t.Commons = make([]*run.Trace, sc.Trained)
		for k, i := range p.planWhole(sub, ", shared input scale", t.Commons, p.common, needs) {
			p.tasks[i].needs = append(slices.Clone(needs), owns[sub][k]) // this may be the same run
		}
	}
	for _, sub := range n.Compared {
		t := p.trained[sub]
		if t.Missing != "" || !sc.Side || slices.Contains(n.Trained, sub) {
			continue
		}
		t.Short = make([]*run.Trace, sc.Trained)
		p.planWhole(sub, ", compared", t.Short, p.choice, finals[sub.Representative()])
	}
}

// planSearch adds the tasks of a representative's search, and returns those of its last rung.
func (p *Plan) planSearch(g setup.Subject) (finals []int) {
	s, _, _ := p.search(g)
	places, first := s.Places(), len(p.tasks)
	for _, at := range places {
		updates := s.Rungs[at.Rung].Updates
		low := setup.Candidates()[slices.Index(s.Strata, at.Stratum)].Low
		t := &training{name: fmt.Sprintf("%v; search, inputs in [%g, 1], place %d after %d updates", g, low, at.Rank+1, updates), cost: cost(p.candidate(g, 0, at.Rung).made())}
		if at.Rung > 0 {
			t.cost -= cost(p.candidate(g, 0, at.Rung-1).made())
		}
		for i, other := range places[:len(p.tasks)-first] {
			if s.Needs(at, other) {
				t.needs = append(t.needs, first+i)
			}
		}
		t.ask = func() (request, bool, error) {
			_, errors, failed := p.search(g)
			c, known := s.Ask(at, errors)
			if !known {
				return request{}, false, *failed
			}
			return p.candidate(g, c, at.Rung), true, nil
		}
		if at.Rung == len(s.Rungs)-1 {
			finals = append(finals, len(p.tasks))
		}
		p.tasks = append(p.tasks, t)
	}
	return finals
}

// planWhole adds the tasks of a subject's whole trainings with a choice, one for each seed.
func (p *Plan) planWhole(sub setup.Subject, what string, into []*run.Trace, choice func(setup.Subject) (setup.Choice, bool, error), needs []int) (tasks []int) {
	sc, updates := p.o.Scale, p.trained[sub].Updates
	short := !slices.Contains(p.needs.Trained, sub)
	for k := range into {
		o := sc.Whole(sub, updates, k == 0)
		if short {
			o = sc.Compared(sub, updates)
		}
		t := &training{name: fmt.Sprintf("%v; seed %d%s, %d updates", sub, p.o.Seed+uint64(k), what, updates), needs: needs}
		t.cost = cost(p.request(sub, fallback, updates, k, o, o).Config)
		if k == 0 && len(needs) > 0 && sub == sub.Representative() { // the search has trained it
			t.cost -= cost(p.candidate(sub, 0, len(sc.Rungs(p.sizes[sub.Data]))-1).made())
			t.cost = max(t.cost, CostWeights)
		}
		t.ask = func() (request, bool, error) {
			c, known, err := choice(sub)
			return p.request(sub, c, updates, k, o, o), known, err
		}
		t.result = func(t *run.Trace, from Source) {
			into[k] = t
			p.sources = append(p.sources, source{Training: Training{
				Network: sub.Legend(), Data: sub.Data, Choice: setup.Choice{Rate: t.Config.Train.Rate, Low: t.Config.Data.Low, High: t.Config.Data.High}, Seed: t.Config.Seed, Updates: updates, Source: from,
			}})
		}
		tasks, p.tasks = append(tasks, len(p.tasks)), append(p.tasks, t)
	}
	return tasks
}

// trace returns the result of a task's training; nil if it is not complete.
func (p *Plan) trace(t *training) (*run.Trace, error) {
	r, known, err := t.ask()
	if err != nil || !known {
		return nil, err
	}
	return p.known(r.Config)
}

// Jobs delivers the results that are known, and returns the other trainings as jobs unless nothing is to be trained; of trainings that are only drawn,
// their verification. The jobs are numbered from first.
func (p *Plan) Jobs(first int) (jobs []Job, err error) {
	if p.o.Scale.Drawn {
		err := p.draw()
		return p.verifyJobs(), err
	}
	numbers := make(map[int]int) // of the jobs, by task
	for i, t := range p.tasks {
		known, err := p.trace(t)
		if err != nil {
			return nil, err
		}
		if known != nil {
			t.deliver(known, Stored)
			continue
		}
		if p.o.KeptOnly {
			continue
		}
		j := Job{Name: t.name, Cost: t.cost, Run: func(ctx context.Context, e *kernel.Engine, progress func(float64)) error {
			_, err := p.train(ctx, t, &runner.Runner{Data: p.data, Engine: e, Warn: p.o.Warn}, progress)
			return err
		}}
		for _, f := range t.needs {
			if number, job := numbers[f]; job {
				j.Needs = append(j.Needs, number)
			}
		}
		numbers[i] = first + len(jobs)
		jobs = append(jobs, j)
	}
	return jobs, nil
}

func (t *training) deliver(r *run.Trace, from Source) {
	if t.result != nil {
		t.result(r, from)
	}
}

// train trains what a task asks for, which must be known.
func (p *Plan) train(ctx context.Context, task *training, r *runner.Runner, progress func(part float64)) (*run.Trace, error) {
	q, known, err := task.ask()
	if err == nil && !known {
		err = errors.New("what to train is not known yet")
	}
	if err != nil {
		return nil, err
	}
	t, err := p.known(q.Config)
	if t == nil && err == nil {
		made := q.made()
		made.Threads = run.Threads(p.o.Threads) // where the runner has no engine
		t, err = r.Get(ctx, p.o.Store, made, func(at runner.Point) { progress(share(q.Config, at)) })
		if err == nil && !reflect.DeepEqual(q.record, q.Observe) {
			t, err = p.o.Store.Trace(q.Config, p.origins[q.Data.Name])
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.Name(), err)
	}
	p.remember(q.Config, t)
	p.mu.Lock()
	defer p.mu.Unlock()
	task.deliver(t, Computed)
	return t, nil
}

// choose notes the candidates and the choices of the search for every subject.
func (p *Plan) choose() (err error) {
	for sub, t := range p.trained {
		if t.Missing != "" {
			t.Choice = fallback
			continue
		}
		if sub.Representative() == sub {
			if t.Cells, _, err = p.cells(sub); err != nil {
				return err
			}
		} else {
			t.Searched = p.trained[sub.Representative()].Searched
		}
		if t.Choice, _, err = p.choice(sub); err != nil {
			return err
		}
	}
	for _, data := range p.tables() {
		for _, sub := range setup.On(data, setup.Table1...) {
			t := p.trained[sub]
			c, known, err := p.common(sub)
			if err != nil {
				return err
			}
			if t.Common = t.Choice; known {
				t.Common = c
			}
		}
	}
	return nil
}
