package run

import (
	"errors"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// An Assignment gives one key a value that is allowed by itself. Many configurations can be resolved from the same assignments
// without parsing them again.
type Assignment struct {
	key   string
	value string // as YAML, in the form of run.yaml
	node  ast.Node
	place Place
}

// Assign parses the value of a key, which is YAML and stands at a place. A key or a value that is not allowed is a [*UsageError] about
// that place; [Resolve] checks whether the values of all keys are compatible.
func Assign(place Place, key, value string, allowed Allowed) (Assignment, error) {
	r := newReader(allowed)
	s := source{reader: r, place: Place{Argument: "--set " + key + "=" + value}, seen: map[string]Place{}}
	node, err := s.parse(value)
	if err == nil {
		if node == nil {
			node = ast.Null(nil)
		}
		err = s.assign(key, nil, node)
	}
	if err != nil {
		if use := (*UsageError)(nil); errors.As(err, &use) {
			use.Place = place
		}
		return Assignment{}, err
	}
	a := Assignment{key: key, node: node, place: place}
	a.value, _ = r.config.Value(key)
	return a, nil
}

// Key is the full name of the key.
func (a Assignment) Key() string { return a.key }

// Value is the value as YAML, written as in run.yaml: 0.01 for 1e-2.
func (a Assignment) Value() string { return a.value }

// Place is where the value was set.
func (a Assignment) Place() Place { return a.place }

// Resolve resolves a configuration: the defaults, then each list of assignments in order, where a later one overrides an earlier one.
// Incompatible values are a [*UsageError] about the place of the last one of them.
func Resolve(allowed Allowed, lists ...[]Assignment) (Config, error) {
	r := newReader(allowed)
	for _, list := range lists {
		for _, a := range list {
			k := find(a.key)
			if bad := k.read(&r.config, a.node, allowed); bad != nil {
				return Config{}, &UsageError{Place: a.place, Key: a.key, Problem: "got " + a.value + ", allowed: " + k.want(allowed)}
			}
			r.count++
			r.settings[a.key] = setting{place: a.place, number: r.count}
		}
	}
	return r.finish()
}

// IsSection reports whether a name is that of a section of the configuration, such as "train".
func IsSection(name string) bool { return len(keysUnder(name+".")) > 0 }

// Ordered sorts keys in the order of run.yaml.
func Ordered(names []string) []string {
	var list []string
	for _, k := range keys {
		if slices.Contains(names, k.name) {
			list = append(list, k.name)
		}
	}
	return list
}

// Names lists the name of every key in the order of run.yaml.
func Names() []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.name
	}
	return list
}
