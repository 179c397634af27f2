package train

import (
	"encoding/json"
	"testing"

	"glorot/experiments/measure"
	"glorot/graph"
	"glorot/graph/kernel"
	"glorot/models"
)

// A snapshot has the bits of one that stores the gradients of one mini-batch after the other, and the activations of an evaluation: with and
// without a norm, learned slopes, a rest of examples, histograms and measures, on any number of threads.
func TestProbeBits(t *testing.T) {
	for _, norm := range []string{"none", "batch", "layer"} {
		for _, n := range []int{30, 37} {
			c := small(t, map[int]string{30: "tanh", 37: "prelu"}[n], "nll")
			c.Inputs, c.Hidden, c.Dropout = 130, []int{300, 40}, 0.2
			var err error
			if c.Norm, err = models.NormByName(norm); err != nil {
				t.Fatal(err)
			}
			p, err := c.Parameters(7)
			if err != nil {
				t.Fatal(err)
			}
			set := randomSet(n, c.Inputs, c.Classes)
			stored := storedLayers(t, c, p, ProbeOptions{Set: set, Batch: 10, Measures: MeasureRequests()})
			for _, threads := range []int{1, 2, 3} {
				e, err := kernel.New(kernel.Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				defer e.Close()
				for _, histograms := range []bool{true, false} {
					for _, measures := range [][]string{nil, MeasureRequests()} {
						got := look(t, ProbeOptions{Model: c, Params: p, Set: set, Scale: unit, Batch: 10, Engine: e, Measures: measures,
							Histograms: func(int) bool { return histograms }})
						for i, l := range got.Layers {
							l.SaturationRule = ""
							if got, want := numbersOf(t, l), numbersOf(t, stored[i].Only(true, histograms, measures)); got != want {
								t.Errorf("norm %s, %d examples, %d threads, layer %d, measures %v: %s, want %s", norm, n, threads, i+1, measures, got, want)
							}
						}
					}
				}
			}
		}
	}
}

func numbersOf(t *testing.T, l Layer) string {
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// storedLayers computes layer statistics in the plain way.
func storedLayers(t *testing.T, c models.Config, p *models.Parameters, o ProbeOptions) []Layer {
	layers := make([]Layer, len(p.W))
	run := func(net *models.MLP, err error, from int) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		f, err := newFeed(net)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.from(o.Set, unit, from); err != nil {
			t.Fatal(err)
		}
		m, err := graph.New(net.Graph, graph.WithEngine(engine(t)), graph.Observe(net.Z...), graph.Observe(append(net.DS, net.DW...)...))
		if err != nil {
			t.Fatal(err)
		}
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := c.Build(p, o.Set.Len())
	run(whole, err, 0)
	var ds, dw []*measure.Collector
	means := make([]measure.MeanVector, len(layers))
	for i := range layers {
		layers[i].Layer = i + 1
		ds, dw = append(ds, measure.NewCollector(float64(o.Batch), measure.Axis{})), append(dw, measure.NewCollector(float64(o.Batch), measure.Axis{}))
		if i < len(whole.Z) {
			z, f := whole.Z[i].Value().Data().([]float32), c.ActivationOf(i)
			s := measure.Summarize(z, f.Saturation.In, measure.Axis{Low: f.Axis[0], High: f.Axis[1]})
			layers[i].Z = &s
			for _, m := range requestedMeasures(o.Measures) {
				if m.activations != nil {
					layers[i].Put(m.Name, m.activations(activations{z, o.Set.Len(), c.Hidden[i], f}))
				}
			}
		}
	}
	for k := range o.Set.Len() / o.Batch {
		mini, err := c.BuildTraining(p, o.Batch)
		run(mini, err, k*o.Batch)
		for i := range layers {
			sums := make([]float32, c.Sizes()[i+1])
			for j, v := range mini.DS[i].Value().Data().([]float32) {
				sums[j%len(sums)] += v
			}
			gradient := mini.DW[i].Value().Data().([]float32)
			ds[i].Add(sums)
			dw[i].Add(gradient)
			means[i].Add(gradient)
		}
	}
	for i := range layers {
		a, b := ds[i].Stats(), dw[i].Stats()
		layers[i].DS, layers[i].DW = &a, &b
		for _, m := range requestedMeasures(o.Measures) {
			if m.gradients != nil {
				layers[i].Put(m.Name, m.gradients(means, i))
			}
		}
	}
	return layers
}
