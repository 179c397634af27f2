package models

import (
	"fmt"
	"strings"
)

// byName finds an entry of a list, or returns an error that lists all names.
func byName[T any](kind, name string, list []T, nameOf func(T) string) (T, error) {
	for _, t := range list {
		if nameOf(t) == name {
			return t, nil
		}
	}
	var zero T
	return zero, fmt.Errorf("unknown %s %q; want %s", kind, name, strings.Join(names(list, nameOf), ", "))
}

func names[T any](list []T, nameOf func(T) string) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = nameOf(t)
	}
	return out
}
