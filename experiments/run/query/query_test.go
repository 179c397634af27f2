package query

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/run"

	"pgregory.net/rapid"
)

// A subject is a configuration with a name, a status and a fork point.
type subject struct {
	run.Config
	name, status string
	images       string // their checksum
	parent       *run.Parent
}

func (s subject) Value(key string) string {
	switch key {
	case Run:
		return s.name
	case Status:
		return s.status
	case Fork:
		return ForkOf(s.parent)
	case Images:
		return ImagesOf(run.Images{Checksum: s.images})
	}
	v, _ := s.Config.Value(key)
	return v
}

func made(t testing.TB, sets ...string) subject {
	t.Helper()
	c, err := run.Load("", sets, run.Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	return subject{Config: c, name: "runs/a", status: run.Done}
}

// aliases have another name for two of the defaults.
var aliases = run.Allowed{Inits: []string{"normalized"}, Canonical: map[string]func(string) string{
	"model.init":       func(name string) string { return strings.Replace(name, "usual", "standard", 1) },
	"model.activation": func(name string) string { return strings.Replace(name, "hyperbolic", "tanh", 1) },
}}

// Numbers compare as numbers, other names as those that they stand for, lists as lists, and large integers to the last digit.
func TestFilter(t *testing.T) {
	s := made(t, "train.rate=0.01", "model.hidden=[100, 100]", "seed=18446744073709551615")
	for _, c := range []struct {
		terms string
		want  bool
	}{
		{"", true}, {"train.rate=1e-2", true}, {"train.rate=0.010", true}, {"train.rate=0.1", false}, {"model.hidden=[100,100]", true},
		{"model.hidden=[100]", false}, {"model.init=standard status=done", true}, {"model.init=standard status=killed", false},
		{"seed=18446744073709551615", true}, {"seed=18446744073709551614", false}, {"run=runs/a fork=none", true}, {`model.init="standard"`, true},
		{"model.init=usual", true}, {"model.init=other", false}, {"model.activation=[hyperbolic,tanh]", false}, {"model.activation=hyperbolic", true},
	} {
		f, err := ParseFilter("--where", strings.Fields(c.terms), aliases)
		if err != nil || f.Match(s) != c.want {
			t.Errorf("%s: %t, %v; want %t", c.terms, f.Match(s), err, c.want)
		}
	}
}

// What cannot be meant is one clear error, with the nearest key or with what is allowed.
func TestWrongTerms(t *testing.T) {
	for term, want := range map[string]string{
		"normalized":          "--where normalized: allowed: KEY=VALUE, such as model.init=normalized",
		"model.inti=standard": "--where model.inti=standard: unknown key model.inti, did you mean model.init?",
		"init=standard":       "--where init=standard: unknown key init, did you mean model.init?",
		"statsu=done":         "--where statsu=done: unknown key statsu, did you mean status?",
		"colour=red":          "--where colour=red: unknown key colour, allowed: seed, model, data, train, pretrain, observe, checkpoint, threads",
		"train.rate=fast":     "--where train.rate=fast: train.rate: got fast, allowed: a number above 0 in the range of float32",
		"status=finished":     "--where status=finished: status: got finished, allowed: running, done, diverged, interrupted, failed, killed, damaged",
	} {
		_, err := ParseFilter("--where", []string{term}, run.Allowed{})
		var usage *run.UsageError
		if !errors.As(err, &usage) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, c := range []struct {
		by, ignore []string
		want       string
	}{
		{[]string{"model.flavour"}, nil, "--group-by model.flavour: unknown key model.flavour, allowed in model: hidden, depth, width, activation, init, gain, zero_last, bias, from, norm, residual, dropout, cost"},
		{[]string{"seed,model.init", "seed"}, nil, "--group-by seed: seed: is named twice, expected: once"},
		{[]string{"seed,seed"}, nil, "--group-by seed,seed: seed: is named twice, expected: once"},
		{[]string{"seed"}, []string{"seed"}, "--ignore seed: seed: is also in --group-by, allowed: one of the two"},
	} {
		if _, err := ParseProjection(c.by, c.ignore); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// By default runs are grouped by what differs in them, but for seeds, length and what changes no number; on how many images something
// was measured, and where a run was forked, are differences.
func TestKeys(t *testing.T) {
	base := made(t)
	other := made(t, "seed=2", "train.updates=5", "threads=1", "observe.every=7", "observe.examples=9", "model.init=normalized", "train.rate=0.1")
	other.parent = &run.Parent{Update: 15}
	runs := []subject{base, other}
	for _, c := range []struct {
		by, ignore    []string
		keys, residue string
	}{
		{nil, nil, "model.init train.rate observe.examples fork", "model.init train.rate observe.examples fork"},
		{nil, []string{"train.rate,fork"}, "model.init observe.examples", "model.init observe.examples"},
		{[]string{"model.init", "status"}, []string{"fork"}, "model.init status", "train.rate observe.examples"},
		{[]string{""}, nil, "", "model.init train.rate observe.examples fork"},
	} {
		p, err := ParseProjection(c.by, c.ignore)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(Keys(p, runs), " "); got != c.keys {
			t.Errorf("%v, %v: groups by %s, want %s", c.by, c.ignore, got, c.keys)
		}
		if got := strings.Join(Residue(p, runs), " "); got != c.residue {
			t.Errorf("%v, %v: leaves %s, want %s", c.by, c.ignore, got, c.residue)
		}
	}
}

// Runs with different images of one name are never in one group, whatever the groups are asked for. The path of the data does not matter.
func TestImagesAreNotPooled(t *testing.T) {
	a, b, c := made(t, "data.path=/a.csv"), made(t, "data.path=/moved/a.csv", "seed=2"), made(t, "data.path=/a.csv", "seed=3")
	a.images, b.images, c.images = "1234567890123456", "1234567890123456", "another"
	for _, by := range [][]string{nil, {""}, {"model.init"}, {"images"}} {
		p, err := ParseProjection(by, []string{"data.path"})
		if err != nil {
			t.Fatal(err)
		}
		if keys := Keys(p, []subject{a, b}); slices.Contains(keys, Images) != slices.Contains(by, Images) || slices.Contains(keys, "data.path") {
			t.Errorf("%v: the same images are grouped by %v", by, keys)
		}
		all := []subject{a, b, c}
		if groups := GroupBy(all, Keys(p, all)); len(groups) != 2 || len(groups[0].Runs) != 2 || groups[0].Settings.Value(Images) != "123456789012" {
			t.Errorf("%v: groups %v", by, groups)
		}
	}
	if got := Keys(Projection{}, []subject{a, made(t)}); strings.Join(got, " ") != "data.name" {
		t.Errorf("different data sets are grouped by %v", got)
	}
}

// Groups are a partition: every run is in the one group whose settings it has, which a filter of these settings finds again.
func TestGroupsPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var runs []subject
		for range rapid.IntRange(1, 12).Draw(t, "runs") {
			c := run.Default()
			c.Seed = rapid.Uint64Range(0, 2).Draw(t, "seed")
			c.Train.Rate = rapid.SampledFrom([]float64{1e-3, 0.01, 1e30}).Draw(t, "rate")
			c.Model.Hidden = rapid.SliceOfN(rapid.IntRange(1, 3), 1, 2).Draw(t, "hidden")
			runs = append(runs, subject{Config: c})
		}
		keys := Differing(runs)
		n := 0
		for _, g := range GroupBy(runs, keys) {
			n += len(g.Runs)
			var terms []string
			for _, s := range g.Settings {
				if s.Key != Fork {
					terms = append(terms, s.String())
				}
			}
			f, err := ParseFilter("--where", terms, run.Allowed{})
			if err != nil {
				t.Fatal(err)
			}
			matching := slices.DeleteFunc(slices.Clone(runs), func(s subject) bool { return !f.Match(s) })
			if len(matching) != len(g.Runs) {
				t.Errorf("%v: %d runs in the group, %d match", terms, len(g.Runs), len(matching))
			}
		}
		if n != len(runs) {
			t.Errorf("%d runs in groups, want %d", n, len(runs))
		}
	})
}
