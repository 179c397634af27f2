package study

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"glorot/experiments/compare"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/sweep"
)

// A Study is the content of a study's file: a sweep and a question.
type Study struct {
	File   string
	Source string // the document
	Sweep  *sweep.Sweep

	allowed  run.Allowed
	title    string
	compare  words
	baseline string
	metric   string
	labels   map[string]string
}

// words is a list of words, or one word.
type words []string

// UnmarshalYAML implements yaml.InterfaceUnmarshaler.
func (w *words) UnmarshalYAML(decode func(any) error) error {
	var one string
	if decode(&one) == nil {
		*w = strings.Split(one, ",")
		for i := range *w {
			(*w)[i] = strings.TrimSpace((*w)[i])
		}
		return nil
	}
	return decode((*[]string)(w))
}

// Load reads a study. A mistake in it is a [*run.UsageError] that names its place.
func Load(ctx context.Context, file string, allowed run.Allowed) (*Study, error) {
	src, err := sweep.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(ctx, file, src, allowed)
}

// Parse is Load for a document with a name.
func Parse(ctx context.Context, name string, src []byte, allowed run.Allowed) (*Study, error) {
	s := &Study{File: name, Source: string(src), allowed: allowed, metric: "test/error"}
	var err error
	s.Sweep, err = sweep.Parse(ctx, name, src, allowed,
		sweep.Section{Name: "title", Into: &s.title, Allowed: "a text"},
		sweep.Section{Name: "compare", Into: &s.compare, Allowed: "a key of the list or the grid, or several"},
		sweep.Section{Name: "baseline", Into: &s.baseline, Allowed: "the name of a group, such as he_normal"},
		sweep.Section{Name: "metric", Into: &s.metric, Allowed: strings.Join(compare.NetworkNames(), ", ")},
		sweep.Section{Name: "labels", Into: &s.labels, Allowed: "names with texts, such as {he_normal: He et al.}"},
	)
	if err == nil && !slices.Contains(compare.NetworkNames(), s.metric) {
		err = s.wrong("metric", "got %s, allowed: %s", s.metric, strings.Join(compare.NetworkNames(), ", "))
	}
	return s, err
}

// wrong is an error about a key of the question.
func (s *Study) wrong(key, format string, args ...any) error {
	return &run.UsageError{Place: run.Place{File: s.File}, Key: key, Problem: fmt.Sprintf(format, args...)}
}

// Of checks the question against the plan of its sweep. The labels are set over those of the file.
func (s *Study) Of(p *sweep.Plan, labels map[string]string) (*Asked, error) {
	a := &Asked{Study: s, plan: p, labels: labels}
	if err := a.findKeys(); err != nil {
		return nil, err
	}
	return a, a.findGroups()
}

// Asked is a study whose question fits the plan of its runs.
type Asked struct {
	*Study
	plan   *sweep.Plan
	keys   []string
	groups []group // the first is the baseline
	labels map[string]string
}

// A group is named by the values of the keys.
type group struct {
	settings query.Settings
	name     string // with the values as the file writes them; "" if there is only one group
}

// findKeys finds the keys that are compared: all of the list and the grid.
func (a *Asked) findKeys() error {
	var axes []string
	add := func(key string) {
		if !slices.Contains(axes, key) && !query.IsSeed(key) {
			axes = append(axes, key)
		}
	}
	for _, entry := range a.plan.List {
		for _, s := range entry {
			add(s.Key)
		}
	}
	for _, x := range a.plan.Grid {
		add(x.Key)
	}
	if a.keys = axes; len(a.compare) == 0 {
		return nil
	}
	for _, key := range a.compare {
		if !slices.Contains(axes, key) {
			return a.wrong("compare", "got %s, allowed: the keys of list and grid: %s", key, strings.Join(axes, ", "))
		}
	}
	for _, key := range axes {
		if !slices.Contains(a.compare, key) {
			return a.wrong("compare", "got %s, but the runs also differ in %s; compare it too, or let a search choose it", strings.Join(a.compare, ", "), key)
		}
	}
	a.keys = a.compare
	return nil
}

// word names a value alone if it is a name, else with its key.
func word(s query.Setting) string {
	if v := s.Value; v == "" || !unicode.IsLetter(rune(v[0])) || slices.Contains([]string{"true", "false", "none", "auto"}, v) {
		return s.String()
	}
	return s.Value
}

// findGroups finds the groups in the order of the plan, and moves the baseline to the front.
func (a *Asked) findGroups() error {
	var names []string
	for i := range a.plan.Len() {
		c, err := a.plan.Cell(i)
		if err != nil {
			return err
		}
		var g group
		for _, key := range a.keys {
			g.settings = append(g.settings, query.Setting{Key: key, Value: c.Config[key]})
		}
		if slices.ContainsFunc(a.groups, func(o group) bool { return slices.Equal(o.settings, g.settings) }) {
			continue
		}
		var words []string
		for _, s := range g.settings {
			s.Value = a.Sweep.Written(s)
			words = append(words, word(s))
		}
		g.name = strings.Join(words, ", ")
		a.groups, names = append(a.groups, g), append(names, g.name)
	}
	if a.baseline == "" {
		return nil
	}
	named := []string{a.baseline}
	if len(a.keys) == 1 { // under any name of the value
		if v, err := run.Assign(run.Place{}, a.keys[0], a.baseline, a.allowed); err == nil {
			named = append(named, v.Value())
		}
	}
	base := slices.IndexFunc(a.groups, func(g group) bool {
		return slices.ContainsFunc([]string{g.name, g.settings.String(), strings.Join(g.settings.Values(), ", ")}, func(name string) bool { return slices.Contains(named, name) })
	})
	if base < 0 {
		return a.wrong("baseline", "got %s, allowed: %s", a.baseline, strings.Join(names, "; "))
	}
	chosen := a.groups[base]
	a.groups = slices.Concat([]group{chosen}, a.groups[:base], a.groups[base+1:])
	return nil
}

// Warning returns a warning if the question compares nothing, otherwise nil.
func (a *Asked) Warning() error {
	if len(a.groups) > 1 {
		return nil
	}
	return errors.New("the study has one group, so that nothing is compared; grid or list with several values of a key makes more")
}
