package sweep

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/run"
)

var names = run.Allowed{Activations: []string{"tanh", "softsign"}, Inits: []string{"standard", "normalized"}, Costs: []string{"nll"}, Data: []string{"shapeset", "mnist"}}

// planOf is the plan of a document, in which the id of a run is its seed and rate.
func planOf(t *testing.T, src string) *Plan {
	t.Helper()
	s, err := Parse("S.yaml", []byte(src), names)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(names, func(c run.Config) (string, error) { return fmt.Sprint(c.Seed, "/", c.Train.Rate), nil })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const small = `
base:
  train: {updates: 100, rate: 0.5}   # both in one section
  data.low: 2                        # allowed with the high below alone
  data.high: 3
list:
  - model.activation: tanh
  - {model.activation: softsign, train.batch: 7}
grid:
  model:
    init: [standard, normalized]
    hidden: [[8], [8, 6]]
seeds: [1, 5]
`

// The cells are the list times the grid times the seeds, and resolve to the base with what the point sets.
func TestPlan(t *testing.T) {
	p := planOf(t, small)
	if len(p.Cells) != 2*4*2 {
		t.Fatalf("%d cells, want 16", len(p.Cells))
	}
	for i, want := range map[int]string{
		0:  "model.activation=tanh model.init=standard model.hidden=[8] seed=1",
		1:  "model.activation=tanh model.init=standard model.hidden=[8] seed=5",
		15: "model.activation=softsign train.batch=7 model.init=normalized model.hidden=[8, 6] seed=5",
	} {
		if got := p.Cells[i].Name(); got != want {
			t.Errorf("cell %d: %q, want %q", i, got, want)
		}
	}
	c, err := p.Cells[15].Resolve(names)
	want := run.Default()
	want.Seed, want.Train, want.Data.Low, want.Data.High = 5, run.Train{Updates: 100, Batch: 7, Rate: 0.5}, 2, 3
	want.Model.Activation, want.Model.Init, want.Model.Hidden = "softsign", "normalized", []int{8, 6}
	if err != nil || string(c.YAML()) != string(want.YAML()) {
		t.Errorf("%v: %s, want %s", err, c.YAML(), want.YAML())
	}
	if p.Cells[15].Run != "5/0.5" {
		t.Errorf("run %q", p.Cells[15].Run)
	}
}

// A search makes a cell a rate and one that goes on, for each seed.
func TestSearch(t *testing.T) {
	p := planOf(t, "base: {train.updates: 100}\nseeds: [1, 2]\nsearch: {rates: [0.1, 0.01], after: 30}\n")
	if len(p.Cells) != 6 || p.Search != 30 {
		t.Fatalf("%d cells, search %d", len(p.Cells), p.Search)
	}
	first, last := p.Cells[4], p.Cells[5]
	if !first.Search || first.Config["train.updates"] != "30" || first.Config["train.rate"] != "0.01" || first.Seed != 2 {
		t.Errorf("candidate %+v", first)
	}
	if last.Search || fmt.Sprint(last.From) != "[3 4]" || last.Run != "" || last.Config["train.updates"] != "100" || last.Config["train.rate"] != "" {
		t.Errorf("the one that goes on %+v", last)
	}
}

// A mistake is named with its file, line, column and key.
func TestMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"":                                    "S.yaml: has ",
		"bases: {}":                           `S.yaml:1:1: unknown key "bases", allowed: base, grid, list, search, seeds`,
		"base: {}\nbase: {}":                  "S.yaml:2:1: base: is set already",
		"base:\n  train.rates: 1":             "S.yaml:2:3: ",
		"base:\n  train:\n    rate: -1":       "S.yaml:3:11: train.rate: got -1, allowed: a number above 0",
		"grid:\n  train.rate: 0.1":            "S.yaml:2:15: train.rate: got 0.1, allowed: a list",
		"grid:\n  train.rate: [0.1, x]":       "S.yaml:2:21: train.rate: got x",
		"grid:\n  seed: [1, 1]":               "S.yaml:2:13: seed: 1 is in the list already",
		"grid:\n  train.rats: [1]":            "S.yaml:2:3: ",
		"list:\n  - model.init: x":            "S.yaml:2:17: model.init: got x, allowed: standard, normalized",
		"grid: {seed: [1]}\nseeds: [1]":       "S.yaml:1:15: seed: is set in two places",
		"search: {rates: [1]}":                "S.yaml:1:9: search: allowed: rates, a list, and after",
		"search: {rates: [1], after: 0}":      "search.after: got 0",
		"search: {rates: [1], after: 100000}": "S.yaml:1:9: search.after: got 100000, allowed: less than train.updates (100000)",
		"base:\n  data.low: 5":                "S.yaml:2:13: data.low: got 5, allowed: a number below data.high",
		"base: [":                             "S.yaml:1:7: is not YAML",
	} {
		s, err := Parse("S.yaml", []byte(src), names)
		if err == nil {
			_, err = s.Plan(names, func(run.Config) (string, error) { return "", nil })
		}
		var use *run.UsageError
		if !errors.As(err, &use) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", src, err, want)
		}
	}
}

// The same plan is written again without a word, another one is refused with the difference; what is written is read back.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "sweep")
	p := planOf(t, small)
	for range 2 {
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(filepath.Join(dir, PlanFile))
	if err != nil {
		t.Fatal(err)
	}
	err = planOf(t, strings.Replace(small, "rate: 0.5", "rate: 0.25", 1)).Write(dir)
	for _, want := range []string{"has another plan", "cell 0: train.rate is 0.5, the new one 0.25", "and 11 more"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	err = planOf(t, strings.Replace(small, "[1, 5]", "[1]", 1)).Write(dir)
	if err == nil || !strings.Contains(err.Error(), "it has 16 cells, the new one 8") {
		t.Errorf("%v, want the cells", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, PlanFile))
	if err != nil || string(before) != string(after) {
		t.Errorf("the plan changed: %v", err)
	}
	got, err := Read(dir)
	if err != nil || got.differences(p) != nil {
		t.Errorf("%v, %v", err, got.differences(p))
	}
}
