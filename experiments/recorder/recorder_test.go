package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"glorot/experiments/dataset"
	"glorot/experiments/live"
	"glorot/experiments/recorder"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph"
	"glorot/graph/hook"
	"glorot/models"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// What is recorded of a network's graph is what a probe measures of the same network on the same examples, before and after updates.
func TestRecordIsProbe(t *testing.T) {
	const batch, updates = 10, 4
	c, set := network(t, "relu"), &dataset.Set{Features: 6, Classes: 3}
	for i := range batch {
		set.Labels = append(set.Labels, uint8(i%3))
		for k := range set.Features {
			set.Values = append(set.Values, float32(math.Sin(float64(1+7*i+3*k))))
		}
	}
	p, err := c.Parameters(3)
	if err != nil {
		t.Fatal(err)
	}
	probe, err := train.NewProbe(train.ProbeOptions{Model: c, Params: p, Set: set, Scale: dataset.Scale{High: 1}, Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	net, err := c.BuildTraining(p, batch)
	if err != nil {
		t.Fatal(err)
	}
	y := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(batch, 3))
	for i, l := range set.Labels {
		y.Float32s()[3*i+int(l)] = 1
	}
	x := tensor.New(tensor.WithShape(batch, 6), tensor.WithBacking(slices.Clone(set.Values)))
	if err := errors.Join(G.Let(net.X, x), G.Let(net.Y, y)); err != nil {
		t.Fatal(err)
	}
	var layers []recorder.Layer
	for i, w := range net.W {
		l := recorder.Layer{Name: fmt.Sprint("dense", i+1), DS: net.DS[i], W: w}
		if i < len(net.Z) {
			l.Z, l.Activation = net.Z[i], "relu"
		}
		layers = append(layers, l)
	}
	lab := hook.NewLab(net.Graph, graph.Update(&graph.SGD{Rate: 0.1}, append(slices.Clone(net.W), net.B...), append(slices.Clone(net.DW), net.DB...)))
	defer lab.Close()
	dir := filepath.Join(t.TempDir(), "r")
	r, err := recorder.Record(lab, dir, recorder.Options{Due: hook.Every(2), Layers: layers, Cost: net.Cost, Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	var want []train.Layers
	var weights [][]float32
	for u := range updates + 1 {
		weights = append(weights, slices.Clone(p.W[1].Float32s()))
		if u%2 == 0 {
			s, err := probe.Snapshot(context.Background(), u)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, s)
		}
		if err := lab.Step(u); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(nil); err != nil {
		t.Fatal(err)
	}
	got := history(t, dir)
	if len(got.Layers) != len(want) {
		t.Fatalf("%d snapshots, want %d", len(got.Layers), len(want))
	}
	for i, s := range want {
		for k, l := range s.Layers {
			g := got.Layers[i].Layers.Layers[k]
			if l.Z != nil && (g.Z == nil || fmt.Sprint(*g.Z) != fmt.Sprint(*l.Z) || g.SaturationRule != l.SaturationRule) {
				t.Errorf("after %d updates, layer %d: activations %+v, want %+v", s.Update, k+1, g.Z, l.Z)
			}
			for _, x := range [][2]float64{{g.DS.Std, l.DS.Std}, {g.DS.Mean, l.DS.Mean}, {g.DW.Std, l.DW.Std}, {g.DW.Mean, l.DW.Mean}} {
				if !(math.Abs(x[0]-x[1]) <= 1e-6*max(l.DS.Std, l.DW.Std)) {
					t.Errorf("after %d updates, layer %d: gradients have %v, want %v", s.Update, k+1, x[0], x[1])
				}
			}
		}
	}
	f := follow(t, dir)
	change, sum := make([]float64, len(weights[1])), 0.0
	for i, v := range weights[2] {
		change[i] = float64(v - weights[1][i])
		sum += float64(weights[1][i])
	}
	if got, want := f.Layers.Value(1, 2, "update_ratio"), deviation(change)/deviation(floats(weights[1])); !(math.Abs(got-want) < 1e-6*want) {
		t.Errorf("update ratio %v, want %v", got, want)
	}
	if v := f.Layers.Value(0, 2, "update_ratio"); !math.IsNaN(v) {
		t.Errorf("update ratio %v before any update", v)
	}
	dw := want[0].Layers[1].DW
	if got, want := f.Layers.Value(0, 2, "grad_norm"), math.Sqrt((dw.Std*dw.Std+dw.Mean*dw.Mean)*float64(dw.N))/batch; !(math.Abs(got-want) < 1e-6*want) {
		t.Errorf("gradient norm %v, want %v", got, want)
	}
	if f.Head.Status != run.Done || f.Layers.Name(2) != "dense2" || len(f.Train.NLL) != len(want) || f.Train.NLL[2] >= f.Train.NLL[0] {
		t.Errorf("%+v, costs %v", f.Head, f.Train.NLL)
	}
}

func network(t *testing.T, activation string) models.Config {
	t.Helper()
	c := models.Config{Inputs: 6, Hidden: []int{5, 4}, Classes: 3}
	var errs [3]error
	c.Activation, errs[0] = models.ActivationByName(activation)
	c.Init, errs[1] = models.InitializerByName("standard")
	c.Cost, errs[2] = models.CostByName("nll")
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	return c
}

func follow(t *testing.T, dir string) *live.Follower {
	t.Helper()
	f, err := live.Follow(dir, time.Now())
	if err != nil || f.Bad > 0 {
		t.Fatal(err, f.Bad)
	}
	return f
}

func floats(x []float32) (list []float64) {
	for _, v := range x {
		list = append(list, float64(v))
	}
	return list
}

func deviation(x []float64) float64 {
	var sum, squares float64
	for _, v := range x {
		sum, squares = sum+v, squares+v*v
	}
	n := float64(len(x))
	return math.Sqrt(squares/n - sum/n*sum/n)
}

// Units of a convolution are its channels: channel 1 of 3 is 0 everywhere.
func TestRecordChannels(t *testing.T) {
	g := G.NewGraph()
	data := make([]float32, 2*3*2*2)
	for i := range data {
		if i/4%3 != 1 {
			data[i] = float32(i) - 30
		}
	}
	x := G.NewTensor(g, tensor.Float32, 4, G.WithShape(2, 3, 2, 2), G.WithName("x"), G.WithValue(tensor.New(tensor.WithShape(2, 3, 2, 2), tensor.WithBacking(data))))
	z := G.Must(G.Neg(x))
	lab := hook.NewLab(g)
	defer lab.Close()
	dir := filepath.Join(t.TempDir(), "r")
	r, err := recorder.Record(lab, dir, recorder.Options{Layers: []recorder.Layer{{Name: "conv1", Z: z, DS: z, Activation: "relu"}}, Batch: 2, Summed: true})
	if err == nil {
		err = lab.Step(0)
	}
	if err == nil {
		err = r.Close(context.Canceled)
	}
	if err != nil {
		t.Fatal(err)
	}
	f := follow(t, dir)
	if dead := f.Layers.Value(0, 1, "dead"); dead != 1.0/3 {
		t.Errorf("%v are dead", dead)
	}
	// Channel 0 has 30 - i for i in 0..3 and 12..15, channel 2 for 8..11 and 20..23.
	if n, mean := f.Layers.Value(0, 1, "dcost_ds/n"), f.Layers.Value(0, 1, "dcost_ds/mean"); n != 3 || math.Abs(mean-(180+0+116)/3.0) > 1e-9 {
		t.Errorf("sums of %v channels with the mean %v", n, mean)
	}
	if f.Head.Status != run.Interrupted || f.Head.Reason != "interrupted" {
		t.Errorf("%+v", f.Head)
	}
}

// Nothing is known of the units of a layer without finite values, and 0 of them is not said to be dead; the hook for PyTorch does the same.
func TestRecordNaN(t *testing.T) {
	g := G.NewGraph()
	nan := float32(math.NaN())
	x := G.NewMatrix(g, tensor.Float32, G.WithShape(2, 2), G.WithName("x"), G.WithValue(tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{nan, nan, nan, nan}))))
	z := G.Must(G.Neg(x))
	lab := hook.NewLab(g)
	defer lab.Close()
	dir := filepath.Join(t.TempDir(), "r")
	layers := []recorder.Layer{{Name: "a", Z: z, Activation: "tanh"}, {Name: "b", Z: z}}
	r, err := recorder.Record(lab, dir, recorder.Options{Layers: layers})
	if err == nil {
		err = lab.Step(0)
	}
	if err == nil {
		err = r.Close(nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range history(t, dir).Layers[0].Layers.Layers {
		if l.Z.NonFinite != 4 || !math.IsNaN(l.Z.Saturated) || len(l.Measures) != 2 || !math.IsNaN(l.Measures["dead"]) || !math.IsNaN(l.Measures["saturated"]) {
			t.Errorf("layer %s: %+v, %v", l.Name, *l.Z, l.Measures)
		}
	}
}

// The hook for PyTorch is as short as it is said to be.
func TestHookIsShort(t *testing.T) {
	if n := strings.Count(recorder.PyTorch, "\n"); n >= 300 {
		t.Errorf("glorot_hook.py has %d lines, want fewer than 300", n)
	}
}

// Wrong use is an error, and leaves nothing behind.
func TestRecordRefuses(t *testing.T) {
	g := G.NewGraph()
	w := G.NewMatrix(g, tensor.Float32, G.WithShape(2, 2), G.WithName("w"))
	taken := t.TempDir()
	if err := os.WriteFile(filepath.Join(taken, "precious"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	free := filepath.Join(t.TempDir(), "r")
	for _, c := range []struct {
		dir, want string
		layers    []recorder.Layer
	}{
		{free, "no matrix among the graph's inputs has a gradient", nil},
		{free, "layer 1, a: ", []recorder.Layer{{Name: "a", Activation: "tahn"}}},
		{taken, "is not empty, allowed: a new or an empty directory", []recorder.Layer{{Name: "w", W: w}}},
	} {
		if _, err := recorder.Record(hook.NewLab(g), c.dir, recorder.Options{Layers: c.layers}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	if _, err := os.Stat(free); err == nil {
		t.Error("a directory was made")
	}
}
