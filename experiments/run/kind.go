package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A Kind is the kind of values that a key has.
type Kind int

// The kinds of keys.
const (
	Text     Kind = iota // names, lists, and what may be a word or a number, such as threads
	Integer              // from 0 to math.MaxInt64
	Unsigned             // integers to math.MaxUint64
	Number               // float64
)

// KindOf returns the kind of the key of that name, or Text if there is no such key.
func KindOf(name string) Kind {
	k := find(name)
	takes := func(value string) bool {
		_, err := Canonical(name, value, Allowed{})
		return err == nil
	}
	switch {
	case k == nil:
		return Text
	case takes("0.5"):
		return Number
	case takes("all") || takes("auto"):
		return Text
	case takes("18446744073709551615"):
		return Unsigned
	case takes("1"):
		return Integer
	}
	return Text
}

// Canonical returns a value of a key, in YAML or as a string of JSON, as [Config.Value] returns it: 1e-2 as 0.01, [100,100] as [100, 100], another
// name as the one that it stands for. An unknown key, or a value that it does not allow, is a [*UsageError]. Canonical does not check whether the
// value is compatible with those of other keys.
func Canonical(name, value string, allowed Allowed) (string, error) {
	k := find(name)
	if known := keysUnder(name + "."); k == nil && len(known) > 0 {
		return "", &UsageError{Problem: fmt.Sprintf("%s is a section, allowed: one of its keys %s", name, strings.Join(known, ", "))}
	}
	if k == nil {
		return "", &UsageError{Problem: unknownKey(name)}
	}
	var text string
	if json.Unmarshal([]byte(value), &text) == nil {
		value = text
	}
	r := newReader(allowed)
	if err := r.argument(name + "=" + value); err != nil {
		var usage *UsageError
		if errors.As(err, &usage) {
			usage.Place = Place{} // the caller knows where the value comes from
		}
		return "", err
	}
	return k.write(&r.config), nil
}

// Nearest returns the one of names that was most likely meant by a mistyped name, "" if none is near.
func Nearest(name string, names []string) string {
	best, nearest := 3, "" // with more than two typing errors it is another word
	for _, candidate := range names {
		if d := distance(name, candidate); d < best && 2*d < len(candidate) {
			best, nearest = d, candidate
		}
	}
	return nearest
}
