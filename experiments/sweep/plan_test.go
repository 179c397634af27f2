package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/run"

	"pgregory.net/rapid"
)

var names = run.Allowed{Activations: []string{"tanh", "softsign"}, Inits: []string{"standard", "normalized"}, Costs: []string{"nll"}, Data: []string{"shapeset", "mnist"}}

func anyConfig(run.Config) error { return nil }

// planOf is the plan of a document.
func planOf(t *testing.T, src string) *Plan {
	t.Helper()
	s, err := Parse(t.Context(), "S.yaml", []byte(src), names)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(t.Context(), names, anyConfig)
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
	if p.Len() != 2*4*2 {
		t.Fatalf("%d cells, want 16", p.Len())
	}
	for i, want := range map[int]string{
		0:  "model.activation=tanh model.init=standard model.hidden=[8] seed=1",
		1:  "model.activation=tanh model.init=standard model.hidden=[8] seed=5",
		15: "model.activation=softsign train.batch=7 model.init=normalized model.hidden=[8, 6] seed=5",
	} {
		if got := p.cell(i).Name(); got != want {
			t.Errorf("cell %d: %q, want %q", i, got, want)
		}
	}
	c, err := p.cell(15).Resolve(names)
	want := run.Default()
	want.Seed, want.Data.Low, want.Data.High = 5, 2, 3
	want.Train.Updates, want.Train.Batch, want.Train.Rate = 100, 7, 0.5
	want.Model.Activation, want.Model.Init, want.Model.Hidden = "softsign", "normalized", []int{8, 6}
	if err != nil || string(c.YAML()) != string(want.YAML()) {
		t.Errorf("%v: %s, want %s", err, c.YAML(), want.YAML())
	}
}

// A search makes a cell a rate and one that continues, for each seed.
func TestSearch(t *testing.T) {
	p := planOf(t, "base: {train.updates: 100}\nseeds: [1, 2]\nsearch: {rates: [0.1, 0.01], after: 30}\n")
	if p.Len() != 6 || p.Search.After != 30 {
		t.Fatalf("%d cells, search %+v", p.Len(), p.Search)
	}
	first, last := p.cell(4), p.cell(5)
	if !first.Search || first.Config["train.updates"] != "30" || first.Config["train.rate"] != "0.01" || first.Seed != 2 {
		t.Errorf("candidate %+v", first)
	}
	if last.Search || fmt.Sprint(last.From) != "[3 4]" || last.Config["train.updates"] != "100" || last.Config["train.rate"] != "" {
		t.Errorf("the one that continues %+v", last)
	}
}

// A search over several keys has a cell for every combination, the last key's values changing first; the one that continues leaves all of
// them to the best, also where their defaults would not do: 0 is not below a data.high of -0.5.
func TestSearchOverSeveralKeys(t *testing.T) {
	p := planOf(t, `
base: {train.updates: 100, data.high: -0.5}
grid: {model.init: [standard, normalized]}
search: {grid: {data.low: [-1, -2], train.rate: [0.1, 1e-2]}, after: 30}
`)
	if p.Len() != 2*(4+1) {
		t.Fatalf("%d cells, want 10", p.Len())
	}
	for i, want := range []string{
		"model.init=standard seed=1 data.low=-1 train.rate=0.1 (search)",
		"model.init=standard seed=1 data.low=-1 train.rate=0.01 (search)",
		"model.init=standard seed=1 data.low=-2 train.rate=0.1 (search)",
		"model.init=standard seed=1 data.low=-2 train.rate=0.01 (search)",
		"model.init=standard seed=1 best data.low, train.rate",
	} {
		if got := p.cell(i).Name(); got != want {
			t.Errorf("cell %d: %q, want %q", i, got, want)
		}
	}
	candidate, last := p.cell(7), p.cell(9)
	if candidate.Config["data.low"] != "-2" || candidate.Config["train.rate"] != "0.1" || candidate.Config["train.updates"] != "30" {
		t.Errorf("candidate %+v", candidate)
	}
	for _, key := range []string{"data.low", "train.rate"} {
		if value, ok := last.Config[key]; ok {
			t.Errorf("the cell that continues has the %s %s", key, value)
		}
	}
	if fmt.Sprint(last.From) != "[5 6 7 8]" || last.Config["data.high"] != "-0.5" || last.Config["train.updates"] != "100" {
		t.Errorf("the one that continues %+v", last)
	}
}

// rates is short for a grid with the rate alone.
func TestRatesAreAGrid(t *testing.T) {
	short := planOf(t, "search: {rates: [0.1, 0.01], after: 30}")
	long := planOf(t, "search: {grid: {train.rate: [0.1, 0.01]}, after: 30}")
	if d := short.differences(long); d != nil || short.Len() != 3 {
		t.Errorf("%d cells; %v", short.Len(), d)
	}
	if got, want := short.cell(2).Name(), "seed=1 best rate"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A plan of version 1, which listed its cells, is read and is the same plan now; also one of the time when only the rate was searched, which
// did not say what a candidate tries.
func TestOlderPlan(t *testing.T) {
	p := planOf(t, "base: {train.updates: 100}\nsearch: {rates: [0.1, 1e-2], after: 30}")
	for _, tried := range []bool{true, false} {
		dir := t.TempDir()
		old := oldPlan{Version: 1, Search: 30}
		for _, c := range p.All() {
			if !tried {
				c.Tried = nil
			}
			delete(c.Config, "checkpoint.digest") // as if the key were newer
			old.Cells = append(old.Cells, c)
		}
		src, err := json.Marshal(old)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, PlanFile), src, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(dir)
		if err != nil || got.differences(p) != nil || fmt.Sprint(got.cell(1).Tried) != "[train.rate=0.01]" || got.after() != 30 {
			t.Errorf("%v: %v, %v", err, got.differences(p), got.cell(1).Tried)
		}
		if got, want := got.Name(2), "seed=1 best rate"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if err := p.Write(dir); err != nil {
			t.Errorf("the same plan: %v", err)
		}
		other := planOf(t, "base: {train.updates: 100, train.batch: 3}\nsearch: {rates: [0.1, 1e-2], after: 30}")
		if err := other.Write(dir); err == nil || !strings.Contains(err.Error(), "cell 0: train.batch is 10, the new one 3; cell 1: ") {
			t.Errorf("another plan: %v", err)
		}
	}
}

// A mistake is named with its file, line, column and key.
func TestMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"":                        "S.yaml: is empty, allowed: base, grid, list, search, seeds",
		"# nothing\n---\n":        "S.yaml: is empty, allowed: base",
		"base: {}\n---\nbase: {}": "S.yaml:3:5: a second YAML document, allowed: one",
		"grid:\n  train.rate: [1, 2]\n  seed: " + ints(1_000) + "\n  train.batch: " + ints(501): "S.yaml:4:3: the sweep has 1002000 cells, allowed: at most 1000000",
		"search: {rates: " + ints(1_000) + ", after: 5}\nseeds: " + ints(1_000):                 "S.yaml:1:9: the sweep has 1001000 cells, allowed: at most 1000000",
		"bases: {}":                                                    `S.yaml:1:1: unknown key "bases", allowed: base, grid, list, search, seeds`,
		"base: {}\nbase: {}":                                           "S.yaml:2:1: base: is set already",
		"base:\n  train.rates: 1":                                      "S.yaml:2:3: ",
		"base:\n  train:\n    rate: -1":                                "S.yaml:3:11: train.rate: got -1, allowed: a number above 0",
		"grid:\n  train.rate: 0.1":                                     "S.yaml:2:15: train.rate: got 0.1, allowed: a list",
		"grid:\n  train.rate: [0.1, x]":                                "S.yaml:2:21: train.rate: got x",
		"grid:\n  seed: [1, 1]":                                        "S.yaml:2:13: seed: 1 is in the list already",
		"grid:\n  train.rats: [1]":                                     "S.yaml:2:3: ",
		"list:\n  - model.init: x":                                     "S.yaml:2:17: model.init: got x, allowed: standard, normalized",
		"grid: {seed: [1]}\nseeds: [1]":                                "S.yaml:1:15: seed: is set in two places",
		"search: {rates: [1]}":                                         "S.yaml:1:9: search: allowed: rates, a list, or grid, keys with lists of values; and after",
		"search: {after: 5}":                                           "S.yaml:1:9: search: allowed: rates, a list, or grid",
		"search: {grid: {}, after: 5}":                                 "S.yaml:1:9: search: allowed: rates, a list, or grid",
		"search: {rates: [1], grid: {data.low: [0]}, after: 5}":        "S.yaml:1:9: search: got rates and grid, allowed: one of them",
		"search:\n  after: 5\n  grid:\n    data.lo: [0]":               "S.yaml:4:5: ",
		"search:\n  after: 5\n  grid:\n    data.low: 0":                "S.yaml:4:15: data.low: got 0, allowed: a list",
		"search:\n  after: 5\n  grid:\n    data.low: [0, x]":           "S.yaml:4:19: data.low: got x",
		"search:\n  after: 5\n  grid:\n    data: {low: [0], low: [1]}": "S.yaml:4:22: data.low: is set already",
		"search:\n  after: 5\n  grid:\n    data.low: [0, 5]":           "S.yaml:4:19: data.low: got 5, allowed: a number below data.high",
		"search:\n  after: 5\n  grid:\n    seed: [1, 2]":               "S.yaml:4:12: seed: cannot be searched: it distinguishes replicates",
		"search:\n  after: 5\n  grid:\n    data.name: [mnist]":         "S.yaml:4:17: data.name: cannot be searched: ",
		"search:\n  after: 5\n  grid:\n    train: {updates: [7]}":      "S.yaml:4:23: train.updates: cannot be searched: ",
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
		s, err := Parse(t.Context(), "S.yaml", []byte(src), names)
		if err == nil {
			_, err = s.Plan(t.Context(), names, anyConfig)
		}
		var use *run.UsageError
		if !errors.As(err, &use) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", src, err, want)
		}
	}
}

// ints is the list of 1 to n.
func ints(n int) string {
	var words []string
	for i := range n {
		words = append(words, fmt.Sprint(i+1))
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// A grid whose cells nobody could count to is refused before any of them is made, with the axis that is too much.
func TestManyCells(t *testing.T) {
	src := "grid:\n"
	for _, key := range []string{"train.batch", "train.updates", "observe.every", "seed"} {
		src += "  " + key + ": " + ints(199) + "\n"
	}
	_, err := Parse(t.Context(), "S.yaml", []byte(src), names) // would not end if it made them
	if want := "S.yaml:4:3: the sweep has 1568239201 cells, allowed: at most 1000000"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// A cancelled context ends reading and planning.
func TestCancelled(t *testing.T) {
	s, err := Parse(t.Context(), "S.yaml", []byte(small), names)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err = s.Plan(ctx, names, func(run.Config) error {
		if n++; n == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n != 3 {
		t.Errorf("%v after %d cells, want 3", err, n)
	}
	if _, err := Parse(ctx, "S.yaml", []byte(small), names); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Every cell is another configuration, and its number in mixed radix is that of nested loops.
func TestCells(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 4), 4, 4).Draw(rt, "sizes")
		src := "base: {train.updates: 100}\ngrid: {train.batch: " + ints(sizes[0]) + ", observe.examples: " + ints(sizes[1]) + "}\nseeds: " + ints(sizes[2]) + "\n"
		candidates := 0
		if rapid.Bool().Draw(rt, "search") {
			candidates = sizes[3]
			src += "search: {rates: " + ints(candidates) + ", after: 7}\n"
		}
		p := planOf(t, src)
		i := 0
		for batch := range sizes[0] {
			for examples := range sizes[1] {
				for seed := range sizes[2] {
					for k := range candidates + 1 {
						want := map[string]string{"train.batch": fmt.Sprint(batch + 1), "observe.examples": fmt.Sprint(examples + 1), "seed": fmt.Sprint(seed + 1), "train.updates": "100", "train.rate": "0.01"}
						var needs []int
						switch {
						case k < candidates:
							want["train.rate"], want["train.updates"] = fmt.Sprint(k+1), "7"
						case candidates > 0:
							want["train.rate"] = ""
							for from := i - candidates; from < i; from++ {
								needs = append(needs, from)
							}
						}
						c, err := p.Cell(i)
						for key, value := range want {
							if c.Config[key] != value {
								rt.Fatalf("cell %d: %s is %s, want %s", i, key, c.Config[key], value)
							}
						}
						if err != nil || c.Index != i || c.Seed != uint64(seed+1) || c.Search != (k < candidates) || !slices.Equal(c.From, needs) || c.Name() != p.Name(i) {
							rt.Fatalf("%v: %+v; want it to need %v", err, c, needs)
						}
						i++
					}
				}
			}
		}
		if p.Len() != i {
			rt.Fatalf("%d cells, want %d", p.Len(), i)
		}
		if _, err := p.Cell(i); err == nil {
			rt.Fatal("there is one more cell")
		}
	})
}

// hundredThousand is a sweep of 100,000 cells.
var hundredThousand = "base: {train.updates: 100}\ngrid: {train.batch: " + ints(100) + ", observe.examples: " + ints(100) + "}\nseeds: " + ints(10) + "\n"

func BenchmarkPlan(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s, err := Parse(b.Context(), "S.yaml", []byte(hundredThousand), names)
		if err != nil {
			b.Fatal(err)
		}
		p, err := s.Plan(b.Context(), names, anyConfig)
		if err != nil || p.Len() != 100_000 {
			b.Fatalf("%v, %d cells", err, p.Len())
		}
	}
}

// BenchmarkCell is what a worker does to find its cell.
func BenchmarkCell(b *testing.B) {
	dir := b.TempDir()
	s, err := Parse(b.Context(), "S.yaml", []byte(hundredThousand), names)
	if err != nil {
		b.Fatal(err)
	}
	p, err := s.Plan(b.Context(), names, anyConfig)
	if err == nil {
		err = p.Write(dir)
	}
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p, err := Read(dir)
		if err != nil {
			b.Fatal(err)
		}
		c, err := p.Cell(77_777)
		if err == nil {
			_, err = c.Resolve(names)
		}
		if err != nil {
			b.Fatal(err)
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
	for _, want := range []string{"has another plan", "base: train.rate is 0.5, the new one 0.25"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	err = planOf(t, strings.Replace(small, "[1, 5]", "[1]", 1)).Write(dir)
	if err == nil || !strings.Contains(err.Error(), "it has 16 cells, the new one 8; seeds: 1, 5, the new one 1") {
		t.Errorf("%v, want the cells", err)
	}
	for _, change := range []struct{ from, to, want string }{
		{"standard, normalized", "normalized, standard", "grid: model.init: standard, normalized, the new one model.init: normalized, standard"},
		{"{model.activation: softsign, train.batch: 7}", "{train.batch: 8}", "list: entry 2 is model.activation=softsign train.batch=7, the new one train.batch=8"},
	} {
		if err := planOf(t, strings.Replace(small, change.from, change.to, 1)).Write(dir); err == nil || !strings.Contains(err.Error(), change.want) {
			t.Errorf("%v, want %q", err, change.want)
		}
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
