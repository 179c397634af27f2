package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/train"
)

// A Plan is the trainings of one Run: the search for each network's rate and input scale, and the trainings with its choices. The list of tasks does
// not depend on any result, but the candidate that a task of a search trains does. Each training is done once, however many figures and claims need
// it, and not at all if it is kept from an earlier Run.
type Plan struct {
	o       Options
	data    *dataset.Library
	needs   observed.Needs                      // of all chosen figures and claims
	trained map[setup.Subject]*observed.Trained // filled in
	sizes   map[string]int                      // training images of each data set, 0 if endless
	origins map[string]run.Origin               // of runs on each data set
	missing map[string]string                   // for each data set, why networks cannot learn it; "" if they can, or nothing is trained
	absent  map[string]string                   // for each data set, what is missing
	kept    map[setup.Subject][]observed.Cell   // the kept search of representatives that are not searched in rungs
	tasks   []*training

	sources []source

	mu     sync.Mutex            // trainings run side by side
	traces map[string]*run.Trace // the known results, by their requests
}

// New opens the data sets, notes what is missing and what is known of the searches, and lists the trainings.
func New(ctx context.Context, o Options, data *dataset.Library, n observed.Needs, trained map[setup.Subject]*observed.Trained) (*Plan, error) {
	p := &Plan{
		o: o, data: data, needs: n, trained: trained, sizes: make(map[string]int), origins: make(map[string]run.Origin),
		missing: make(map[string]string), absent: make(map[string]string), kept: make(map[setup.Subject][]observed.Cell), traces: make(map[string]*run.Trace),
	}
	for _, sub := range setup.Union(n.Trained, n.Compared, n.Searched, n.Stored) {
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
	if !o.Scale.Drawn {
		p.plan()
	}
	return p, nil
}

// Images returns the checksum of each data set that is there.
func (p *Plan) Images() map[string]string {
	all := make(map[string]string)
	for name, origin := range p.origins {
		all[name] = origin.Data.Checksum
	}
	return all
}

// Origin is what determines the results of trainings on a data set besides their configurations.
func (p *Plan) Origin(data string) run.Origin { return p.origins[data] }

// add adds a subject whose data set is open to the observations.
func (p *Plan) add(sub setup.Subject) {
	if p.trained[sub] == nil {
		sc, images := p.o.Scale, p.sizes[sub.Data]
		updates := sc.Length(images)
		p.trained[sub] = &observed.Trained{Subject: sub, Missing: p.missing[sub.Data], Absent: p.absent[sub.Data], Updates: updates, Shorts: updates}
	}
}

// open notes the size and the checksum of a data set, or that it is missing.
func (p *Plan) open(ctx context.Context, data string) error {
	if _, known := p.sizes[data]; known {
		return nil
	}
	p.sizes[data] = 0
	sets, err := p.data.Open(ctx, data)
	var none *dataset.MissingError
	if errors.As(err, &none) {
		p.absent[data] = err.Error() + p.o.Commands.Fetch(data)
		known, ok, err := p.o.Store.Data(data)
		if err != nil {
			return err
		}
		if ok && p.o.KeptOnly { // kept trainings are drawn without the images
			p.sizes[data], p.origins[data] = known.Train, run.Origin{Numbers: train.Numbers, Data: known}
			return nil
		}
		p.missing[data] = p.absent[data]
		p.sizes[data] = setup.Batch // never used, since nothing is trained on it
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

// representatives returns the subjects whose rate and input scale are searched for, in order.
func (p *Plan) representatives() []setup.Subject {
	n := p.needs
	var all []setup.Subject
	for _, sub := range setup.Union(n.Trained, n.Compared, n.Searched) {
		all = setup.Union(all, []setup.Subject{sub.Representative()})
	}
	return all
}

// tables returns the data sets of Table 1 if it is asked for: their networks are also trained at a shared input scale.
func (p *Plan) tables() []string {
	n := p.needs
	if !n.Common {
		return nil
	}
	var all []string
	for _, sub := range n.Trained {
		whole := true
		for _, other := range setup.On(sub.Data, setup.Table1...) {
			whole = whole && slices.Contains(n.Trained, other)
		}
		if whole && !slices.Contains(all, sub.Data) {
			all = append(all, sub.Data)
		}
	}
	return all
}

// Trainings are the trainings that were read, and where they come from.
func (p *Plan) Trainings() (all []Training) {
	for _, src := range p.sources {
		all = append(all, src.Training)
	}
	return all
}

// Finish notes why some trainings were not run.
func (p *Plan) Finish() error {
	if err := p.choose(); err != nil {
		return err
	}
	n, sc := p.needs, p.o.Scale
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
	notKept := fmt.Sprintf("%s has no training of it at this scale, and nothing was to be trained", p.o.Store.Dir)
	if p.o.Store.Dir == "" {
		notKept = "no training of it is kept"
	}
	for _, sub := range n.Trained {
		if t := p.trained[sub]; t.Missing == "" && len(t.Runs) == 0 {
			t.Missing = notKept
			if t.Absent != "" {
				t.Missing += p.o.Commands.Fetch(sub.Data)
			}
		}
	}
	for _, sub := range n.Compared {
		t := p.trained[sub]
		if slices.Contains(n.Trained, sub) { // a figure's or another claim's
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
