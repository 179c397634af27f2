package study

import (
	"math"
	"slices"
	"testing"

	"glorot/experiments/compare"
	"glorot/experiments/dataset"
	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// runWith has one snapshot with these standard deviations of dCost/ds in its hidden layers, and an output layer.
func runWith(update int, stds ...float64) *export.Run {
	r := &export.Run{Config: run.Default()}
	r.Config.Model.Hidden = make([]int, len(stds))
	s := train.Layers{Update: update}
	for i, std := range append(stds, 1) {
		s.Layers = append(s.Layers, train.Layer{Layer: i + 1, DS: &measure.GradientStats{Std: std}})
	}
	r.Snapshots = []train.Layers{s}
	return r
}

// Where each layer halves the variance, layer k of 20 keeps 2^(-(20-k)/2) of the last one's standard deviation, which is below a tenth up to layer 13:
// 2^-3.5 is 0.088, and 2^-3 is 0.125.
func TestFlow(t *testing.T) {
	halved := make([]float64, 20)
	for i := range halved {
		halved[i] = 0.3 * math.Pow(2, -float64(19-i)/2)
	}
	f := flowOf([]*export.Run{runWith(0, halved...)}, 0)
	if got := compare.LayerList(f.Lost); got != "layers 1 to 13" || f.Exploded != nil || math.Abs(f.Ratios[0]-math.Pow(2, -9.5)) > 1e-15 {
		t.Errorf("lost in %s, %v, ratios %v", got, f.Exploded, f.Ratios)
	}
	slices.Reverse(halved)
	if f := flowOf([]*export.Run{runWith(0, halved...)}, 0); compare.LayerList(f.Exploded) != "layers 1 to 13" || f.Lost != nil {
		t.Errorf("%+v", f)
	}
}

// The median of several runs counts; a network through which no gradient comes has lost it everywhere.
func TestFlowOfRuns(t *testing.T) {
	runs := []*export.Run{runWith(7, 0.01, 1), runWith(7, 0.2, 1), runWith(7, 2, 4)}
	if f := flowOf(runs, 7); !slices.Equal(f.Ratios, []float64{0.2, 1}) || f.Lost != nil {
		t.Errorf("%+v", f)
	}
	if f := flowOf(runs[:2], 7); math.Abs(f.Ratios[0]-0.105) > 1e-15 {
		t.Errorf("%+v", f)
	}
	if f := flowOf([]*export.Run{runWith(7, 0, 0, 0)}, 7); compare.LayerList(f.Lost) != "layers 1 to 3" {
		t.Errorf("%+v", f)
	}
	if f := flowOf(runs, 8); f != nil {
		t.Errorf("without a snapshot: %+v", f)
	}
	if f := flowOf([]*export.Run{runWith(7, 1)}, 7); f != nil {
		t.Errorf("one layer: %+v", f)
	}
	runs[0].Snapshots[0].Layers[0].DS = nil
	if f := flowOf(runs[:1], 7); f != nil {
		t.Errorf("without gradients: %+v", f)
	}
}

// Of the labels 0 0 1 2 0, the answer 0 is wrong on 2 of 5.
func TestConstantErrors(t *testing.T) {
	x := &export.Run{Config: run.Default()}
	data := map[string]*dataset.Data{x.Config.Data.Content(): {Test: &dataset.Set{Labels: []uint8{0, 0, 1, 2, 0}, Classes: 3, Values: make([]float32, 5), Features: 1}}}
	if got := constantErrors(x, data); !slices.Equal(got, []float64{2. / 5, 4. / 5, 4. / 5}) {
		t.Error(got)
	}
	x.Config.Observe.Images = 2
	if got := constantErrors(x, data); !slices.Equal(got, []float64{0, 1, 1}) {
		t.Error(got)
	}
	if got := constantErrors(x, nil); got != nil {
		t.Error(got)
	}
}
