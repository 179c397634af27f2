package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"glorot/experiments/dataset"
	"glorot/experiments/train"
	"glorot/graph"
	"glorot/graph/kernel"
	"glorot/models"

	"gorgonia.org/tensor"
)

// Options choose the work. The zero value of a field means the default: the paper's width 1000, depth 5 and batch 10, one thread, the best
// kernels.
type Options struct {
	Width, Depth, Batch, Threads int
	Set                          string // kernel set; "" means GLOROT_KERNELS or the best one of this machine
	Rounds                       int    // rounds in which each piece is measured once; 0 means 30
	Tape                         bool   // also measure stock Gorgonia, which takes long
}

// Result holds the measurements.
type Result struct {
	Kernels string `json:"kernels"`
	Threads int    `json:"threads"`
	Width   int    `json:"width"`
	Depth   int    `json:"depth"`
	Batch   int    `json:"batch"`

	UpdateMS        float64 `json:"update_ms"`   // mean; data, products, activations, cost and update
	GFLOPS          float64 `json:"gflops"`      // matrix products of the update, at its mean time
	PeakGFLOPS      float64 `json:"peak_gflops"` // fused multiply-adds in registers on all threads, the best round
	PeakShare       float64 `json:"peak_share"`  // GFLOPS/PeakGFLOPS
	StreamGBS       float64 `json:"stream_gb_s"` // reading 256 MiB, in 1e9 bytes per second, the best round
	TapeMS          float64 `json:"tape_machine_ms,omitempty"`
	TapeRatio       float64 `json:"tape_machine_ratio,omitempty"` // TapeMS/UpdateMS
	AllocsPerUpdate float64 `json:"allocs_per_update"`
	FlopsPerUpdate  float64 `json:"flops_per_update"`

	Update      Times   `json:"update"`
	Hooked100   Times   `json:"update_hooks_every_100"`      // 100 updates and one snapshot, per update
	Hooked20000 float64 `json:"update_hooks_every_20000_ms"` // from Update and Snapshot
	HookCost    float64 `json:"hooks_every_20000_cost"`      // share of the update's time
	Snapshot    Times   `json:"look"`                        // activations and gradients of 300 examples, all statistics
	Probe       Times   `json:"probe"`                       // forward pass of 300 examples
	ProbeGFLOPS float64 `json:"probe_gflops"`                // at its mean time
	ProbeShare  float64 `json:"probe_share"`
	Shapeset    float64 `json:"shapeset_us_per_image"`
	TapeMachine *Times  `json:"tape_machine,omitempty"`
}

// examples is the number of examples that hooks observe.
const examples = 300

// pageFloats is the number of floats in a page of 4 KB, the smallest page size.
const pageFloats = 1024

// bench holds the pieces of work that are timed.
type bench struct {
	o      Options
	engine *kernel.Engine
	model  models.Config
	params *models.Parameters
	loop   *train.Loop
	probe  *train.Probe
	whole  *graph.Machine
	gen    *dataset.Generator
	stream *dataset.Stream
	tape   *tape
	image  []uint8
	memory []float32

	update, hooked, snapshot, pass, images, tapeTimes clock
	peak, bandwidth                                   float64
	allocs                                            float64
}

// Run measures. It ends early with ctx's error.
func Run(ctx context.Context, o Options) (Result, error) {
	b, err := prepare(ctx, o)
	if err != nil {
		return Result{}, err
	}
	defer b.close()
	if err := b.updates(3); err != nil { // first runs fill caches and scratch memory
		return Result{}, err
	}
	b.allocs = math.Inf(1)
	for range 5 { // the minimum, because the runtime's own goroutines allocate now and then
		n, err := allocations(func() error { return b.updates(20) })
		if err != nil {
			return Result{}, err
		}
		b.allocs = min(b.allocs, n)
	}
	b.allocs /= 20
	for round := range b.o.Rounds {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		if err := b.round(ctx, round); err != nil {
			return Result{}, err
		}
	}
	return b.result(), nil
}

func (o Options) defaults() Options {
	for _, f := range []struct {
		field *int
		value int
	}{{&o.Width, 1000}, {&o.Depth, 5}, {&o.Batch, 10}, {&o.Threads, 1}, {&o.Rounds, 30}} {
		if *f.field == 0 {
			*f.field = f.value
		}
	}
	return o
}

func prepare(ctx context.Context, o Options) (_ *bench, err error) {
	o = o.defaults()
	if o.Width < 1 || o.Depth < 1 || o.Batch < 1 || o.Threads < 1 || o.Rounds < 1 {
		return nil, fmt.Errorf("bench: width %d, depth %d, batch %d, threads %d, rounds %d; want all at least 1", o.Width, o.Depth, o.Batch, o.Threads, o.Rounds)
	}
	b := &bench{o: o}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if b.engine, err = kernel.New(kernel.Options{Set: o.Set, Threads: o.Threads}); err != nil {
		return nil, err
	}
	if b.model, err = network(o.Width, o.Depth); err != nil {
		return nil, err
	}
	if b.params, err = b.model.Parameters(1); err != nil {
		return nil, err
	}
	shapeset := dataset.DefaultShapeset()
	source, err := shapeset.NewGenerator(1)
	if err != nil {
		return nil, err
	}
	scale := dataset.Scale{Low: 0, High: 1}
	b.stream = dataset.NewStream(source, scale, o.Batch, 16)
	b.loop, err = train.New(train.Options{Model: b.model, Params: b.params, Source: b.stream, Batch: o.Batch, Rate: 0.001, Engine: b.engine})
	if err != nil {
		return nil, err
	}
	set, err := shapeset.Set(ctx, dataset.TestSeed, examples)
	if err != nil {
		return nil, err
	}
	if b.probe, err = train.NewProbe(train.ProbeOptions{Model: b.model, Params: b.params, Set: set, Scale: scale, Batch: 10, Engine: b.engine}); err != nil {
		return nil, err
	}
	if b.whole, err = forward(b.model, b.params, set, scale, b.engine); err != nil {
		return nil, err
	}
	if b.gen, err = shapeset.NewGenerator(2); err != nil {
		return nil, err
	}
	b.image = make([]uint8, shapeset.Features())
	b.memory = make([]float32, 64<<20)
	for i := 0; i < len(b.memory); i += pageFloats { // memory that was never written is one page of zeros, read from the cache
		b.memory[i] = 1
	}
	if o.Tape {
		if b.tape, err = newTape(b.model, o.Batch, scale); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// network is the paper's tanh network with standard initialisation.
func network(width, depth int) (models.Config, error) {
	shapeset := dataset.DefaultShapeset()
	c := models.Config{Inputs: shapeset.Features(), Classes: shapeset.Classes()}
	for range depth {
		c.Hidden = append(c.Hidden, width)
	}
	var err error
	if c.Activation, err = models.ActivationByName("tanh"); err != nil {
		return c, err
	}
	if c.Init, err = models.InitializerByName("standard"); err != nil {
		return c, err
	}
	c.Cost, err = models.CostByName("nll")
	return c, err
}

// forward makes the machine of the probe's forward pass: the hidden layers on all examples at once.
func forward(c models.Config, p *models.Parameters, set *dataset.Set, scale dataset.Scale, e *kernel.Engine) (*graph.Machine, error) {
	net, err := c.Build(p, set.Len())
	if err != nil {
		return nil, err
	}
	var batch dataset.Batch
	set.Batch(scale, 0, set.Len(), &batch)
	if err := bind(net, batch); err != nil {
		return nil, err
	}
	return graph.New(net.Graph, graph.WithEngine(e), graph.Observe(net.Z...))
}

func (b *bench) close() {
	if b.stream != nil {
		b.stream.Close()
	}
	if b.tape != nil {
		b.tape.close()
	}
	if b.engine != nil {
		b.engine.Close()
	}
}

func (b *bench) updates(n int) error {
	for range n {
		if err := b.loop.Step(); err != nil {
			return err
		}
	}
	return nil
}

// timeUpdates times n updates individually.
func (b *bench) timeUpdates(n int) error {
	for range n {
		if err := b.update.time(1, b.loop.Step); err != nil {
			return err
		}
	}
	return nil
}

// round measures every piece once.
func (b *bench) round(ctx context.Context, round int) error {
	if err := b.timeUpdates(10); err != nil {
		return err
	}
	if err := b.pass.time(1, b.whole.RunAll); err != nil {
		return err
	}
	const images = 200
	err := b.images.time(images, func() error {
		for range images {
			b.gen.Next(b.image)
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.measurePeak()
	if round%10 == 0 {
		if err := b.snapshots(ctx); err != nil {
			return err
		}
	}
	if b.tape != nil && round%10 == 0 {
		for range 2 {
			if err := b.tapeTimes.time(1, b.tape.update); err != nil {
				return err
			}
		}
		runtime.GC() // so that the next piece does not pay for this garbage
	}
	return nil
}

// snapshots times a snapshot alone and among updates.
func (b *bench) snapshots(ctx context.Context) error {
	snapshot := func() error {
		_, err := b.probe.Snapshot(ctx, b.loop.Updates())
		return err
	}
	if err := b.snapshot.time(1, snapshot); err != nil {
		return err
	}
	const every = 100
	return b.hooked.time(every, func() error {
		if err := snapshot(); err != nil {
			return err
		}
		return b.updates(every)
	})
}

func (b *bench) measurePeak() {
	var c clock
	flops, bytes := 0, 0
	c.time(1, func() error { flops = b.engine.FMALoop(1_000_000); return nil })
	b.peak = max(b.peak, float64(flops)/c.ms[0]/1e6)
	c.time(1, func() error { bytes = b.engine.ReadLoop(b.memory); return nil })
	b.bandwidth = max(b.bandwidth, float64(bytes)/c.ms[1]/1e6)
}

func (b *bench) result() Result {
	r := Result{
		Kernels: b.engine.Set(), Threads: b.engine.Threads(), Width: b.o.Width, Depth: b.o.Depth, Batch: b.o.Batch,
		PeakGFLOPS: b.peak, StreamGBS: b.bandwidth, AllocsPerUpdate: b.allocs, FlopsPerUpdate: Flops(b.model, b.o.Batch),
		Update: b.update.times(), Hooked100: b.hooked.times(), Snapshot: b.snapshot.times(), Probe: b.pass.times(),
		Shapeset: 1000 * b.images.times().Median,
	}
	r.UpdateMS = r.Update.Mean
	r.GFLOPS = r.FlopsPerUpdate / r.UpdateMS / 1e6
	r.PeakShare = r.GFLOPS / r.PeakGFLOPS
	r.HookCost = r.Snapshot.Mean / train.Epoch / r.UpdateMS
	r.Hooked20000 = r.UpdateMS * (1 + r.HookCost)
	hidden := 0.0
	for _, w := range b.params.W[:b.o.Depth] {
		hidden += 2 * examples * float64(w.Shape().TotalSize())
	}
	r.ProbeGFLOPS = hidden / r.Probe.Mean / 1e6
	r.ProbeShare = r.ProbeGFLOPS / r.PeakGFLOPS
	if b.tape != nil {
		t := b.tapeTimes.times()
		r.TapeMachine, r.TapeMS = &t, t.Mean
		r.TapeRatio = r.TapeMS / r.UpdateMS
	}
	return r
}

// Flops returns the floating-point operations of the matrix products of one update: z W forward, dCost/ds Wᵀ back (not for
// the first layer) and zᵀ dCost/ds. Each takes two operations per weight and example.
func Flops(c models.Config, batch int) float64 {
	sizes := c.Sizes()
	total := 0.0
	for i := range len(sizes) - 1 {
		products := 3.0
		if i == 0 {
			products = 2
		}
		total += products * 2 * float64(batch) * float64(sizes[i]) * float64(sizes[i+1])
	}
	return total
}

// allocations returns how many heap objects f made.
func allocations(f func() error) (float64, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	err := f()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs), err
}

// bind gives net a batch as its inputs.
func bind(net *models.MLP, b dataset.Batch) error {
	classes := net.Y.Shape()[1]
	y := make([]float32, b.N*classes)
	for i, l := range b.Labels {
		y[i*classes+int(l)] = 1
	}
	return let(net,
		tensor.New(tensor.WithShape(b.N, b.Features), tensor.WithBacking(b.X)),
		tensor.New(tensor.WithShape(b.N, classes), tensor.WithBacking(y)))
}
