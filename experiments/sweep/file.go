package sweep

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
)

// PlanFile is the file that makes a directory a sweep.
const PlanFile = "plan.json"

// Write makes the directory of a sweep. A directory that has the same plan already stays unchanged. For one with
// another plan the error is a [*run.UsageError] that says how they differ.
func (p *Plan) Write(dir string) error {
	old, err := Read(dir)
	if err == nil {
		if d := old.differences(p); d != nil {
			return &run.UsageError{Place: run.Place{File: dir}, Problem: "has another plan, which is not changed: " + strings.Join(d, "; ")}
		}
		return nil
	}
	if _, err := os.Lstat(filepath.Join(dir, PlanFile)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: the plan that is there cannot be read: %w", dir, err)
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

// Read reads the plan in a directory. The error is a [*run.UsageError] if there is none, or if it is damaged.
func Read(dir string) (*Plan, error) {
	path := filepath.Join(dir, PlanFile)
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &run.UsageError{Place: run.Place{File: dir}, Problem: "is not a sweep: it has no " + PlanFile}
	}
	if err != nil {
		return nil, err
	}
	p, err := parsePlan(src)
	if err != nil {
		return nil, &run.UsageError{Place: run.Place{File: path}, Problem: err.Error()}
	}
	return p, nil
}

// parsePlan reads a plan of any version.
func parsePlan(src []byte) (*Plan, error) {
	var any struct{ Version int }
	if err := json.Unmarshal(src, &any); err != nil {
		return nil, fmt.Errorf("is not a plan: %w", err)
	}
	p, old := &Plan{}, oldPlan{}
	var into interface{ plan() (*Plan, error) } = p
	switch any.Version {
	case 1:
		into = &old
	case version:
	default:
		return nil, fmt.Errorf("has version %d, expected: 1 to %d", any.Version, version)
	}
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return nil, fmt.Errorf("is not a plan: %w", err)
	}
	return into.plan()
}

// plan returns an error if no cells can be computed from a plan.
func (p *Plan) plan() (*Plan, error) {
	grid := p.Grid
	if p.Search != nil {
		if len(p.Search.Grid) == 0 || p.Search.After < 1 && !ascending(p.Search.Rungs) {
			return nil, errors.New("is not a plan: its search has no candidates or no updates")
		}
		grid = slices.Concat(grid, p.Search.Grid)
	}
	cells := big.NewInt(int64(max(1, len(p.List))))
	cells.Mul(cells, big.NewInt(int64(max(1, len(p.Seeds)))))
	for _, a := range grid {
		if len(a.Values) == 0 {
			return nil, fmt.Errorf("is not a plan: the axis %s has no values", a.Key)
		}
		cells.Mul(cells, big.NewInt(int64(len(a.Values))))
	}
	if cells.Cmp(big.NewInt(MostCells)) > 0 {
		return nil, fmt.Errorf("is not a plan: it has more than %d cells", MostCells)
	}
	p.settle()
	return p, nil
}

// ascending reports whether there are rungs, each is longer than the one before, and all keep something.
func ascending(rungs []Rung) bool {
	last := 0
	for _, r := range rungs {
		if r.After <= last || r.Keep < 1 {
			return false
		}
		last = r.After
	}
	return last > 0
}

// oldPlan is a plan of version 1.
type oldPlan struct {
	Version int    `json:"version"`
	Search  int    `json:"search"` // updates after which the best candidate is chosen; 0 without a search
	Cells   []Cell `json:"cells"`  // Cells[i] has index i
}

func (o *oldPlan) plan() (*Plan, error) {
	p := &Plan{Version: o.Version, cells: o.Cells}
	if o.Search > 0 {
		p.Search = &Search{After: o.Search}
	}
	for i := range o.Cells {
		c := &o.Cells[i]
		if c.Index != i || slices.ContainsFunc(c.From, func(f int) bool { return f < 0 || f >= i }) {
			return nil, fmt.Errorf("is not a plan: cell %d has the index %d and extends %v", i, c.Index, c.From)
		}
		if c.Search && c.Tried == nil { // for a plan made when the rate was the only key that could be searched
			c.Tried = []Setting{{Key: rate, Value: c.Config[rate]}}
		}
		if c.From != nil {
			for _, t := range o.Cells[c.From[0]].Tried {
				c.searched = append(c.searched, t.Key)
			}
		}
	}
	return p, nil
}

// differences returns the first few differences between a new plan and the old one.
func (p *Plan) differences(other *Plan) []string {
	const most = 5
	var d differences
	if a, b := p.Len(), other.Len(); a != b {
		d.add("it has %d cells, the new one %d", a, b)
	}
	if a, b := p.after(), other.after(); a != b {
		d.add("its search chooses after %d updates, the new one's after %d", a, b)
	}
	if p.Version == version && other.Version == version {
		d.plans(p, other)
	} else {
		for i := range min(p.Len(), other.Len()) {
			d.cells(p.cell(i), other.cell(i))
		}
	}
	if len(d) > most {
		d = append(d[:most], fmt.Sprintf("and %d more differences", len(d)-most))
	}
	return d
}

// after returns the number of updates of a search's candidates, 0 without a search.
func (p *Plan) after() int {
	if p.Search == nil {
		return 0
	}
	return p.Search.After
}

type differences []string

func (d *differences) add(format string, args ...any) { *d = append(*d, fmt.Sprintf(format, args...)) }

// plans compares everything that determines the cells.
func (d *differences) plans(p, other *Plan) {
	for _, k := range run.Keys(run.Allowed{}) {
		a, b := p.Base[k.Name], other.Base[k.Name]
		if !k.Shorthand { // a key may be newer than a plan
			a, b = cmp.Or(a, k.Default), cmp.Or(b, k.Default)
		}
		if a != b {
			d.add("base: %s is %s, the new one %s", k.Name, a, b)
		}
	}
	for i := range max(len(p.List), len(other.List)) {
		if a, b := entry(p.List, i), entry(other.List, i); a != b {
			d.add("list: entry %d is %s, the new one %s", i+1, orNone(a), orNone(b))
		}
	}
	d.axes("grid", p.Grid, other.Grid)
	if a, b := strings.Join(p.Seeds, ", "), strings.Join(other.Seeds, ", "); a != b {
		d.add("seeds: %s, the new one %s", orNone(a), orNone(b))
	}
	if p.Search != nil && other.Search != nil {
		d.axes("search", p.Search.Grid, other.Search.Grid)
		if a, b := fmt.Sprint(p.Search.Rungs, p.Search.Within), fmt.Sprint(other.Search.Rungs, other.Search.Within); a != b {
			d.add("search: its rungs are %s, the new one's %s", a, b)
		}
	}
	if p.Numbers != other.Numbers {
		d.add("it was made with version %d of the training arithmetic, the new one with version %d", p.Numbers, other.Numbers)
	}
	for _, name := range slices.Sorted(maps.Keys(other.Images)) {
		if a, b := p.Images[name], other.Images[name]; a != b {
			d.add("the images of %s had the checksum %s and now have %s", name, orNone(a), b)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(other.Weights)) {
		if a, b := p.Weights[path], other.Weights[path]; a != b {
			d.add("the weights of %s had the checksum %s and now have %s", path, orNone(a), b)
		}
	}
}

// entry describes entry i of a list, or returns "" if there is none.
func entry(list [][]Setting, i int) string {
	if i >= len(list) {
		return ""
	}
	return joined(list[i])
}

// axes compares two grids.
func (d *differences) axes(section string, a, b []Axis) {
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i].String()
		}
		if i < len(b) {
			y = b[i].String()
		}
		if x != y {
			d.add("%s: %s, the new one %s", section, orNone(x), orNone(y))
		}
	}
}

// String returns "train.rate: 0.1, 0.01".
func (a Axis) String() string { return a.Key + ": " + strings.Join(a.Values, ", ") }

// cells compares two cells.
func (d *differences) cells(c, other Cell) {
	before := len(*d)
	for _, key := range run.Names() {
		if a, b := c.value(key), other.value(key); a != b {
			d.add("cell %d: %s is %s, the new one %s", c.Index, key, orNone(a), orNone(b))
		}
	}
	if before == len(*d) && (c.Name() != other.Name() || !slices.Equal(c.From, other.From)) {
		d.add("cell %d: is %s, the new one %s", c.Index, c.Name(), other.Name())
	}
}

// value returns the value of a key, or "" if the cell takes it from the best candidate. A key that is newer than the plan has its default.
func (c Cell) value(key string) string {
	if v, planned := c.Config[key]; planned || slices.Contains(c.searched, key) {
		return v
	}
	v, _ := run.Default().Value(key)
	return v
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
