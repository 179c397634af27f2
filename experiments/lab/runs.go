package lab

import (
	"cmp"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/run/query"
)

// Listing has the runs of the folder. Configurations are long and alike, so it has the values in which the runs differ, by run, and those that
// all have in common.
type Listing struct {
	Keys   []string          `json:"keys"`   // in which they differ
	Group  []string          `json:"group"`  // the keys that tell groups apart, whose runs differ in their seeds
	Common map[string]string `json:"common"` // values of the other keys
	Runs   []Listed          `json:"runs"`
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
	filter, err := query.ParseFilter("where", strings.Fields(r.URL.Query().Get("where")))
	if err != nil {
		return nil, err
	}
	list, err := l.heads(r)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(h live.Head) bool { return !filter.Match(h) })
	slices.SortStableFunc(list, func(a, b live.Head) int { return cmp.Or(b.Start.Compare(a.Start), strings.Compare(a.Path, b.Path)) })
	readable := slices.DeleteFunc(slices.Clone(list), func(h live.Head) bool { return h.Status == live.Damaged })
	keys := query.Differing(readable)
	group, err := query.ParseProjection(nil, nil)
	if err != nil {
		return nil, err
	}
	out := Listing{Keys: append([]string{}, keys...), Group: append([]string{}, query.Keys(group, readable)...), Common: map[string]string{}, Runs: make([]Listed, len(list))}
	now := time.Now()
	for i, r := range list {
		out.Runs[i] = Listed{Name: l.name(r.Path), Status: r.Status, Reason: r.Reason, Update: r.Update, Updates: r.Updates, TestError: r.TestError,
			Start: r.Start, Left: r.Left(now).Seconds(), Values: query.Project(r, keys).Values(), Notes: readNotes(filepath.Clean(r.Path))}
	}
	return out, nil
}

// heads returns the heads of all runs.
func (l *Lab) heads(r *http.Request) ([]live.Head, error) {
	l.listing.Lock()
	defer l.listing.Unlock()
	list, _, err := l.lister.List(r.Context(), time.Now())
	return slices.Clone(list), err
}
