package paper

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/trial"
	"glorot/graph/kernel"
)

// A plan is the trainings of one Run. They come in two rounds: the search for each network's rate and input scale, then the trainings
// with what it chose. Each training is done once, however many ask for it, and not at all if it is kept from an earlier Run.
type plan struct {
	s       *Study
	trained map[Subject]*Trained
	sizes   map[string]int    // training images of each data set, 0 if endless
	sums    map[string]string // checksums of stored data
	missing map[string]string // of each data set, what is not there; "" if it is, or nothing is trained
	absent  map[string]string // of each data set, what is not there
	wanted  map[string]*wanted
	order   []string // of wanted
}

// wanted is a training, and those who want its result.
type wanted struct {
	spec trial.Spec
	put  []func(r *trial.Result)
}

// newPlan opens the data sets and says what is missing.
func (s *Study) newPlan(ctx context.Context) (*plan, error) {
	p := &plan{s: s, trained: s.obs.Trained, sizes: make(map[string]int), sums: make(map[string]string), missing: make(map[string]string), absent: make(map[string]string)}
	n := s.needs()
	for _, sub := range unionOf(n.trained, n.compared, n.searched, n.stored) {
		if err := p.open(ctx, sub.Data); err != nil {
			return nil, err
		}
		p.add(sub)
	}
	for _, sub := range p.guides() {
		p.add(sub)
	}
	if n.pictures {
		return p, p.openPictures(ctx)
	}
	return p, nil
}

// openPictures puts the images of Figure 1's lower half in their place, if they are there.
func (p *plan) openPictures(ctx context.Context) error {
	const data = "smallimagenet"
	if err := p.open(ctx, data); err != nil || p.absent[data] != "" {
		return err
	}
	sets, err := p.s.data.Sets(ctx, data)
	if err != nil {
		return err
	}
	p.s.obs.Pictures = pictureSheet(sets)
	return nil
}

// add makes the place of a subject, whose data set is open.
func (p *plan) add(sub Subject) {
	if p.trained[sub] == nil {
		sc, images := p.s.o.Scale, p.sizes[sub.Data]
		updates := sc.updates(images)
		p.trained[sub] = &Trained{Subject: sub, Missing: p.missing[sub.Data], Absent: p.absent[sub.Data], Updates: updates, Searched: sc.searched(images), Shorts: updates}
	}
}

// open notes the size and the checksum of a data set, or what is missing.
func (p *plan) open(ctx context.Context, data string) error {
	if _, known := p.sizes[data]; known {
		return nil
	}
	p.sizes[data] = 0
	switch data {
	case trial.Shapeset:
		return nil
	case trial.Shapeset100k:
		p.sizes[data] = trial.Shapeset100kImages
		return nil
	}
	sets, err := p.s.data.Sets(ctx, data)
	var none *dataset.MissingError
	if errors.As(err, &none) {
		p.absent[data] = err.Error() + p.s.o.Commands.bring(data)
		if known, ok := p.s.stored(data); ok && p.s.o.KeptOnly { // what is kept is drawn without the images
			p.sizes[data], p.sums[data] = known.Train, known.Checksum
			return nil
		}
		p.missing[data] = p.absent[data]
		p.sizes[data] = Batch // of nothing that is run
		return nil
	}
	if err != nil {
		return err
	}
	p.sizes[data], p.sums[data] = sets.Train.Len(), sets.Checksum
	return p.s.noteStored(data, stored{sets.Train.Len(), sets.Checksum})
}

// stored is what of a stored data set determines the trainings on it. It is kept beside them.
type stored struct {
	Train    int    `json:"train"` // images
	Checksum string `json:"checksum"`
}

// storedKey is the key under which it is kept.
type storedKey struct {
	Images string `json:"images"`
}

// stored returns what is kept of a data set.
func (s *Study) stored(data string) (known stored, ok bool) {
	ok = s.kept("images-"+data, storedKey{data}, &known)
	return known, ok
}

// noteStored keeps it, where trainings are going to be kept.
func (s *Study) noteStored(data string, now stored) error {
	if known, ok := s.stored(data); ok && known == now || s.o.KeptOnly {
		return nil
	}
	return s.cache.Put("images-"+data, storedKey{data}, now)
}

// round returns the jobs of what was asked for, and puts what is kept already where it is wanted.
func (p *plan) round(ask func()) []job {
	p.wanted, p.order = make(map[string]*wanted), nil
	ask()
	var jobs []job
	for _, key := range p.order {
		w := p.wanted[key]
		var r trial.Result
		if p.s.kept(w.spec.Name(), w.spec.Key(), &r) {
			w.give(&r)
			continue
		}
		if p.s.o.KeptOnly {
			continue
		}
		jobs = append(jobs, p.job(w))
	}
	return jobs
}

// storedJobs look at networks on stored data before training. Where the images are not there, what is kept is put in its place.
func (p *plan) storedJobs() []job {
	var jobs []job
	sets := make(map[string]*fixed)
	for _, sub := range p.s.needs().stored {
		if p.missing[sub.Data] != "" {
			continue
		}
		if sets[sub.Data] == nil {
			sets[sub.Data] = &fixed{open: func(ctx context.Context) (*dataset.Set, error) {
				all, err := p.s.data.Sets(ctx, sub.Data)
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
			key.Gradients, key.Checksum = true, p.sums[sub.Data]
			j, kept := p.s.initialJob(key, sets[sub.Data], &seeds[i])
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

// later is about what the second round costs. What the search has not chosen yet costs as much with any rate.
func (p *plan) later() float64 {
	p.choose()
	return total(p.round(p.train))
}

func (w *wanted) give(r *trial.Result) {
	for _, put := range w.put {
		put(r)
	}
}

// want asks for a training.
func (p *plan) want(spec trial.Spec, put func(r *trial.Result)) {
	spec.Checksum = p.sums[spec.Data]
	text, err := json.Marshal(spec)
	if err != nil {
		panic(err) // a Spec marshals
	}
	key := string(text)
	if p.wanted[key] == nil {
		p.wanted[key] = &wanted{spec: spec}
		p.order = append(p.order, key)
	}
	p.wanted[key].put = append(p.wanted[key].put, put)
}

func (p *plan) job(w *wanted) job {
	run := func(ctx context.Context, e *kernel.Engine, progress func(float64)) error {
		r, err := trial.Run(ctx, w.spec, p.s.data, e, progress)
		if err != nil {
			return err
		}
		if err := p.s.cache.Put(w.spec.Name(), w.spec.Key(), r); err != nil {
			return err
		}
		p.s.keep(func(*Observations) { w.give(r) })
		return nil
	}
	return job{name: w.spec.Name(), cost: cost(w.spec), run: run}
}

// cost is that of a training in updates of the paper's network.
func cost(spec trial.Spec) float64 {
	const paperWeights = 1024*1000 + 4*1000*1000 + 1000*9
	weights, in := 0, 1024
	switch spec.Data {
	case "mnist":
		in = 784
	case "cifar10":
		in = 3072
	case "smallimagenet":
		in = 1369
	}
	for _, out := range append(slices.Clone(spec.Hidden), 10) {
		weights, in = weights+in*out, out
	}
	images := float64(spec.Watch.Images)
	if images == 0 {
		images = dataset.FixedLen
	}
	looks := costForward * float64(spec.Looks())
	if spec.Watch.Gradients {
		looks += costGradients * Examples / Batch * float64(spec.Looks())
	}
	updates := float64(spec.Updates)
	if spec.Pretraining != nil {
		updates += costPretraining * float64(spec.Pretraining.Updates*len(spec.Hidden))
	}
	if spec.Curvature != nil {
		updates *= costCurvature
	}
	c := costWeights + updates + looks + 2*costTest*images/dataset.FixedLen*float64(spec.Tests())
	c *= float64(weights) / paperWeights
	return c + costJacobian*float64(max(0, len(spec.Hidden)-1)*len(spec.Watch.Jacobians))
}

// search asks for the cells of every guide.
func (p *plan) search() {
	sc := p.s.o.Scale
	for _, sub := range p.guides() {
		t := p.trained[sub]
		if t.Missing != "" {
			continue
		}
		if !sc.Search {
			t.Cells = found(sub)
			continue
		}
		choices := grid()
		t.Cells = make([]Cell, len(choices))
		for i, c := range choices {
			t.Cells[i] = Cell{Choice: c, Valid: math.NaN(), Test: math.NaN()}
			p.want(sub.spec(c, sc.Width, t.Searched, p.s.o.Seed, sc.search(t.Searched)), func(r *trial.Result) {
				t.Cells[i].Valid, t.Cells[i].Test = r.Last().Valid, r.Last().Test
			})
		}
	}
}

// guides returns the subjects whose rate and input scale are searched for, in order.
func (p *plan) guides() []Subject {
	n := p.s.needs()
	var all []Subject
	for _, sub := range unionOf(n.trained, n.compared, n.searched) {
		all = unionOf(all, []Subject{sub.guide()})
	}
	return all
}

// tables returns the data sets of Table 1, if it is asked for: their networks have a common input scale.
func (p *plan) tables() []string {
	n := p.s.needs()
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

// choose reads the search.
func (p *plan) choose() {
	if p.s.o.KeptOnly {
		for _, t := range p.trained {
			t.Cells = slices.DeleteFunc(t.Cells, func(c Cell) bool { return math.IsNaN(c.Valid) })
		}
	}
	for _, t := range p.trained {
		g := p.trained[t.Subject.guide()]
		c, ok := best(g.Cells, anyChoice)
		if !ok {
			c.Choice = fallback
		}
		t.Choice = c.Choice
	}
	for _, data := range p.tables() {
		var searches [][]Cell
		for _, sub := range on(data, five...) {
			searches = append(searches, p.trained[sub].Cells)
		}
		low := commonLow(searches)
		for _, sub := range on(data, five...) {
			t := p.trained[sub]
			t.Common = t.Choice
			if c, ok := best(t.Cells, func(c Choice) bool { return c.Low == low }); ok {
				t.Common = c.Choice
			}
		}
	}
}

// fallback is what is used if every training of a search diverged: the rate of the authors' later scripts.
var fallback = Choice{Rate: 0.01, Low: 0, High: 1}

// train asks for the trainings with what was chosen.
func (p *plan) train() {
	n, sc := p.s.needs(), p.s.o.Scale
	whole := func(sub Subject, c Choice, t *Trained, into *[]*trial.Result) {
		*into = make([]*trial.Result, sc.Trained)
		for k := range sc.Trained {
			spec := sub.spec(c, sc.Width, t.Updates, p.s.o.Seed+uint64(k), sc.watch(sub, t.Updates, k == 0))
			p.want(spec, func(r *trial.Result) { (*into)[k] = r })
		}
	}
	for _, sub := range n.trained {
		if t := p.trained[sub]; t.Missing == "" {
			whole(sub, t.Choice, t, &t.Runs)
		}
	}
	for _, sub := range n.trained { // after the others, which are more to the point should somebody interrupt them
		if t := p.trained[sub]; t.Missing == "" && slices.Contains(p.tables(), sub.Data) && slices.Contains(five, sub.Network) {
			whole(sub, t.Common, t, &t.Commons)
		}
	}
	for _, sub := range n.compared {
		t := p.trained[sub]
		if t.Missing != "" || !sc.Side || slices.Contains(n.trained, sub) {
			continue
		}
		t.Short = make([]*trial.Result, sc.Trained)
		for k := range sc.Trained {
			spec := sub.spec(t.Choice, sc.Width, t.Shorts, p.s.o.Seed+uint64(k), sc.compare(sub, t.Shorts))
			p.want(spec, func(r *trial.Result) { t.Short[k] = r })
		}
	}
}

// finish says of what was not run why.
func (p *plan) finish() {
	n, sc := p.s.needs(), p.s.o.Scale
	// Networks of one seed have learned the same images, and are compared by their places in the lists: no seed stands before one that is
	// not there yet.
	kept := func(list []*trial.Result) []*trial.Result {
		if i := slices.Index(list, nil); i >= 0 {
			return list[:i]
		}
		return list
	}
	for _, t := range p.trained {
		t.Runs, t.Commons, t.Short = kept(t.Runs), kept(t.Commons), kept(t.Short)
	}
	notKept := fmt.Sprintf("%s keeps no training of it at this scale, and nothing was to be trained", p.s.cache.Dir())
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
			t.NoShort = fmt.Sprintf("scale %s trains no networks that only the text compares; a number of updates does", sc.Name)
		default:
			t.NoShort = notKept
		}
	}
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
