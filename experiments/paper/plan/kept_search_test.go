package plan

import (
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
)

// What is found without a search is the kept search of RESULTS.md: its best cells, and their validation errors.
func TestFound(t *testing.T) {
	scale, err := setup.ScaleByName("quick")
	if err != nil {
		t.Fatal(err)
	}
	n := observed.Needs{Trained: setup.Shapeset(setup.TanhStandard)}
	p, err := New(t.Context(), Options{Scale: scale, Seed: 1, Store: results.NewStore(t.TempDir())}, dataset.NewLibrary(""), n, make(map[setup.Subject]*observed.Trained))
	if err != nil {
		t.Fatal(err)
	}
	for net, want := range map[setup.Network]observed.Cell{
		setup.SoftsignStandard: {Choice: setup.Choice{Rate: .1, Low: -1, High: 1}, Valid: .5235, Test: .5187, Updates: setup.KeptSearchUpdates}, setup.SoftsignNormalized: {Choice: setup.Choice{Rate: .03, Low: -1, High: 1}, Valid: .4911, Test: .4903, Updates: setup.KeptSearchUpdates},
		setup.TanhStandard: {Choice: setup.Choice{Rate: .03, Low: 0, High: 1}, Valid: .6973, Test: .701, Updates: setup.KeptSearchUpdates}, setup.TanhNormalized: {Choice: setup.Choice{Rate: .01, Low: -1, High: 1}, Valid: .5141, Test: .5166, Updates: setup.KeptSearchUpdates}, setup.Sigmoid5: {Choice: setup.Choice{Rate: .01, Low: 0, High: 1}, Valid: .8322, Test: .8359, Updates: setup.KeptSearchUpdates},
	} {
		cells, err := p.keptSearch(net.On(dataset.ShapesetName))
		if err != nil || len(cells) != len(setup.Candidates()) {
			t.Fatalf("%v: %d cells, %v", net, len(cells), err)
		}
		if got, _ := observed.Best(cells, observed.AnyChoice); got != want {
			t.Errorf("%v: got %v, want %v", net, got, want)
		}
	}
	if cells, err := p.keptSearch(setup.TanhQuadratic.On(dataset.ShapesetName)); cells != nil || err != nil {
		t.Errorf("a network that was not searched: %v, %v", cells, err)
	}
}
