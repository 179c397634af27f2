package compare

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/export"
	"glorot/experiments/run"
)

// A Group is runs of one configuration, one a seed.
type Group struct {
	Settings []Setting // of the keys that group, in their order
	Runs     []*export.Run
}

// A Setting is a key of the configuration and its value as YAML.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Name is "model.init=standard train.rate=0.1", or "all runs" where no key groups.
func (g Group) Name() string {
	if len(g.Settings) == 0 {
		return "all runs"
	}
	var words []string
	for _, s := range g.Settings {
		words = append(words, s.Key+"="+s.Value)
	}
	return strings.Join(words, " ")
}

// values is "standard, 0.1", as in tables whose heads name the keys.
func (g Group) values() string {
	if len(g.Settings) == 0 {
		return g.Name()
	}
	var words []string
	for _, s := range g.Settings {
		words = append(words, s.Value)
	}
	return strings.Join(words, ", ")
}

// replicates tells whether a key makes replicates of one configuration.
func replicates(key string) bool { return key == "seed" || key == "data.seed" }

// silent tells whether a key changes no number of a training.
func silent(key string) bool {
	return key == "threads" || strings.HasPrefix(key, "checkpoint.") || strings.HasPrefix(key, "observe.")
}

// groupKeys are the keys by which runs are grouped where none are named: all in which they differ, but for seeds and for
// what changes no number of the training.
func groupKeys(runs []*export.Run) []string {
	return slices.DeleteFunc(export.Differing(runs), func(key string) bool { return replicates(key) || silent(key) })
}

// checkKeys refuses names that are no keys.
func checkKeys(keys []string) error {
	for i, key := range keys {
		switch _, known := run.Default().Value(key); {
		case !known:
			return &run.UsageError{Problem: fmt.Sprintf("there is no key %q to group by, allowed: those of run.yaml, such as model.init", key)}
		case slices.Contains(keys[:i], key):
			return &run.UsageError{Problem: fmt.Sprintf("the key %s is named twice to group by", key)}
		}
	}
	return nil
}

// groups puts runs into groups, in the order in which the first of each comes. A training counts once, however it was looked at and
// however far it went: it is no replicate of itself.
func groups(runs []*export.Run, keys []string) (list []*Group, warnings []error) {
	seen := map[string]*export.Run{}
	for _, r := range runs {
		var settings []Setting
		for _, key := range keys {
			settings = append(settings, Setting{key, r.Value(key)})
		}
		if first := seen[training(r)]; first != nil {
			warnings = append(warnings, fmt.Errorf("%s has the configuration and the seed of %s, and is not counted again", r.Name, first.Name))
			continue
		}
		seen[training(r)] = r
		i := slices.IndexFunc(list, func(g *Group) bool { return slices.Equal(g.Settings, settings) })
		if i < 0 {
			i = len(list)
			list = append(list, &Group{Settings: settings})
		}
		list[i].Runs = append(list[i].Runs, r)
	}
	return list, warnings
}

// training is all of a run's configuration that changes a number of its updates.
func training(r *export.Run) string {
	var words []string
	for _, k := range run.Keys(run.Allowed{}) {
		if !silent(k.Name) && k.Name != "train.updates" {
			words = append(words, r.Value(k.Name))
		}
	}
	return strings.Join(words, "\n")
}

// unnamed warns of all in which the counted runs differ though no group tells: a difference between groups may be due to it.
func unnamed(groups []*Group, keys []string) (warnings []error) {
	var runs []*export.Run
	for _, g := range groups {
		runs = append(runs, g.Runs...)
	}
	for _, key := range export.Differing(runs) {
		if slices.Contains(keys, key) || replicates(key) || silent(key) && key != "observe.examples" {
			continue
		}
		warnings = append(warnings, differ(key, runs, func(r *export.Run) string { return r.Value(key) }))
	}
	numbers := func(r *export.Run) string { return fmt.Sprint(r.Manifest.Numbers) }
	if slices.ContainsFunc(runs, func(r *export.Run) bool { return numbers(r) != numbers(runs[0]) }) {
		warnings = append(warnings, differ("the version of the program's numbers", runs, numbers))
	}
	first := map[string]*export.Run{} // of each data set
	for _, r := range runs {
		name := r.Value("data.name")
		if f := first[name]; f == nil {
			first[name] = r
		} else if f.Manifest.Data.Checksum != r.Manifest.Data.Checksum {
			warnings = append(warnings, fmt.Errorf("%s has other images of %s than %s", r.Name, name, f.Name))
		}
	}
	for _, r := range runs {
		if p := r.Manifest.Parent; p != nil {
			warnings = append(warnings, fmt.Errorf("%s goes on from the run %s at update %d, of which its configuration may not tell", r.Name, p.ID, p.Update))
		}
	}
	return warnings
}

// differ says in what values the runs differ.
func differ(what string, runs []*export.Run, of func(*export.Run) string) error {
	var values []string
	for _, r := range runs {
		if v := of(r); !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return fmt.Errorf("the runs differ in %s (%s), by which they are not grouped", what, strings.Join(values, ", "))
}
