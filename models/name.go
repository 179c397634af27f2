package models

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/xrash/smetrics"
)

// A named thing is an entry of a list, found by any of its names. The first is the one that is shown and stored.
type named interface{ names() []string }

// byName finds an entry of a list, or returns an error that lists the names. Case, hyphens and underscores do not matter:
// LeakyReLU is leaky_relu.
func byName[T named](kind, name string, list []T) (T, error) {
	wanted := plain(name)
	for _, t := range list {
		if slices.ContainsFunc(t.names(), func(n string) bool { return plain(n) == wanted }) {
			return t, nil
		}
	}
	near, least := "", 3 // with more than two typing errors it is another word
	for _, t := range list {
		for _, n := range t.names() {
			if d := smetrics.WagnerFischer(plain(n), wanted, 1, 1, 1); d < least && 2*d <= len(n) {
				near, least = "; did you mean "+n+"?", d
			}
		}
	}
	var zero T
	return zero, fmt.Errorf("unknown %s %q; want %s%s", kind, name, listed(list), near)
}

// plain is a name without what its spellings differ in: case, hyphens, underscores.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// canonical returns the name under which a list has what is called name; a name that it lacks stays as it is.
func canonical[T named](name string, list []T) string {
	if t, err := byName("", name, list); err == nil {
		return t.names()[0]
	}
	return name
}

// listed is the names of a list, "a, b, c".
func listed[T named](list []T) string {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = t.names()[0]
	}
	return strings.Join(names, ", ")
}
