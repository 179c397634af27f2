package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// A search over several keys has a cell for every combination, the last key's values changing first; the one that goes on leaves all of
// them to the best, also where their defaults would not do: 0 is not below a data.high of -0.5.
func TestSearchOverSeveralKeys(t *testing.T) {
	p := planOf(t, `
base: {train.updates: 100, data.high: -0.5}
grid: {model.init: [standard, normalized]}
search: {grid: {data.low: [-1, -2], train.rate: [0.1, 1e-2]}, after: 30}
`)
	if len(p.Cells) != 2*(4+1) {
		t.Fatalf("%d cells, want 10", len(p.Cells))
	}
	for i, want := range []string{
		"model.init=standard seed=1 data.low=-1 train.rate=0.1 (search)",
		"model.init=standard seed=1 data.low=-1 train.rate=0.01 (search)",
		"model.init=standard seed=1 data.low=-2 train.rate=0.1 (search)",
		"model.init=standard seed=1 data.low=-2 train.rate=0.01 (search)",
		"model.init=standard seed=1 best data.low, train.rate",
	} {
		if got := p.Cells[i].Name(); got != want {
			t.Errorf("cell %d: %q, want %q", i, got, want)
		}
	}
	candidate, last := p.Cells[7], p.Cells[9]
	if candidate.Config["data.low"] != "-2" || candidate.Config["train.rate"] != "0.1" || candidate.Config["train.updates"] != "30" {
		t.Errorf("candidate %+v", candidate)
	}
	for _, key := range []string{"data.low", "train.rate"} {
		if value, ok := last.Config[key]; ok {
			t.Errorf("the cell that goes on has the %s %s", key, value)
		}
	}
	if fmt.Sprint(last.From) != "[5 6 7 8]" || last.Config["data.high"] != "-0.5" || last.Config["train.updates"] != "100" {
		t.Errorf("the one that goes on %+v", last)
	}
}

// rates is short for a grid with the rate alone.
func TestRatesAreAGrid(t *testing.T) {
	short := planOf(t, "search: {rates: [0.1, 0.01], after: 30}")
	long := planOf(t, "search: {grid: {train.rate: [0.1, 0.01]}, after: 30}")
	if d := short.differences(long); d != nil || len(short.Cells) != 3 {
		t.Errorf("%d cells; %v", len(short.Cells), d)
	}
	if got, want := short.Cells[2].Name(), "seed=1 best rate"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A plan of the time when only the rate was searched, which did not say what a candidate tries, is the same plan now.
func TestOlderPlan(t *testing.T) {
	dir := t.TempDir()
	p := planOf(t, "base: {train.updates: 100}\nsearch: {rates: [0.1, 1e-2], after: 30}")
	tried := regexp.MustCompile(`(?s)"searching": true,\s*"tried": \[.*?\]`)
	if err := p.Write(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, PlanFile)
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	older := tried.ReplaceAll(src, []byte(`"searching": true`))
	if bytes.Contains(older, []byte("tried")) || len(tried.FindAll(src, -1)) != 2 {
		t.Fatalf("still tells what was tried: %s", older)
	}
	if err := os.WriteFile(path, older, 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir)
	if err != nil || got.differences(p) != nil || fmt.Sprint(got.Cells[1].Tried) != "[train.rate=0.01]" {
		t.Errorf("%v: %v, %v", err, got.differences(p), got.Cells[1].Tried)
	}
}

// A mistake is named with its file, line, column and key.
func TestMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"":                              "S.yaml: has ",
		"bases: {}":                     `S.yaml:1:1: unknown key "bases", allowed: base, grid, list, search, seeds`,
		"base: {}\nbase: {}":            "S.yaml:2:1: base: is set already",
		"base:\n  train.rates: 1":       "S.yaml:2:3: ",
		"base:\n  train:\n    rate: -1": "S.yaml:3:11: train.rate: got -1, allowed: a number above 0",
		"grid:\n  train.rate: 0.1":      "S.yaml:2:15: train.rate: got 0.1, allowed: a list",
		"grid:\n  train.rate: [0.1, x]": "S.yaml:2:21: train.rate: got x",
		"grid:\n  seed: [1, 1]":         "S.yaml:2:13: seed: 1 is in the list already",
		"grid:\n  train.rats: [1]":      "S.yaml:2:3: ",
		"list:\n  - model.init: x":      "S.yaml:2:17: model.init: got x, allowed: standard, normalized",
		"grid: {seed: [1]}\nseeds: [1]": "S.yaml:1:15: seed: is set in two places",
		"search: {rates: [1]}":          "S.yaml:1:9: search: allowed: rates, a list, or grid, keys with lists of values; and after",
		"search: {after: 5}":            "S.yaml:1:9: search: allowed: rates, a list, or grid",
		"search: {grid: {}, after: 5}":  "S.yaml:1:9: search: allowed: rates, a list, or grid",
		"search: {rates: [1], grid: {data.low: [0]}, after: 5}":                                 "S.yaml:1:9: search: got rates and grid, allowed: one of them",
		"search:\n  after: 5\n  grid:\n    data.lo: [0]":                                        "S.yaml:4:5: ",
		"search:\n  after: 5\n  grid:\n    data.low: 0":                                         "S.yaml:4:15: data.low: got 0, allowed: a list",
		"search:\n  after: 5\n  grid:\n    data.low: [0, x]":                                    "S.yaml:4:19: data.low: got x",
		"search:\n  after: 5\n  grid:\n    data: {low: [0], low: [1]}":                          "S.yaml:4:22: data.low: is set already",
		"search:\n  after: 5\n  grid:\n    data.low: [0, 5]":                                    "S.yaml:4:19: data.low: got 5, allowed: a number below data.high",
		"search:\n  after: 5\n  grid:\n    seed: [1, 2]":                                        "S.yaml:4:12: seed: cannot be searched: it is what makes replicates",
		"search:\n  after: 5\n  grid:\n    data.name: [mnist]":                                  "S.yaml:4:17: data.name: cannot be searched: ",
		"search:\n  after: 5\n  grid:\n    train: {updates: [7]}":                               "S.yaml:4:23: train.updates: cannot be searched: ",
		"grid: {data.low: [0]}\nsearch: {grid: {train.rate: [1], data.low: [0, -1]}, after: 5}": "S.yaml:1:19: data.low: is set in two places",
		"list:\n  - {train.rate: 0.1, train.batch: 2}\n  - {train.batch: 2, train.rate: 0.10}":  "S.yaml:3:5: list: {train.batch: 2, train.rate: 0.10} is in the list already",
		"search: {rates: [0.1, 0.10], after: 5}":                                                "S.yaml:1:23: train.rate: 0.1 is in the list already",
		"search: {grid: {observe.every: [1, 2]}, after: 5}":                                     "S.yaml:1:33: observe.every: cannot be searched: it changes no number",
		"list:\n  - {seed: 1}\n  - {seed: 2}\n  - {seed: 1}":                                    "S.yaml:4:5: list: {seed: 1} is in the list already",
		"search: {rates: [1], after: 0}":                                                        "search.after: got 0",
		"search: {rates: [1], after: 100000}":                                                   "S.yaml:1:9: search.after: got 100000, allowed: less than train.updates (100000)",
		"base:\n  data.low: 5":                                                                  "S.yaml:2:13: data.low: got 5, allowed: a number below data.high",
		"base: [":                                                                               "S.yaml:1:7: is not YAML",
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
