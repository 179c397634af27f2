package sweep

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"

	"glorot/experiments/run"
	"glorot/experiments/search"
)

// Len returns the number of cells.
func (p *Plan) Len() int {
	if p.Version == 1 {
		return len(p.cells)
	}
	return max(1, len(p.List)) * product(p.Grid) * max(1, len(p.Seeds)) * p.each()
}

// each returns the number of cells per point and seed.
func (p *Plan) each() int { return max(1, len(p.places)) }

// settle computes the places of the search.
func (p *Plan) settle() {
	if p.Search == nil {
		return
	}
	p.rungs()
	strata := map[string]int{}
	for i := range product(p.Search.Grid) {
		key := joined(p.strata(i))
		if _, known := strata[key]; !known {
			strata[key] = len(strata)
		}
		p.search.Strata = append(p.search.Strata, strata[key])
	}
	p.places = p.search.Places()
}

// strata returns the settings of a candidate that determine its stratum.
func (p *Plan) strata(candidate int) []Setting {
	list := at(p.Search.Grid, mixed(candidate, p.Search.Grid))
	return slices.DeleteFunc(list, func(s Setting) bool { return !slices.Contains(p.Search.Within, s.Key) })
}

// within returns the settings of a stratum.
func (p *Plan) within(stratum int) []Setting {
	return p.strata(slices.Index(p.search.Strata, stratum))
}

// rungs computes the rungs of the search.
func (p *Plan) rungs() {
	rungs, keep := p.Search.Rungs, 0
	if len(rungs) == 0 {
		rungs = []Rung{{p.Search.After, 1}}
	}
	for _, r := range rungs {
		p.search.Rungs = append(p.search.Rungs, search.Rung{Updates: r.After, Keep: keep})
		keep = r.Keep
	}
	p.search.Rungs = append(p.search.Rungs, search.Rung{Keep: keep})
}

// product returns the number of combinations of the axes' values.
func product(axes []Axis) int {
	n := 1
	for _, a := range axes {
		n *= len(a.Values)
	}
	return n
}

// digits are the digits of a cell's index.
type digits struct {
	list, seed int
	grid       []int // of each axis
	tried      []int // of each axis of the search; nil if they are to be chosen, or there is no search
	place      int   // in the search
	after      int   // updates of a cell of the search, 0 for the last rung
}

// digits divides an index.
func (p *Plan) digits(index int) (d digits) {
	place, n := index%p.each(), index/p.each()
	if p.Search != nil {
		at := p.places[place]
		d.place, d.after = place, p.search.Rungs[at.Rung].Updates
		if candidate, known := p.search.Ask(at, unknown); known {
			d.tried = mixed(candidate, p.Search.Grid)
		}
	}
	seeds, grid := max(1, len(p.Seeds)), product(p.Grid)
	d.seed, n = n%seeds, n/seeds
	d.grid, d.list = mixed(n%grid, p.Grid), n/grid
	return d
}

// unknown is a search.Errors that knows no errors.
func unknown(int, int) (float64, bool) { return 0, false }

// mixed writes a number in the mixed radix of the axes, where the last digit changes fastest.
func mixed(n int, axes []Axis) []int {
	list := make([]int, len(axes))
	for i, a := range slices.Backward(axes) {
		list[i], n = n%len(a.Values), n/len(a.Values)
	}
	return list
}

// Cell returns the cell of an index. The error is a [*run.UsageError] if the plan has no such cell.
func (p *Plan) Cell(index int) (Cell, error) {
	if n := p.Len(); index < 0 || index >= n {
		return Cell{}, &run.UsageError{Problem: fmt.Sprintf("cell %d: the plan has the cells 0 to %d", index, n-1)}
	}
	return p.cell(index), nil
}

// All computes one cell after the other.
func (p *Plan) All() iter.Seq2[int, Cell] {
	return func(yield func(int, Cell) bool) {
		for i := range p.Len() {
			if !yield(i, p.cell(i)) {
				return
			}
		}
	}
}

// cell computes the cell of a valid index.
func (p *Plan) cell(index int) Cell {
	if p.Version == 1 {
		return p.cells[index]
	}
	c, d := p.outline(index), p.digits(index)
	c.Config = maps.Clone(p.Base)
	for _, s := range c.Point {
		c.Config[s.Key] = s.Value
	}
	if len(p.Seeds) > 0 {
		c.Config["seed"] = p.Seeds[d.seed]
	}
	for _, s := range c.Tried {
		c.Config[s.Key] = s.Value
	}
	for _, key := range c.searched {
		delete(c.Config, key)
	}
	if d.after > 0 {
		c.Config[updates] = strconv.Itoa(d.after)
	}
	return c
}

// outline returns a cell without its configuration.
func (p *Plan) outline(index int) Cell {
	if p.Version == 1 {
		return p.cells[index]
	}
	d := p.digits(index)
	c := Cell{Index: index, Point: []Setting{}}
	if len(p.List) > 0 {
		c.Point = append(c.Point, p.List[d.list]...)
	}
	c.Point = append(c.Point, at(p.Grid, d.grid)...)
	seed := p.Base["seed"]
	for _, s := range c.Point {
		if s.Key == "seed" {
			seed = s.Value
		}
	}
	if len(p.Seeds) > 0 {
		seed = p.Seeds[d.seed]
	}
	c.Seed, _ = strconv.ParseUint(seed, 10, 64) // it was allowed when the plan was made
	if p.Search != nil {
		c.place, c.Search = p.places[d.place], d.after > 0
		if d.tried != nil {
			c.Tried = at(p.Search.Grid, d.tried)
		} else {
			c.From, c.searched, c.stratum = p.Needs(index), p.Search.keys(), p.within(c.place.Stratum)
		}
		if c.Search { // for its name
			c.Config = map[string]string{updates: strconv.Itoa(d.after)}
		}
	}
	return c
}

// at returns the settings of a point in a grid.
func at(axes []Axis, digits []int) []Setting {
	list := make([]Setting, len(axes))
	for i, a := range axes {
		list[i] = Setting{Key: a.Key, Value: a.Values[digits[i]]}
	}
	return list
}

// keys returns the keys of a search in order.
func (s *Search) keys() []string {
	var keys []string
	for _, a := range s.Grid {
		keys = append(keys, a.Key)
	}
	return keys
}

// Needs returns the cells that must be finished before a cell can begin: those of the rung before, since the cell extends one of the best. They
// have lower indexes.
func (p *Plan) Needs(index int) (list []int) {
	if p.Version == 1 {
		return p.cells[index].From
	}
	if p.Search == nil {
		return nil
	}
	first := index - index%p.each()
	for i, other := range p.places {
		if p.search.Needs(p.places[index-first], other) {
			list = append(list, first+i)
		}
	}
	return list
}

// Name returns the name of a cell.
func (p *Plan) Name(index int) string { return p.outline(index).Name() }

// Fits returns an error if the run of a cell was made with a version of the training arithmetic, or with images or initial weights, other than the plan's.
// cfg and o are those of the run.
func (p *Plan) Fits(c Cell, cfg run.Config, o run.Origin) error {
	var problem string
	id, content, from := cfg.ID(o), cfg.Data.Content(), cfg.Model.From
	switch {
	case p.Version == 1 && c.Run != "" && c.Run != id:
		problem = fmt.Sprintf("the run is %s, the plan has %s: its images or the training arithmetic have changed", id, c.Run)
	case p.Version == 1:
	case p.Numbers != o.Numbers:
		problem = fmt.Sprintf("the run has version %d of the training arithmetic, the plan version %d", o.Numbers, p.Numbers)
	case p.Images[content] != o.Data.Checksum:
		problem = fmt.Sprintf("the images of %s have the checksum %s, the plan has %s", content, o.Data.Checksum, p.Images[content])
	case p.Weights[from] != o.Weights:
		problem = fmt.Sprintf("the weights of %s have the checksum %s, the plan has %s", from, o.Weights, orNone(p.Weights[from]))
	}
	if problem == "" {
		return nil
	}
	return &run.UsageError{Problem: problem}
}
