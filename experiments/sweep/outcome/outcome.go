// Package outcome reports the results of a sweep: the errors of its points over seeds, and of the candidates of its search.
//
// A sweep need not be finished. The report has what is known, and counts and names what is missing.
package outcome

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"glorot/experiments/compare"
	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/sweep"
	"glorot/experiments/work"
)

// An Outcome has the results in the directory of a sweep. All errors are shares of the images.
type Outcome struct {
	Cells   work.Tally    `json:"cells"`            // the number in each state
	Axes    []Axis        `json:"axes"`             // of the points, which are all their combinations
	Points  []Point       `json:"points"`           // the settings of the list and the grid, over all seeds
	Search  *Search       `json:"search,omitempty"` // nil if there is none
	Missing []work.Status `json:"missing"`          // cells that are not finished
	Damaged []string      `json:"damaged"`          // why a finished cell does not count

	tested, validated int // the fewest images of all runs; 0 if they are not known
}

// A Search has candidates, and each seed extends the best of them.
type Search struct {
	After int      `json:"after"` // updates of every candidate
	Keys  []string `json:"keys"`
	Axes  []Axis   `json:"axes"` // of the candidates
}

// A Point is a combination of settings of the list and the grid, over seeds.
type Point struct {
	Settings   []sweep.Setting `json:"settings"`
	States     map[string]int  `json:"states"`       // of its cells, one per seed
	End        Mean            `json:"test_end"`     // test error at the end of the training
	Best       Mean            `json:"test_best"`    // test error at the lowest validation error
	Valid      Mean            `json:"lowest_valid"` // the lowest validation error
	Chosen     []Choice        `json:"chosen,omitempty"`
	Candidates []Candidate     `json:"candidates,omitempty"` // of the search
}

// A Choice is a candidate that seeds extended.
type Choice struct {
	Settings []sweep.Setting `json:"settings"`
	Seeds    []uint64        `json:"seeds"`
}

// A Candidate is one combination of a search, over seeds.
type Candidate struct {
	Settings []sweep.Setting `json:"settings"`
	States   map[string]int  `json:"states"`
	Valid    Mean            `json:"valid"` // validation error at its end
}

// A Mean is a number over seeds, summarised as [compare.Summarize] does.
type Mean struct {
	Seeds    []uint64         `json:"seeds"`
	Values   []float64        `json:"values"`             // one per seed
	Mean     report.Number    `json:"mean"`               // null without a value, like Center
	Center   report.Number    `json:"center"`             // the mean on the logit scale
	Interval *report.Interval `json:"interval,omitempty"` // of Center, 95 %; none with fewer than two seeds, or if all values are equal
}

// add counts one more value.
func (m *Mean) add(seed uint64, value float64) {
	m.Seeds, m.Values = append(m.Seeds, seed), append(m.Values, value)
}

// settle computes the centre and its interval, of shares of at least that many images.
func (m *Mean) settle(images int) {
	s := compare.Summarize(m.Values, measure.ShareOf(images))
	m.Mean, m.Center, m.Interval = report.Number(s.Mean), report.Number(s.Center), nil
	if !math.IsNaN(s.Low) {
		m.Interval = &report.Interval{Low: report.Number(s.Low), High: report.Number(s.High)}
	}
	m.Seeds, m.Values = append([]uint64{}, m.Seeds...), append([]float64{}, m.Values...) // [] rather than null
}

// percents returns the ends of the interval in percent, or NaN if there is none.
func (m Mean) percents() (low, high float64) {
	if m.Interval == nil {
		return math.NaN(), math.NaN()
	}
	return 100 * float64(m.Interval.Low), 100 * float64(m.Interval.High)
}

// Read reads the results of the cells of the plan in a directory.
func Read(ctx context.Context, dir string, p *sweep.Plan) (*Outcome, error) {
	list, err := p.Statuses(ctx, dir)
	if err != nil {
		return nil, err
	}
	tasks := p.In(dir)
	o := &Outcome{Cells: work.Tally{}, Missing: []work.Status{}, Damaged: []string{}}
	for i, s := range list {
		c, err := p.Cell(i)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		o.Cells[s.State]++
		if !s.Finished() {
			o.Missing = append(o.Missing, s)
		}
		switch {
		case c.First():
			err = o.addCandidate(p, tasks, c, s)
		case !c.Search:
			err = o.addResult(tasks, c, s)
		}
		if err != nil {
			return nil, err
		}
	}
	var points, candidates [][]sweep.Setting
	for i := range o.Points {
		q := &o.Points[i]
		points = append(points, q.Settings)
		q.End.settle(o.tested)
		q.Best.settle(o.tested)
		q.Valid.settle(o.validated)
		slices.SortStableFunc(q.Chosen, func(a, b Choice) int { return len(b.Seeds) - len(a.Seeds) })
		for k := range q.Candidates {
			q.Candidates[k].Valid.settle(o.validated)
		}
	}
	o.Axes = axesOf(points)
	if o.Search != nil {
		for _, c := range o.Points[0].Candidates {
			candidates = append(candidates, c.Settings)
		}
		o.Search.Axes = axesOf(candidates)
	}
	return o, nil
}

// point returns the last point, or a new one if that has other settings.
func (o *Outcome) point(settings []sweep.Setting) *Point {
	i := len(o.Points) - 1 // the cells of a point are consecutive
	if i < 0 || !slices.Equal(o.Points[i].Settings, settings) {
		i++
		o.Points = append(o.Points, Point{Settings: append([]sweep.Setting{}, settings...), States: map[string]int{}})
	}
	return &o.Points[i]
}

// addCandidate counts a candidate of a search.
func (o *Outcome) addCandidate(p *sweep.Plan, tasks *sweep.Tasks, c sweep.Cell, s work.Status) error {
	if o.Search == nil {
		o.Search = &Search{After: p.Search.First()}
		for _, t := range c.Tried {
			o.Search.Keys = append(o.Search.Keys, t.Key)
		}
	}
	q := o.point(c.Point)
	i := slices.IndexFunc(q.Candidates, func(k Candidate) bool { return slices.Equal(k.Settings, c.Tried) })
	if i < 0 {
		i = len(q.Candidates)
		q.Candidates = append(q.Candidates, Candidate{Settings: c.Tried, States: map[string]int{}})
	}
	k := &q.Candidates[i]
	if s.State != work.Done {
		k.States[s.State]++
		return nil
	}
	cfg, dir, _, err := tasks.Run(s.Task)
	if err != nil {
		return err
	}
	end, _, err := readErrors(dir, cfg.Train.Updates)
	if err != nil {
		o.damaged(s, err)
		k.States[Unreadable]++
		return nil
	}
	k.States[work.Done]++
	k.Valid.add(c.Seed, end.Valid.Error)
	o.count(end)
	return nil
}

// addResult counts a cell whose errors are results. If a search within strata ends in several cells, only the best counts.
func (o *Outcome) addResult(tasks *sweep.Tasks, c sweep.Cell, s work.Status) error {
	q := o.point(c.Point)
	best, err := tasks.Best(s.Task)
	if best >= 0 && best != s.Task {
		return nil
	}
	cfg, dir, known, e := tasks.Run(s.Task)
	if err = cmp.Or(err, e); err != nil && s.Finished() {
		return err
	}
	if c.From != nil && s.Finished() && known {
		q.choose(chosenBy(cfg, c.Searched()), c.Seed)
	}
	if s.State != work.Done {
		q.States[s.State]++
		return nil
	}
	end, lowest, err := readErrors(dir, cfg.Train.Updates)
	if err != nil {
		o.damaged(s, err)
		q.States[Unreadable]++
		return nil
	}
	q.States[work.Done]++
	q.End.add(c.Seed, end.Test.Error)
	q.Best.add(c.Seed, lowest.Test.Error)
	q.Valid.add(c.Seed, lowest.Valid.Error)
	o.count(end)
	return nil
}

// count counts the images of a run.
func (o *Outcome) count(e run.Errors) {
	fewest := func(n *int, examples int) {
		if examples > 0 && (*n == 0 || examples < *n) {
			*n = examples
		}
	}
	fewest(&o.tested, e.Test.Examples)
	fewest(&o.validated, e.Valid.Examples)
}

// Unreadable is the state of a finished cell whose errors cannot be read.
const Unreadable = "unreadable"

// states lists all states of a cell, in the order in which they are shown.
func states() []string { return append(slices.Clone(work.States), Unreadable) }

func (o *Outcome) damaged(s work.Status, err error) {
	o.Damaged = append(o.Damaged, s.Name+": "+err.Error())
}

// choose counts the candidate that a seed extended.
func (q *Point) choose(settings []sweep.Setting, seed uint64) {
	i := slices.IndexFunc(q.Chosen, func(c Choice) bool { return slices.Equal(c.Settings, settings) })
	if i < 0 {
		i = len(q.Chosen)
		q.Chosen = append(q.Chosen, Choice{Settings: settings})
	}
	q.Chosen[i].Seeds = append(q.Chosen[i].Seeds, seed)
}

// chosenBy returns the values of the searched keys in a configuration.
func chosenBy(cfg run.Config, keys []string) []sweep.Setting {
	settings := make([]sweep.Setting, len(keys))
	for i, key := range keys {
		value, _ := cfg.Value(key)
		settings[i] = sweep.Setting{Key: key, Value: value}
	}
	return settings
}

// total returns the number of cells in all states.
func total(states map[string]int) int {
	n := 0
	for _, k := range states {
		n += k
	}
	return n
}

// unfinished lists all states except done with their numbers: "1 diverged", "2 waiting".
func unfinished(count map[string]int) []string {
	var words []string
	for _, s := range states() {
		if n := count[s]; n > 0 && s != work.Done {
			words = append(words, fmt.Sprintf("%d %s", n, s))
		}
	}
	return words
}

// settingsText returns "key=value key=value".
func settingsText(settings []sweep.Setting) string { return query.Settings(settings).String() }
