package compare

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"glorot/experiments/export"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
)

// A Group is runs of one configuration, one per seed.
type Group = query.Group[*export.Run]

// groups divides runs into groups by the keys. A training counts once in a group: of several runs with the same id, which are
// one training to different lengths, the one with the best measurements counts.
func groups(runs []*export.Run, keys []string) (list []*Group, warnings []error) {
	counted := map[string]*export.Run{} // by id, in any group
	for _, g := range query.GroupBy(runs, keys) {
		byID := map[string]int{}
		var kept []*export.Run
		for _, r := range g.Runs {
			i, again := byID[r.Manifest.ID]
			if !again {
				byID[r.Manifest.ID] = len(kept)
				kept = append(kept, r)
				continue
			}
			if better(r, kept[i]) {
				r, kept[i] = kept[i], r
			}
			warnings = append(warnings, sameTraining(r, kept[i]))
		}
		for _, r := range kept {
			if first := counted[r.Manifest.ID]; first != nil {
				warnings = append(warnings, fmt.Errorf("%s and %s are the same training in two groups, which are therefore not independent", first.Name, r.Name))
			} else {
				counted[r.Manifest.ID] = r
			}
		}
		g.Runs = kept
		list = append(list, &g)
	}
	return list, warnings
}

// better reports whether a is measured on more examples than b, a run of the same training, or on as many and for more updates.
func better(a, b *export.Run) bool {
	if a, b := a.Config.Observe.Examples, b.Config.Observe.Examples; a != b {
		return a > b
	}
	return a.Last() > b.Last()
}

// sameTraining says why r is not counted in addition to counted, a run of the same training.
func sameTraining(r, counted *export.Run) error {
	what := fmt.Sprintf("%s is the same training as %s", r.Name, counted.Name)
	if a, b := r.Config.Observe.Examples, counted.Config.Observe.Examples; a != b {
		return fmt.Errorf("%s, measured on other examples (%d, not %d), and is not counted again unless runs are grouped by observe.examples", what, a, b)
	}
	if a, b := r.Last(), counted.Last(); a < b {
		what += fmt.Sprintf(", shorter (%d of %d updates)", a, b)
	}
	return fmt.Errorf("%s, and is not counted again", what)
}

// Label names a group in a sentence: the value alone if it is a word and one key groups, else the keys with their values.
func Label(g *Group) string {
	if len(g.Settings) == 1 {
		if v := g.Settings[0].Value; v != "" && unicode.IsLetter(rune(v[0])) && v != "true" && v != "false" && v != query.None {
			return v
		}
	}
	return g.Name()
}

// base moves the group that the options choose to the front.
func base(list []*Group, o Options) error {
	var argument string
	var chosen func(g *Group) bool
	switch {
	case o.Label != "":
		argument = o.Label
		chosen = func(g *Group) bool {
			return g.Name() == o.Label || g.Title() == o.Label || slices.ContainsFunc(g.Settings, func(s query.Setting) bool {
				value, err := run.Canonical(s.Key, o.Label, run.Allowed{Canonical: o.Allowed.Canonical})
				return s.Value == o.Label || err == nil && s.Value == value
			})
		}
	case len(o.Base) > 0:
		argument = query.Settings(o.Base).String()
		chosen = func(g *Group) bool { return o.Base.Match(g) }
	default:
		return nil
	}
	var names []string
	place, matches := -1, 0
	for i, g := range list {
		names = append(names, g.Name())
		if chosen(g) {
			place, matches = i, matches+1
		}
	}
	if matches != 1 {
		return &run.UsageError{Place: run.Place{Argument: "--baseline " + argument},
			Problem: fmt.Sprintf("chooses %d groups, allowed: one of %s", matches, strings.Join(names, "; "))}
	}
	g := list[place]
	copy(list[1:place+1], list[:place])
	list[0] = g
	return nil
}

// unnamed warns of everything else in which the counted runs differ, since a difference between groups may be due to it.
func unnamed(groups []*Group, p query.Projection) (warnings []error) {
	var runs []*export.Run
	for _, g := range groups {
		runs = append(runs, g.Runs...)
	}
	if p.By != nil {
		for _, key := range query.Residue(p, runs) {
			warnings = append(warnings, differ(key, runs, func(r *export.Run) string { return r.Value(key) }))
		}
	}
	numbers := func(r *export.Run) string { return fmt.Sprint(r.Manifest.Numbers) }
	if slices.ContainsFunc(runs, func(r *export.Run) bool { return numbers(r) != numbers(runs[0]) }) {
		warnings = append(warnings, differ("the version of the training arithmetic", runs, numbers))
	}
	first := map[string]*export.Run{} // of each data set
	for _, r := range runs {
		name := r.Value("data.name")
		if f := first[name]; f == nil {
			first[name] = r
		} else if f.Manifest.Data.Checksum != r.Manifest.Data.Checksum {
			warnings = append(warnings, fmt.Errorf("%s has images of %s that differ from those of %s", r.Name, name, f.Name))
		}
	}
	from := map[string]*export.Run{} // of each file of initial weights
	for _, r := range runs {
		name := r.Value("model.from")
		if f := from[name]; f == nil {
			from[name] = r
		} else if f.Manifest.Weights != r.Manifest.Weights {
			warnings = append(warnings, fmt.Errorf("%s began with weights of %s that differ from those of %s", r.Name, name, f.Name))
		}
	}
	for _, r := range runs {
		if p := r.Manifest.Parent; p != nil {
			warnings = append(warnings, fmt.Errorf("%s continues the run %s from update %d: its configuration does not say how it was trained before", r.Name, p.ID, p.Update))
		}
	}
	return warnings
}

// differ warns that the runs differ in a value.
func differ(what string, runs []*export.Run, of func(*export.Run) string) error {
	var values []string
	for _, r := range runs {
		if v := of(r); !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return fmt.Errorf("the runs differ in %s (%s), by which they are not grouped", what, strings.Join(values, ", "))
}
