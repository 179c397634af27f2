// Package query selects and groups runs by the keys of their configurations. It is one small language for all commands that read
// several runs, as golang.org/x/perf/benchproc is for benchmark results.
//
// A [Filter] keeps the runs that have certain values, a [Projection] says by which keys runs are grouped, and [Differing] finds the keys
// that tell runs apart; a key that is the same in all runs is not shown. Keys are those of [run.Keys] and the derived
// ones of [Derived]. Values are written as [run.Config.Value] writes them, so that equal values have one text.
package query

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/run"
)

// A Subject is a run as a query sees it.
type Subject interface {
	// Value returns the value of a key, as [run.Config.Value] writes it; "" if it has none.
	Value(key string) string
}

// Keys that are not in the configuration but derived from the run.
const (
	Run    = "run"    // its name
	ID     = "id"     // of its trajectory, as in the manifest
	Fork   = "fork"   // the update at which it continues another run, or None
	Images = "images" // the beginning of the checksum of its images; see ImagesOf
	Status = "status" // one of Statuses

	Program = "program" // that trained the run: "glorot" or, of a recorded run, another one
)

// None is the value of Fork for a run from initial weights.
const None = "none"

// Derived lists the keys that are not in the configuration.
var Derived = []string{Run, ID, Fork, Images, Status, Program}

// Statuses lists the values of the key Status.
var Statuses = []string{"running", run.Done, run.Diverged, "interrupted", "failed", "killed", "damaged"}

// ForkOf returns the value of the key Fork for a run with that parent, where nil means that it has none.
func ForkOf(p *run.Parent) string {
	if p == nil {
		return None
	}
	return fmt.Sprint(p.Update)
}

// ProgramOf returns the value of the key Program for a recorded run, or for one of this program if r is nil.
func ProgramOf(r *run.Recorded) string {
	if r == nil {
		return run.ThisName
	}
	return r.Program
}

// ImagesOf returns the value of the key Images for a run on these images.
func ImagesOf(i run.Images) string { return fmt.Sprintf("%.12s", i.Checksum) }

// A Setting is a key with its value.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// String returns "key=value".
func (s Setting) String() string { return s.Key + "=" + s.Value }

// Settings are the values of several keys. They are a [Subject] without values of other keys.
type Settings []Setting

// Value returns the value of a key, "" if it is not set.
func (s Settings) Value(key string) string {
	for _, x := range s {
		if x.Key == key {
			return x.Value
		}
	}
	return ""
}

// String returns "key=value key=value".
func (s Settings) String() string {
	words := make([]string, len(s))
	for i, x := range s {
		words[i] = x.String()
	}
	return strings.Join(words, " ")
}

// Values returns the values alone.
func (s Settings) Values() []string {
	values := make([]string, len(s))
	for i, x := range s {
		values[i] = x.Value
	}
	return values
}

// Project returns the values that a run has of the keys.
func Project(s Subject, keys []string) Settings {
	settings := make(Settings, len(keys))
	for i, key := range keys {
		settings[i] = Setting{key, s.Value(key)}
	}
	return settings
}

// Differing returns the keys in which the runs differ: those of the configuration in the order of [run.Keys], then Fork, Program, and the keys that
// only recorded runs have. Keys that a recorded run does not have are left out of it.
func Differing[S Subject](runs []S) []string {
	var differing, own []string
	for _, r := range runs {
		if rec := recorded(r); rec != nil {
			own = append(own, rec.Keys()...)
		}
	}
	own = slices.DeleteFunc(own, func(key string) bool { return !strings.HasPrefix(key, run.OwnPrefix) })
	slices.Sort(own)
	for _, key := range slices.Concat(ConfigKeys(), []string{Fork, Program}, slices.Compact(own)) {
		if differ(runs, key) {
			differing = append(differing, key)
		}
	}
	return differing
}

// differ reports whether the runs that have a key have different values of it.
func differ[S Subject](runs []S, key string) bool {
	first, some := "", false
	for _, r := range runs {
		value := r.Value(key)
		switch {
		case value == "" && (recorded(r) != nil || strings.HasPrefix(key, run.OwnPrefix)):
		case !some:
			first, some = value, true
		case value != first:
			return true
		}
	}
	return false
}

// recorded returns what a subject is that another program trained, or nil.
func recorded(s Subject) *run.Recorded {
	if r, ok := s.(interface{ Recorded() *run.Recorded }); ok {
		return r.Recorded()
	}
	return nil
}

// ConfigKeys returns the names of the keys of a configuration, without those that stand for others.
func ConfigKeys() (names []string) {
	for _, k := range run.Keys(run.Allowed{}) {
		if !k.Shorthand {
			names = append(names, k.Name)
		}
	}
	return names
}

// checkKey returns an error that suggests the nearest key if name is not a key.
func checkKey(key string) error {
	if own, ok := strings.CutPrefix(key, run.OwnPrefix); ok && own != "" {
		return nil
	}
	if slices.Contains(Derived, key) || slices.Contains(run.Names(), key) {
		return nil
	}
	if near := run.Nearest(key, Derived); near != "" {
		return &run.UsageError{Problem: fmt.Sprintf("unknown key %s, did you mean %s?", key, near)}
	}
	_, err := run.Canonical(key, "", run.Allowed{}) // which says the same for the keys of a configuration
	return err
}

// atArgument adds to a usage error the argument of the command line to which it belongs.
func atArgument(err error, argument ...string) error {
	if usage, ok := err.(*run.UsageError); ok {
		usage.Place.Argument = strings.Join(argument, " ")
	}
	return err
}
