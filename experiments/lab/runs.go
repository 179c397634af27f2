package lab

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/runner"
)

// Listing has the runs of the folder. Configurations are long and alike, so it has only the values in which the runs differ.
type Listing struct {
	Keys []string `json:"keys"` // in which they differ
	Runs []Listed `json:"runs"`
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

// runs lists the runs that have the values of where, the newest first.
func (l *Lab) runs(r *http.Request) (any, error) {
	filter, err := query.ParseFilter("where", strings.Fields(r.URL.Query().Get("where")), runner.Allowed())
	if err != nil {
		return nil, err
	}
	heads, err := l.heads(r)
	if err != nil {
		return nil, err
	}
	var list, readable []subject
	names, places := run.Names(), map[string]int{}
	for i, name := range names {
		places[name] = i
	}
	for _, h := range heads {
		s := subject{h, places, h.Values(names)}
		if filter.Match(s) {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b subject) int { return cmp.Or(b.Start.Compare(a.Start), strings.Compare(a.Path, b.Path)) })
	for _, s := range list {
		if s.Status != live.Damaged {
			readable = append(readable, s)
		}
	}
	out := Listing{Keys: append([]string{}, query.Differing(readable)...), Runs: make([]Listed, len(list))}
	now := time.Now()
	for i, s := range list {
		out.Runs[i] = Listed{Name: l.name(s.Path), Status: s.Status, Reason: s.Reason, Update: s.Update, Updates: s.Updates, TestError: s.TestError,
			Start: s.Start, Left: s.Left(now).Seconds(), Values: query.Project(s, out.Keys).Values(), Notes: readNotes(s.Path)}
	}
	return out, nil
}

// A subject is a run with the values of all keys.
type subject struct {
	live.Head
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

// heads returns the heads of all runs.
func (l *Lab) heads(r *http.Request) ([]live.Head, error) {
	l.listing.Lock()
	defer l.listing.Unlock()
	list, _, err := l.lister.List(r.Context(), time.Now())
	return list, err
}
