package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
)

// Stored images are learned in the order of dataset.NewShuffled with the run's seed, pass after pass. Held against float64
// loops over the exported initial weights and images; the errors of the two other splits too.
func TestTrainOnStoredImages(t *testing.T) {
	dir := t.TempDir()
	sets := storedSet(t, dir)
	const seed, updates, batch, rate, low, high = 3, 30, 4, 0.1, -1.0, 1.0 // 120 images, more than two passes of 54
	config := []string{"--data", "DIR/data", "--set", "data.name=smallimagenet", "--set", "seed=3", "--set", "model.hidden=[7,6]",
		"--set", "model.activation=softsign", "--set", "model.init=normalized", "--set", "data.low=-1", "--set", "train.rate=0.1",
		"--set", "train.batch=4", "--set", "observe.every=10", "--set", "observe.examples=6"}
	for _, args := range [][]string{
		append([]string{"train", "--out", "DIR/start", "--set", "train.updates=0"}, config...),
		append([]string{"train", "--out", "DIR/end", "--set", "train.updates=30"}, config...),
		{"export", "DIR/start", "--weights", "DIR/start.npz"},
		{"export", "DIR/end", "--weights", "DIR/end.npz"},
	} {
		if status, _, stderr := glorotAt(t, t.Context(), dir, args...); status != 0 {
			t.Fatalf("glorot %q: status %d, %s", args, status, stderr)
		}
	}
	net := plain{weights: floats(t, dir, "start.npz"), widths: []int{1369, 7, 6, 3}}
	order := dataset.NewShuffled(sets.Train, dataset.Scale{Low: low, High: high}, 1, seed)
	var one dataset.Batch
	for range updates {
		var xs [][]float64
		var labels []uint8
		for range batch {
			if err := order.Next(&one); err != nil {
				t.Fatal(err)
			}
			x := make([]float64, len(one.X))
			for i, v := range one.X {
				x[i] = float64(v)
			}
			xs, labels = append(xs, x), append(labels, one.Labels[0])
		}
		net.update(xs, labels, rate)
	}
	end := floats(t, dir, "end.npz")
	for name, want := range net.weights {
		for i := range want {
			if math.Abs(want[i]-end[name][i]) > 1e-4 {
				t.Fatalf("%s[%d] is %v, want %v", name, i, end[name][i], want[i])
			}
		}
	}
	valid, test := scores(t, filepath.Join(dir, "end"))
	for _, split := range []struct {
		set  *dataset.Set
		last run.Score
	}{{sets.Valid, valid[len(valid)-1]}, {sets.Test, test[len(test)-1]}} {
		errors := 0
		for i, x := range inputs(split.set.Images, 1369, low, high) {
			z := net.forward(x)
			if s := z[len(z)-1]; s[split.set.Labels[i]] != slices.Max(s) {
				errors++
			}
		}
		if split.last.Update != updates || split.last.Examples != split.set.Len() || split.last.Errors != errors {
			t.Errorf("%s: %+v, want %d errors of %d", split.set.Name, split.last, errors, split.set.Len())
		}
	}
}

// scores are the records of validation and test errors of a run.
func scores(t *testing.T, dir string) (valid, test []run.Score) {
	t.Helper()
	r, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	h, err := r.History()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range h.Errors() {
		valid, test = append(valid, e.Valid), append(test, e.Test)
	}
	return valid, test
}

// Early stopping reports the test error where the validation error was lowest, the first time if that was so several times.
func TestLowestValidationError(t *testing.T) {
	dir := t.TempDir()
	storedSet(t, dir)
	status, stdout, stderr := glorotAt(t, t.Context(), dir, "train", "--out", "DIR/run", "--json", "--data", "DIR/data",
		"--set", "data.name=smallimagenet", "--set", "model.hidden=[5]", "--set", "train.rate=0.5", "--set", "train.batch=2",
		"--set", "train.updates=60", "--set", "observe.every=2", "--set", "observe.examples=1")
	if status != 0 {
		t.Fatal(stderr)
	}
	var got run.Result
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	valid, test := scores(t, filepath.Join(dir, "run"))
	lowest := 0
	for i := range valid {
		if valid[i].Error < valid[lowest].Error {
			lowest = i
		}
	}
	last := len(valid) - 1
	want := run.Result{Run: dir + "/run", Updates: 60, ValidError: valid[last].Error, TestError: test[last].Error, TestNLL: test[last].NLL,
		Best: run.Tested{Update: valid[lowest].Update, ValidError: valid[lowest].Error, TestError: test[lowest].Error}}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(valid) != 31 || len(test) != 31 || lowest == 0 || valid[last].Error == valid[lowest].Error {
		t.Errorf("%d tests, the lowest error is that of test %d, %v, the last %v: this run does not tell them apart", len(valid), lowest, valid[lowest].Error, valid[last].Error)
	}
}

// An interrupt while stored images are read leaves nothing.
func TestStoredInterruptedEarly(t *testing.T) {
	dir := t.TempDir()
	storedSet(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	status, stdout, stderr := glorotAt(t, ctx, dir, "train", "--data", "DIR/data", "--out", "DIR/run",
		"--set", "data.name=smallimagenet", "--set", "observe.examples=1")
	if status != exitInterrupted || stdout != "" || stderr != "glorot: interrupted: nothing was written\n" {
		t.Errorf("status %d, stdout %q, stderr %q; want 130 and that nothing was written", status, stdout, stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "run")); err == nil {
		t.Error("there is a run")
	}
}

// The validation images of shapeset are the authors', seed 4294967295.
func TestValidatesOnTheAuthorsImages(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{"train", "--out", "DIR/run", "--set", "train.updates=0", "--set", "model.hidden=[4,4]", "--set", "model.activation=softsign", "--set", "observe.every=0"},
		{"export", "DIR/run", "--weights", "DIR/w.npz"},
	} {
		if status, _, stderr := glorotAt(t, t.Context(), dir, args...); status != 0 {
			t.Fatal(stderr)
		}
	}
	net := plain{weights: floats(t, dir, "w.npz"), widths: []int{1024, 4, 4, 9}}
	set, err := dataset.DefaultShapeset().Set(t.Context(), math.MaxUint32, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var nll float64
	for i, x := range inputs(set.Images, 1024, 0, 1) {
		z := net.forward(x)
		nll -= math.Log(softmax(z[len(z)-1])[set.Labels[i]]) / float64(set.Len())
	}
	valid, _ := scores(t, filepath.Join(dir, "run"))
	if len(valid) != 1 || valid[0].Examples != set.Len() || math.Abs(valid[0].NLL-nll) > 1e-6 {
		t.Errorf("validation is %+v, want one of an NLL of %v on %d images", valid, nll, set.Len())
	}
}

// On the real data sets, a small network is soon better than chance.
func TestTrainOnRealData(t *testing.T) {
	for name, atMost := range map[string]float64{"mnist": 0.2, "cifar10": 0.85, "smallimagenet": 0.885} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			status, stdout, stderr := glorotAt(t, t.Context(), dir, "train", "--data", realData(t), "--out", "DIR/run", "--json",
				"--set", "data.name="+name, "--set", "model.hidden=[50]", "--set", "model.init=normalized", "--set", "train.rate=0.05",
				"--set", "train.updates=600", "--set", "observe.every=0")
			var s run.Result
			if err := json.Unmarshal([]byte(stdout), &s); status != 0 || err != nil {
				t.Fatalf("status %d, %s, error %v", status, stderr, err)
			}
			if s.Best.TestError > atMost {
				t.Errorf("test error %v after 600 updates, want %v at most", s.Best.TestError, atMost)
			}
		})
	}
}

// The summary is one line.
func TestSummary(t *testing.T) {
	got := fmt.Sprint(run.Result{Run: "runs/a", Updates: 300, TestError: 0.5, Best: run.Tested{Update: 200, ValidError: 0.25, TestError: 0.3125}})
	const want = "300 updates, test error 50.00 %; lowest validation error 25.00 % after 200 updates, test error there 31.25 %; in runs/a"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
