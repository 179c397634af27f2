package run

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"glorot/experiments/dataset"

	"pgregory.net/rapid"
)

// The id of a configuration is the name of results that are kept: it never changes.
func TestGoldenID(t *testing.T) {
	const golden = "62e76f916a22ec68"
	if got := Default().ID(Origin{Numbers: 1, Data: Images{Checksum: "abc"}}); got != golden {
		t.Errorf("got %s, want %s", got, golden)
	}
}

// The id changes with everything that changes a number in the trajectory, and with nothing else.
func TestIdentity(t *testing.T) {
	origin := Origin{Numbers: 1}
	seen := map[string]string{Default().ID(origin): "the default"}
	differs := func(what, id string) {
		t.Helper()
		if other, twice := seen[id]; twice {
			t.Errorf("%s has the id of %s", what, other)
		}
		seen[id] = what
	}
	changes := map[string]string{
		"seed": "2", "model.hidden": "[10]", "model.activation": "softsign", "model.init": "normalized", "model.cost": "quadratic",
		"model.gain": "2", "model.zero_last": "true", "model.bias": "0.5", "model.from": "/weights.npz", "model.norm": "layer", "model.residual": "1", "model.dropout": "0.5",
		"train.beta1": "0.5", "train.beta2": "0.5", "train.epsilon": "0.5", "train.weight_decay": "1", "train.clip_norm": "1", "train.clip_value": "1",
		"train.label_smoothing": "0.5", "train.schedule": "step", "train.schedule_updates": "1", "train.schedule_factor": "0.5", "train.warmup": "1", "train.patience": "1",
		"data.name": "mnist", "data.seed": "2", "data.low": "-1", "data.high": "2",
		"data.path": "/other", "data.standardize": "feature", "data.split": "[0.5, 0.25, 0.25]", "data.size": "8", "data.channels": "1", "train.updates": "1", "train.batch": "1", "train.rate": "1",
		"train.optimizer": "momentum", "train.momentum": "0.5", "train.curvature_mu": "0.5", "train.curvature_every": "1", "train.curvature_decay": "0.5",
		"pretrain.updates": "1", "pretrain.rate": "0.5", "pretrain.noise": "0.5", "observe.every": "1", "observe.examples": "1", "observe.images": "1",
		"observe.layers": "1", "observe.histograms": "1", "observe.errors": "1", "observe.jacobians": "1", "observe.gradients": "false", "observe.wrong": "false", "observe.measures": "all",
		"checkpoint.every": "1", "checkpoint.keep": "1", "checkpoint.at": "[1]", "checkpoint.digest": "1", "threads": "1",
	}
	own := map[string]bool{"data.path": true, "data.standardize": true, "data.split": true, "data.size": true, "data.channels": true}
	for _, k := range Keys(Allowed{}) {
		if k.Shorthand {
			continue
		}
		c := Default()
		if own[k.Name] {
			c.Data.Name, c.Data.Path = dataset.OwnName, "/own"
		}
		before := c.ID(origin)
		if err := c.Set(k.Name+"="+changes[k.Name], Allowed{}); err != nil {
			t.Fatal(err)
		}
		if k.Name == "data.name" {
			c.Data.Seed = 0
		}
		switch id := c.ID(origin); {
		case k.Identity:
			differs(k.Name, id)
		case id != before:
			t.Errorf("%s changes the id", k.Name)
		}
	}
	for name, o := range map[string]Origin{
		"other numbers": {Numbers: 2}, "other data": {Numbers: 1, Data: Images{Checksum: "a"}}, "other weights": {Numbers: 1, Weights: "a"},
		"a child": {Numbers: 1, Parent: &Parent{ID: "a", Update: 1}}, "a later child": {Numbers: 1, Parent: &Parent{ID: "a", Update: 2}},
		"another one's child": {Numbers: 1, Parent: &Parent{ID: "b", Update: 1}},
	} {
		differs(name, Default().ID(o))
	}
	same := Origin{Numbers: 1, Kernels: "avx2", Time: time.Now(), Seeds: map[string]uint64{"weights": 1}, Data: Images{Train: 5}}
	if Default().ID(same) != Default().ID(origin) {
		t.Error("kernels, time or counts change the id")
	}
}

// A seed of the images that says what auto means is the same trajectory, and each seed has its own images.
func TestImageSeed(t *testing.T) {
	c := Default()
	c.Data.Seed = 1
	if c.ID(Origin{}) != Default().ID(Origin{}) {
		t.Error("of seed 1 the images have seed 1")
	}
	c.Seed = 2
	auto := c
	auto.Data.Seed = 0
	if c.ID(Origin{}) == auto.ID(Origin{}) || auto.ImageSeed() != 2 || c.ImageSeed() != 1 {
		t.Errorf("seeds %d and %d", auto.ImageSeed(), c.ImageSeed())
	}
	stored := Default()
	stored.Data.Name = "mnist"
	old := stored
	old.Data.Seed = 1 // was the default once
	if stored.ID(Origin{}) != old.ID(Origin{}) {
		t.Error("stored images have no seed")
	}
}

// A key that was added later leaves the id at its default: that of a manifest without it is the same.
func TestAddedKeys(t *testing.T) {
	var all, before map[string]json.RawMessage
	if err := json.Unmarshal(Default().JSON(), &all); err != nil {
		t.Fatal(err)
	}
	before = map[string]json.RawMessage{}
	for _, k := range keys {
		if !k.added && !k.shorthand {
			before[k.name] = all[k.name]
		}
	}
	src, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	c, err := parseManifestConfig("manifest.json", src)
	if err != nil || c.ID(Origin{}) != Default().ID(Origin{}) {
		t.Errorf("got %+v, %v", c, err)
	}
	added := slices.DeleteFunc(slices.Clone(keys), func(k key) bool { return !k.added })
	if len(added) != 29 {
		t.Errorf("%d keys were added", len(added))
	}
}

// The configuration in a manifest reads back as it was.
func TestManifestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawConfig(t)
		got, err := parseManifestConfig("manifest.json", want.JSON())
		if err != nil || !equal(got, want) {
			t.Fatalf("got %v, %v, want %v, from\n%s", got, err, want, want.JSON())
		}
	})
	for src, want := range map[string]string{
		"[]":                 "m.json: the configuration of the manifest: json: cannot unmarshal array into Go value of type map[string]json.RawMessage",
		`{"train.rate":"x"}`: `m.json: the configuration of the manifest: --set train.rate=x: train.rate: got x, allowed: a number above 0 in the range of float32`,
		`{"data.low":5}`:     `m.json: the configuration of the manifest: --set data.low=5: data.low: got 5, allowed: a number below data.high (1) in float32`,
	} {
		_, err := parseManifestConfig("m.json", json.RawMessage(src))
		wantFailure(t, err, want)
	}
}

// The name of a run says what is trained, and can begin a file's name.
func TestName(t *testing.T) {
	for want, set := range map[string][]string{
		"shapeset-tanh-standard-5x1000-0.01-in-0-1-seed1":                             nil,
		"mnist-relu-normalized-3x10-quadratic-pretrained-hessian-1e-05-in--1-1-seed7": {"data.name=mnist", "model.activation=relu", "model.init=normalized", "model.hidden=[10, 10, 10]", "model.cost=quadratic", "pretrain.updates=5", "train.optimizer=hessian", "train.rate=1e-5", "data.low=-1", "seed=7"},
		"shapeset-tanh-standard-600+800-0.01-in-0-1-seed1":                            {"model.hidden=[600, 800]"},
	} {
		c, err := Load("", set, Allowed{})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Name(); got != want || !filepath.IsLocal(got) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
