package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
)

// PlanFile is the file of a sweep's directory that makes it one.
const PlanFile = "plan.json"

// version of plan.json.
const version = 1

// A Plan is the cells of a sweep.
type Plan struct {
	Version int    `json:"version"`
	Search  int    `json:"search,omitempty"` // updates after which the best candidate is chosen; 0 for no search
	Cells   []Cell `json:"cells"`            // the one of index i is Cells[i]
}

// A Cell is one run of a sweep.
type Cell struct {
	Index  int               `json:"index"`
	Point  []Setting         `json:"point"`               // what the list and the grid set
	Seed   uint64            `json:"seed"`                // the replicate
	Config map[string]string `json:"config"`              // every key, as YAML; of a run that goes on with the best of a search all but those searched
	Run    string            `json:"run,omitempty"`       // id of the run; "" if that depends on the best of From
	From   []int             `json:"from,omitempty"`      // the cells of which the run goes on with the best; nil for initial weights
	Search bool              `json:"searching,omitempty"` // it is a candidate of a search, whose number is not a result
	Tried  []Setting         `json:"tried,omitempty"`     // what the search sets in a candidate
}

// A Setting is a key of the configuration and its value as YAML.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// String is "key=value".
func (s Setting) String() string { return s.Key + "=" + s.Value }

// Name says which cell it is: what the sweep sets in it.
func (c Cell) Name() string {
	var words []string
	if len(c.Point) > 0 {
		words = append(words, joined(c.Point))
	}
	words = append(words, fmt.Sprintf("seed=%d", c.Seed))
	switch {
	case c.Search:
		words = append(words, joined(c.Tried), "(search)")
	case c.From != nil:
		words = append(words, "best", strings.Join(c.searched(), ", "))
	}
	return strings.Join(words, " ")
}

func joined(settings []Setting) string {
	var words []string
	for _, s := range settings {
		words = append(words, s.String())
	}
	return strings.Join(words, " ")
}

// searched are the keys that a cell which goes on takes from the best candidate. The rate alone is "rate", as one says it.
func (c Cell) searched() []string {
	var keys []string
	for _, k := range run.Keys(run.Allowed{}) {
		if _, planned := c.Config[k.Name]; !planned {
			keys = append(keys, k.Name)
		}
	}
	if len(keys) == 1 && keys[0] == rate {
		return []string{"rate"}
	}
	return keys
}

// rate is the key that the paper searches for.
const rate = "train.rate"

// Resolve is the cell's configuration.
func (c Cell) Resolve(allowed run.Allowed) (run.Config, error) {
	var set []string
	for _, key := range slices.Sorted(maps.Keys(c.Config)) {
		set = append(set, key+"="+c.Config[key])
	}
	return run.Load("", set, allowed)
}

// Identify returns the id of the run of a configuration that begins with initial weights.
type Identify func(run.Config) (string, error)

// Plan resolves the cells of a sweep: for every point of the list and the grid, for every seed, one run, or with a search one
// for each candidate and one that goes on with the best of them.
func (s *Sweep) Plan(allowed run.Allowed, id Identify) (*Plan, error) {
	p := &Plan{Version: version, Search: s.after}
	seeds := product([][]setting{nil}, single(s.seeds))
	for _, point := range s.points {
		for _, seed := range seeds {
			settings := slices.Concat(s.base, point, seed)
			if s.candidates == nil {
				if err := p.add(Cell{Point: public(point)}, settings, allowed, id); err != nil {
					return nil, err
				}
				continue
			}
			if err := p.search(s, point, settings, allowed, id); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// search adds the candidates, which train for so many updates, and the one that goes on.
func (p *Plan) search(s *Sweep, point, settings []setting, allowed run.Allowed, id Identify) error {
	var from []int
	for _, tried := range s.candidates {
		from = append(from, len(p.Cells))
		first := setting{"train.updates", fmt.Sprint(s.after), s.from}
		c := Cell{Point: public(point), Search: true, Tried: public(tried)}
		if err := p.add(c, slices.Concat(settings, tried, []setting{first}), allowed, id); err != nil {
			return err
		}
	}
	// The defaults of what is searched may not go with the rest, where every candidate does.
	if err := p.add(Cell{Point: public(point), From: from}, slices.Concat(settings, s.candidates[0]), allowed, nil); err != nil {
		return err
	}
	last := p.Cells[len(p.Cells)-1]
	c, err := last.Resolve(allowed)
	if err == nil && c.Train.Updates <= s.after {
		err = &run.UsageError{Place: s.from, Key: "search.after", Problem: fmt.Sprintf("got %d, allowed: less than train.updates (%d)", s.after, c.Train.Updates)}
	}
	for _, t := range s.candidates[0] {
		delete(last.Config, t.key)
	}
	return err
}

// add resolves one cell.
func (p *Plan) add(c Cell, settings []setting, allowed run.Allowed, id Identify) error {
	var set []string
	for _, s := range settings {
		set = append(set, s.argument())
	}
	cfg, err := run.Load("", set, allowed)
	if err != nil {
		return placed(err, settings...)
	}
	c.Index, c.Seed, c.Config = len(p.Cells), cfg.Seed, map[string]string{}
	for _, k := range run.Keys(run.Allowed{}) {
		c.Config[k.Name], _ = cfg.Value(k.Name)
	}
	for i, t := range c.Tried {
		c.Tried[i].Value = c.Config[t.Key] // 0.01, however it was written
	}
	if id != nil {
		if c.Run, err = id(cfg); err != nil {
			return fmt.Errorf("cell %d: %w", c.Index, err)
		}
	}
	p.Cells = append(p.Cells, c)
	return nil
}

func public(point []setting) []Setting {
	list := []Setting{}
	for _, s := range point {
		list = append(list, Setting{s.key, s.value})
	}
	return list
}

// single makes an entry of each setting; of none one empty entry.
func single(settings []setting) [][]setting {
	if len(settings) == 0 {
		return [][]setting{nil}
	}
	var list [][]setting
	for _, s := range settings {
		list = append(list, []setting{s})
	}
	return list
}

// Write makes the directory of a sweep. A directory that has the same plan stays as it is; one with another plan is a
// [*run.UsageError] that says how they differ.
func (p *Plan) Write(dir string) error {
	old, err := Read(dir)
	if err == nil {
		if d := old.differences(p); d != nil {
			return &run.UsageError{Place: run.Place{File: dir}, Problem: "has another plan, which stays as it is: " + strings.Join(d, "; ")}
		}
		return nil
	}
	if _, err := os.Lstat(filepath.Join(dir, PlanFile)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is a plan that cannot be read: %w", dir, err)
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return &run.UsageError{Place: run.Place{File: dir}, Problem: "is not empty and has no plan, allowed: a new or an empty directory"}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, PlanFile), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(p)
	})
}

// Read reads the plan in a directory. A directory without one, or with one that is damaged, is a [*run.UsageError].
func Read(dir string) (*Plan, error) {
	path := filepath.Join(dir, PlanFile)
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &run.UsageError{Place: run.Place{File: dir}, Problem: "is not a sweep: it has no " + PlanFile}
	}
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return nil, &run.UsageError{Place: run.Place{File: path}, Problem: "is no plan: " + err.Error()}
	}
	if p.Version != version {
		return nil, &run.UsageError{Place: run.Place{File: path}, Problem: fmt.Sprintf("has version %d, expected: %d", p.Version, version)}
	}
	for i, c := range p.Cells {
		if c.Search && c.Tried == nil { // of a plan made when there was no search but for the rate
			p.Cells[i].Tried = []Setting{{rate, c.Config[rate]}}
		}
		if c.Index != i || slices.ContainsFunc(c.From, func(f int) bool { return f < 0 || f >= i }) {
			return nil, &run.UsageError{Place: run.Place{File: path}, Problem: fmt.Sprintf("cell %d has the index %d and goes on from %v", i, c.Index, c.From)}
		}
	}
	return p, nil
}

// Cell is the cell of an index; one that the plan has not is a [*run.UsageError].
func (p *Plan) Cell(index int) (Cell, error) {
	if index < 0 || index >= len(p.Cells) {
		return Cell{}, &run.UsageError{Problem: fmt.Sprintf("cell %d: the plan has the cells 0 to %d", index, len(p.Cells)-1)}
	}
	return p.Cells[index], nil
}

// differences says in what a new plan is not the old one: the first few.
func (p *Plan) differences(other *Plan) []string {
	const most = 5
	var d []string
	if a, b := len(p.Cells), len(other.Cells); a != b {
		d = append(d, fmt.Sprintf("it has %d cells, the new one %d", a, b))
	}
	if a, b := p.Search, other.Search; a != b {
		d = append(d, fmt.Sprintf("its search chooses after %d updates, the new one's after %d", a, b))
	}
	for i := range min(len(p.Cells), len(other.Cells)) {
		d = append(d, p.Cells[i].differences(other.Cells[i])...)
	}
	if len(d) > most {
		d = append(d[:most], fmt.Sprintf("and %d more differences", len(d)-most))
	}
	return d
}

func (c Cell) differences(other Cell) []string {
	var d []string
	keys := slices.Sorted(maps.Keys(c.Config))
	for _, key := range slices.Sorted(maps.Keys(other.Config)) {
		if _, both := c.Config[key]; !both {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		if a, b := c.Config[key], other.Config[key]; a != b {
			d = append(d, fmt.Sprintf("cell %d: %s is %s, the new one %s", c.Index, key, orNone(a), orNone(b)))
		}
	}
	if d == nil && c.Run != other.Run {
		d = append(d, fmt.Sprintf("cell %d: the run is %s, the new one %s: its images, or the program's numbers, are others", c.Index, orNone(c.Run), orNone(other.Run)))
	}
	if d == nil && (c.Name() != other.Name() || !slices.Equal(c.From, other.From)) {
		d = append(d, fmt.Sprintf("cell %d: is %s, the new one %s", c.Index, c.Name(), other.Name()))
	}
	return d
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
