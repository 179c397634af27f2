package show

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A fixture is what a made-up run records.
type fixture struct {
	set       []string
	errors    []float64 // validation errors after 0, 1000, 2000, … updates; the cost is twice that
	saturated []float64 // of each layer, at the end
	ds        []float64 // standard deviations of dCost/ds of each hidden layer, at the end
	extra     map[string]any
}

func follow(t *testing.T, f fixture) *live.Follower {
	t.Helper()
	c := run.Default()
	c.Model.Hidden, c.Train.Updates = []int{5, 5, 4}, 5000
	for _, s := range f.set {
		if err := c.Set(s, run.Allowed{}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := run.Create(filepath.Join(t.TempDir(), "r"), c, run.Origin{Numbers: 1, Time: noon, Data: run.Images{Checksum: "0", Valid: 100, Test: 100}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	put := func(record any) {
		if err := r.Log(record); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range f.errors {
		u := 1000 * i
		layers := train.Layers{Update: u}
		for layer := 1; layer <= 4; layer++ {
			l := train.Layer{Layer: layer, DS: &measure.GradientStats{N: 1, Std: 1}, Z: &measure.Summary{N: 1, Std: 0.5}}
			if last := i == len(f.errors)-1; last && layer < 4 {
				if f.saturated != nil {
					l.Z.Saturated = f.saturated[layer-1]
				}
				if f.ds != nil {
					l.DS.Std = f.ds[layer-1]
				}
			}
			if layer == 4 {
				l.Z = nil
			}
			layers.Layers = append(layers.Layers, l)
		}
		put(with(t, run.LayersRecord{Event: run.LayersEvent, Layers: layers}, f.extra))
		put(run.Score{Event: run.ValidEvent, Update: u, Examples: 100, Error: e, NLL: 2 * e})
		put(run.Score{Event: run.TestEvent, Update: u, Examples: 100, Error: e + 0.01, NLL: 2 * e})
	}
	followed, err := live.Follow(r.Dir(), noon)
	if err != nil {
		t.Fatal(err)
	}
	return followed
}

// with adds members to the record of every layer, as a later version may.
func with(t *testing.T, record run.LayersRecord, extra map[string]any) map[string]any {
	line, err := run.Encode(record)
	var object map[string]any
	if err == nil {
		err = json.Unmarshal(line, &object)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range object["layers"].([]any) {
		for name, v := range extra {
			l.(map[string]any)[name] = v
		}
	}
	return object
}

// Each thing that is unusual is found where it is, with its number, and not just below its limit.
func TestFaults(t *testing.T) {
	healthy := []float64{0.9, 0.5, 0.4}
	for _, c := range []struct {
		name string
		f    fixture
		want string
	}{
		{"healthy", fixture{errors: healthy, saturated: []float64{0.5, 0.4, 0}, ds: []float64{0.11, 1, 1}}, ""},
		{"saturated", fixture{errors: healthy, saturated: []float64{0, 0.75, 0.51}}, "Layer 2 is saturated: 75 % of its activations have |z| > 0.95. Layer 3 is saturated: 51 % of its activations have |z| > 0.95."},
		{"half of the rectifiers are 0", fixture{set: []string{"model.activation=relu"}, errors: healthy, saturated: []float64{0.6, 0.89, 0}}, ""},
		{"rectifiers", fixture{set: []string{"model.activation=relu"}, errors: healthy, saturated: []float64{0, 0, 0.99}}, "Layer 3 is nearly silent: 99 % of its activations have z = 0."},
		{"vanishing", fixture{errors: healthy, ds: []float64{1e-5, 1e-3, 0.1}}, "The gradients vanish: the standard deviation of dCost/ds in layer 1 is 0.0001 of that in layer 3."},
		{"vanishing in between", fixture{errors: healthy, ds: []float64{0.2, 0.09, 1}}, "The gradients vanish: the standard deviation of dCost/ds in layer 2 is 0.09 of that in layer 3."},
		{"no gradient", fixture{errors: healthy, ds: []float64{0, 0, 0}}, "The gradients vanish: no gradient reaches layer 3."},
		{"exploding", fixture{errors: healthy, ds: []float64{5000, 1, 1}}, "The gradients explode: the standard deviation of dCost/ds in layer 1 is 5e+03 times that in layer 3."},
		{"cost", fixture{errors: []float64{0.3, 0.2, 0.7}}, "The cost explodes: 1.4 on the validation images, 2.33 times that of the beginning."},
		{"chance", fixture{errors: []float64{0.9, 0.85, 0.83}}, "The error is at chance: its lowest is 83.0 %, and a constant prediction has 83.3 %."},
		{"above chance", fixture{errors: []float64{0.9, 0.85, 0.81}}, ""},
		{"chance of 10 classes", fixture{set: []string{"data.name=cifar10"}, errors: []float64{0.9, 0.85, 0.83}}, ""},
		{"a fifth of a dead layer", fixture{errors: healthy, extra: map[string]any{"dead": 0.2, "update_ratio": 1e-3}}, ""},
	} {
		f := follow(t, c.f)
		var texts []string
		for _, fault := range Faults(f, f.Head.Update) {
			texts = append(texts, fault.Text)
		}
		if got := strings.Join(texts, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if early := Faults(f, 0); len(early) > 0 {
			t.Errorf("%s: at the beginning %v", c.name, early)
		}
	}
	f := follow(t, fixture{errors: healthy, extra: map[string]any{"dead": 0.75, "update_ratio": 0.5}})
	got := fmt.Sprint(Faults(f, 2000))
	for _, want := range []string{"Layer 1 has dead units: 75 % are 0 on every example.", "The output layer changes fast: an update is 0.5 of its weights."} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %q", got, want)
		}
	}
}

// With confusion matrices a network that predicts one class is found, and what a constant prediction reaches on any data.
func TestOneClass(t *testing.T) {
	f := follow(t, fixture{set: []string{"data.name=cifar10"}, errors: []float64{0.3, 0.31, 0.3}})
	for i := range f.Valid.Updates {
		f.Valid.OneClass[i], f.Valid.Constant[i] = 1, 0.3
	}
	if got := fmt.Sprint(Faults(f, 2000)); !strings.Contains(got, "The network predicts one class for 100.0 % of the validation images.") ||
		!strings.Contains(got, "The error is at chance: its lowest is 30.0 %, and a constant prediction has 30.0 %.") {
		t.Error(got)
	}
	if got := Faults(f, 0); len(got) > 0 {
		t.Errorf("before the first update: %v", got)
	}
}

// The text has the errors and the layers up to the update, with columns for what was recorded, in 80 columns.
func TestWriteText(t *testing.T) {
	f := follow(t, fixture{errors: []float64{0.9, 0.5, 0.6}, saturated: []float64{0, 0.75, 0}, extra: map[string]any{"update_ratio": 2e-4}})
	for _, c := range []struct {
		at          int
		want, lacks []string
	}{
		{-1, []string{
			"3 hidden layers of 5, 5, 4 units, tanh", "sgd with rate 0.01, mini-batches of 10, seed 1", "state     running after 2000 of 5000 updates\n",
			"2.00e-04 ████",
			"first, after 0            90.00 %    91.00 %", "best, after 1000          50.00 %    51.00 %", "last, after 2000          60.00 %    61.00 %",
			"  █▁▃  90.0 % to 60.0 %", "layers after 2000 updates", "layers at the beginning", "update/weight", "2.00e-04", "75.0 %", "! Layer 2 is saturated",
		}, []string{"dead", "shown"}},
		{1000, []string{"running after 2000 of 5000 updates; shown after 1000\n", "last, after 1000", "layers after 1000 updates", "Nothing is unusual."}, []string{"75.0"}},
		{0, []string{"; shown after 0\n", "last, after 0", "layers after 0 updates"}, []string{"layers at the beginning", "█▁"}},
	} {
		s, err := New(f, c.at)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := s.WriteText(&b, 80); err != nil {
			t.Fatal(err)
		}
		for _, w := range c.want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("at %d the text lacks %q:\n%s", c.at, w, b.String())
			}
		}
		for _, w := range c.lacks {
			if strings.Contains(b.String(), w) {
				t.Errorf("at %d the text has %q:\n%s", c.at, w, b.String())
			}
		}
		_, lines, _ := strings.Cut(b.String(), "\n") // without the path
		for line := range strings.Lines(lines) {
			if n := len([]rune(line)); n > 81 {
				t.Errorf("%d columns: %s", n, line)
			}
		}
	}
	if _, err := New(f, 2001); err == nil || !strings.Contains(err.Error(), "--at 2001: its records end after 2000 updates") {
		t.Error(err)
	}
}

// The network of a run that began with given weights does not claim an initialisation.
func TestNetworkFrom(t *testing.T) {
	c := run.Default()
	c.Model.From = "/somewhere/mine.npz"
	if got := Network(c); !strings.Contains(got, ", tanh, weights of mine.npz, cost nll") || strings.Contains(got, "initialisation") {
		t.Error(got)
	}
}

// A bar is as long as its share in eighths of a column, and a curve reaches from the lowest to the highest block.
func TestBarAndSpark(t *testing.T) {
	for share, want := range map[float64]string{0: "", 1e-9: "▏", 0.5: "██", 0.53125: "██▏", 1: "████", 7: "████"} {
		if got := Bar(share, 4); got != want {
			t.Errorf("bar of %v: %q, want %q", share, got, want)
		}
	}
	if got := Spark([]float64{0, 1, 2, 3, 4, 5, 6, 7, math.NaN()}, 20); got != "▁▂▃▄▅▆▇█ " {
		t.Errorf("%q", got)
	}
	if got := Spark([]float64{5, 9, 3, 4, 1}, 3); got != "▅▃▁" {
		t.Errorf("%q", got)
	}
	if got := Spark([]float64{2, 2}, 3); got != "▄▄" {
		t.Errorf("%q", got)
	}
}

// The figure has the values of the first snapshot and of the one at the update.
func TestFigure(t *testing.T) {
	f := follow(t, fixture{errors: []float64{0.9, 0.5, 0.6}, saturated: []float64{0.25, 0.75, 0}, ds: []float64{0.001, 0.01, 0.1}})
	fig, err := Figure(f, 2000)
	if err != nil {
		t.Fatal(err)
	}
	if err := fig.Validate(); err != nil {
		t.Fatal(err)
	}
	gradients := fig.Panels[1].Series
	if got := fmt.Sprint(gradients[0].Name, gradients[0].Y, gradients[1].Name, gradients[1].Y); got != "at the beginning[1 1 1 1]after 2000 updates[0.001 0.01 0.1 1]" {
		t.Error(got)
	}
	front := fig.Panels[len(fig.Panels)-1].Heatmap
	if got := fmt.Sprint(front.Z); got != "[0 0 0.25 0 0 0.75 0 0 0]" {
		t.Errorf("front %s", got)
	}
}

// The end of train is short: five layers need 20 lines at most, without what is unusual, and of 30 layers some are shown, the last one among them.
func TestWriteShort(t *testing.T) {
	for _, c := range []struct {
		depth, lines int
		want         []string
	}{
		{4, 15, []string{"  layers after 2000 updates\n", "  layers at the beginning\n", "\n  3       0.5000"}},
		{5, 17, []string{"  layers after 2000 updates\n"}},
		{30, 2 + 2*(2+mostShort), []string{"  layers after 2000 updates, 8 of 30 layers\n", "\n  29      0.5000", "\n  30      0.5000"}},
	} {
		f := follow(t, fixture{errors: []float64{0.9, 0.5, 0.6}, extra: map[string]any{"update_ratio": 2e-4, "dead": 0.1, "rank": 3}})
		s, err := New(f, -1)
		if err != nil {
			t.Fatal(err)
		}
		for _, of := range []*Snapshot{s.Begin, s.Now} {
			for len(of.Layers) < c.depth {
				of.Layers = append(of.Layers, of.Layers[0])
			}
		}
		for len(s.names) < c.depth {
			s.names = append(s.names, fmt.Sprint(len(s.names)+1))
		}
		var b strings.Builder
		if err := s.WriteShort(&b, 80); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "\n"); n > c.lines {
			t.Errorf("%d layers: %d lines, want %d at most:\n%s", c.depth, n, c.lines, b.String())
		}
		for _, w := range c.want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("%d layers: the text lacks %q:\n%s", c.depth, w, b.String())
			}
		}
	}
}

// The state is that of the run, also where it is described before its end.
func TestState(t *testing.T) {
	from := 200
	for want, s := range map[string]Summary{
		"done after 3000 of 3000 updates":                                 {Status: "done", Update: 3000, Reached: 3000, Updates: 3000},
		"done after 3000 of 3000 updates; shown after 500":                {Status: "done", Update: 500, Reached: 3000, Updates: 3000},
		"diverged after 4 of 1500 updates: NaN in layer 1; shown after 0": {Status: "diverged", Reason: "NaN in layer 1", Reached: 4, Updates: 1500},
		"killed after 300 of 900 updates; it continues from its checkpoint after 200; shown after 100": {
			Status: "killed", Update: 100, Reached: 300, Updates: 900, Resumes: &from,
		},
		"running after 7 updates": {Status: "running", Update: 7, Reached: 7},
	} {
		if got := s.state(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A number has 8 columns at most, and what is unknown is not a number.
func TestFormat(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{{0, "0.0000"}, {9.041e-4, "9.04e-04"}, {0.25, "0.2500"}, {158.7458, "158.7458"}, {1580.923, "1580.923"}, {12345, "1.23e+04"}, {math.NaN(), "-"}} {
		if got := (Quantity{}).Format(c.v); got != c.want {
			t.Errorf("%v: %q, want %q", c.v, got, c.want)
		}
	}
}
