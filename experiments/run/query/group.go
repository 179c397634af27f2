package query

import (
	"cmp"
	"slices"
	"strings"

	"glorot/experiments/run"
)

// A Projection says by which keys runs are grouped. The zero value groups by all keys in which they differ; see [Projection.Keys].
type Projection struct {
	By     []string // nil means all keys in which the runs differ
	Ignore []string // never used for grouping, even if runs differ in them
}

// ParseProjection reads lists of keys, each KEY or KEY,KEY. If groupBy is empty runs are grouped by all keys in which they differ; if
// it has only the list "" they are not grouped. An unknown key, or one that is named twice, is a [*run.UsageError] whose place is
// --group-by or --ignore.
func ParseProjection(groupBy, ignore []string) (Projection, error) {
	by, err := parseKeys("--group-by", groupBy)
	if err != nil {
		return Projection{}, err
	}
	if groupBy != nil && by == nil {
		by = []string{}
	}
	ignored, err := parseKeys("--ignore", ignore)
	for _, key := range ignored {
		if err == nil && slices.Contains(by, key) {
			err = atArgument(&run.UsageError{Key: key, Problem: "is also in --group-by, allowed: one of the two"}, "--ignore", key)
		}
	}
	return Projection{By: by, Ignore: ignored}, err
}

func parseKeys(flag string, lists []string) (keys []string, err error) {
	for _, list := range lists {
		for key := range strings.SplitSeq(list, ",") {
			key = strings.TrimSpace(key)
			if key == "" {
				continue
			}
			if err := checkKey(key); err != nil {
				return nil, atArgument(err, flag, list)
			}
			if slices.Contains(keys, key) {
				return nil, atArgument(&run.UsageError{Key: key, Problem: "is named twice, expected: once"}, flag, list)
			}
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// Keys returns the keys that group these runs: By or, if that is nil, all that [Residue] returns, and Images if there are runs with different images
// of one name, which are never in one group.
func Keys[S Subject](p Projection, runs []S) []string {
	keys := p.By
	if keys == nil {
		keys = Residue(p, runs)
	}
	first := map[string]string{} // images of each name
	for _, r := range runs {
		name, images := r.Value("data.name"), r.Value(Images)
		if first[name] == "" {
			first[name] = images
		}
		if first[name] != images && !slices.Contains(keys, Images) {
			return append(slices.Clip(keys), Images)
		}
	}
	return keys
}

// Residue returns the keys in which the runs differ, except for those of By and Ignore, the seeds, the length and keys that change no
// number. If By is not nil a difference between groups may be due to these keys.
func Residue[S Subject](p Projection, runs []S) []string {
	return slices.DeleteFunc(Differing(runs), func(key string) bool {
		return slices.Contains(p.By, key) || slices.Contains(p.Ignore, key) || IsIgnored(key)
	})
}

// Columns returns the keys that a table of runs shows: By or, if that is nil, all keys in which the runs differ, including the seeds,
// except for the ignored ones.
func Columns[S Subject](p Projection, runs []S) []string {
	if p.By != nil {
		return p.By
	}
	return slices.DeleteFunc(Differing(runs), func(key string) bool { return slices.Contains(p.Ignore, key) })
}

// A Group is a number of runs with the same values of the keys that group. It is a [Subject] with these keys, so that a [Filter] can choose
// groups.
type Group[S Subject] struct {
	Settings // the keys that group, in order, with their values
	Runs     []S
}

// Name returns "model.init=standard train.rate=0.1", or "all runs" where no key groups.
func (g Group[S]) Name() string { return cmp.Or(g.Settings.String(), "all runs") }

// Title returns "standard, 0.1", for tables whose headers name the keys, or "all runs".
func (g Group[S]) Title() string { return cmp.Or(strings.Join(g.Values(), ", "), "all runs") }

// GroupBy divides runs into groups, in the order of the first run of each group.
func GroupBy[S Subject](runs []S, keys []string) []Group[S] {
	var groups []Group[S]
	for _, r := range runs {
		settings := Project(r, keys)
		i := slices.IndexFunc(groups, func(g Group[S]) bool { return slices.Equal(g.Settings, settings) })
		if i < 0 {
			i = len(groups)
			groups = append(groups, Group[S]{Settings: settings})
		}
		groups[i].Runs = append(groups[i].Runs, r)
	}
	return groups
}

// length is the key of the number of updates: a shorter run is the beginning of a longer one.
const length = "train.updates"

// IsIgnored reports whether runs that differ in the key are in one group unless [Projection.By] has it: the seeds, the length, and what changes no number.
func IsIgnored(key string) bool { return IsSeed(key) || key == length || IsSilent(key) }

// IsSeed reports whether runs that differ in the key are replicates of one configuration.
func IsSeed(key string) bool { return key == "seed" || key == "data.seed" }

// IsMeasurement reports whether the key changes how a training is measured (on how many images), but not the training.
func IsMeasurement(key string) bool { return key == "observe.examples" || key == "observe.images" }

// IsSilent reports whether the key changes no number at all: threads, the place of one's own data (see Images), checkpoints, and the schedules of
// what is recorded.
func IsSilent(key string) bool {
	return key == "threads" || key == "data.path" || strings.HasPrefix(key, "checkpoint.") || strings.HasPrefix(key, "observe.") && !IsMeasurement(key)
}
