package sweep

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/search"
)

// version is that of plan.json. Version 1, which can still be read, listed all cells.
const version = 2

// A Plan determines the cells of a sweep.
//
// The index of a cell is a number in mixed radix: for every entry of the list, every point of the grid and every seed there are the
// candidates of the search, and then the cell that extends the best of them. The last axis changes fastest.
type Plan struct {
	Version int               `json:"version"`
	Numbers int               `json:"numbers"`           // version of the training arithmetic
	Images  map[string]string `json:"images"`            // checksum of every data set, as in a manifest
	Weights map[string]string `json:"weights,omitempty"` // checksum of the weights in every file of model.from
	Base    map[string]string `json:"base"`              // every key of the configuration, as YAML
	List    [][]Setting       `json:"list,omitempty"`
	Grid    []Axis            `json:"grid,omitempty"`
	Seeds   []string          `json:"seeds,omitempty"` // nil if the base, the list or the grid sets the seed
	Search  *Search           `json:"search,omitempty"`

	cells  []Cell         // of version 1
	search search.Search  // of each seed; the updates of the last rung are those of the cell
	places []search.Place // the points of the grid
}

// An Axis is one key of the configuration with its values, as YAML.
type Axis struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// A Search has candidates, and each seed extends the best of them, in rungs; see [search.Search].
type Search struct {
	Grid   []Axis   `json:"grid"`
	After  int      `json:"after,omitempty"`  // short for one rung that keeps one candidate
	Rungs  []Rung   `json:"rungs,omitempty"`  // nil if After is set
	Within []string `json:"within,omitempty"` // keys of the grid; each combination of their values keeps its own best
}

// First returns the updates after which the search chooses for the first time.
func (s *Search) First() int {
	if len(s.Rungs) > 0 {
		return s.Rungs[0].After
	}
	return s.After
}

// A Rung says how many candidates are kept after how many updates.
type Rung struct {
	After int `json:"after"`
	Keep  int `json:"keep"`
}

// A Cell is one run of a sweep.
type Cell struct {
	Index  int               `json:"index"`
	Point  []Setting         `json:"point"`               // the settings of the list and the grid
	Seed   uint64            `json:"seed"`                // the replicate
	Config map[string]string `json:"config"`              // every key, as YAML; without the searched keys if the run extends the best of a search
	Run    string            `json:"run,omitempty"`       // id of the run in a plan of version 1; "" if it depends on the best of From
	From   []int             `json:"from,omitempty"`      // the run extends the best of these cells; nil for initial weights
	Search bool              `json:"searching,omitempty"` // it is a candidate of a search; its errors are not results
	Tried  []Setting         `json:"tried,omitempty"`     // the settings of the search, in a candidate

	searched []string // keys that the cell takes from the best candidate
	place    search.Place
	stratum  []Setting // within which the best was chosen
}

// First reports whether the cell is a candidate of a search before the first choice.
func (c Cell) First() bool { return c.Search && c.Tried != nil }

// A Setting is a key of the configuration and its value as YAML.
type Setting = query.Setting

// Name identifies the cell by its settings.
func (c Cell) Name() string {
	var words []string
	if len(c.Point) > 0 {
		words = append(words, joined(c.Point))
	}
	words = append(words, fmt.Sprintf("seed=%d", c.Seed))
	if len(c.stratum) > 0 {
		words = append(words, joined(c.stratum))
	}
	switch {
	case c.First():
		words = append(words, joined(c.Tried), "(search)")
	case c.Search:
		words = append(words, fmt.Sprintf("place %d after %s updates", c.place.Rank+1, c.Config[updates]), "(search)")
	case slices.Equal(c.searched, []string{rate}):
		words = append(words, "best rate")
	case c.From != nil:
		words = append(words, "best", strings.Join(run.Ordered(c.searched), ", "))
	}
	return strings.Join(words, " ")
}

// Searched lists the keys that the cell takes from the best of From, in the order of the search.
func (c Cell) Searched() []string { return c.searched }

func joined(settings []Setting) string { return query.Settings(settings).String() }

// rate is the key over which the paper searches.
const rate = "train.rate"

// Resolve returns the cell's configuration.
func (c Cell) Resolve(allowed run.Allowed) (run.Config, error) {
	var set []string
	for _, key := range slices.Sorted(maps.Keys(c.Config)) {
		set = append(set, key+"="+c.Config[key])
	}
	return run.Load("", set, allowed)
}

// Plan makes the plan of a sweep. For every point of the list and the grid and every seed it has one run or, with a search, one
// run per candidate and one that extends the best of them. Every configuration is resolved and passed to check. A value that is
// not allowed is a [*run.UsageError] about its place; an error of check is returned. The caller fills in Numbers, Images and Weights.
func (s *Sweep) Plan(ctx context.Context, allowed run.Allowed, check func(run.Config) error) (*Plan, error) {
	p := &Plan{Version: version, Base: map[string]string{}, Images: map[string]string{}}
	for _, k := range run.Keys(run.Allowed{}) {
		if !k.Shorthand && k.Name != "model.hidden" { // which would contradict model.depth and model.width
			p.Base[k.Name] = k.Default
		}
	}
	for _, a := range s.base {
		p.Base[a.Key()] = a.Value()
	}
	for _, entry := range s.list {
		p.List = append(p.List, settings(entry))
	}
	p.Grid = axes(s.grid)
	if len(s.seeds) > 0 {
		p.Seeds = axes(s.seeds)[0].Values
	}
	if s.search != nil {
		p.Search = &Search{Grid: axes(s.search), After: s.after, Rungs: s.rungs, Within: s.within}
	}
	p.settle()
	for i := range p.Len() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.allow(p.digits(i), allowed, check); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// allow resolves the configuration of a cell.
func (s *Sweep) allow(d digits, allowed run.Allowed, check func(run.Config) error) error {
	var point []run.Assignment
	if len(s.list) > 0 {
		point = slices.Clone(s.list[d.list])
	}
	for i, v := range d.grid {
		point = append(point, s.grid[i].values[v])
	}
	if len(s.seeds) > 0 {
		point = append(point, s.seeds[0].values[d.seed])
	}
	// The defaults of the searched keys may be incompatible with the rest although every candidate is compatible: a cell that extends one
	// is checked with the first candidate.
	for i, a := range s.search {
		value := 0
		if d.tried != nil {
			value = d.tried[i]
		}
		point = append(point, a.values[value])
	}
	if d.after > 0 {
		a, err := run.Assign(s.from, updates, strconv.Itoa(d.after), allowed)
		if err != nil {
			return err
		}
		point = append(point, a)
	}
	c, err := run.Resolve(allowed, s.base, point)
	if err != nil {
		return err
	}
	if last := s.lastAfter(); s.search != nil && d.after == 0 && c.Train.Updates <= last {
		return &run.UsageError{Place: s.from, Key: "search.after", Problem: fmt.Sprintf("got %d, allowed: less than train.updates (%d)", last, c.Train.Updates)}
	}
	return check(c)
}

// updates is a key that a search sets in its candidates.
const updates = "train.updates"

func settings(list []run.Assignment) []Setting {
	all := []Setting{}
	for _, a := range list {
		all = append(all, Setting{Key: a.Key(), Value: a.Value()})
	}
	return all
}

func axes(list []axis) []Axis {
	var all []Axis
	for _, a := range list {
		x := Axis{Key: a.key()}
		for _, v := range a.values {
			x.Values = append(x.Values, v.Value())
		}
		all = append(all, x)
	}
	return all
}

// DataSets returns the names of the data sets of the plan's runs, each once, in the order of the cells.
func (p *Plan) DataSets() []string {
	const key = "data.name"
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, c := range p.cells {
		add(c.Config[key])
	}
	for _, a := range p.Grid {
		if a.Key == key {
			return a.Values
		}
	}
	for _, entry := range p.List {
		name := p.Base[key]
		for _, s := range entry {
			if s.Key == key {
				name = s.Value
			}
		}
		add(name)
	}
	if p.cells == nil && p.List == nil {
		add(p.Base[key])
	}
	return names
}
