package train

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/graph"
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"

	G "gorgonia.org/gorgonia"
)

// Layers is a snapshot of a network after Update updates: the layer statistics of the hidden layers, first to last, and then of the output layer.
type Layers struct {
	Update int     `json:"update"`
	Layers []Layer `json:"layers"`
}

// Layer describes one layer.
type Layer struct {
	Layer          int                    `json:"layer"`              // 1 is the first hidden layer
	Name           string                 `json:"name,omitempty"`     // in a recorded run of another program
	S              *measure.Summary       `json:"s,omitempty"`        // pre-activations, where another program shows no activations
	Z              *measure.Summary       `json:"z,omitempty"`        // activations over all examples and units; not of the output layer
	SaturationRule string                 `json:"flat,omitempty"`     // the rule behind Z.Saturated, in words
	DS             *measure.GradientStats `json:"dcost_ds,omitempty"` // dCost/ds, summed over each mini-batch (the bias gradients of Figure 7)
	DW             *measure.GradientStats `json:"dcost_dw,omitempty"` // dCost/dW, summed over each mini-batch (Figures 8 and 9)
	Measures       measure.Values         `json:"measures,omitempty"` // those of Measures that are requested
}

// Only returns the layer without its gradients, or without its histograms, unless they are asked for, and with these measures.
func (l Layer) Only(gradients, histograms bool, measures []string) Layer {
	l.Measures = maps.Clone(l.Measures)
	maps.DeleteFunc(l.Measures, func(name string, _ float64) bool { return !slices.Contains(measures, name) })
	if l.Z != nil && !histograms {
		z := *l.Z
		z.Histogram, l.Z = measure.Histogram{}, &z
	}
	for _, stats := range []**measure.GradientStats{&l.DS, &l.DW} {
		switch {
		case !gradients:
			*stats = nil
		case *stats != nil && !histograms:
			s := **stats
			s.Histogram, *stats = measure.Histogram{}, &s
		}
	}
	return l
}

// With returns the layer with what another description of it has in addition.
func (l Layer) With(o Layer) Layer {
	if o.Z != nil && (l.Z == nil || len(l.Z.Histogram.Counts) == 0) {
		l.Z = o.Z
	}
	if o.S != nil && (l.S == nil || len(l.S.Histogram.Counts) == 0) {
		l.S = o.S
	}
	if o.DS != nil && o.DW != nil && (l.DS == nil || len(l.DS.Histogram.Counts) == 0) {
		l.DS, l.DW = o.DS, o.DW
	}
	l.Measures = maps.Clone(l.Measures)
	for name, v := range o.Measures {
		l.Put(name, v)
	}
	return l
}

// Put adds a measure.
func (l *Layer) Put(name string, v float64) {
	if l.Measures == nil {
		l.Measures = measure.Values{}
	}
	l.Measures[name] = v
}

// ProbeOptions configure a Probe.
type ProbeOptions struct {
	Model  models.Config
	Params *models.Parameters
	Set    *dataset.Set // the fixed examples; the paper has 300 test examples (section 3)
	Scale  dataset.Scale
	Batch  int // of the mini-batches whose gradients are measured; Set is divided into Set.Len()/Batch of them. 0 means no gradients
	Engine *kernel.Engine

	LabelSmoothing float64 // of the cost whose gradients are measured

	Measures []string // names of Measures; those of the last updates are not the probe's

	// Histograms says at which updates snapshots have histograms; nil means all. Histograms are half of the cost of measuring gradients.
	Histograms hook.Schedule

	// Axes of the histograms; an automatic axis is fitted to each observation. The zero Z axis means that
	// of the layer's activation.
	Z, DS, DW measure.Axis
}

// A Probe measures a network: its activations on a fixed set of examples, as it is evaluated, and its gradients on mini-batches of
// these examples, as it is trained but without dropout. Gradients are those of the cost summed over the mini-batch, as in the paper's figures.
type Probe struct {
	o           ProbeOptions
	activations *hook.Lab // one batch of all examples, forward
	gradients   *hook.Lab // mini-batches
	whole, mini *feed
	batches     int
	collect     []*measure.Collector // two for each layer: ds, dw
	measures    []Measure
	means       []measure.MeanVector // of the layers' dCost/dW, if a measure needs them
	snapshot    Layers
}

// NewProbe compiles the graphs that compute the activations and gradients.
func NewProbe(o ProbeOptions) (*Probe, error) {
	if o.Batch < 0 || o.Set.Len() < max(o.Batch, 1) {
		return nil, fmt.Errorf("a probe of %d examples in mini-batches of %d; want at least one mini-batch", o.Set.Len(), o.Batch)
	}
	p := &Probe{o: o, measures: requestedMeasures(o.Measures)}
	whole, err := o.Model.Build(o.Params, o.Set.Len())
	if err != nil {
		return nil, err
	}
	if p.whole, err = newFeed(whole); err != nil {
		return nil, err
	}
	p.activations = hook.NewLab(whole.Graph, graph.WithEngine(o.Engine))
	p.activations.Every("activations", 1, whole.Z, p.addActivations)
	if o.Batch == 0 {
		return p, nil
	}
	mini, err := o.Model.BuildTraining(o.Params, o.Batch)
	if err != nil {
		return nil, err
	}
	if p.mini, err = newFeed(mini); err != nil {
		return nil, err
	}
	p.mini.smoothing = float32(o.LabelSmoothing)
	p.batches = o.Set.Len() / o.Batch
	p.gradients = hook.NewLab(mini.Graph, graph.WithEngine(o.Engine))
	p.gradients.Every("gradients", 1, append(append(G.Nodes{}, mini.SumDS...), mini.DW...), p.addGradients)
	return p, nil
}

// Snapshot measures the network with its present parameters, which have had the given number of updates.
func (p *Probe) Snapshot(ctx context.Context, update int) (Layers, error) {
	p.snapshot = Layers{Update: update, Layers: make([]Layer, len(p.o.Params.W))}
	for i := range p.snapshot.Layers {
		p.snapshot.Layers[i].Layer = i + 1
	}
	if err := p.whole.from(p.o.Set, p.o.Scale, 0); err != nil {
		return Layers{}, fmt.Errorf("probe: %w", err)
	}
	if len(p.o.Model.Hidden) > 0 {
		if err := p.activations.Step(update); err != nil {
			return Layers{}, fmt.Errorf("probe: %w", err)
		}
	}
	if p.batches > 0 {
		if err := p.measureGradients(ctx, update); err != nil {
			return Layers{}, err
		}
	}
	return p.snapshot, nil
}

// histograms reports whether the snapshot at an update has histograms.
func (p *Probe) histograms(update int) bool { return p.o.Histograms == nil || p.o.Histograms(update) }

func (p *Probe) measureGradients(ctx context.Context, update int) error {
	p.collect, p.means = nil, nil
	if NeedGradients(p.o.Measures) {
		p.means = make([]measure.MeanVector, len(p.snapshot.Layers))
	}
	scale := float64(p.o.Batch)
	for range p.snapshot.Layers {
		if p.histograms(update) {
			p.collect = append(p.collect, measure.NewCollector(scale, p.o.DS), measure.NewCollector(scale, p.o.DW))
		} else {
			p.collect = append(p.collect, measure.NewPlainCollector(scale), measure.NewPlainCollector(scale))
		}
	}
	for k := range p.batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.mini.from(p.o.Set, p.o.Scale, k*p.o.Batch); err != nil {
			return fmt.Errorf("probe: %w", err)
		}
		if err := p.gradients.Step(update); err != nil {
			return fmt.Errorf("probe: %w", err)
		}
	}
	for i := range p.snapshot.Layers {
		ds, dw := p.collect[2*i].Stats(), p.collect[2*i+1].Stats()
		p.snapshot.Layers[i].DS, p.snapshot.Layers[i].DW = &ds, &dw
		for _, m := range p.measures {
			if m.gradients != nil {
				p.snapshot.Layers[i].Put(m.Name, m.gradients(p.means, i))
			}
		}
	}
	return nil
}

func (p *Probe) addActivations(o hook.Observation) error {
	p.share(len(o.Values), func(i int) {
		f, axis := p.o.Model.ActivationOf(i), p.o.Z
		if axis == (measure.Axis{}) {
			axis = measure.Axis{Low: f.Axis[0], High: f.Axis[1]}
		}
		s := measure.Summarize(o.Values[i].Data, f.Saturation.In, axis)
		if !p.histograms(o.Update) {
			s.Histogram = measure.Histogram{}
		}
		p.snapshot.Layers[i].Z, p.snapshot.Layers[i].SaturationRule = &s, f.Saturation.Text
		shape := o.Values[i].Shape
		for _, m := range p.measures {
			if m.activations != nil {
				p.snapshot.Layers[i].Put(m.Name, m.activations(activations{o.Values[i].Data, shape[0], shape[1], f}))
			}
		}
	})
	return nil
}

// addGradients is called with the sums of dCost/ds over the mini-batch, which are the bias gradients where there is no norm, and then dCost/dW of
// all layers.
func (p *Probe) addGradients(o hook.Observation) error {
	layers := len(p.collect) / 2
	p.share(len(o.Values), func(i int) {
		p.collect[2*(i%layers)+i/layers].Add(o.Values[i].Data)
		if i >= layers && p.means != nil {
			p.means[i-layers].Add(o.Values[i].Data)
		}
	})
	return nil
}

// share calls f for 0 to n-1, on as many goroutines as the engine has threads. The calls must not depend on each other.
func (p *Probe) share(n int, f func(i int)) {
	threads := 1
	if p.o.Engine != nil {
		threads = p.o.Engine.Threads()
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(threads, n) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	all.Wait()
}
