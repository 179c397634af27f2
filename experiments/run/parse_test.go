package run

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/train"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the golden files anew")

// allowed are the names of the laboratory.
var allowed = Allowed{
	Activations: []string{"sigmoid", "tanh", "softsign", "identity", "relu"},
	Inits:       []string{"standard", "normalized", "figure"},
	Costs:       []string{"nll", "quadratic"},
	Norms:       []string{"none", "batch"},
	Data:        []string{"shapeset"},
	Optimizers:  []string{"sgd", "momentum", "hessian", "variance"},
	Schedules:   []string{"constant", "cosine"},
	Measures:    []string{"dead", "rank", "confusion"},
	Canonical: map[string]func(string) string{"model.init": func(name string) string {
		return strings.ReplaceAll(name, "eq16", "normalized")
	}},
}

// Each document of testdata/bad.txtar is refused with exactly the line that stands
// beside it.
func TestBadDocuments(t *testing.T) {
	golden := filepath.Join("testdata", "bad.txtar")
	archive, err := txtar.ParseFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		doc, want := archive.Files[i], &archive.Files[i+1]
		_, err := Parse(doc.Name, doc.Data, allowed)
		var usage *UsageError
		if !errors.As(err, &usage) {
			t.Errorf("%s: got %v, want a UsageError", doc.Name, err)
			continue
		}
		got := err.Error() + "\n"
		if strings.Count(got, "\n") != 1 || usage.Place.Line == 0 || usage.Place.Column == 0 {
			t.Errorf("%s: %q has more than one line, or no place", doc.Name, got)
		}
		if *update {
			want.Data = []byte(got)
		}
		if got != string(want.Data) {
			t.Errorf("%s:\n got %swant %s", doc.Name, got, want.Data)
		}
	}
	if *update {
		if err := os.WriteFile(golden, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// What a document leaves out keeps its default.
func TestGoodDocuments(t *testing.T) {
	change := func(f func(*Config)) Config {
		c := Default()
		f(&c)
		return c
	}
	for src, want := range map[string]Config{
		"":                        Default(),
		"# nothing\n":             Default(),
		"---\n":                   Default(),
		"model:\ntrain: {}\n":     Default(),
		"\uFEFFseed: 1\r\n":       Default(),
		"%YAML 1.2\n---\nseed: 1": Default(),
		"seed: 18446744073709551615\ndata: {seed: 4294967294}": change(func(c *Config) {
			c.Seed, c.Data.Seed = 1<<64-1, 1<<32-2
		}),
		"model:\n  hidden:\n  - 3 # narrow\n  - 1000000\n  activation: \"relu\"\n": change(func(c *Config) {
			c.Model.Hidden, c.Model.Activation = []int{3, 1_000_000}, "relu"
		}),
		"model.hidden: [7]\ntrain: {updates: 0, rate: 1e-3}\n": change(func(c *Config) {
			c.Model.Hidden, c.Train.Updates, c.Train.Rate = []int{7}, 0, 1e-3
		}),
		"data:\n  low: -1\n  high: 2.5e0\nobserve: {every: 0}\nthreads: 3\n": change(func(c *Config) {
			c.Data.Low, c.Data.High, c.Observe.Every, c.Threads = -1, 2.5, 0, 3
		}),
		"observe.measures: [rank, dead, rank]": change(func(c *Config) { c.Observe.Measures = []string{"dead", "rank"} }),
		"observe: {measures: all}":             change(func(c *Config) { c.Observe.Measures = train.MeasureRequests() }),
		"observe: {measures: confusion}":       change(func(c *Config) { c.Observe.Measures = []string{"confusion"} }),
		"observe: {measures: none}":            Default(),
		"observe: {measures: []}":              Default(),
		"data: {low: 5, high: 6}":              change(func(c *Config) { c.Data.Low, c.Data.High = 5, 6 }),
		"threads: all\n...\n":                  Default(),
	} {
		got, err := Parse("x.yaml", []byte(src), allowed)
		if err != nil || !equal(got, want) {
			t.Errorf("%q: got %v, %v, want %v", src, got, err, want)
		}
	}
}

// The file goes over the defaults, and the arguments over the file, each over those
// before it.
func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte("seed: 5\ntrain: {rate: 0.5, batch: 3}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := Load(file, []string{"train.rate=0.25", "train.rate = 0.125", "model={hidden: [2], init: figure}", "data.low=2", "data.high=3"}, allowed)
	want := Default()
	want.Seed, want.Train.Rate, want.Train.Batch = 5, 0.125, 3
	want.Model.Hidden, want.Model.Init = []int{2}, "figure"
	want.Data.Low, want.Data.High = 2, 3
	if err != nil || !equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if got, err := Load("", nil, allowed); err != nil || !equal(got, Default()) {
		t.Errorf("got %v, %v, want the defaults", got, err)
	}
}

// A bad argument is named whole; where the file and an argument contradict each other,
// the later one is.
func TestBadArguments(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("a.yaml", []byte("data:\n  low: 0.5\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for arg, want := range map[string]string{
		"train.rate=0":                 `--set train.rate=0: train.rate: got 0, allowed: a number above 0 in the range of float32`,
		"train.rate":                   `--set train.rate: allowed: key=value, such as train.rate=0.01`,
		"train.rate=":                  `--set train.rate=: train.rate: got nothing, allowed: a number above 0 in the range of float32`,
		"model.init=xavier":            `--set model.init=xavier: model.init: got xavier, allowed: standard, normalized, figure`,
		"model.hiddn=[3]":              `--set model.hiddn=[3]: unknown key model.hiddn, did you mean model.hidden?`,
		"observe.measures=[dead, ded]": `--set observe.measures=[dead, ded]: observe.measures: got ded, allowed: none, all, or some of dead, rank, confusion, such as [dead, rank]`,
		"observe.measures=3":           `--set observe.measures=3: observe.measures: got 3, allowed: none, all, or some of dead, rank, confusion, such as [dead, rank]`,
		"observe.measures=[all]":       `--set observe.measures=[all]: observe.measures: got all, allowed: none, all, or some of dead, rank, confusion, such as [dead, rank]`,
		"modle.hidden=[3]":             `--set modle.hidden=[3]: unknown key modle.hidden, did you mean model.hidden?`,
		"rate=0.1":                     `--set rate=0.1: unknown key rate, did you mean train.rate?`,
		"=3":                           `--set =3: allowed: key=value, such as train.rate=0.01`,
		"model=3":                      `--set model=3: model: got 3, allowed: the keys hidden, depth, width, activation, init, gain, zero_last, bias, from, norm, residual, dropout, cost`,
		"model.hidden=[3":              `--set model.hidden=[3: is not YAML: sequence end token ']' not found`,
		"seed=1\nseed: 2":              `--set seed=1\nseed: 2: is not YAML: `,
		"train={rate: 1, rate: 2}":     `--set train={rate: 1, rate: 2}: train.rate: is set already`,
		"data.high=0.25":               `--set data.high=0.25: data.high: got 0.25, allowed: a number above data.low (0.5) in float32`,
		"data.low=1":                   `--set data.low=1: data.low: got 1, allowed: a number below data.high (1) in float32`,
	} {
		_, err := Load("a.yaml", []string{arg}, allowed)
		var usage *UsageError
		if !errors.As(err, &usage) || usage.Place.Argument == "" || !strings.HasPrefix(err.Error(), want) ||
			!strings.HasSuffix(want, ": ") && err.Error() != want || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q:\n got %v\nwant %s", arg, err, want)
		}
	}
}

func TestBadFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("dir", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("long.yaml", []byte("# "+strings.Repeat("x", maxConfigSize)), 0o666); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"none.yaml": "none.yaml: there is no such configuration file",
		"dir":       "dir: is a directory, allowed: a YAML file",
		"long.yaml": "long.yaml: is too long for a configuration, allowed: 16384 bytes",
	} {
		_, err := Load(file, nil, allowed)
		if usage := new(UsageError); !errors.As(err, &usage) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	_, err := Load("", []string{"seed=" + strings.Repeat("1", maxConfigSize)}, allowed)
	if err == nil || err.Error() != "--set seed: is too long, allowed: 16384 bytes" {
		t.Error(err)
	}
	// A file that cannot be read is no wrong use.
	_, err = Load("a\x00b", nil, allowed)
	if usage := new(UsageError); err == nil || errors.As(err, &usage) || errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// The seeds of the images with which a network is tested and chosen are none to train it with.
func TestSeedOfHeldOutData(t *testing.T) {
	for _, seed := range []uint32{dataset.TestSeed, dataset.ValidSeed} {
		_, err := Load("", []string{fmt.Sprintf("data.seed=%d", seed)}, Allowed{})
		want := fmt.Sprintf("--set data.seed=%d: data.seed: got %[1]d, allowed: auto (each seed has its own images), or for shapeset an integer from 1 to 4294967294 (0 makes the test images, 4294967295 the validation images)", seed)
		if usage := new(UsageError); !errors.As(err, &usage) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, seed := range []uint32{dataset.TestSeed + 1, dataset.ValidSeed - 1} {
		if c, err := Load("", []string{fmt.Sprintf("data.seed=%d", seed)}, Allowed{}); err != nil || c.Data.Seed != seed {
			t.Errorf("got %v, %v", c.Data, err)
		}
	}
}

// A seed of images that no generator makes would have no effect.
func TestSeedOfStoredData(t *testing.T) {
	for _, set := range [][]string{{"data.seed=5", "data.name=mnist"}, {"data.name=mnist", "data.seed=5"}} {
		_, err := Load("", set, Allowed{})
		want := "--set data.seed=5: data.seed: got 5, allowed: auto, as the images of mnist are not generated; their order follows seed"
		if usage := new(UsageError); !errors.As(err, &usage) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if c, err := Load("", []string{"data.name=mnist", "data.seed=1"}, Allowed{}); err != nil || c.Data.Name != "mnist" {
		t.Errorf("got %v, %v", c.Data, err)
	}
}

// An argument that is refused changes nothing.
func TestSet(t *testing.T) {
	c := Default()
	if err := c.Set("model.hidden=[100, 100]", allowed); err != nil || len(c.Model.Hidden) != 2 {
		t.Errorf("got %v, %v", c.Model.Hidden, err)
	}
	before := c
	for _, arg := range []string{"data.low=1", "train.batch=0"} {
		if err := c.Set(arg, allowed); err == nil || !equal(c, before) {
			t.Errorf("%s: got %v, %v", arg, c, err)
		}
	}
}

// A mistake in Go is reported with its key alone.
func TestValidate(t *testing.T) {
	if err := Default().Validate(allowed); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Config){
		"model.hidden: got an empty list, allowed: a list of widths from 1 to 1000000, such as [1000, 1000]": func(c *Config) { c.Model.Hidden = nil },
		"train.rate: got NaN, allowed: a number above 0 in the range of float32":                             func(c *Config) { c.Train.Rate /= 0; c.Train.Rate -= c.Train.Rate },
		"threads: got -1, allowed: all or an integer from 1 to 1024":                                         func(c *Config) { c.Threads = -1 },
		`model.cost: got "x\ny", allowed: nll, quadratic`:                                                    func(c *Config) { c.Model.Cost = "x\ny" },
		`model.init: got "x\n  cost: y", allowed: standard, normalized, figure`:                              func(c *Config) { c.Model.Init = "x\n  cost: y" },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(allowed); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// oneLineError fails unless err is a UsageError of one line that begins with a place.
func oneLineError(t *testing.T, err error) {
	t.Helper()
	var usage *UsageError
	if !errors.As(err, &usage) || !strings.HasPrefix(err.Error(), "x.yaml:") || strings.ContainsAny(err.Error(), "\n\r\t\x1b") {
		t.Fatalf("%q", err)
	}
}

// Depth and width stand for the widths of the hidden layers, in either order; an alias stands for its name; a list has one activation for each
// layer; and a schedule gets its length from the updates.
func TestShorthands(t *testing.T) {
	c, err := Load("", []string{"model.width=7", "model.depth=3", "model.init=eq16", "model.activation=[tanh, relu, tanh]",
		"train.schedule=cosine", "train.updates=50", "train.warmup=10"}, allowed)
	if err != nil || !slices.Equal(c.Model.Hidden, []int{7, 7, 7}) || c.Model.Init != "normalized" || c.Train.ScheduleUpdates != 40 ||
		!slices.Equal(c.Model.ActivationNames(), []string{"tanh", "relu", "tanh"}) {
		t.Errorf("got %+v, %v", c, err)
	}
	for name, want := range map[string]string{"model.depth": "3", "model.width": "7", "model.activation": "[tanh, relu, tanh]"} {
		if got, ok := c.Value(name); !ok || got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	longer := c
	longer.Train.Updates = 100
	if longer.ID(Origin{}) != c.ID(Origin{}) {
		t.Error("a longer run of a resolved schedule is another trajectory")
	}
	for _, bad := range []struct {
		set  []string
		want string
	}{
		{[]string{"model.depth=3", "model.hidden=[7, 7]"}, "--set model.depth=3: model.depth: is set together with model.hidden, allowed: model.hidden, or model.depth and model.width"},
		{[]string{"model.hidden=[7]", "model.width=7"}, "--set model.width=7: model.width: is set together with model.hidden, allowed: model.hidden, or model.depth and model.width"},
		{[]string{"model.depth=0"}, "--set model.depth=0: model.depth: got 0, allowed: an integer from 1 to 100000"},
		{[]string{"model.activation=[tanh, relu]"}, "--set model.activation=[tanh, relu]: model.activation: got a list of 2, allowed: one name, or a list of 5, one for each hidden layer"},
		{[]string{"model.activation=[]"}, "--set model.activation=[]: model.activation: got an empty list, allowed: sigmoid, tanh, softsign, identity, relu; or a list of these with one for each hidden layer"},
		{[]string{"model.norm=batch", "train.batch=1"}, "--set train.batch=1: train.batch: got 1, allowed: 2 or more with model.norm batch"},
	} {
		if _, err := Load("", bad.set, allowed); err == nil || err.Error() != bad.want {
			t.Errorf("got %v, want %s", err, bad.want)
		}
	}
}
