package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// A Sweep is the content of a YAML file.
type Sweep struct {
	base   []run.Assignment
	list   [][]run.Assignment // nil without a list; an entry may be empty
	grid   []axis
	seeds  []axis // at most one
	search []axis // of the candidates; nil without a search
	after  int    // updates after which the best candidate is chosen; 0 if there are rungs
	rungs  []Rung
	within []string // keys of search
	from   run.Place

	written map[Setting]string
}

// Written returns the value of a setting as the document writes it, which may be another name for it.
func (s *Sweep) Written(of Setting) string { return cmp.Or(s.written[of], of.Value) }

// A Section is a key of the document that is not for the sweep, such as the question of a study.
type Section struct {
	Name    string
	Into    any    // pointer to what the value is decoded into
	Allowed string // in words
}

// An axis is a key with at least one value.
type axis struct {
	values []run.Assignment
	place  run.Place // of the key
}

func (a axis) key() string { return a.values[0].Key() }

// MostCells is how many cells a sweep may have. It is easy to write a grid that is far too large.
const MostCells = 1_000_000

// maxFile prevents reading a wrong file.
const maxFile = 1 << 20

// Load reads a sweep from a YAML file. A mistake in it is a [*run.UsageError] that names its place.
func Load(ctx context.Context, file string, allowed run.Allowed) (*Sweep, error) {
	src, err := ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(ctx, file, src, allowed)
}

// ReadFile reads the file of a sweep. The error is a [*run.UsageError] if there is none.
func ReadFile(file string) ([]byte, error) {
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		err = &run.UsageError{Place: run.Place{File: file}, Problem: "there is no such file, expected: a sweep in YAML"}
	}
	return src, err
}

// Parse reads a sweep from a YAML document, which may have more sections. Errors contain its name, and are all [*run.UsageError] unless the
// context ends.
func Parse(ctx context.Context, name string, src []byte, allowed run.Allowed, more ...Section) (*Sweep, error) {
	p := &reader{ctx: ctx, name: name, allowed: allowed, written: map[Setting]string{}}
	body, err := p.document(src)
	if err != nil {
		return nil, err
	}
	s := &Sweep{written: p.written}
	sections := map[string]func(at, n ast.Node) error{
		"base": func(_, n ast.Node) (err error) { s.base, err = p.settings("", n); return },
		"list": func(_, n ast.Node) (err error) { s.list, err = p.list(n); return },
		"grid": func(_, n ast.Node) (err error) { s.grid, err = p.grid(n); return },
		"seeds": func(at, n ast.Node) error {
			values, err := p.values("seed", n)
			s.seeds = []axis{{values, p.at(at)}}
			return err
		},
		"search": func(_, n ast.Node) error { return p.search(s, n) },
	}
	for _, x := range more {
		sections[x.Name] = func(_, n ast.Node) error {
			if err := yaml.NodeToValue(n, x.Into); err != nil {
				return p.wrong(n, x.Name, "got %s, allowed: %s", n, x.Allowed)
			}
			return nil
		}
	}
	err = p.each("", body, sections)
	if err == nil {
		err = s.onceEach()
	}
	if err == nil {
		err = s.fewEnough()
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// A reader reads the nodes of one document.
type reader struct {
	ctx     context.Context
	name    string
	allowed run.Allowed
	written map[Setting]string // values that the document writes in another way
}

func (p *reader) at(n ast.Node) run.Place {
	place := run.Place{File: p.name}
	if n != nil && n.GetToken() != nil {
		place.Line, place.Column = n.GetToken().Position.Line, n.GetToken().Position.Column
	}
	return place
}

func (p *reader) wrong(n ast.Node, key, format string, args ...any) error {
	return &run.UsageError{Place: p.at(n), Key: key, Problem: fmt.Sprintf(format, args...)}
}

func (p *reader) document(src []byte) (ast.Node, error) {
	if len(src) > maxFile {
		return nil, p.wrong(nil, "", "is too long for a sweep, allowed: %d bytes", maxFile)
	}
	file, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		e := &run.UsageError{Place: run.Place{File: p.name}, Problem: "is not YAML: " + err.Error()}
		if syntax := (*yaml.SyntaxError)(nil); errors.As(err, &syntax) {
			e.Problem = "is not YAML: " + syntax.Message
			e.Place.Line, e.Place.Column = syntax.Token.Position.Line, syntax.Token.Position.Column
		}
		return nil, e
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch _, directive := doc.Body.(*ast.DirectiveNode); {
		case doc.Body == nil || directive:
		case body != nil:
			return nil, p.wrong(doc.Body, "", "a second YAML document, allowed: one")
		default:
			body = doc.Body
		}
	}
	if _, null := body.(*ast.NullNode); body == nil || null {
		return nil, p.wrong(nil, "", "is empty, allowed: base, grid, list, search, seeds")
	}
	return body, nil
}

// each calls the function of every key of a mapping.
func (p *reader) each(section string, n ast.Node, known map[string]func(at, value ast.Node) error) error {
	var names []string
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	seen := map[string]bool{}
	m, ok := n.(ast.MapNode)
	if !ok {
		return p.wrong(n, section, "got %s, allowed: the keys %s", n, strings.Join(names, ", "))
	}
	for it := m.MapRange(); it.Next(); {
		key := it.Key().GetToken().Value
		read := known[key]
		switch {
		case read == nil:
			return p.wrong(it.Key(), section, "unknown key %q, allowed: %s", key, strings.Join(names, ", "))
		case seen[key]:
			return p.wrong(it.Key(), key, "is set already")
		}
		seen[key] = true
		if err := read(it.Key(), it.Value()); err != nil {
			return err
		}
	}
	return nil
}

// leaves calls f for every key of the configuration in a mapping, which may have them in sections.
func (p *reader) leaves(prefix string, n ast.Node, f func(key string, at, value ast.Node) error) error {
	m, ok := n.(ast.MapNode)
	if !ok {
		return p.wrong(n, strings.TrimSuffix(prefix, "."), "got %s, allowed: keys of the configuration with their values", n)
	}
	for it := m.MapRange(); it.Next(); {
		key := prefix + it.Key().GetToken().Value
		err := p.ctx.Err()
		if err != nil {
			return err
		}
		if run.IsSection(key) {
			err = p.leaves(key+".", it.Value(), f)
		} else {
			err = f(key, it.Key(), it.Value())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// setting reads one value of a key, which must be allowed by itself. Whether it is compatible with other values is checked when all are
// known.
func (p *reader) setting(key string, at, value ast.Node) (run.Assignment, error) {
	if err := p.ctx.Err(); err != nil {
		return run.Assignment{}, err
	}
	place := p.at(value)
	if _, ok := run.Default().Value(key); !ok {
		place = p.at(at)
	}
	a, err := run.Assign(place, key, value.String(), p.allowed)
	if word := value.GetToken().Value; err == nil && word != a.Value() && value.Type() == ast.StringType {
		p.written[Setting{Key: a.Key(), Value: a.Value()}] = word
	}
	return a, err
}

// settings reads the keys of a mapping, each with one value.
func (p *reader) settings(prefix string, n ast.Node) (list []run.Assignment, err error) {
	err = p.leaves(prefix, n, func(key string, at, value ast.Node) error {
		if slices.ContainsFunc(list, func(a run.Assignment) bool { return a.Key() == key }) {
			return p.wrong(at, key, "is set already")
		}
		a, err := p.setting(key, at, value)
		list = append(list, a)
		return err
	})
	return list, err
}

// values reads the values of one key.
func (p *reader) values(key string, n ast.Node) ([]run.Assignment, error) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok || len(seq.Values) == 0 {
		return nil, p.wrong(n, key, "got %s, allowed: a list of values", n)
	}
	var list []run.Assignment
	seen := map[string]bool{}
	for _, value := range seq.Values {
		a, err := p.setting(key, n, value)
		if err != nil {
			return nil, err
		}
		if seen[a.Value()] {
			return nil, p.wrong(value, key, "%s is in the list already", a.Value())
		}
		seen[a.Value()] = true
		list = append(list, a)
	}
	return list, nil
}

// list reads a list of settings that belong together.
func (p *reader) list(n ast.Node) ([][]run.Assignment, error) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok || len(seq.Values) == 0 {
		return nil, p.wrong(n, "list", "got %s, allowed: a list of settings, such as [{train.rate: 0.1, train.batch: 10}]", n)
	}
	var list [][]run.Assignment
	seen := map[string]bool{}
	for _, entry := range seq.Values {
		entries, err := p.settings("", entry)
		if err != nil {
			return nil, err
		}
		var words []string
		for _, a := range entries {
			words = append(words, a.Key()+"="+a.Value())
		}
		slices.Sort(words) // the same keys and values, in any order
		id := strings.Join(words, "\n")
		if seen[id] {
			return nil, p.wrong(entry, "list", "%s is in the list already", entry)
		}
		seen[id] = true
		list = append(list, entries)
	}
	return list, nil
}

// grid reads the axes of a grid.
func (p *reader) grid(n ast.Node) (grid []axis, err error) {
	err = p.leaves("", n, func(key string, at, value ast.Node) error {
		if slices.ContainsFunc(grid, func(a axis) bool { return a.key() == key }) {
			return p.wrong(at, key, "is set already")
		}
		if _, ok := run.Default().Value(key); !ok {
			_, err := p.setting(key, at, value)
			return err
		}
		values, err := p.values(key, value)
		if err != nil {
			return err
		}
		grid = append(grid, axis{values, p.at(at)})
		return nil
	})
	return grid, err
}

const otherImages = "has different validation images for each value, whose errors cannot be compared"

// notSearched has the keys that a search cannot choose by the validation error, and why.
var notSearched = map[string]string{
	"seed":          "distinguishes replicates, each of which has its own search",
	"data.name":     otherImages,
	"data.path":     otherImages,
	"data.split":    otherImages,
	"data.size":     otherImages,
	"data.channels": otherImages,
	"train.updates": "is search.after for every candidate",
	"threads":       "changes no number",
}

// search reads the search.
func (p *reader) search(s *Sweep, n ast.Node) error {
	s.from = p.at(n)
	var rates, grid []axis
	err := p.each("search", n, map[string]func(at, n ast.Node) error{
		"rates": func(at, n ast.Node) error {
			values, err := p.values(rate, n)
			rates = []axis{{values, p.at(at)}}
			return err
		},
		"grid": func(_, n ast.Node) (err error) { grid, err = p.grid(n); return },
		"after": func(_, n ast.Node) error {
			updates, err := strconv.Atoi(n.String())
			if err != nil || updates < 1 {
				return p.wrong(n, "search.after", "got %s, allowed: a number of updates, 1 or more", n)
			}
			s.after = updates
			return nil
		},
		"rungs": func(_, n ast.Node) (err error) { s.rungs, err = p.rungs(n); return },
		"within": func(_, n ast.Node) error {
			if seq, ok := n.(*ast.SequenceNode); ok {
				for _, key := range seq.Values {
					s.within = append(s.within, key.String())
				}
				return nil
			}
			return p.wrong(n, "search.within", "got %s, allowed: a list of keys of the grid, such as [data.low]", n)
		},
	})
	switch {
	case err != nil:
		return err
	case rates != nil && grid != nil:
		return p.wrong(n, "search", "got rates and grid, allowed: one of them; rates is short for a grid with only train.rate")
	case rates == nil && grid == nil || (s.after > 0) == (s.rungs != nil):
		return p.wrong(n, "search", "allowed: rates, a list, or grid, keys with lists of values; and after, a number of updates, or rungs")
	}
	s.search = slices.Concat(rates, grid)
	for _, key := range s.within {
		if !slices.ContainsFunc(s.search, func(a axis) bool { return a.key() == key }) {
			return p.wrong(n, "search.within", "got %s, allowed: keys that are searched", key)
		}
	}
	for _, a := range s.search {
		why := notSearched[a.key()]
		if section, _, _ := strings.Cut(a.key(), "."); section == "checkpoint" || section == "observe" {
			why = notSearched["threads"]
		}
		if why != "" {
			return &run.UsageError{Place: a.values[0].Place(), Key: a.key(), Problem: "cannot be searched: it " + why}
		}
	}
	return nil
}

// lastAfter returns the updates after which the search chooses for the last time.
func (s *Sweep) lastAfter() int {
	if n := len(s.rungs); n > 0 {
		return s.rungs[n-1].After
	}
	return s.after
}

// rungs reads the rungs of a search.
func (p *reader) rungs(n ast.Node) (rungs []Rung, err error) {
	const want = "a list such as [{after: 3000, keep: 2}, {after: 12000, keep: 1}], of ascending numbers of updates"
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil, p.wrong(n, "search.rungs", "got %s, allowed: %s", n, want)
	}
	for _, entry := range seq.Values {
		r := Rung{Keep: 1}
		number := func(to *int) func(_, n ast.Node) error {
			return func(_, n ast.Node) (err error) {
				if *to, err = strconv.Atoi(n.String()); err != nil {
					return p.wrong(n, "search.rungs", "got %s, allowed: %s", n, want)
				}
				return nil
			}
		}
		if err := p.each("search.rungs", entry, map[string]func(at, n ast.Node) error{"after": number(&r.After), "keep": number(&r.Keep)}); err != nil {
			return nil, err
		}
		rungs = append(rungs, r)
	}
	if !ascending(rungs) {
		return nil, p.wrong(n, "search.rungs", "got %s, allowed: %s", n, want)
	}
	return rungs, nil
}

// onceEach returns an error if a key is set in two ways.
func (s *Sweep) onceEach() error {
	places := map[string]run.Place{} // in list and grid
	twice := func(key string, place run.Place) error {
		return &run.UsageError{Place: place, Key: key, Problem: "is set in two places of grid, list, seeds and search, allowed: one"}
	}
	for _, entry := range s.list {
		for _, a := range entry {
			places[a.Key()] = a.Place()
		}
	}
	for _, a := range s.grid {
		if _, set := places[a.key()]; set {
			return twice(a.key(), a.values[0].Place())
		}
		places[a.key()] = a.values[0].Place()
	}
	for _, a := range slices.Concat(s.seeds, s.search) { // where neither can have the other's key
		if place, set := places[a.key()]; set {
			return twice(a.key(), place)
		}
	}
	return nil
}

// fewEnough returns an error if a sweep has more than [MostCells] cells, at the axis that makes them too many.
func (s *Sweep) fewEnough() error {
	total, at := big.NewInt(1), run.Place{}
	times := func(n int, place run.Place) {
		if total.Mul(total, big.NewInt(int64(n))); total.Cmp(big.NewInt(MostCells)) > 0 && at == (run.Place{}) {
			at = place
		}
	}
	times(max(1, len(s.list)), run.Place{})
	for _, a := range slices.Concat(s.grid, s.seeds) {
		times(len(a.values), a.place)
	}
	if s.search != nil {
		candidates := big.NewInt(1)
		for _, a := range s.search {
			candidates.Mul(candidates, big.NewInt(int64(len(a.values))))
		}
		if total.Mul(total, candidates.Add(candidates, big.NewInt(1))); at == (run.Place{}) {
			at = s.from
		}
	}
	if total.Cmp(big.NewInt(MostCells)) <= 0 {
		return nil
	}
	return &run.UsageError{Place: at, Problem: fmt.Sprintf("the sweep has %v cells, allowed: at most %d", total, MostCells)}
}
