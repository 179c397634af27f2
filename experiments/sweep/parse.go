package sweep

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// A Sweep is what a YAML file asks for.
type Sweep struct {
	base       []setting
	points     [][]setting // the entries of the list, times the grid; at least one, which may be empty
	seeds      []setting
	candidates [][]setting // of the search, of which all set the same keys; nil for no search
	after      int         // updates after which the best candidate is chosen
	from       run.Place   // of the search
}

// A setting is one key with a value as YAML, and where it stands.
type setting struct {
	key, value string
	place      run.Place
}

func (s setting) argument() string { return s.key + "=" + s.value }

func (s setting) same(t setting) bool { return s.key == t.key && s.value == t.value }

// maxFile keeps a wrong file from being taken for a sweep.
const maxFile = 1 << 20

// Load reads a sweep from a YAML file. What is wrong with it is a [*run.UsageError] that names its place.
func Load(file string, allowed run.Allowed) (*Sweep, error) {
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &run.UsageError{Place: run.Place{File: file}, Problem: "there is no such file, expected: a sweep in YAML"}
	}
	if err != nil {
		return nil, err
	}
	return Parse(file, src, allowed)
}

// Parse reads a sweep from a YAML document; name stands for it in errors, which are all [*run.UsageError].
func Parse(name string, src []byte, allowed run.Allowed) (*Sweep, error) {
	p := &reader{name: name, allowed: allowed}
	body, err := p.document(src)
	if err != nil {
		return nil, err
	}
	s := &Sweep{}
	list, grid := [][]setting{nil}, [][]setting{nil}
	sections := map[string]func(ast.Node) error{
		"base":   func(n ast.Node) (err error) { s.base, err = p.settings("", n); return },
		"list":   func(n ast.Node) (err error) { list, err = p.list(n); return },
		"grid":   func(n ast.Node) (err error) { grid, err = p.grid("", n); return },
		"seeds":  func(n ast.Node) (err error) { s.seeds, err = p.values("seed", n); return },
		"search": func(n ast.Node) error { return p.search(s, n) },
	}
	if err := p.each("", body, sections); err != nil {
		return nil, err
	}
	s.points = product(list, grid)
	return s, p.whole(s)
}

// A reader reads the nodes of one document.
type reader struct {
	name    string
	allowed run.Allowed
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
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, p.wrong(nil, "", "has %d YAML documents, allowed: one", len(file.Docs))
	}
	return file.Docs[0].Body, nil
}

// each calls what belongs to every key of a mapping.
func (p *reader) each(section string, n ast.Node, known map[string]func(ast.Node) error) error {
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
		if err := read(it.Value()); err != nil {
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
		var err error
		if isSection(key) {
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

func isSection(name string) bool {
	return slices.ContainsFunc(run.Keys(run.Allowed{}), func(k run.Key) bool { return strings.HasPrefix(k.Name, name+".") })
}

// setting is one value of a key, which alone is a configuration's.
func (p *reader) setting(key string, at, value ast.Node) (setting, error) {
	s := setting{key, value.String(), p.at(value)}
	if _, ok := run.Default().Value(key); !ok {
		s.place = p.at(at)
	}
	cfg, err := run.Load("", []string{s.argument()}, p.allowed)
	if err == nil {
		s.value, _ = cfg.Value(key) // so that 0.10 is 0.1
	}
	var use *run.UsageError
	if errors.As(err, &use) && use.Key != "data.high" && use.Key != "data.low" && use.Key != "data.seed" || err != nil && use == nil {
		return s, placed(err, s)
	}
	return s, nil // those three are judged together with others, when all are known
}

// placed moves an error about a --set to where the setting stands.
func placed(err error, settings ...setting) error {
	var use *run.UsageError
	if !errors.As(err, &use) {
		return err
	}
	for _, s := range slices.Backward(settings) {
		if use.Place.Argument == "--set "+s.argument() {
			return &run.UsageError{Place: s.place, Key: use.Key, Problem: use.Problem}
		}
	}
	return err
}

// settings are the keys of a mapping, each with one value.
func (p *reader) settings(prefix string, n ast.Node) (list []setting, err error) {
	err = p.leaves(prefix, n, func(key string, at, value ast.Node) error {
		if slices.ContainsFunc(list, func(s setting) bool { return s.key == key }) {
			return p.wrong(at, key, "is set already")
		}
		s, err := p.setting(key, at, value)
		list = append(list, s)
		return err
	})
	return list, err
}

// values are the values of one key.
func (p *reader) values(key string, n ast.Node) ([]setting, error) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok || len(seq.Values) == 0 {
		return nil, p.wrong(n, key, "got %s, allowed: a list of values", n)
	}
	var list []setting
	for _, value := range seq.Values {
		s, err := p.setting(key, n, value)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(t setting) bool { return t.value == s.value }) {
			return nil, p.wrong(value, key, "%s is in the list already", s.value)
		}
		list = append(list, s)
	}
	return list, nil
}

// list is a list of settings that go together.
func (p *reader) list(n ast.Node) ([][]setting, error) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok || len(seq.Values) == 0 {
		return nil, p.wrong(n, "list", "got %s, allowed: a list of settings, such as [{train.rate: 0.1, train.batch: 10}]", n)
	}
	var list [][]setting
	for _, entry := range seq.Values {
		s, err := p.settings("", entry)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(t []setting) bool { return sameSettings(s, t) }) {
			return nil, p.wrong(entry, "list", "%s is in the list already", entry)
		}
		list = append(list, s)
	}
	return list, nil
}

// sameSettings tells whether two entries of a list set the same keys to the same values, in whatever order.
func sameSettings(a, b []setting) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(s setting) bool { return !slices.ContainsFunc(b, s.same) })
}

// grid is every combination of values; the last key's change first.
func (p *reader) grid(prefix string, n ast.Node) ([][]setting, error) {
	grid := [][]setting{nil}
	seen := map[string]bool{}
	err := p.leaves(prefix, n, func(key string, at, value ast.Node) error {
		if seen[key] {
			return p.wrong(at, key, "is set already")
		}
		seen[key] = true
		if _, ok := run.Default().Value(key); !ok {
			_, err := p.setting(key, at, value)
			return err
		}
		values, err := p.values(key, value)
		if err != nil {
			return err
		}
		var axis [][]setting
		for _, v := range values {
			axis = append(axis, []setting{v})
		}
		grid = product(grid, axis)
		return nil
	})
	return grid, err
}

// notSearched are the keys that a search cannot choose by the validation error, and why.
var notSearched = map[string]string{
	"seed":          "is what makes replicates, each of which has a search of its own",
	"data.name":     "has validation images of its own for each value, whose errors cannot be compared",
	"train.updates": "is that of search.after for every candidate",
	"threads":       "changes no number",
}

// search reads the search.
func (p *reader) search(s *Sweep, n ast.Node) error {
	s.from, s.after = p.at(n), -1
	var rates, grid [][]setting
	err := p.each("search", n, map[string]func(ast.Node) error{
		"rates": func(n ast.Node) error {
			list, err := p.values("train.rate", n)
			rates = single(list)
			return err
		},
		"grid": func(n ast.Node) (err error) { grid, err = p.grid("", n); return },
		"after": func(n ast.Node) error {
			updates, err := strconv.Atoi(n.String())
			if err != nil || updates < 1 {
				return p.wrong(n, "search.after", "got %s, allowed: a number of updates, 1 or more", n)
			}
			s.after = updates
			return nil
		},
	})
	switch {
	case err != nil:
		return err
	case rates != nil && grid != nil:
		return p.wrong(n, "search", "got rates and grid, allowed: one of them; rates is short for a grid with train.rate alone")
	case rates == nil && (grid == nil || len(grid[0]) == 0) || s.after < 0:
		return p.wrong(n, "search", "allowed: rates, a list, or grid, keys with lists of values; and after, a number of updates")
	}
	s.candidates = slices.Concat(rates, grid)
	for _, t := range s.candidates[0] {
		why := notSearched[t.key]
		if section, _, _ := strings.Cut(t.key, "."); section == "checkpoint" || section == "observe" {
			why = notSearched["threads"]
		}
		if why != "" {
			return &run.UsageError{Place: t.place, Key: t.key, Problem: "cannot be searched: it " + why}
		}
	}
	return nil
}

// whole refuses a key that is set in two ways.
func (p *reader) whole(s *Sweep) error {
	twice := func(key string, n []setting) error {
		for _, t := range n {
			if t.key == key {
				return &run.UsageError{Place: t.place, Key: key, Problem: "is set in two places of grid, list, seeds and search, allowed: one"}
			}
		}
		return nil
	}
	for _, point := range s.points {
		for i, t := range point {
			if err := twice(t.key, point[:i]); err != nil {
				return err
			}
		}
		for _, key := range s.others() {
			if err := twice(key, point); err != nil {
				return err
			}
		}
	}
	return nil
}

// others are the keys that seeds and the search set.
func (s *Sweep) others() []string {
	var keys []string
	if len(s.seeds) > 0 {
		keys = append(keys, "seed")
	}
	if s.candidates != nil {
		for _, t := range s.candidates[0] {
			keys = append(keys, t.key)
		}
	}
	return keys
}

// product joins every entry of a with every entry of b.
func product(a, b [][]setting) [][]setting {
	var all [][]setting
	for _, x := range a {
		for _, y := range b {
			all = append(all, slices.Concat(x, y))
		}
	}
	return all
}
