package lab

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/runner"
)

// Listing has the runs of the folder. Configurations are long and alike, so it has only the values in which the runs differ.
type Listing struct {
	Keys  []string `json:"keys"` // in which they differ
	Runs  []Listed `json:"runs"`
	Total int      `json:"total"` // how many there are without a filter
}

// Listed is a run in a list.
type Listed struct {
	Name      string    `json:"name"`
	Status    string    `json:"status"`
	Reason    string    `json:"reason,omitempty"`
	Update    int       `json:"update"`
	Updates   int       `json:"updates"`
	TestError *float64  `json:"test_error,omitempty"`
	Start     time.Time `json:"start"`
	Left      float64   `json:"left,omitempty"` // seconds
	Values    []string  `json:"values"`         // of Keys
	Notes
}

// pageStatuses are the page's own words for statuses.
var pageStatuses = map[string]func(subject) bool{
	"training": func(s subject) bool { return s.Status == run.Running },
	"paused":   func(s subject) bool { return s.Status == run.Interrupted && !s.notes.Stopped },
	"stopped":  func(s subject) bool { return s.Status == run.Interrupted && s.notes.Stopped },
}

// parseFilter reads terms KEY=VALUE as every command does, and the page's words for statuses, too.
func parseFilter(terms []string) (match func(subject) bool, err error) {
	var all []func(subject) bool
	var others []string
	for _, t := range terms {
		value, ok := strings.CutPrefix(t, query.Status+"=")
		if is := pageStatuses[value]; ok && is != nil {
			all = append(all, is)
		} else {
			others = append(others, t)
		}
	}
	filter, err := query.ParseFilter("where", others, runner.Allowed())
	return func(s subject) bool {
		return filter.Match(s) && !slices.ContainsFunc(all, func(is func(subject) bool) bool { return !is(s) })
	}, err
}

// runs lists the runs that have the values of where, a term in each, the newest first.
func (l *Lab) runs(r *http.Request) (any, error) {
	match, err := parseFilter(r.URL.Query()["where"])
	if err != nil {
		return nil, err
	}
	found, _, err := l.listing.list(r.Context(), time.Now())
	if err != nil {
		return nil, err
	}
	var list, readable []subject
	names, places := run.Names(), map[string]int{}
	for i, name := range names {
		places[name] = i
	}
	for _, f := range found {
		s := subject{f, places, f.Values(names)}
		if match(s) {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b subject) int { return cmp.Or(b.Start.Compare(a.Start), strings.Compare(a.Path, b.Path)) })
	for _, s := range list {
		if s.Status != live.Damaged {
			readable = append(readable, s)
		}
	}
	out := Listing{Keys: append([]string{}, query.Differing(readable)...), Runs: make([]Listed, len(list)), Total: len(found)}
	now := time.Now()
	for i, s := range list {
		out.Runs[i] = Listed{Name: l.name(s.Path), Status: s.Status, Reason: s.Reason, Update: s.Update, Updates: s.Updates, TestError: s.TestError,
			Start: s.Start, Left: s.Left(now).Seconds(), Values: query.Project(s, out.Keys).Values(), Notes: s.notes}
	}
	return out, nil
}

// A subject is a run with the values of all keys.
type subject struct {
	found
	places map[string]int // of keys in values
	values []string       // nil if it is damaged
}

// Value returns the value of a key.
func (s subject) Value(key string) string {
	if i, ok := s.places[key]; ok && s.values != nil {
		return s.values[i]
	}
	return s.Head.Value(key)
}

// listEvery is how long a list of the runs is new enough for all pages.
const listEvery = time.Second

// A listing is the list of the runs that all pages share, so that the folder is read once for all of them. It may be used by several goroutines.
type listing struct {
	mu      sync.Mutex
	lister  *live.Lister
	begin   string // makes the versions of this process different from those of any other
	version int
	found   []found
	read    time.Time
}

// A found is a run in the folder.
type found struct {
	live.Head
	notes Notes
}

// list returns the runs, and the version of the list, which is another one if any run has changed.
func (l *listing) list(ctx context.Context, now time.Time) ([]found, string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.read) >= listEvery {
		heads, changed, err := l.lister.List(ctx, now)
		if err != nil {
			return nil, "", err
		}
		list := make([]found, len(heads))
		for i, h := range heads {
			list[i] = found{h, readNotes(h.Path)}
		}
		if changed || !slices.EqualFunc(list, l.found, func(a, b found) bool {
			return a.notes.Stopped == b.notes.Stopped && slices.Equal(a.notes.Tags, b.notes.Tags)
		}) {
			l.version++
		}
		l.found, l.read = list, now
	}
	return l.found, fmt.Sprintf("%q", fmt.Sprint(l.begin, "-", l.version)), nil
}

// expire makes the next list a new one.
func (l *listing) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read = time.Time{}
}

// ifChanged passes on a request for the list, unless the page has its present version.
func (l *listing) ifChanged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, version, err := l.list(r.Context(), time.Now())
		switch {
		case err != nil:
			fail(w, err)
		case r.Header.Get("If-None-Match") == version:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", version)
			next.ServeHTTP(w, r)
		}
	})
}
