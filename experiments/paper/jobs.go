package paper

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/setup"
	"glorot/experiments/train"
	"glorot/graph/kernel"
	"glorot/models"
	"glorot/models/stream"

	"gorgonia.org/tensor"
)

// Costs in the same units: a thousand Shapeset images, and the surfaces of Figure 5.
const costImages, costOfSurfaces = 0.4, 1

// jobs lists what the chosen figures and claims need besides trainings, each once.
func (s *Study) jobs() []plan.Job {
	n := s.needs()
	data := &fixed{open: dataset.DefaultShapeset().TestSet}
	var jobs []plan.Job
	for _, net := range n.Networks() {
		gradients, jacobians := slices.Contains(n.Initial, net), slices.Contains(n.Jacobians, net)
		for i := range s.o.Scale.Seeds {
			key := s.initialKey(net.On(dataset.ShapesetName), i)
			key.Gradients, key.Jacobians = gradients, jacobians
			if j, kept := s.initialJob(key, data, &s.obs.Initial[net][i]); !kept {
				jobs = append(jobs, j)
			}
		}
	}
	if n.Shapeset {
		jobs = append(jobs, s.shapesetJob())
	}
	if n.Surfaces {
		jobs = append(jobs, s.surfacesJob())
	}
	if n.SVM {
		if j, needed := s.svmJob(); needed {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// needs returns what all the chosen figures and claims need.
func (s *Study) needs() observed.Needs {
	var n observed.Needs
	for _, f := range s.figures {
		n.Add(f.Needs)
	}
	for _, t := range s.tables {
		n.Add(t.Needs)
	}
	for _, c := range s.claims {
		n.Add(c.Needs)
	}
	return n
}

// initialKey is everything that determines the measurements of a network before training.
type initialKey struct {
	Numbers   int           `json:"numbers"` // train.Numbers
	Network   setup.Network `json:"network"`
	Width     int           `json:"width"`
	Seed      uint64        `json:"seed"`
	Example   int           `json:"example"` // of the Jacobians
	Gradients bool          `json:"gradients"`
	Jacobians bool          `json:"jacobians"`
	Data      string        `json:"data,omitempty"` // stored, with its checksum
	Checksum  string        `json:"checksum,omitempty"`
}

// initialKey returns the key of a subject and a seed, given by its index among the seeds.
func (s *Study) initialKey(sub setup.Subject, index int) initialKey {
	key := initialKey{Numbers: train.Numbers, Network: sub.Network, Width: s.o.Scale.Width, Seed: s.o.Seed + uint64(index), Example: index}
	if sub.Data != dataset.ShapesetName {
		key.Data = sub.Data
	}
	return key
}

// name names the file that keeps the measurements.
func (k initialKey) name() string {
	name := fmt.Sprintf("%s-%s-%dx%d-seed%d", k.Network.Activation, k.Network.Init, k.Network.Depth, k.Width, k.Seed)
	if k.Data != "" {
		name = k.Data + "-" + name
	}
	return "initial-" + name
}

// initialJob measures one network before training: its activations and, if the key asks for them, its gradients and Jacobians. If the
// measurements are kept already, it copies them to place and there is no job.
func (s *Study) initialJob(key initialKey, data *fixed, place *observed.Initial) (j plan.Job, kept bool) {
	net := key.Network
	fresh := s.o.Scale.Drawn && data != nil // measure again whatever can be measured here
	if !fresh && s.kept(key.name(), key, place) {
		return plan.Job{}, true
	}
	cost := plan.CostWeights + plan.CostForward
	if key.Gradients {
		cost += plan.CostGradients * float64(miniBatches(net))
	}
	if key.Jacobians {
		cost += plan.CostJacobian * float64(net.Depth-1)
	}
	run := func(ctx context.Context, e *kernel.Engine, _ func(float64)) error {
		o, err := s.initialProbe(ctx, net, key.Seed, data)
		if err != nil {
			return err
		}
		o.Engine = e
		if !key.Gradients {
			o.Batch = 0
		}
		probe, err := train.NewProbe(o)
		if err != nil {
			return err
		}
		snapshot, err := probe.Snapshot(ctx, 0)
		if err != nil {
			return err
		}
		initial := observed.Initial{Layers: snapshot, Weights: weightSamples(o.Params)}
		if key.Jacobians {
			initial.Jacobian, err = train.Jacobians(ctx, o.Model, o.Params, example(o.Set, key.Example), o.Scale, e)
			if err != nil {
				return err
			}
		}
		if err := s.memo.put(key.name(), key, initial); err != nil {
			return err
		}
		s.keep(func(*observed.Observations) { *place = initial })
		return nil
	}
	title := fmt.Sprintf("%v, seed %d, before training", net, key.Seed)
	if key.Data != "" {
		title = key.Data + ": " + title
	}
	return plan.Job{Name: title, Cost: cost, Run: run}, false
}

// initialProbe says how a network is measured before training: on the first 300 test images, in [0, 1], with the gradients of mini-batches
// of 10. Networks of the linear theory get inputs that meet its hypothesis instead (all features of one variance, here uniform
// noise in [-1, 1]), and the gradients of single examples.
func (s *Study) initialProbe(ctx context.Context, net setup.Network, seed uint64, data *fixed) (o train.ProbeOptions, err error) {
	if o.Model, err = net.Model(s.o.Scale.Width); err != nil {
		return o, err
	}
	if linear(net) {
		o.Model.Inputs = s.o.Scale.Width
		o.Set, o.Scale, o.Batch = noise(seed, noiseExamples, o.Model.Inputs, o.Model.Classes), dataset.Scale{Low: -1, High: 1}, 1
	} else {
		if err := data.load(ctx); err != nil {
			return o, err
		}
		o.Model.Inputs, o.Model.Classes = data.watch.Features, data.watch.Classes
		o.Set, o.Scale, o.Batch = data.watch, unit, min(setup.Batch, data.watch.Len())
	}
	o.Z, o.DS, o.DW = axes(net)
	o.Params, err = o.Model.Parameters(seed)
	return o, err
}

// linear reports whether the network is one of the linear theory.
func linear(n setup.Network) bool { return n.Activation == "identity" }

// miniBatches is the number of mini-batches whose gradients initialProbe has.
func miniBatches(n setup.Network) int {
	if linear(n) {
		return noiseExamples
	}
	return setup.Examples / setup.Batch
}

// noiseExamples are enough to measure the linear theory's variances to a few percent.
const noiseExamples = 60

// unit is the input scale of the authors' scripts; the paper does not say which it used.
var unit = dataset.Scale{Low: 0, High: 1}

// axes returns the histograms' axes of Figures 6, 7 and 8, with bins fine enough for the narrowest peak.
func axes(net setup.Network) (z, ds, dw measure.Axis) {
	if net.Activation != "tanh" {
		return
	}
	z = measure.Axis{Low: -1, High: 1, Bins: 101}
	if net.Init == "standard" {
		return z, measure.Axis{Low: -.2, High: .2, Bins: 201}, measure.Axis{Low: -.027, High: .027, Bins: 101}
	}
	return z, measure.Axis{Low: -.3, High: .3, Bins: 101}, measure.Axis{Low: -.14, High: .14, Bins: 101}
}

// noise makes a set of uniform random inputs and labels.
func noise(seed uint64, n, features, classes int) *dataset.Set {
	r := rand.New(stream.New(seed, "noise"))
	set := &dataset.Set{Name: "noise", Images: make([]uint8, n*features), Labels: make([]uint8, n), Features: features, Classes: classes}
	for i := range set.Images {
		set.Images[i] = uint8(r.UintN(256))
	}
	for i := range set.Labels {
		set.Labels[i] = uint8(r.IntN(classes))
	}
	return set
}

func weightSamples(p *models.Parameters) []observed.WeightSample {
	var samples []observed.WeightSample
	for i, w := range p.W {
		var m measure.Moments
		m.Add(w.Float32s())
		samples = append(samples, observed.WeightSample{
			In: w.Shape()[0], Out: w.Shape()[1],
			Variance: m.Variance(), MaxAbs: maxAbs(w), MaxBias: maxAbs(p.B[i]),
		})
	}
	return samples
}

func maxAbs(t *tensor.Dense) float64 {
	largest := float32(0)
	for _, x := range t.Float32s() {
		largest = max(largest, x, -x)
	}
	return float64(largest)
}

// shapesetJob counts the classes and overlaps of the test set's images, and takes the generator's estimates for the validation set's.
func (s *Study) shapesetJob() plan.Job {
	const n = dataset.FixedLen // the test set
	run := func(ctx context.Context, _ *kernel.Engine, _ func(float64)) error {
		shapeset := dataset.DefaultShapeset()
		gen, err := shapeset.NewGenerator(dataset.TestSeed)
		if err != nil {
			return err
		}
		c := &observed.ShapesetCounts{Images: n, Classes: make([]int, shapeset.Classes())}
		for range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			scene := gen.NextScene()
			c.Classes[scene.Label]++
			if len(scene.Objects) == 2 {
				c.Pairs++
				c.Overlaps = append(c.Overlaps, gen.Cover(scene).Share())
			}
		}
		other, err := shapeset.NewGenerator(dataset.ValidSeed)
		if err != nil {
			return err
		}
		for range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			c.Estimated = max(c.Estimated, other.Overlap(other.NextScene()))
		}
		s.keep(func(o *observed.Observations) { o.Shapeset = c })
		return nil
	}
	return plan.Job{Name: fmt.Sprintf("%d Shapeset images", n), Cost: float64(2*costImages*n) / 1000, Run: run}
}

// surfacesJob evaluates the two costs of Figure 5.
func (s *Study) surfacesJob() plan.Job {
	run := func(context.Context, *kernel.Engine, func(float64)) error {
		surfaces, err := observed.NewCostSurfaces()
		if err != nil {
			return err
		}
		s.keep(func(o *observed.Observations) { o.Surfaces = surfaces })
		return nil
	}
	return plan.Job{Name: "cost surfaces", Cost: costOfSurfaces, Run: run}
}

// fixed is the data on which networks are measured: the first examples of a test set.
type fixed struct {
	open  func(ctx context.Context) (*dataset.Set, error) // the test set
	once  sync.Once
	watch *dataset.Set
	err   error
}

func (f *fixed) load(ctx context.Context) error {
	f.once.Do(func() {
		test, err := f.open(ctx)
		if f.err = err; err == nil {
			f.watch = test.Head(setup.Examples)
		}
	})
	return f.err
}

// sampled returns n examples of set in a fixed random order, or all if it has fewer. Some copies of stored sets are sorted, or have one image of
// each class in every ten, so that the output's gradients cancel. The name of the random stream is part of the results.
func sampled(set *dataset.Set, n int) *dataset.Set {
	r := rand.New(stream.New(uint64(dataset.TestSeed), "images looked at"))
	d := &dataset.Set{Name: set.Name, Features: set.Features, Classes: set.Classes}
	for _, i := range r.Perm(set.Len())[:min(n, set.Len())] {
		one := example(set, i)
		d.Images, d.Labels = append(d.Images, one.Images...), append(d.Labels, one.Labels...)
	}
	return d
}

// example returns example i of set, modulo its length.
func example(set *dataset.Set, i int) *dataset.Set {
	i %= set.Len()
	p := *set
	p.Images, p.Labels = set.Images[i*set.Features:(i+1)*set.Features], set.Labels[i:i+1]
	return &p
}
