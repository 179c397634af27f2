package outcome

import (
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run/query"
	"glorot/experiments/sweep"
)

// An Axis is one key of the configuration with its values, or several keys whose values belong together.
type Axis struct {
	Keys   []string   `json:"keys"`
	Values [][]string `json:"values"` // a value for each key, "" where a point does not set it
}

// label describes the axis.
func (a Axis) label() string { return strings.Join(a.Keys, ", ") }

// name returns the name of value i: "softsign, normalized". If a point sets only some of the keys these are named:
// "train.rate=0.1"; if it sets none it is "the base".
func (a Axis) name(i int) string {
	var words, pairs []string
	for k, v := range a.Values[i] {
		words = append(words, v)
		if v != "" {
			pairs = append(pairs, sweep.Setting{Key: a.Keys[k], Value: v}.String())
		}
	}
	switch {
	case len(pairs) == len(words):
		return strings.Join(words, ", ")
	case len(pairs) == 0:
		return "the base"
	}
	return strings.Join(pairs, ", ")
}

// title names value i where the axis has no label: numbers with their key, names without.
func (a Axis) title(i int) string {
	if _, err := strconv.ParseFloat(a.name(i), 64); err == nil {
		return a.label() + " " + a.name(i)
	}
	return a.name(i)
}

// names returns the values as they are drawn, with true minus signs.
func (a Axis) names() []string {
	names := make([]string, len(a.Values))
	_, numbers := a.numbers()
	for i := range names {
		names[i] = a.name(i)
		if numbers {
			names[i] = strings.ReplaceAll(names[i], "-", "\u2212")
		}
	}
	return names
}

// numbers returns the values as numbers, if they are numbers.
func (a Axis) numbers() ([]float64, bool) {
	if len(a.Keys) != 1 {
		return nil, false // numbers of different keys cannot be compared
	}
	x := make([]float64, len(a.Values))
	for i := range x {
		v, err := strconv.ParseFloat(a.name(i), 64)
		if err != nil {
			return nil, false
		}
		x[i] = v
	}
	return x, true
}

// axesOf finds the axes of points that are all combinations of them, where the last axis changes fastest. A key that has the same
// value everywhere is not an axis. Each key of a grid is an axis; the keys of a list, whose values belong together, are one.
func axesOf(points [][]sweep.Setting) []Axis {
	var keys []string
	for _, p := range points {
		for _, s := range p {
			if !slices.Contains(keys, s.Key) {
				keys = append(keys, s.Key)
			}
		}
	}
	keys = slices.DeleteFunc(keys, func(k string) bool { return len(combinations(points, k)) == 1 })
	axes := []Axis{}
	together := slices.Clone(keys)
	for _, k := range slices.Backward(keys) {
		others := slices.DeleteFunc(slices.Clone(together), func(o string) bool { return o == k })
		own := combinations(points, k)
		if len(own)*len(combinations(points, others...)) == len(combinations(points, together...)) {
			axes = append(axes, Axis{[]string{k}, own})
			together = others
		}
	}
	if len(together) > 0 {
		axes = append(axes, Axis{together, combinations(points, together...)})
	}
	slices.Reverse(axes)
	return axes
}

// combinations returns the different values of the keys that points have, in the order of their first occurrence.
func combinations(points [][]sweep.Setting, keys ...string) [][]string {
	subjects := make([]query.Settings, len(points))
	for i, p := range points {
		subjects[i] = p
	}
	var all [][]string
	for _, g := range query.GroupBy(subjects, keys) {
		all = append(all, g.Values())
	}
	return all
}

// place returns the index of a point among the combinations of the axes.
func place(axes []Axis, point []sweep.Setting) int {
	at := 0
	for _, a := range axes {
		values := query.Project(query.Settings(point), a.Keys).Values()
		at = at*len(a.Values) + slices.IndexFunc(a.Values, func(v []string) bool { return slices.Equal(v, values) })
	}
	return at
}
