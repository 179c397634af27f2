package run

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/train"

	"github.com/goccy/go-yaml/ast"
)

// A Schedule says at which updates something is recorded: at the multiples of Every, starting with From, and at those in At. It does not
// depend on the length of a run, so that a long run has all records of a short one. The zero Schedule is never due.
type Schedule struct {
	Every int   // 0 means none
	From  int   // the least update of the multiples of Every; 1 leaves out the beginning
	At    []int // ascending
}

// Due reports whether something is recorded at the update.
func (s Schedule) Due(update int) bool {
	if s.Every > 0 && update >= s.From && update%s.Every == 0 {
		return true
	}
	_, found := slices.BinarySearch(s.At, update)
	return found
}

// Never reports whether the schedule is empty.
func (s Schedule) Never() bool { return s.Every == 0 && len(s.At) == 0 }

// Updates iterates over the updates of the schedule up to the last one, ascending.
func (s Schedule) Updates(last int) iter.Seq[int] {
	return func(yield func(int) bool) {
		at, next := s.At, math.MaxInt
		if s.Every > 0 {
			if next = 0; s.From > 0 {
				next = ((s.From-1)/s.Every + 1) * s.Every
			}
		}
		for {
			u := next
			if len(at) > 0 && at[0] <= u {
				u, at = at[0], at[1:]
			}
			if u > last || u == math.MaxInt || !yield(u) {
				return
			}
			if u == next {
				if next += s.Every; next < 0 {
					next = math.MaxInt
				}
			}
		}
	}
}

// Count returns how many updates of the schedule there are up to the last one.
func (s Schedule) Count(last int) int {
	n := 0
	for range s.Updates(last) {
		n++
	}
	return n
}

// With returns the schedule with additional updates.
func (s Schedule) With(updates ...int) Schedule {
	at := slices.Clone(s.At)
	for _, u := range updates {
		if !s.Due(u) {
			at = append(at, u)
		}
	}
	slices.Sort(at)
	return Schedule{s.Every, s.From, slices.Compact(at)}
}

// String is the schedule as YAML: 20000, [0, 500] or {every: 20000, from: 1, at: [500]}.
func (s Schedule) String() string {
	switch {
	case len(s.At) == 0 && s.From == 0:
		return strconv.Itoa(s.Every)
	case s.Every == 0:
		return list(s.At)
	}
	words := []string{fmt.Sprintf("every: %d", s.Every)}
	if s.From > 0 {
		words = append(words, fmt.Sprintf("from: %d", s.From))
	}
	if len(s.At) > 0 {
		words = append(words, "at: "+list(s.At))
	}
	return "{" + strings.Join(words, ", ") + "}"
}

const wantSchedule = "a number of updates between two records (0 means never), a list of updates such as [0, 500], or both: {every: 20000, at: [500]}, where from: 1 leaves out the beginning"

// schedule is a Schedule.
func schedule(name string, field func(*Config) *Schedule) key {
	return key{
		name: name,
		want: func(Allowed) string { return wantSchedule },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			s, bad := readSchedule(n)
			if bad == nil {
				*field(c) = s
			}
			return bad
		},
		write: func(c *Config) string { return field(c).String() },
	}
}

// autoSchedule is a Schedule, or auto, nil.
func autoSchedule(name string, field func(*Config) **Schedule) key {
	return key{
		name: name,
		want: func(Allowed) string { return autoWord + ", or " + wantSchedule },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			if plain(n) == autoWord {
				*field(c) = nil
				return nil
			}
			s, bad := readSchedule(n)
			if bad == nil {
				*field(c) = &s
			}
			return bad
		},
		write: func(c *Config) string {
			if s := *field(c); s != nil {
				return s.String()
			}
			return autoWord
		},
	}
}

// maxFrom keeps the first multiple from overflowing.
const maxFrom = math.MaxInt / 4

// readSchedule reads the format of String, or returns the node that is not allowed.
func readSchedule(n ast.Node) (s Schedule, bad ast.Node) {
	switch n := n.(type) {
	case *ast.SequenceNode:
		s.At, bad = readUpdates(n)
		return s, bad
	case ast.MapNode:
		seen := map[string]bool{}
		for it := n.MapRange(); it.Next(); {
			name := it.Key().GetToken().Value
			switch {
			case seen[name]:
				return s, it.Key()
			case name == "every":
				var ok bool
				if s.Every, ok = integer(it.Value(), 0, math.MaxInt-1); !ok {
					return s, it.Value()
				}
			case name == "from":
				var ok bool
				if s.From, ok = integer(it.Value(), 0, maxFrom); !ok {
					return s, it.Value()
				}
			case name == "at":
				if s.At, bad = readUpdates(it.Value()); bad != nil {
					return s, bad
				}
			default:
				return s, it.Key()
			}
			seen[name] = true
		}
		return s, nil
	}
	var ok bool
	if s.Every, ok = integer(n, 0, math.MaxInt-1); !ok {
		return s, n
	}
	return s, nil
}

// readUpdates reads a list of ascending updates, or returns the node that is not allowed.
func readUpdates(n ast.Node) (updates []int, bad ast.Node) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil, n
	}
	low := 0
	for _, e := range seq.Values {
		u, ok := integer(e, low, math.MaxInt-1)
		if !ok {
			return nil, e
		}
		updates, low = append(updates, u), u+1
	}
	return updates, nil
}

// A Recording says what is recorded of a run, and when.
type Recording struct {
	Layers, Histograms, Errors, Jacobians, Digests Schedule

	Examples  int // test images of the layer statistics
	Images    int // the errors are measured on this many images of each set; 0 means all
	Gradients bool
	Wrong     bool

	Measures  []string // of layers
	Confusion bool     // the errors have confusion matrices
}

// Recording resolves Observe and Checkpoint to schedules. Digests are always recorded at the beginning; so are errors, unless their
// schedule says otherwise.
func (c Config) Recording() Recording {
	o := c.Observe
	every := func(s *Schedule, otherwise Schedule) Schedule {
		if s != nil {
			return *s
		}
		return otherwise
	}
	r := Recording{
		Layers: every(o.Layers, Schedule{Every: o.Every}), Errors: every(o.Errors, Schedule{Every: o.Every}.With(0)), Jacobians: o.Jacobians,
		Digests: Schedule{Every: c.Checkpoint.Digest}.With(0), Examples: o.Examples, Images: o.Images, Gradients: o.Gradients, Wrong: o.Wrong,
		Measures: train.LayerMeasures(o.Measures), Confusion: slices.Contains(o.Measures, train.ConfusionMeasure),
	}
	r.Histograms = every(o.Histograms, r.Layers)
	return r
}

// Ending returns the recording of a run that ends at an update: there it also records a digest of the weights and whichever of layers,
// histograms and errors it records at all.
func (r Recording) Ending(updates int) Recording {
	for _, s := range []*Schedule{&r.Layers, &r.Histograms} {
		if !s.Never() {
			*s = s.With(updates)
		}
	}
	r.Errors, r.Digests = r.Errors.With(updates), r.Digests.With(updates)
	return r
}
