package outcome

import (
	"fmt"
	"slices"
	"testing"

	"glorot/experiments/sweep"

	"pgregory.net/rapid"
)

// pointsOf are the points of a document.
func pointsOf(t *testing.T, doc string) [][]sweep.Setting {
	t.Helper()
	var all [][]sweep.Setting
	for _, c := range planOf(t, doc).All() {
		all = append(all, c.Point)
	}
	return all
}

// The keys of a grid are axes; those of a list, which go together, are one, unless the list is itself every combination. A key that
// never changes is none.
func TestAxes(t *testing.T) {
	for _, test := range []struct{ doc, want string }{
		{"seeds: [1]", "[]"},
		{"grid: {train.rate: [0.1]}", "[]"},
		{"grid: {train.rate: [0.1, 0.2], train.batch: [1], data.low: [0, -1, -2]}", "[{[train.rate] [[0.1] [0.2]]} {[data.low] [[0] [-1] [-2]]}]"},
		{"list: [{model.activation: tanh, model.init: standard}, {model.activation: tanh, model.init: normalized}, {model.activation: sigmoid, model.init: standard}]\n" +
			"grid: {data.name: [shapeset, mnist]}",
			"[{[model.activation model.init] [[tanh standard] [tanh normalized] [sigmoid standard]]} {[data.name] [[shapeset] [mnist]]}]"},
		{"list: [{train.rate: 1, train.batch: 1}, {train.rate: 1, train.batch: 2}, {train.rate: 2, train.batch: 1}, {train.rate: 2, train.batch: 2}]",
			"[{[train.rate] [[1] [2]]} {[train.batch] [[1] [2]]}]"},
		{"list: [{model.activation: tanh}, {model.activation: sigmoid, train.batch: 7}]", "[{[model.activation train.batch] [[tanh ] [sigmoid 7]]}]"},
	} {
		if got := fmt.Sprint(axesOf(pointsOf(t, test.doc))); got != test.want {
			t.Errorf("%s: %s, want %s", test.doc, got, test.want)
		}
	}
}

// Names say which keys a point sets where it does not set all, since its values alone would not tell; numbers have their key where there is no label beside them, and true minus signs.
func TestAxisNames(t *testing.T) {
	a := axesOf(pointsOf(t, "list: [{model.activation: tanh}, {model.activation: sigmoid, train.batch: 7}]"))[0]
	if got := fmt.Sprint(a.label(), "|", a.name(0), "|", a.title(1), "|", a.names()); got != "model.activation, train.batch|model.activation=tanh|sigmoid, 7|[model.activation=tanh sigmoid, 7]" {
		t.Error(got)
	}
	a = axesOf(pointsOf(t, "list: [{}, {train.rate: 0.1}, {train.batch: 100}]"))[0]
	if got := fmt.Sprint(a.names()); got != "[the base train.rate=0.1 train.batch=100]" {
		t.Error(got)
	}
	if x, ok := a.numbers(); ok {
		t.Errorf("a rate and a batch are one axis of numbers: %v", x)
	}
	a = axesOf(pointsOf(t, "grid: {data.low: [0, -1]}"))[0]
	if x, ok := a.numbers(); !ok || !slices.Equal(x, []float64{0, -1}) {
		t.Errorf("numbers %v, %v", x, ok)
	}
	if got := fmt.Sprint(a.title(1), a.names()); got != "data.low -1[0 \u22121]" {
		t.Error(got)
	}
}

// Whatever the list and the grid, the axes have as many combinations as there are points, each with a place of its own.
func TestEveryPointHasItsPlace(t *testing.T) {
	keys := []string{"a", "b", "c", "d", "e"}
	value := rapid.SampledFrom([]string{"x", "y", "z", ""})
	rapid.Check(t, func(t *rapid.T) {
		inList := rapid.IntRange(0, 3).Draw(t, "keys of the list")
		points := [][]sweep.Setting{nil}
		if inList > 0 {
			points = nil
			entries := rapid.SliceOfNDistinct(rapid.SliceOfN(value, inList, inList), 1, 6, func(v []string) string { return fmt.Sprint(v) }).Draw(t, "list")
			for _, e := range entries {
				var p []sweep.Setting
				for i, v := range e {
					if v != "" {
						p = append(p, sweep.Setting{Key: keys[i], Value: v})
					}
				}
				points = append(points, p)
			}
		}
		for _, k := range keys[inList:] {
			n := rapid.IntRange(1, 3).Draw(t, "values of "+k)
			var more [][]sweep.Setting
			for _, p := range points {
				for i := range n {
					more = append(more, append(slices.Clone(p), sweep.Setting{Key: k, Value: fmt.Sprint(i)}))
				}
			}
			points = more
		}
		axes := axesOf(points)
		combinations := 1
		for _, a := range axes {
			combinations *= len(a.Values)
		}
		if combinations != len(points) {
			t.Fatalf("%d combinations of %v, %d points", combinations, axes, len(points))
		}
		taken := make([]bool, len(points))
		for _, p := range points {
			at := place(axes, p)
			if taken[at] {
				t.Fatalf("two points at %d", at)
			}
			taken[at] = true
		}
	})
}
