package paper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/train"
)

// A plan is the trainings of one Run: the search for each network's rate and input scale, and the trainings with its choices. The list of tasks does
// not depend on any result, but the candidate that a task of a search trains does. Each training is done once, however many figures and claims need
// it, and not at all if it is kept from an earlier Run.
type plan struct {
	s       *Study
	needs   needs // of all chosen figures and claims
	store   *run.Store
	trained map[Subject]*Trained
	sizes   map[string]int        // training images of each data set, 0 if endless
	origins map[string]run.Origin // of runs on each data set
	missing map[string]string     // for each data set, why networks cannot learn it; "" if they can, or nothing is trained
	absent  map[string]string     // for each data set, what is missing
	kept    map[Subject][]Cell    // the kept search of representatives that are not searched in rungs
	tasks   []*training

	keptOnly bool // nothing is trained
	sources  []source

	mu     sync.Mutex
	traces map[string]*run.Trace // the known results, by their requests
}

// newPlan opens the data sets and notes what is missing.
func (s *Study) newPlan(ctx context.Context) (*plan, error) {
	p := &plan{s: s, store: s.store, keptOnly: s.o.KeptOnly, needs: s.needs(), trained: s.obs.Trained, kept: make(map[Subject][]Cell), traces: make(map[string]*run.Trace), sizes: make(map[string]int), origins: make(map[string]run.Origin), missing: make(map[string]string), absent: make(map[string]string)}
	n := p.needs
	for _, sub := range unionOf(n.trained, n.compared, n.searched, n.stored) {
		if err := p.open(ctx, sub.Data); err != nil {
			return nil, err
		}
		p.add(sub)
	}
	for _, sub := range p.representatives() {
		p.add(sub)
		if err := p.keepSearch(sub); err != nil {
			return nil, err
		}
	}
	if !s.o.Scale.Drawn {
		p.plan()
	}
	if n.pictures {
		return p, p.openPictures(ctx)
	}
	return p, nil
}

// openPictures reads the images of Figure 1's lower half, if they are there.
func (p *plan) openPictures(ctx context.Context) error {
	const data = "smallimagenet"
	if err := p.open(ctx, data); err != nil || p.absent[data] != "" {
		return err
	}
	sets, err := p.s.data.Open(ctx, data)
	if err != nil {
		return err
	}
	p.s.obs.Pictures = pictureSheet(sets)
	return nil
}

// add adds a subject whose data set is open to the observations.
func (p *plan) add(sub Subject) {
	if p.trained[sub] == nil {
		sc, images := p.s.o.Scale, p.sizes[sub.Data]
		updates := sc.updates(images)
		p.trained[sub] = &Trained{Subject: sub, Missing: p.missing[sub.Data], Absent: p.absent[sub.Data], Updates: updates, Shorts: updates}
	}
}

// open notes the size and the checksum of a data set, or that it is missing.
func (p *plan) open(ctx context.Context, data string) error {
	if _, known := p.sizes[data]; known {
		return nil
	}
	p.sizes[data] = 0
	sets, err := p.s.data.Open(ctx, data)
	var none *dataset.MissingError
	if errors.As(err, &none) {
		p.absent[data] = err.Error() + p.s.o.Commands.bring(data)
		known, ok, err := p.store.Data(data)
		if err != nil {
			return err
		}
		if ok && p.keptOnly { // kept trainings are drawn without the images
			p.sizes[data], p.origins[data] = known.Train, run.Origin{Numbers: train.Numbers, Data: known}
			return nil
		}
		p.missing[data] = p.absent[data]
		p.sizes[data] = Batch // never used, since nothing is trained on it
		return nil
	}
	if err != nil {
		return err
	}
	if sets.Train != nil {
		p.sizes[data] = sets.Train.Len()
	}
	p.origins[data] = runner.OriginOf(sets)
	return nil
}

// storedJobs returns jobs that measure networks on stored data before training. If the images are missing, it uses the kept measurements.
func (p *plan) storedJobs() []job {
	var jobs []job
	sets := make(map[string]*fixed)
	for _, sub := range p.needs.stored {
		if p.missing[sub.Data] != "" {
			continue
		}
		if sets[sub.Data] == nil {
			sets[sub.Data] = &fixed{open: func(ctx context.Context) (*dataset.Set, error) {
				all, err := p.s.data.Open(ctx, sub.Data)
				if err != nil {
					return nil, err
				}
				return sampled(all.Test, Examples), nil
			}}
		}
		seeds := make([]Initial, p.s.o.Scale.Seeds)
		there := true
		for i := range seeds {
			key := p.s.initialKey(sub, i)
			key.Gradients, key.Checksum = true, p.origins[sub.Data].Data.Checksum
			images := sets[sub.Data]
			if p.absent[sub.Data] != "" {
				images = nil
			}
			j, kept := p.s.initialJob(key, images, &seeds[i])
			if there = there && (kept || p.absent[sub.Data] == ""); !kept && there {
				jobs = append(jobs, j)
			}
		}
		if there {
			p.s.obs.Stored[sub] = seeds
		}
	}
	return jobs
}

// share is the part of a training that is done at a point of it.
func share(c run.Config, at runner.Point) float64 {
	x, before := float64(at.Done)/float64(max(1, at.All)), 0.0
	if c.Pretrain.Updates > 0 {
		before = 0.4 // of the time, about
	}
	switch at.Stage {
	case runner.Pretraining:
		return before * x
	case runner.Training:
		return before + (1-before)*x
	}
	return 0
}

// cost returns the cost of a training in updates of the paper's network.
func cost(c run.Config) float64 {
	const paperWeights = 1024*1000 + 4*1000*1000 + 1000*9
	weights, in := 0, 1024
	if kind, err := dataset.KindByName(c.Data.Name); err == nil {
		in = kind.Features()
	}
	for _, out := range append(slices.Clone(c.Model.Hidden), 10) {
		weights, in = weights+in*out, out
	}
	images := float64(c.Observe.Images)
	if images == 0 {
		images = dataset.FixedLen
	}
	rec := c.Recording().Ending(c.Train.Updates)
	count := func(s run.Schedule) float64 { return float64(s.Count(c.Train.Updates)) }
	snapshots := costForward * count(rec.Layers)
	if rec.Gradients {
		snapshots += costGradients * Examples / Batch * count(rec.Layers)
	}
	updates := float64(c.Train.Updates)
	if c.Train.Optimizer != run.SGD {
		updates *= costCurvature
	}
	updates += costPretraining * float64(c.Pretrain.Updates*len(c.Model.Hidden))
	all := costWeights + updates + snapshots + 2*costTest*images/dataset.FixedLen*count(rec.Errors)
	all *= float64(weights) / paperWeights
	return all + costJacobian*float64(max(0, len(c.Model.Hidden)-1))*count(rec.Jacobians)
}

// representatives returns the subjects whose rate and input scale are searched for, in order.
func (p *plan) representatives() []Subject {
	n := p.needs
	var all []Subject
	for _, sub := range unionOf(n.trained, n.compared, n.searched) {
		all = unionOf(all, []Subject{sub.representative()})
	}
	return all
}

// tables returns the data sets of Table 1 if it is asked for: their networks are also trained at a shared input scale.
func (p *plan) tables() []string {
	n := p.needs
	if !n.common {
		return nil
	}
	var all []string
	for _, sub := range n.trained {
		whole := true
		for _, other := range on(sub.Data, five...) {
			whole = whole && slices.Contains(n.trained, other)
		}
		if whole && !slices.Contains(all, sub.Data) {
			all = append(all, sub.Data)
		}
	}
	return all
}

// finish notes why some trainings were not run.
func (p *plan) finish() error {
	if err := p.choose(); err != nil {
		return err
	}
	for _, src := range p.sources {
		p.s.obs.trainings = append(p.s.obs.trainings, src.Training)
	}
	n, sc := p.needs, p.s.o.Scale
	// Networks of one seed have learned the same images, and are compared by their places in the lists. So a list ends before the first seed
	// that is missing.
	kept := func(list []*run.Trace) []*run.Trace {
		if i := slices.Index(list, nil); i >= 0 {
			return list[:i]
		}
		return list
	}
	for _, t := range p.trained {
		t.Runs, t.Commons, t.Short = kept(t.Runs), kept(t.Commons), kept(t.Short)
	}
	notKept := fmt.Sprintf("%s has no training of it at this scale, and nothing was to be trained", p.store.Dir)
	if p.store.Dir == "" {
		notKept = "no training of it is kept"
	}
	for _, sub := range n.trained {
		if t := p.trained[sub]; t.Missing == "" && len(t.Runs) == 0 {
			t.Missing = notKept
			if t.Absent != "" {
				t.Missing += p.s.o.Commands.bring(sub.Data)
			}
		}
	}
	for _, sub := range n.compared {
		t := p.trained[sub]
		if slices.Contains(n.trained, sub) { // a figure's or another claim's
			t.Short = t.Runs
		}
		switch {
		case t.Missing != "" || len(t.Short) > 0:
		case !sc.Side:
			t.NoShort = fmt.Sprintf("scale %s does not train the networks that only the text compares; a number of updates does", sc.Name)
		default:
			t.NoShort = notKept
		}
	}
	return nil
}

// unionOf returns the subjects of all lists, each once, in order.
func unionOf(lists ...[]Subject) []Subject {
	var all []Subject
	for _, l := range lists {
		for _, s := range l {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}
