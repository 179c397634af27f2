package recorder

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph"
	"glorot/graph/hook"
	"glorot/models"

	G "gorgonia.org/gorgonia"
)

// Options say what of a graph is recorded, and when.
type Options struct {
	Due    hook.Schedule // of the snapshots; nil means every 100 updates
	Layers []Layer       // in the order of the signal; nil means the matrices among the inputs that have a gradient
	Cost   *G.Node       // recorded with the snapshots; nil means not
	Batch  int           // examples of a mini-batch; 0 means 1
	Summed bool          // the cost is the sum over the mini-batch, and not the mean
	About  run.Recorded  // what is trained. By default the program is Gorgonia, and the start is now
}

// A Layer names the nodes of a layer. All but the name may be nil.
type Layer struct {
	Name       string
	Z          *G.Node // activations [examples, units], or [examples, channels, height, width]
	Activation string  // a name of models.Activations, by whose rule Z is saturated; "" means none
	DS         *G.Node // dCost/ds, of the same shape as Z
	W          *G.Node // weights, whose gradient is W.Deriv()
}

// A Recorder records a graph. It is made by [Record].
type Recorder struct {
	dir    string
	o      Options
	log    *os.File
	layers []layer
	before map[int][]float32 // weights of each layer before the last update
	ratios map[int]float64
}

// layer is a Layer with the places of its values in an observation; -1 if it has no such node.
type layer struct {
	Layer
	f            models.Activation
	z, ds, w, dw int
}

// Record records the graph of a lab into a new directory, as a run that glorot's commands read. It attaches hooks, and so must precede the lab's first
// Step. Recording changes no value of the graph. Close ends it.
func Record(lab *hook.Lab, dir string, o Options) (*Recorder, error) {
	if o.Due == nil {
		o.Due = hook.Every(100)
	}
	if o.Layers == nil {
		o.Layers = matrices(lab.Graph())
	}
	if len(o.Layers) == 0 {
		return nil, errors.New("recorder: there are no layers: no matrix among the graph's inputs has a gradient")
	}
	o.Batch = max(1, o.Batch)
	o.About.Format = 1
	if o.About.Program == "" {
		o.About.Program = "Gorgonia"
	}
	if o.About.Start.IsZero() {
		o.About.Start = time.Now().Round(0)
	}
	r := &Recorder{dir: dir, o: o, before: map[int][]float32{}, ratios: map[int]float64{}}
	nodes, weights, err := r.nodes()
	if err != nil {
		return nil, err
	}
	if err := r.o.About.Create(dir); err != nil {
		return nil, err
	}
	if r.log, err = os.OpenFile(filepath.Join(dir, run.LogFile), os.O_WRONLY|os.O_APPEND, 0); err != nil {
		return nil, err
	}
	lab.On("updates of "+dir, func(u int) bool { return o.Due(u) || o.Due(u+1) }, weights, r.updates)
	lab.On("layers of "+dir, o.Due, nodes, r.snapshot)
	return r, nil
}

// matrices makes a layer of each input with two or more dimensions that has a gradient.
func matrices(g *G.ExprGraph) (layers []Layer) {
	for _, n := range g.Inputs() {
		if n.Dims() >= 2 && n.Deriv() != nil {
			layers = append(layers, Layer{Name: n.Name(), W: n})
		}
	}
	return layers
}

// nodes returns the nodes of a snapshot, and those of the layers' weights.
func (r *Recorder) nodes() (nodes, weights G.Nodes, err error) {
	place := func(n *G.Node) int {
		if n == nil {
			return -1
		}
		nodes = append(nodes, n)
		return len(nodes) - 1
	}
	place(r.o.Cost)
	for i, l := range r.o.Layers {
		x := layer{Layer: l, w: -1, dw: -1}
		if l.Activation != "" {
			if x.f, err = models.ActivationByName(l.Activation); err != nil {
				return nil, nil, fmt.Errorf("layer %d, %s: %w", i+1, l.Name, err)
			}
		}
		x.z, x.ds = place(l.Z), place(l.DS)
		if l.W != nil {
			x.dw = place(l.W.Deriv())
			x.w, weights = len(weights), append(weights, l.W)
		}
		r.layers = append(r.layers, x)
	}
	return nodes, weights, nil
}

// updates is called with the weights before the last update before a snapshot, and with those at the snapshot.
func (r *Recorder) updates(o hook.Observation) error {
	clear(r.ratios)
	for i, l := range r.layers {
		if l.w < 0 {
			continue
		}
		now := o.Values[l.w].Data
		if before := r.before[i]; before != nil && r.o.Due(o.Update) {
			r.ratios[i] = measure.UpdateRatio(before, now)
		}
		r.before[i] = nil
		if r.o.Due(o.Update + 1) {
			r.before[i] = slices.Clone(now)
		}
	}
	return nil
}

// snapshot logs the layers and the cost.
func (r *Recorder) snapshot(o hook.Observation) error {
	record := struct {
		Event    string        `json:"event"`
		Update   int           `json:"update"`
		Examples int           `json:"examples"`
		Layers   []train.Layer `json:"layers"`
	}{run.LayersEvent, o.Update, r.o.Batch, nil}
	for i := range r.layers {
		record.Layers = append(record.Layers, r.describe(i, o.Values))
	}
	if err := r.append(record); err != nil || r.o.Cost == nil {
		return err
	}
	return r.append(struct {
		Event  string  `json:"event"`
		Update int     `json:"update"`
		NLL    float64 `json:"nll"`
	}{run.TrainEvent, o.Update, float64(o.Values[0].Data[0])})
}

// describe makes the record of layer i.
func (r *Recorder) describe(i int, values []hook.Value) train.Layer {
	l := r.layers[i]
	d := train.Layer{Layer: i + 1, Name: l.Name}
	scale := 1.0 // of gradients, to those of the summed cost
	if !r.o.Summed {
		scale = float64(r.o.Batch)
	}
	if l.z >= 0 {
		z := values[l.z]
		s := measure.Summarize(z.Data, l.f.Saturation.In, measure.Axis{Low: l.f.Axis[0], High: l.f.Axis[1]})
		d.Z, d.SaturationRule = &s, l.f.Saturation.Text
		d.Put("dead", always(z, func(v float32) bool { return v == 0 }))
		d.Put("saturated", always(z, l.f.Saturation.In))
	}
	if l.ds >= 0 {
		d.DS = gradients(summed(values[l.ds]), scale)
	}
	if l.dw >= 0 {
		dw := values[l.dw].Data
		d.DW = gradients(dw, scale)
		d.Put("grad_norm", math.Sqrt(measure.Dot(dw, dw))*scale/float64(r.o.Batch))
	}
	if ratio, ok := r.ratios[i]; ok {
		d.Put("update_ratio", ratio)
	}
	return d
}

func gradients(x []float32, scale float64) *measure.GradientStats {
	c := measure.NewCollector(scale, measure.Axis{})
	c.Add(x)
	s := c.Stats()
	return &s
}

// units calls f with each value and the number of its unit: its column in a matrix, its channel in [examples, channels, height, width]. It returns the
// number of units.
func units(v hook.Value, f func(unit int, x float32)) int {
	n, inner := 1, 1
	switch dims := len(v.Shape); {
	case dims > 2:
		n = v.Shape[1]
		for _, d := range v.Shape[2:] {
			inner *= d
		}
	case dims > 0:
		n = v.Shape[dims-1]
	}
	for i, x := range v.Data {
		f(i/inner%n, x)
	}
	return n
}

// always returns the share of the units whose values are all in a set, and NaN if no value is finite, like measure.Units.
func always(v hook.Value, in func(float32) bool) float64 {
	out, known := map[int]bool{}, false
	n := units(v, func(unit int, x float32) {
		known = known || x-x == 0 // it is finite
		if in == nil || !in(x) {
			out[unit] = true
		}
	})
	if !known {
		return math.NaN()
	}
	return float64(n-len(out)) / float64(n)
}

// summed returns the sums of the values of each unit.
func summed(v hook.Value) []float32 {
	sums := map[int]float64{}
	n := units(v, func(unit int, x float32) { sums[unit] += float64(x) })
	list := make([]float32, n)
	for i := range list {
		list[i] = float32(sums[i])
	}
	return list
}

func (r *Recorder) append(record any) error {
	line, err := run.Encode(record)
	if err == nil {
		_, err = r.log.Write(append(line, '\n'))
	}
	return err
}

// Score records the error, a share, and the mean cost on other examples: event is [run.ValidEvent] or [run.TestEvent].
func (r *Recorder) Score(event string, update, examples int, share, cost float64) error {
	return r.append(run.Score{Event: event, Update: update, Examples: examples, Errors: int(math.Round(share * float64(examples))), Error: share, NLL: cost})
}

// Close notes how the training ended: err is that of the last Step, nil if it reached its end.
func (r *Recorder) Close(err error) error {
	a := &r.o.About
	var infinite *graph.NonFiniteError
	switch {
	case err == nil:
		a.Status = run.Done
	case errors.As(err, &infinite):
		a.Status, a.Reason = run.Diverged, err.Error()
	case errors.Is(err, context.Canceled):
		a.Status, a.Reason = run.Interrupted, "interrupted"
	default:
		a.Status, a.Reason = run.Failed, err.Error()
	}
	end := time.Now().Round(0)
	a.End = &end
	return errors.Join(r.log.Close(), a.Write(r.dir))
}
