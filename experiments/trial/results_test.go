package trial

import (
	"encoding/json"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/cache"
	"glorot/experiments/dataset"
	"glorot/experiments/train"
)

const resultsDir = "../../results"

// The results that the project keeps are whole, are found under their keys, and are of this program's numbers.
func TestKeptResults(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(resultsDir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	c := cache.Open(resultsDir)
	trainings := 0
	for _, path := range files {
		var file struct{ Key Key }
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &file); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		spec := file.Key.Spec
		if spec.Data == "" { // of a network before training
			continue
		}
		trainings++
		if file.Key.Numbers != train.Numbers {
			t.Errorf("%s is of numbers %d, these are %d: train it again", path, file.Key.Numbers, train.Numbers)
			continue
		}
		var r Result
		if ok, err := c.Get(spec.Name(), spec.Key(), &r); !ok || err != nil {
			t.Errorf("%s is not found under its key: %v", path, err)
			continue
		}
		check(t, path, spec, &r)
	}
	if trainings == 0 {
		t.Skip("no results are kept")
	}
}

// check holds a result to what its Spec asked for.
func check(t *testing.T, path string, spec Spec, r *Result) {
	t.Helper()
	if r.Diverged != nil {
		return
	}
	if len(r.Tests) != spec.Tests() || len(r.Looks) != spec.Looks() || len(r.Jacobians) != len(spec.Watch.Jacobians) {
		t.Errorf("%s: %d tests, %d looks, %d Jacobians; want %d, %d and %d", path, len(r.Tests), len(r.Looks), len(r.Jacobians), spec.Tests(), spec.Looks(), len(spec.Watch.Jacobians))
		return
	}
	if last := r.Last(); last.Update != spec.Updates {
		t.Errorf("%s ends at update %d", path, last.Update)
	}
	for _, e := range r.Tests {
		if e.Valid < r.AtBest().Valid || e.Valid > 1 || e.Test < 0 || e.Test > 1 {
			t.Errorf("%s: test %+v, the best is %+v", path, e, r.AtBest())
		}
	}
	if strings.HasPrefix(spec.Data, "shapeset") {
		images := spec.Watch.Images
		if images == 0 {
			images = dataset.FixedLen
		}
		wrong := 0
		for _, b := range r.Wrong {
			wrong += bits.OnesCount8(b)
		}
		if got := float64(wrong) / float64(images); got != r.AtBest().Test {
			t.Errorf("%s: %v of the test images are wrong, the test error is %v", path, got, r.AtBest().Test)
		}
	}
}
