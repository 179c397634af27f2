package paper

import (
	"testing"

	"glorot/experiments/dataset"
)

// What is found without a search is the kept search of RESULTS.md: its best cells, and their validation errors.
func TestFound(t *testing.T) {
	scale, err := ScaleByName("quick")
	if err != nil {
		t.Fatal(err)
	}
	n := needs{trained: shapeset(tanhStandard)}
	p, err := newPlan(t.Context(), Options{Scale: scale, Seed: 1, Store: NewStore(t.TempDir())}, dataset.NewLibrary(""), n, make(map[Subject]*Trained))
	if err != nil {
		t.Fatal(err)
	}
	for net, want := range map[Network]Cell{
		softsignStandard: {Choice{.1, -1, 1}, .5235, .5187, keptSearchUpdates}, softsignNormalized: {Choice{.03, -1, 1}, .4911, .4903, keptSearchUpdates},
		tanhStandard: {Choice{.03, 0, 1}, .6973, .701, keptSearchUpdates}, tanhNormalized: {Choice{.01, -1, 1}, .5141, .5166, keptSearchUpdates}, sigmoid5: {Choice{.01, 0, 1}, .8322, .8359, keptSearchUpdates},
	} {
		cells, err := p.keptSearch(Subject{net, dataset.ShapesetName})
		if err != nil || len(cells) != len(grid()) {
			t.Fatalf("%v: %d cells, %v", net, len(cells), err)
		}
		if got, _ := best(cells, anyChoice); got != want {
			t.Errorf("%v: got %v, want %v", net, got, want)
		}
	}
	if cells, err := p.keptSearch(Subject{tanhQuadratic, dataset.ShapesetName}); cells != nil || err != nil {
		t.Errorf("a network that was not searched: %v, %v", cells, err)
	}
}
