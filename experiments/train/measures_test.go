package train

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"
)

// wave writes factor sin(phase + i).
func wave(x []float32, phase, factor float64) []float32 {
	for i := range x {
		x[i] = float32(factor * math.Sin(phase+float64(i)))
	}
	return x
}

// waves is a set of n examples with 4 features and 3 classes in turn.
func waves(n, phase, first int) *dataset.Set {
	s := &dataset.Set{Name: "waves", Features: 4, Classes: 3, Values: wave(make([]float32, 4*n), float64(phase), 1)}
	for i := range n {
		s.Labels = append(s.Labels, uint8((i+first)%3))
	}
	return s
}

// waveSource gives mini-batch after mini-batch of testdata/measures.py.
type waveSource struct{ next int }

func (s *waveSource) Next(b *dataset.Batch) error {
	waves(8, 200+s.next, s.next).Batch(unit, 0, 8, b)
	s.next++
	return nil
}

// measured is a network of testdata/measures.py with a loop that trains it and a tracker.
type measured struct {
	model   models.Config
	params  *models.Parameters
	loop    *Loop
	tracker *Tracker
	engine  *kernel.Engine
}

func newMeasured(t *testing.T, activation string, e *kernel.Engine, due hook.Schedule) *measured {
	t.Helper()
	m := &measured{model: small(t, activation, "nll"), engine: e}
	m.model.Inputs, m.model.Hidden = 4, []int{6, 5}
	m.params = parameters(t, m.model)
	for k := range m.params.W {
		wave(m.params.W[k].Float32s(), float64(k), 0.9)
		wave(m.params.B[k].Float32s(), float64(10+k), 0.1)
	}
	if m.params.B[0].Float32s()[2] = 100; activation == "relu" {
		m.params.B[0].Float32s()[2], m.params.B[1].Float32s()[1] = -100, 0
		for i, w := 1, m.params.W[1].Float32s(); i < len(w); i += 5 {
			w[i] = 0
		}
	}
	var err error
	if m.loop, err = New(Options{Model: m.model, Params: m.params, Source: &waveSource{}, Batch: 8, Rate: 0.5, Engine: e}); err != nil {
		t.Fatal(err)
	}
	if m.tracker, err = m.loop.Track(MeasureRequests(), due, 0, nil); err != nil {
		t.Fatal(err)
	}
	return m
}

// now returns the measures of all layers and the confusion matrix after the loop's updates.
func (m *measured) now(t *testing.T) ([]measure.Values, Confusion) {
	t.Helper()
	probe, err := NewProbe(ProbeOptions{Model: m.model, Params: m.params, Set: waves(40, 100, 1), Scale: unit, Batch: 10, Engine: m.engine, Measures: MeasureRequests()})
	if err != nil {
		t.Fatal(err)
	}
	l, err := probe.Snapshot(t.Context(), m.loop.Updates())
	if err != nil {
		t.Fatal(err)
	}
	var list []measure.Values
	for i := range l.Layers {
		for name, numbers := range m.tracker.At(m.loop.Updates()) {
			l.Layers[i].Put(name, numbers[i])
		}
		list = append(list, l.Layers[i].Measures)
	}
	v, err := NewEvaluator(m.model, m.params, waves(40, 100, 1), unit, m.engine)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return list, v.Confusion()
}

// All measures of layers, and the confusion matrix, are those that numpy computes from PyTorch's activations and gradients in float64, to 1e-5 of
// them, which is what float32 leaves; see testdata/measures.py. Two networks have known dead and saturated units.
func TestMeasuresAgainstTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]struct {
		Layers    []measure.Values
		Confusion Confusion
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	compared := map[string]int{}
	for activation, states := range want {
		m := newMeasured(t, activation, engine(t), hook.Every(1))
		for u, state := range states {
			if err := m.loop.Run(t.Context(), u); err != nil {
				t.Fatal(err)
			}
			layers, confusion := m.now(t)
			for i, got := range layers {
				if len(got) != len(state.Layers[i]) {
					t.Errorf("%s, layer %d after %d updates: got %v, want %v", activation, i+1, u, got, state.Layers[i])
				}
				for name, w := range state.Layers[i] {
					g, ok := got[name]
					if !ok || math.IsNaN(g) != math.IsNaN(w) || math.Abs(g-w) > 1e-5*max(1, math.Abs(w)) {
						t.Errorf("%s, layer %d after %d updates: %s is %v, want %v", activation, i+1, u, name, g, w)
					}
					if !math.IsNaN(w) && w != 0 {
						compared[name]++
					}
				}
			}
			a, _ := json.Marshal(confusion)
			b, _ := json.Marshal(state.Confusion)
			if !bytes.Equal(a, b) {
				t.Errorf("%s after %d updates: confusion %s, want %s", activation, u, a, b)
			}
		}
	}
	for _, name := range LayerMeasures(MeasureRequests()) {
		if compared[name] == 0 {
			t.Errorf("%s has not been compared", name)
		}
	}
}

// The measures have the same bits with all kernels and any number of threads.
func TestMeasuresSameBits(t *testing.T) {
	var want []byte
	for _, o := range []struct {
		threads  int
		portable bool
	}{{1, false}, {2, false}, {1, true}} {
		e, err := kernel.New(kernel.Options{Threads: o.threads})
		if o.portable {
			e = kernel.Portable()
		}
		if err != nil {
			t.Fatal(err)
		}
		m := newMeasured(t, "tanh", e, hook.Every(1))
		if err := m.loop.Run(t.Context(), 7); err != nil {
			t.Fatal(err)
		}
		layers, confusion := m.now(t)
		got, err := json.Marshal([]any{layers, confusion})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%+v: %s, want %s", o, got, want)
		}
		e.Close()
	}
}

// Whether measures are recorded changes no weight.
func TestMeasuresChangeNothing(t *testing.T) {
	var digests []string
	for _, every := range []int{0, 1, 3} {
		m := newMeasured(t, "relu", engine(t), hook.Every(every))
		if err := m.loop.Run(t.Context(), 20); err != nil {
			t.Fatal(err)
		}
		digests = append(digests, DigestOf(m.params).SHA256)
	}
	if digests[1] != digests[0] || digests[2] != digests[0] {
		t.Error(digests)
	}
}

// The registry has for each measure one way of computing it, words for people, and bounds; names are not used twice.
func TestMeasures(t *testing.T) {
	var names []string
	for _, m := range Measures() {
		ways := 0
		for _, way := range []bool{m.activations != nil, m.gradients != nil, m.update != nil, m.successive != nil, m.classes != nil} {
			if way {
				ways++
			}
		}
		if ways != 1 || m.Formula == "" || m.Source == "" || m.Words == "" || len(m.Title) == 0 || len(m.Title) > 13 || !(m.Low < m.High) || strings.HasSuffix(m.Formula, ".") {
			t.Errorf("%+v", m)
		}
		if m.Share && (m.Low != 0 || m.High != 1) || !slices.Contains([]string{"", "lower", "higher"}, m.Better) {
			t.Errorf("%+v", m)
		}
		names = append(names, m.Name)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(Measures()) {
		t.Errorf("a name is used twice: %v", names)
	}
}

// A confusion matrix by hand, with a class that has no images.
func TestConfusion(t *testing.T) {
	c := Confusion{{6, 2, 0}, {1, 0, 1}, {0, 0, 0}}
	e := c.ClassErrors()
	if c.OneClass() != 0.7 || c.WorstClass() != 1 || c.Constant() != 0.2 || e[0] != 0.25 || e[1] != 1 || !math.IsNaN(e[2]) {
		t.Errorf("%v, %v, %v, %v", c.OneClass(), c.WorstClass(), c.Constant(), e)
	}
	for _, empty := range []Confusion{nil, {{0}}} {
		if !math.IsNaN(empty.OneClass()) || !math.IsNaN(empty.WorstClass()) || !math.IsNaN(empty.Constant()) {
			t.Errorf("%v: %v, %v, %v", empty, empty.OneClass(), empty.WorstClass(), empty.Constant())
		}
	}
	for text, square := range map[string]bool{"null": true, "[[1]]": true, "[[0,1],[2,3]]": true, "[[1],[2]]": false, "[[1,2]]": false, "[[0,1],[]]": false} {
		var c Confusion
		if err := json.Unmarshal([]byte(text), &c); (err == nil) != square {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A tracker that begins in the middle knows what its saved state or the updates since then tell, and lacks the rest. A state that does not fit
// is refused.
func TestTrackerState(t *testing.T) {
	m := newMeasured(t, "tanh", engine(t), hook.At(4, 5))
	states := map[int][]byte{}
	want := map[int]string{}
	m.loop.On(hook.Every(1), func(_ context.Context, u int) error {
		s, err := m.tracker.State()
		states[u] = s
		if u == 4 || u == 5 {
			text, err := json.Marshal(m.tracker.At(u))
			want[u] = string(text)
			return err
		}
		return err
	})
	if err := m.loop.Run(t.Context(), 6); err != nil {
		t.Fatal(err)
	}
	for u, s := range states {
		if keeps := u == 3 || u == 4 || u == 5; (s != nil) != keeps {
			t.Errorf("update %d has a state of %d bytes", u, len(s))
		}
	}
	for from := range 6 {
		for _, saved := range [][]byte{states[from], nil} {
			later := newMeasured(t, "tanh", engine(t), hook.Every(0))
			if err := later.loop.Run(t.Context(), from); err != nil {
				t.Fatal(err)
			}
			again, err := New(Options{Model: later.model, Params: later.params, Source: &waveSource{from}, Batch: 8, Rate: 0.5, Engine: engine(t)})
			if err != nil {
				t.Fatal(err)
			}
			again.done = from
			tracker, err := again.Track(MeasureRequests(), hook.At(4, 5), 0, saved)
			if err != nil {
				t.Fatal(err)
			}
			complete := from < 3 || saved != nil
			again.On(hook.At(4, 5), func(_ context.Context, u int) error {
				text, err := json.Marshal(tracker.At(u))
				if complete != (string(text) == want[u]) && (complete || u <= from+1) {
					t.Errorf("from %d with %d bytes: %s after %d updates, want %s", from, len(saved), text, u, want[u])
				}
				return err
			})
			if err := again.Run(t.Context(), 6); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, bad := range [][]byte{states[4], []byte("nonsense")} {
		if _, err := newMeasured(t, "tanh", engine(t), hook.Every(1)).loop.Track(MeasureRequests(), hook.Every(1), 0, bad); err == nil {
			t.Errorf("%d bytes are taken", len(bad))
		}
	}
}

// The rate of a measured training shows what all measures cost where they are due.
func BenchmarkSnapshot(b *testing.B) {
	c := models.Config{Inputs: 3072, Hidden: []int{1000, 1000, 1000, 1000, 1000}, Classes: 10}
	var err error
	if c.Activation, err = models.ActivationByName("tanh"); err != nil {
		b.Fatal(err)
	}
	c.Init, _ = models.InitializerByName("normalized")
	c.Cost, _ = models.CostByName("nll")
	p := parameters(b, c)
	set := randomSet(300, c.Inputs, c.Classes)
	for name, measures := range map[string][]string{"default": nil, "all": MeasureRequests()} {
		b.Run(name, func(b *testing.B) {
			probe, err := NewProbe(ProbeOptions{Model: c, Params: p, Set: set, Scale: unit, Batch: 10, Engine: engine(b), Measures: measures})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := probe.Snapshot(b.Context(), 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
