package train

import (
	"context"
	"errors"
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

	// Histograms says at which updates snapshots have histograms; nil means all. Without histograms a snapshot takes two thirds of the time.
	Histograms hook.Schedule

	// Axes of the histograms; an automatic axis is fitted to each observation. The zero Z axis means that
	// of the layer's activation.
	Z, DS, DW measure.Axis
}

// A Probe measures a network: its activations on a fixed set of examples, as it is evaluated, and its gradients on mini-batches of
// these examples, as it is trained but without dropout. Gradients are those of the cost summed over the mini-batch, as in the paper's figures.
type Probe struct {
	o           ProbeOptions
	whole, some *observer // all examples, forward, for the activations; some mini-batches at once, or nil; whole is nil if some is all
	batches, at int       // mini-batches, and how many of them at once
	ds, dw      []*measure.Collector
	sum         []float32 // of dCost/ds over a mini-batch
	measures    []Measure
	means       []measure.MeanVector // of the layers' dCost/dW, if a measure needs them
	gradient    []float32            // dCost/dW on a mini-batch, if a measure needs it
	snapshot    Layers
}

// observer runs a network on examples.
type observer struct {
	net     *models.MLP
	feed    *feed
	machine *graph.Machine
}

func (p *Probe) observe(net *models.MLP, nodes ...*G.Node) (*observer, error) {
	f, err := newFeed(net)
	if err != nil {
		return nil, err
	}
	f.smoothing = float32(p.o.LabelSmoothing)
	m, err := graph.New(net.Graph, graph.WithEngine(p.o.Engine), graph.Observe(nodes...))
	return &observer{net, f, m}, err
}

// NewProbe compiles the graphs that compute the activations and gradients.
func NewProbe(o ProbeOptions) (*Probe, error) {
	if o.Batch < 0 || o.Set.Len() < max(o.Batch, 1) {
		return nil, fmt.Errorf("a probe of %d examples in mini-batches of %d; want at least one mini-batch", o.Set.Len(), o.Batch)
	}
	p := &Probe{o: o, measures: requestedMeasures(o.Measures)}
	alone := false // examples do not depend on each other
	if o.Batch > 0 {
		p.batches, p.at = o.Set.Len()/o.Batch, 1
		if alone = !o.Model.Norm.AcrossExamples(); alone {
			p.at = p.batches
		}
		net, err := o.Model.BuildBatches(o.Params, o.Batch, p.at)
		if err != nil {
			return nil, err
		}
		nodes := append(append(append(G.Nodes{}, net.Z...), net.In...), append(net.DS, net.DA...)...)
		if p.some, err = p.observe(net, nodes...); err != nil {
			return nil, err
		}
	}
	if len(o.Model.Hidden) == 0 || alone && o.Set.Len()%o.Batch == 0 {
		return p, nil
	}
	net, err := o.Model.Build(o.Params, o.Set.Len())
	if err != nil {
		return nil, err
	}
	p.whole, err = p.observe(net, net.Z...)
	return p, err
}

// Snapshot measures the network with its present parameters, which have had the given number of updates.
func (p *Probe) Snapshot(ctx context.Context, update int) (Layers, error) {
	p.snapshot = Layers{Update: update, Layers: make([]Layer, len(p.o.Params.W))}
	for i := range p.snapshot.Layers {
		p.snapshot.Layers[i].Layer = i + 1
	}
	err := ctx.Err()
	if err == nil && p.whole != nil {
		if err = p.run(p.whole, 0); err == nil {
			err = p.addActivations(p.whole.net)
		}
	}
	if err == nil && p.some != nil {
		err = p.measureGradients(ctx)
	}
	switch {
	case err == nil:
		return p.snapshot, nil
	case ctx.Err() != nil:
		return Layers{}, ctx.Err()
	}
	return Layers{}, fmt.Errorf("probe: %w", err)
}

// run computes what is observed on the examples from the given one on.
func (p *Probe) run(o *observer, from int) error {
	if err := o.feed.from(p.o.Set, p.o.Scale, from); err != nil {
		return err
	}
	if err := o.machine.RunAll(); err != nil {
		return fmt.Errorf("update %d: %w", p.snapshot.Update, err)
	}
	return nil
}

// histograms reports whether the snapshot has histograms.
func (p *Probe) histograms() bool { return p.o.Histograms == nil || p.o.Histograms(p.snapshot.Update) }

func (p *Probe) measureGradients(ctx context.Context) error {
	layers := p.snapshot.Layers
	collectors := func(axis measure.Axis) (list []*measure.Collector) {
		for range layers {
			if p.histograms() {
				list = append(list, measure.NewCollector(float64(p.o.Batch), axis))
			} else {
				list = append(list, measure.NewPlainCollector(float64(p.o.Batch)))
			}
		}
		return list
	}
	p.ds, p.dw, p.means = collectors(p.o.DS), collectors(p.o.DW), nil
	if NeedGradients(p.o.Measures) {
		p.means = make([]measure.MeanVector, len(layers))
	}
	for k := range p.batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		if k%p.at == 0 {
			if err := p.run(p.some, k*p.o.Batch); err != nil {
				return err
			}
		}
		if k == 0 && p.whole == nil {
			if err := p.addActivations(p.some.net); err != nil {
				return err
			}
		}
		for i := range layers {
			if err := p.addGradients(i, k%p.at); err != nil {
				return err
			}
		}
	}
	for i := range layers {
		ds, dw := p.ds[i].Stats(), p.dw[i].Stats()
		layers[i].DS, layers[i].DW = &ds, &dw
		for _, m := range p.measures {
			if m.gradients != nil {
				layers[i].Put(m.Name, m.gradients(p.means, i))
			}
		}
	}
	return nil
}

// addGradients measures the gradients of layer i on mini-batch k of those that were run at once. Those of its weights are measured in parts, as
// they are computed, and stored only if a measure needs all of them: where the first ones choose the range of a histogram, they are computed once more.
func (p *Probe) addGradients(i, k int) error {
	e, net, shape := p.some.machine.Engine(), p.some.net, p.o.Params.W[i].Shape()
	rows := func(n *G.Node) ([]float32, error) {
		x, err := graph.Float32s(n.Value(), nil)
		size := len(x) / p.at
		return x[k*size : (k+1)*size], err
	}
	x, err1 := rows(net.In[i])
	ds, err2 := rows(net.DS[i])
	da, err3 := rows(net.DA[i])
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	p.sum = slices.Grow(p.sum[:0], shape[1])[:shape[1]]
	e.SumRows(p.sum, ds, p.o.Batch, shape[1])
	p.ds[i].Add(p.sum)
	c := p.dw[i]
	part := c.Part
	if p.means != nil {
		p.gradient = slices.Grow(p.gradient[:0], shape.TotalSize())[:shape.TotalSize()]
		part = func(from int, dw []float32) {
			copy(p.gradient[from:], dw)
			c.Part(from, dw)
		}
	}
	c.Begin(shape.TotalSize())
	for again := true; again; again = c.End() {
		e.PartsMatMulTransA(part, x, da, p.o.Batch, shape[0], shape[1])
	}
	if p.means != nil {
		p.means[i].Add(p.gradient)
	}
	return nil
}

func (p *Probe) addActivations(net *models.MLP) error {
	z := make([][]float32, len(net.Z))
	for i, n := range net.Z {
		var err error
		if z[i], err = graph.Float32s(n.Value(), nil); err != nil {
			return err
		}
	}
	p.share(len(z), func(i int) {
		f, axis := p.o.Model.ActivationOf(i), p.o.Z
		if axis == (measure.Axis{}) {
			axis = measure.Axis{Low: f.Axis[0], High: f.Axis[1]}
		}
		s := measure.Summarize(z[i], f.Saturation.In, axis)
		if !p.histograms() {
			s.Histogram = measure.Histogram{}
		}
		p.snapshot.Layers[i].Z, p.snapshot.Layers[i].SaturationRule = &s, f.Saturation.Text
		units := p.o.Model.Hidden[i]
		for _, m := range p.measures {
			if m.activations != nil {
				p.snapshot.Layers[i].Put(m.Name, m.activations(activations{z[i], len(z[i]) / units, units, f}))
			}
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
