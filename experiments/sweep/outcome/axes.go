package outcome

import (
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run/query"
	"glorot/experiments/sweep"
)

// An Axis is one key of the configuration with its values, or several keys whose values go together.
type Axis struct {
	Keys   []string   `json:"keys"`
	Values [][]string `json:"values"` // a value for each key, "" where a point does not set it
}

// label says what the axis is.
func (a Axis) label() string { return strings.Join(a.Keys, ", ") }

// name is that of value i: "softsign, normalized"; where a point does not set all of the keys with those that it sets,
// "train.rate=0.1", or "the base".
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

// title names value i where the axis has no label: numbers with their key, names alone.
func (a Axis) title(i int) string {
	if _, err := strconv.ParseFloat(a.name(i), 64); err == nil {
		return a.label() + " " + a.name(i)
	}
	return a.name(i)
}

// names are the values as they are drawn, with true minus signs.
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

// numbers are the values as numbers, if they are numbers.
func (a Axis) numbers() ([]float64, bool) {
	if len(a.Keys) != 1 {
		return nil, false // a number of one key is not to be compared with that of another
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

// axesOf finds the axes along which points lie that are every combination of them, the last axis's values changing first. A key that
// has the same value everywhere is none. A key of a grid is an axis by itself; those of a list, whose values go together, are one.
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

// combinations are the different values that points have of the keys, in the order in which they are first met.
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

// place is where a point lies on the axes, counted as their combinations are.
func place(axes []Axis, point []sweep.Setting) int {
	at := 0
	for _, a := range axes {
		values := query.Project(query.Settings(point), a.Keys).Values()
		at = at*len(a.Values) + slices.IndexFunc(a.Values, func(v []string) bool { return slices.Equal(v, values) })
	}
	return at
}
