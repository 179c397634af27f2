package train

import (
	"context"
	"fmt"
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
	Z              *measure.Summary       `json:"z,omitempty"`        // activations over all examples and units; not of the output layer
	SaturationRule string                 `json:"flat,omitempty"`     // the rule behind Z.Saturated, in words
	DS             *measure.GradientStats `json:"dcost_ds,omitempty"` // dCost/ds, summed over each mini-batch (the bias gradients of Figure 7)
	DW             *measure.GradientStats `json:"dcost_dw,omitempty"` // dCost/dW, summed over each mini-batch (Figures 8 and 9)
}

// Only returns the layer without its gradients, or without its histograms, unless they are asked for.
func (l Layer) Only(gradients, histograms bool) Layer {
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

// ProbeOptions configure a Probe.
type ProbeOptions struct {
	Model  models.Config
	Params *models.Parameters
	Set    *dataset.Set // the fixed examples; the paper has 300 test examples (section 3)
	Scale  dataset.Scale
	Batch  int // of the mini-batches whose gradients are measured; Set is divided into Set.Len()/Batch of them. 0 means no gradients
	Engine *kernel.Engine

	LabelSmoothing float64 // of the cost whose gradients are measured

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
	activations *hook.Lab      // one batch of all examples, forward
	gradients   *graph.Machine // mini-batches
	sums        G.Nodes        // of dCost/ds over the mini-batch, which are the bias gradients where there is no norm
	whole, mini *feed
	batches     int
	ds, dw      []*measure.Collector // of the layers
	again       []bool               // whose dCost/dW is measured, in a run that repeats a mini-batch; nil means all
	snapshot    Layers
}

// NewProbe compiles the graphs that compute the activations and gradients.
func NewProbe(o ProbeOptions) (*Probe, error) {
	if o.Batch < 0 || o.Set.Len() < max(o.Batch, 1) {
		return nil, fmt.Errorf("a probe of %d examples in mini-batches of %d; want at least one mini-batch", o.Set.Len(), o.Batch)
	}
	p := &Probe{o: o}
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
	p.sums = mini.SumDS
	opts := []graph.Option{graph.WithEngine(o.Engine), graph.Observe(p.sums...)}
	for i, n := range mini.DW {
		opts = append(opts, graph.Stream(n, func(from int, part []float32) {
			if p.again == nil || p.again[i] {
				p.dw[i].Part(from, part)
			}
		}))
	}
	p.gradients, err = graph.New(mini.Graph, opts...)
	return p, err
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
	layers := p.snapshot.Layers
	collectors := func(axis measure.Axis) (list []*measure.Collector) {
		for range layers {
			if p.histograms(update) {
				list = append(list, measure.NewCollector(float64(p.o.Batch), axis))
			} else {
				list = append(list, measure.NewPlainCollector(float64(p.o.Batch)))
			}
		}
		return list
	}
	p.ds, p.dw = collectors(p.o.DS), collectors(p.o.DW)
	for k := range p.batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.mini.from(p.o.Set, p.o.Scale, k*p.o.Batch); err != nil {
			return fmt.Errorf("probe: %w", err)
		}
		if err := p.addGradients(); err != nil {
			return fmt.Errorf("probe: update %d: %w", update, err)
		}
	}
	for i := range layers {
		ds, dw := p.ds[i].Stats(), p.dw[i].Stats()
		layers[i].DS, layers[i].DW = &ds, &dw
	}
	return nil
}

// addGradients measures the gradients of the mini-batch. Those of the first one choose the ranges of the histograms, and are computed again to
// be counted, since they are not stored.
func (p *Probe) addGradients() error {
	for i, w := range p.o.Params.W {
		p.dw[i].Begin(w.Shape().TotalSize())
	}
	p.again = nil
	if err := p.gradients.RunAll(); err != nil {
		return err
	}
	for i, n := range p.sums {
		x, err := graph.Float32s(n.Value(), nil)
		if err != nil {
			return err
		}
		p.ds[i].Add(x)
	}
	again, repeat := make([]bool, len(p.dw)), false
	for i := range p.dw {
		again[i] = p.dw[i].End()
		repeat = repeat || again[i]
	}
	if !repeat {
		return nil
	}
	p.again = again
	if err := p.gradients.RunAll(); err != nil {
		return err
	}
	for i, c := range p.dw {
		if again[i] {
			c.End()
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
