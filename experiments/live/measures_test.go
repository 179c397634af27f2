package live

import (
	"math"
	"path/filepath"
	"testing"

	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// What was measured afterwards is added to the snapshot and the test that lack it, and nothing that they have is replaced.
func TestMeasuredAfterwards(t *testing.T) {
	r, err := run.Create(filepath.Join(t.TempDir(), "r"), run.Default(), run.Origin{Numbers: 1, Time: noon, Data: run.Images{Checksum: "0", Valid: 4, Test: 4}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	layers := func(std float64, values measure.Values) run.LayersRecord {
		l := train.Layer{Layer: 1, Z: &measure.Summary{Std: std}, Measures: values}
		return run.LayersRecord{Event: run.LayersEvent, Layers: train.Layers{Update: 5, Layers: []train.Layer{l}}}
	}
	score := run.Score{Event: run.ValidEvent, Update: 5, Examples: 4, Errors: 1, Error: 0.25}
	later := score
	later.Confusion = train.Confusion{{3, 0}, {1, 0}}
	for _, err := range []error{
		r.Log(layers(1, measure.Values{"rank": 3})), r.Log(score), r.LogExtra(layers(2, measure.Values{"rank": 4, "dead": 0.5, "grad_cosine": math.NaN()})), r.LogExtra(later),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := Follow(r.Dir(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"z/std": 1, "rank": 3, "dead": 0.5} {
		if got := f.Layers.Value(0, 1, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if len(f.Layers.Updates) != 1 || f.Valid.OneClass[0] != 1 || f.Valid.Constant[0] != 0.25 || !math.IsNaN(f.Layers.Value(0, 1, "grad_cosine")) {
		t.Errorf("%v, %+v", f.Layers.Updates, f.Valid)
	}
}
