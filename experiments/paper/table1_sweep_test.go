package paper

import (
	"testing"

	"glorot/experiments/run"
	"glorot/experiments/sweep"
	"glorot/experiments/trial"
)

// planOfTable1 is the plan of table1.yaml, without the ids of runs, for which the data sets would be needed.
func planOfTable1(t *testing.T) *sweep.Plan {
	t.Helper()
	s, err := sweep.Load("table1.yaml", run.Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(run.Allowed{}, func(run.Config) (string, error) { return "", nil })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// table1.yaml is Table 1 as reproduce trains it at the scale of the paper: the same networks, data sets, batch, numbers of updates and
// candidates of the search, in the same order, so that of equal candidates both choose the same. Each of three seeds has a search of its
// own.
func TestTable1AsSweep(t *testing.T) {
	p := planOfTable1(t)
	scale, err := ScaleByName("paper")
	if err != nil {
		t.Fatal(err)
	}
	seeds := []uint64{1, 2, 3}
	if want := len(five) * len(table1Data) * len(seeds) * (len(grid()) + 1); len(p.Cells) != want || want != 540 {
		t.Fatalf("%d cells, want %d", len(p.Cells), want)
	}
	if p.Search != fifth(scale.Updates) {
		t.Errorf("the search chooses after %d updates, want %d", p.Search, fifth(scale.Updates))
	}
	cell := 0
	for _, net := range five {
		for _, data := range table1Data {
			updates := scale.updates(0)
			if data != trial.Shapeset {
				updates = scale.updates(Batch) // of stored images
			}
			for _, seed := range seeds {
				for _, choice := range grid() {
					c := configOf(t, p.Cells[cell], nil)
					want := wantTable1(net, data, choice, seed, p.Search)
					if string(c.YAML()) != string(want.YAML()) || !p.Cells[cell].Search {
						t.Fatalf("cell %d, %s: %s, want a candidate %s", cell, p.Cells[cell].Name(), c.YAML(), want.YAML())
					}
					cell++
				}
				searched := map[string]string{"train.rate": "0.01", "data.low": "0"}
				c := configOf(t, p.Cells[cell], searched)
				want := wantTable1(net, data, Choice{Rate: 0.01, Low: 0, High: 1}, seed, updates)
				if string(c.YAML()) != string(want.YAML()) || len(p.Cells[cell].From) != len(grid()) {
					t.Fatalf("cell %d, %s: %s, want the one that goes on, %s", cell, p.Cells[cell].Name(), c.YAML(), want.YAML())
				}
				cell++
			}
		}
	}
}

// configOf is the configuration of a cell, with values of the keys that it takes from the best candidate; those must all be missing.
func configOf(t *testing.T, c sweep.Cell, best map[string]string) run.Config {
	t.Helper()
	for key, value := range best {
		if old, planned := c.Config[key]; planned {
			t.Fatalf("%s: has the %s %s, and should take the best one's", c.Name(), key, old)
		}
		c.Config[key] = value
	}
	cfg, err := c.Resolve(run.Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// wantTable1 is the configuration of one training of Table 1.
func wantTable1(net Network, data string, choice Choice, seed uint64, updates int) run.Config {
	want := run.Default()
	want.Seed = seed
	want.Model = run.Model{Hidden: net.hidden(1000), Activation: net.Activation, Init: net.Init, Cost: net.cost()}
	want.Data.Name, want.Data.Low, want.Data.High = data, choice.Low, choice.High
	want.Train = run.Train{Updates: updates, Batch: Batch, Rate: choice.Rate}
	return want
}

// The names of the cells say which network, data set and candidate they are.
func TestTable1AsSweepNames(t *testing.T) {
	p := planOfTable1(t)
	for i, want := range map[int]string{
		0:   "model.activation=softsign model.init=standard data.name=shapeset seed=1 data.low=0 train.rate=0.003 (search)",
		539: "model.activation=sigmoid model.init=standard data.name=smallimagenet seed=3 best data.low, train.rate",
	} {
		if got := p.Cells[i].Name(); got != want {
			t.Errorf("cell %d: %s, want %s", i, got, want)
		}
	}
}
