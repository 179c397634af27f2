package trial

import (
	"context"
	"encoding/json"
	"errors"
	"math/bits"
	"reflect"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/graph/kernel"
)

// small is a training of a tenth of a second.
func small() Spec {
	return Spec{
		Data: Shapeset, Hidden: []int{20, 20}, Activation: "tanh", Init: "normalized", Cost: "nll", High: 1, Rate: .05, Batch: 10, Updates: 30, Seed: 1,
		Watch: Watch{Every: 10, Examples: 50, Gradients: true, Jacobians: []int{0, 30}, Test: 15, Images: 200},
	}
}

func run(t *testing.T, spec Spec, data *Library, threads int) *Result {
	t.Helper()
	e, err := kernel.New(kernel.Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	r, err := Run(context.Background(), spec, data, e, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRunSeesWhatTheSpecSays(t *testing.T) {
	data := NewLibrary("")
	spec := small()
	r := run(t, spec, data, 1)
	if len(r.Looks) != spec.Looks() || len(r.Looks) != 4 || len(r.Tests) != spec.Tests() || len(r.Tests) != 2 || len(r.Jacobians) != 2 {
		t.Fatalf("%d looks, %d tests, %d Jacobians", len(r.Looks), len(r.Tests), len(r.Jacobians))
	}
	for i, l := range r.Looks {
		if l.Update != 10*i || len(l.Layers) != 3 || l.Layers[0].DW.Std <= 0 {
			t.Errorf("look %d: update %d, %d layers", i, l.Update, len(l.Layers))
		}
		if kept := len(l.Layers[0].Z.Histogram.Counts) > 0; kept != (i == 0 || i == 3) {
			t.Errorf("look %d: histogram kept: %v", i, kept)
		}
	}
	if r.Looks[0].Layers[0].Z.Std == r.Looks[3].Layers[0].Z.Std {
		t.Error("training changed nothing")
	}
	if j := r.Jacobians[1]; j.Update != 30 || len(j.Values) != 1 || len(j.Values[0]) != 20 || j.Mean()[0] <= 0 {
		t.Errorf("Jacobian %+v", j)
	}
	wrong := 0
	for _, b := range r.Wrong {
		wrong += bits.OnesCount8(b)
	}
	if at := r.AtBest(); float64(wrong) != at.Test*200 || wrong == 0 {
		t.Errorf("%d images wrong, test error %v of 200", wrong, at.Test)
	}
	if r.Last() != r.Tests[1] || r.Last().Update != 30 {
		t.Errorf("last test %+v of %+v", r.Last(), r.Tests)
	}
}

// The Result depends neither on the number of threads nor on what is looked at; another seed has another one.
func TestRunIsReproducible(t *testing.T) {
	data := NewLibrary("")
	want := run(t, small(), data, 1)
	if got := run(t, small(), data, 2); !reflect.DeepEqual(got, want) {
		t.Error("two threads have another result")
	}
	blind := small()
	blind.Watch = Watch{Images: 200}
	if got := run(t, blind, data, 1); got.Last() != want.Last() {
		t.Errorf("without looks the last test is %+v, with them %+v", got.Last(), want.Last())
	}
	other := small()
	other.Seed = 2
	if got := run(t, other, data, 1); reflect.DeepEqual(got.Looks, want.Looks) {
		t.Error("two seeds have one result")
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var back Result
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(back); string(again) != string(text) {
		t.Error("the result does not come back from JSON")
	}
}

// Pre-training and a rate for each parameter are part of a training, and make another one.
func TestRunMethods(t *testing.T) {
	data := NewLibrary("")
	plain := run(t, small(), data, 1)
	pretrained := small()
	pretrained.Pretraining = &Pretraining{Updates: 40, Rate: .01, Noise: .25}
	r := run(t, pretrained, data, 1)
	if len(r.Pretrained) != 2 || r.Pretrained[0].First <= 0 || reflect.DeepEqual(r.Looks[0], plain.Looks[0]) {
		t.Errorf("pre-training: %+v", r.Pretrained)
	}
	if got := run(t, pretrained, data, 2); !reflect.DeepEqual(got, r) {
		t.Error("two threads have another result")
	}
	second := small()
	second.Curvature = &Curvature{Method: "hessian", Mu: .001, Every: 10, Decay: .9}
	if r := run(t, second, data, 1); !reflect.DeepEqual(r.Looks[0], plain.Looks[0]) || reflect.DeepEqual(r.Looks[3], plain.Looks[3]) {
		t.Error("a rate for each parameter begins elsewhere, or changes nothing")
	}
	for spec, want := range map[*Spec]string{&pretrained: "pretrained", &second: "hessian"} {
		if name := spec.Name(); !strings.Contains(name, want) {
			t.Errorf("%s does not say %s", name, want)
		}
	}
	text, err := json.Marshal(small().Key())
	if err != nil || strings.Contains(string(text), "pretraining") || strings.Contains(string(text), "curvature") {
		t.Errorf("the key of a plain training says %s, %v", text, err)
	}
}

// Of equal validation errors the first is the best: a training that changes nothing has it at its first test.
func TestBestIsTheFirst(t *testing.T) {
	spec := small()
	spec.Rate = 1e-30
	r := run(t, spec, NewLibrary(""), 1)
	if len(r.Tests) != 2 || r.Tests[0].Valid != r.Tests[1].Valid || r.Best != 0 || r.AtBest().Update != 15 {
		t.Errorf("tests %+v, the best is %d", r.Tests, r.Best)
	}
}

func TestRunDiverges(t *testing.T) {
	spec := small()
	spec.Activation, spec.Rate = "identity", 1e20
	r := run(t, spec, NewLibrary(""), 1)
	if r.Diverged == nil || r.Last().Valid != 1 || r.Diverged.Where == "" {
		t.Errorf("rate 1e20: %+v, last test %+v", r.Diverged, r.Last())
	}
	if (&Result{}).AtBest().Valid != 1 {
		t.Error("no test at all is no error of 1")
	}
}

func TestRunRefuses(t *testing.T) {
	for want, change := range map[string]func(s *Spec){
		`data set "svhn"; want shapeset, shapeset100k, mnist`: func(s *Spec) { s.Data = "svhn" },
		`mnist: no folder of data is given`:                   func(s *Spec) { s.Data = "mnist" },
		`the data's checksum is "", want "x"`:                 func(s *Spec) { s.Checksum = "x" },
		`activation`:                                          func(s *Spec) { s.Activation = "step" },
		`initialis`:                                           func(s *Spec) { s.Init = "zero" },
		`cost`:                                                func(s *Spec) { s.Cost = "hinge" },
		`scale is 1 to 1`:                                     func(s *Spec) { s.Low = 1 },
		`a rate of 0`:                                         func(s *Spec) { s.Rate = 0 },
	} {
		spec := small()
		change(&spec)
		e, err := kernel.New(kernel.Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Run(context.Background(), spec, NewLibrary(""), e, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		e.Close()
	}
	_, err := NewLibrary(t.TempDir()).Complete(context.Background(), Spec{Data: "cifar10"})
	var missing *dataset.MissingError
	if !errors.As(err, &missing) {
		t.Errorf("cifar10 in an empty folder: %v", err)
	}
}

func TestRunEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	e, err := kernel.New(kernel.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	calls := 0
	_, err = Run(ctx, small(), NewLibrary(""), e, func(part float64) {
		calls++
		if part > .5 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || calls == 0 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

func TestNames(t *testing.T) {
	spec := small()
	if got, want := spec.Name(), "shapeset-tanh-normalized-2x20-0.05-in-0-1-30-seed1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	spec.Hidden, spec.Cost, spec.Low = []int{600, 800}, "quadratic", -1
	if got, want := spec.Name(), "shapeset-tanh-normalized-600+800-quadratic-0.05-in--1-1-30-seed1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Training images are never those of the test or the validation set.
func TestImagesSeed(t *testing.T) {
	for seed, want := range map[uint64]uint32{0: 4294967294, 1: 1, 2: 2, 4294967294: 4294967294, 4294967295: 1, 4294967296: 2} {
		if got := imagesSeed(seed); got != want || got == dataset.TestSeed || got == dataset.ValidSeed {
			t.Errorf("seed %d: %d, want %d", seed, got, want)
		}
	}
}
