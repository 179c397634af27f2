package query

import (
	"slices"
	"strings"

	"glorot/experiments/run"
)

// A Filter is a list of settings, and a run must have all of them. The zero value keeps every run.
type Filter Settings

// ParseFilter reads terms KEY=VALUE, where VALUE is YAML: train.rate=1e-2, model.hidden=[100,100], status=done. A name that stands for another one in
// allowed is that one; other names need not be allowed, since a run may come from another program. An unknown key, or a value that its key cannot
// have, is a [*run.UsageError] whose place is flag with the term.
func ParseFilter(flag string, terms []string, allowed run.Allowed) (Filter, error) {
	var f Filter
	for _, term := range terms {
		s, err := parseTerm(term, run.Allowed{Canonical: allowed.Canonical})
		if err != nil {
			return nil, atArgument(err, flag, term)
		}
		f = append(f, s)
	}
	return f, nil
}

func parseTerm(term string, aliases run.Allowed) (Setting, error) {
	key, value, ok := strings.Cut(term, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !ok || key == "" {
		return Setting{}, &run.UsageError{Problem: "allowed: KEY=VALUE, such as model.init=normalized"}
	}
	if err := checkKey(key); err != nil {
		return Setting{}, err
	}
	if key == Status && !slices.Contains(Statuses, value) {
		return Setting{}, &run.UsageError{Key: key, Problem: "got " + value + ", allowed: " + strings.Join(Statuses, ", ")}
	}
	if strings.HasPrefix(key, run.OwnPrefix) {
		return Setting{key, run.OwnValue(value)}, nil
	}
	if slices.Contains(Derived, key) {
		return Setting{key, value}, nil
	}
	value, err := run.Canonical(key, value, aliases)
	return Setting{key, value}, err
}

// Match reports whether a run has all settings of the filter.
func (f Filter) Match(s Subject) bool {
	return !slices.ContainsFunc(f, func(w Setting) bool { return s.Value(w.Key) != w.Value })
}
