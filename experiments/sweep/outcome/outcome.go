// Package outcome tells what came out of a sweep: the errors of its points over seeds, and of the candidates of its search.
//
// A sweep need not be finished. What is missing is counted and named, and the rest is told.
package outcome

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/sweep"
)

// level is that of all intervals.
const level = 0.95

// An Outcome is what the directory of a sweep tells. All errors are shares of the images.
type Outcome struct {
	Cells   map[string]int `json:"cells"`            // how many are in each state
	Axes    []Axis         `json:"axes"`             // along which the points lie: every combination is one
	Points  []Point        `json:"points"`           // what the list and the grid set, each with every seed
	Search  *Search        `json:"search,omitempty"` // nil for none
	Missing []sweep.Status `json:"missing"`          // cells that are not finished
	Damaged []string       `json:"damaged"`          // why a cell that is finished does not count
}

// A Search is where each seed looked for what it goes on with.
type Search struct {
	After int      `json:"after"` // updates of every candidate
	Keys  []string `json:"keys"`
	Axes  []Axis   `json:"axes"` // along which the candidates lie
}

// A Point is what the list and the grid set, over seeds.
type Point struct {
	Settings   []sweep.Setting `json:"settings"`
	States     map[string]int  `json:"states"`       // of its cells, one for each seed
	End        Mean            `json:"test_end"`     // test error at the end of the training
	Best       Mean            `json:"test_best"`    // and at the lowest validation error
	Valid      Mean            `json:"lowest_valid"` // which is this
	Chosen     []Choice        `json:"chosen,omitempty"`
	Candidates []Candidate     `json:"candidates,omitempty"` // of the search
}

// A Choice is a candidate with which seeds went on.
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

// A Mean is that of a number over seeds.
type Mean struct {
	Seeds    []uint64         `json:"seeds"`
	Values   []float64        `json:"values"`             // one for each seed
	Mean     report.Number    `json:"mean"`               // null without a value
	Interval *report.Interval `json:"interval,omitempty"` // Student's, of 95 %; none with fewer than two seeds
	half     float64          // its half-width; +Inf for none
}

// add counts one more value.
func (m *Mean) add(seed uint64, value float64) {
	m.Seeds, m.Values = append(m.Seeds, seed), append(m.Values, value)
}

// settle computes the mean and its interval.
func (m *Mean) settle() {
	mean, half := measure.Interval(m.Values, level)
	m.Mean, m.half, m.Interval = report.Number(mean), half, nil
	if !math.IsInf(half, 0) {
		m.Interval = &report.Interval{Low: report.Number(mean - half), High: report.Number(mean + half)}
	}
	m.Seeds, m.Values = append([]uint64{}, m.Seeds...), append([]float64{}, m.Values...) // [] rather than null
}

// Read reads what the cells of the plan in a directory have come to.
func Read(dir string, p *sweep.Plan) (*Outcome, error) {
	list, err := p.Statuses(dir)
	if err != nil {
		return nil, err
	}
	o := &Outcome{Cells: map[string]int{}, Missing: []sweep.Status{}, Damaged: []string{}}
	for i, c := range p.Cells {
		s := list[i]
		o.Cells[s.State]++
		if !s.Finished() {
			o.Missing = append(o.Missing, s)
		}
		if c.Search {
			o.addCandidate(p, dir, s)
		} else {
			o.addResult(p, dir, s)
		}
	}
	var points, candidates [][]sweep.Setting
	for i := range o.Points {
		q := &o.Points[i]
		points = append(points, q.Settings)
		for _, m := range []*Mean{&q.End, &q.Best, &q.Valid} {
			m.settle()
		}
		slices.SortStableFunc(q.Chosen, func(a, b Choice) int { return len(b.Seeds) - len(a.Seeds) })
		for k := range q.Candidates {
			q.Candidates[k].Valid.settle()
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

// point is that with the settings, a new one if there is none.
func (o *Outcome) point(settings []sweep.Setting) *Point {
	i := slices.IndexFunc(o.Points, func(q Point) bool { return slices.Equal(q.Settings, settings) })
	if i < 0 {
		i = len(o.Points)
		o.Points = append(o.Points, Point{Settings: append([]sweep.Setting{}, settings...), States: map[string]int{}})
	}
	return &o.Points[i]
}

// addCandidate counts a candidate of a search.
func (o *Outcome) addCandidate(p *sweep.Plan, dir string, s sweep.Status) {
	c := p.Cells[s.Cell]
	if o.Search == nil {
		o.Search = &Search{After: p.Search}
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
	if s.State != sweep.Done {
		k.States[s.State]++
		return
	}
	end, _, err := readErrors(sweep.RunDir(dir, s.Cell))
	if err != nil {
		o.damaged(s, err)
		k.States[Unreadable]++
		return
	}
	k.States[sweep.Done]++
	k.Valid.add(c.Seed, end.Valid.Error)
}

// addResult counts a cell whose errors are results.
func (o *Outcome) addResult(p *sweep.Plan, dir string, s sweep.Status) {
	c := p.Cells[s.Cell]
	q := o.point(c.Point)
	if c.From != nil && s.Finished() {
		if chosen, err := chosenBy(sweep.RunDir(dir, s.Cell), p.Cells[c.From[0]].Tried); err == nil {
			q.choose(chosen, c.Seed)
		} else {
			o.damaged(s, err)
		}
	}
	if s.State != sweep.Done {
		q.States[s.State]++
		return
	}
	end, best, err := readErrors(sweep.RunDir(dir, s.Cell))
	if err != nil {
		o.damaged(s, err)
		q.States[Unreadable]++
		return
	}
	q.States[sweep.Done]++
	q.End.add(c.Seed, end.Test.Error)
	q.Best.add(c.Seed, best.Test.Error)
	q.Valid.add(c.Seed, best.Valid.Error)
}

// Unreadable is the state of a cell that is finished, and whose run does not tell its errors.
const Unreadable = "unreadable"

// states are all of a cell, in the order in which they are told.
func states() []string { return append(slices.Clone(sweep.States), Unreadable) }

func (o *Outcome) damaged(s sweep.Status, err error) {
	o.Damaged = append(o.Damaged, s.Name+": "+err.Error())
}

// choose counts what a seed went on with.
func (q *Point) choose(settings []sweep.Setting, seed uint64) {
	i := slices.IndexFunc(q.Chosen, func(c Choice) bool { return slices.Equal(c.Settings, settings) })
	if i < 0 {
		i = len(q.Chosen)
		q.Chosen = append(q.Chosen, Choice{Settings: settings})
	}
	q.Chosen[i].Seeds = append(q.Chosen[i].Seeds, seed)
}

// chosenBy are the values that a run has of the keys that were searched.
func chosenBy(dir string, tried []sweep.Setting) ([]sweep.Setting, error) {
	r, err := run.Open(dir)
	if err != nil {
		return nil, err
	}
	cfg := r.Config()
	settings := make([]sweep.Setting, len(tried))
	for i, t := range tried {
		value, _ := cfg.Value(t.Key)
		settings[i] = sweep.Setting{Key: t.Key, Value: value}
	}
	return settings, nil
}

// total is the number of cells in all states.
func total(states map[string]int) int {
	n := 0
	for _, k := range states {
		n += k
	}
	return n
}

// unfinished are the states besides done with their numbers: "1 diverged", "2 waiting".
func unfinished(count map[string]int) []string {
	var words []string
	for _, s := range states() {
		if n := count[s]; n > 0 && s != sweep.Done {
			words = append(words, fmt.Sprintf("%d %s", n, s))
		}
	}
	return words
}

// settingsText is "key=value key=value".
func settingsText(settings []sweep.Setting) string {
	var words []string
	for _, s := range settings {
		words = append(words, s.String())
	}
	return strings.Join(words, " ")
}
