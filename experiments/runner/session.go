package runner

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"time"

	"glorot/experiments/dataset"
	"glorot/experiments/memory"
	"glorot/experiments/pretrain"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/experiments/weights"
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"

	"gorgonia.org/tensor"
)

// A session holds what the computation of a run needs: a loop over its images.
type session struct {
	cfg     run.Config
	engine  *kernel.Engine
	own     bool // the session closes the engine
	data    *dataset.Data
	source  dataset.Source // nil before begin
	model   models.Config
	params  *models.Parameters
	from    string         // the file of the given weights, instead of the configuration's
	given   string         // their checksum, where it is known
	loop    *train.Loop    // nil before begin
	tracker *train.Tracker // nil without measures of the last updates

	pretrained []pretrain.Layer // the reconstruction errors of the layers, if this session pre-trained them
	probes     map[probeKey]*train.Probe
	evaluators map[int]*evaluators
	histograms bool // the images of the next snapshot
}

// open declares the network of a configuration for its images, and returns an error if it does not suit them.
func (r *Runner) open(ctx context.Context, c run.Config) (_ *session, err error) {
	s := &session{cfg: c, engine: r.Engine, probes: map[probeKey]*train.Probe{}, evaluators: map[int]*evaluators{}}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.data, err = r.Data.Choose(ctx, c.Data.Choice()); err != nil {
		return nil, err
	}
	if err := fit(c, s.data); err != nil {
		return nil, err
	}
	if s.model, err = Network(c, s.data.Test.Features, s.data.Test.Classes); err != nil {
		return nil, err
	}
	if s.engine == nil {
		s.own = true
		s.engine, err = kernel.New(kernel.Options{Threads: c.Threads.Count()})
	}
	return s, err
}

// begin makes the loop from a checkpoint or, if that is nil, from initial weights without pre-training.
func (s *session) begin(from *train.Checkpoint) (err error) {
	o := s.order()
	if from == nil {
		err = s.draw()
	} else {
		o.State = from.Source
		blank := s.model // for the weights of the checkpoint
		blank.Init = models.Initializer{Name: "zero", Limit: func(_, _, _, _ int) float64 { return 0 }}
		s.params, err = blank.Parameters(s.cfg.Seed)
	}
	if err != nil {
		return err
	}
	if s.source, err = s.data.Source(o); err != nil {
		return err
	}
	if from != nil && from.Stage == "" {
		if err := s.makeLoop(); err != nil {
			return err
		}
		return s.loop.Resume(from)
	}
	return nil
}

// order says in which order the run's images come.
func (s *session) order() dataset.SourceOptions {
	return dataset.SourceOptions{Scale: s.scale(), Batch: s.cfg.Train.Batch, Seed: s.cfg.Seed, ImageSeed: s.cfg.ImageSeed()}
}

// draw draws the initial weights. An initialiser that depends on data gets the first mini-batch, which is trained on afterwards too.
func (s *session) draw() (err error) {
	if s.params, err = s.model.Parameters(s.cfg.Seed); err != nil {
		return err
	}
	if s.cfg.Model.From != "" {
		return s.give()
	}
	if s.model.Init.Fit == nil {
		return nil
	}
	source, err := s.data.Source(s.order())
	if err != nil {
		return err
	}
	defer source.Close()
	var b dataset.Batch
	if err := source.Next(&b); err != nil {
		return err
	}
	x := tensor.New(tensor.WithShape(b.N, b.Features), tensor.WithBacking(slices.Clone(b.X)))
	return s.model.Init.Fit(s.model, s.params, x, s.engine)
}

// give loads the weights of a file.
func (s *session) give() error {
	path := cmp.Or(s.from, s.cfg.Model.From)
	err := weights.Load(path, s.model, s.params)
	if errors.Is(err, fs.ErrNotExist) {
		return &run.UsageError{Key: "model.from", Problem: fmt.Sprintf("got %s, which does not exist, allowed: a .npz or .safetensors file of weights", path)}
	}
	if err != nil {
		return &run.UsageError{Key: "model.from", Problem: err.Error()}
	}
	now := train.DigestOf(s.params).SHA256
	if s.given != "" && now != s.given {
		return fmt.Errorf("%s: the weights have changed since the run was made: they have the checksum %.16s…, the run's had %.16s…; put the file back, or make another run",
			path, now, s.given)
	}
	s.given = now
	return nil
}

// makeLoop makes the loop over the present parameters.
func (s *session) makeLoop() (err error) {
	t := s.cfg.Train
	t.ResolveSchedule()
	o := train.Options{
		Model: s.model, Params: s.params, Source: s.source, Batch: t.Batch, Rate: t.Rate, Engine: s.engine, Seed: s.cfg.Seed, LabelSmoothing: t.LabelSmoothing,
	}
	switch t.Optimizer {
	case run.Hessian, run.Variance:
		o.Curvature = &train.Curvature{Method: t.Optimizer, Mu: t.CurvatureMu, Every: t.CurvatureEvery, Decay: t.CurvatureDecay}
	default:
		o.Optimizer = train.Optimizer{
			Name: t.Optimizer, Momentum: t.Momentum, Beta1: t.Beta1, Beta2: t.Beta2, Epsilon: t.Epsilon,
			WeightDecay: t.WeightDecay, ClipValue: t.ClipValue, ClipNorm: t.ClipNorm,
		}
		o.Schedule = train.Schedule{Name: t.Schedule, Updates: t.ScheduleUpdates, Factor: t.ScheduleFactor, Warmup: t.Warmup}
	}
	s.loop, err = train.New(o)
	return err
}

// track makes the tracker of the requested measures at the updates at which they are due, in a session that resumes from a state of a trajectory which
// begins at an update.
func (s *session) track(requested []string, due hook.Schedule, begin int, from *state) (err error) {
	var saved []byte
	if from != nil {
		if saved, err = base64.StdEncoding.DecodeString(from.Notes[noteMeasures]); err != nil {
			return fmt.Errorf("checkpoint of update %d: its note %q: %w", from.Update, noteMeasures, err)
		}
	}
	s.tracker, err = s.loop.Track(requested, due, begin, saved)
	return err
}

// scale returns the inputs for the grey levels.
func (s *session) scale() dataset.Scale {
	return dataset.Scale{Low: s.cfg.Data.Low, High: s.cfg.Data.High}
}

// origin returns the origin of the run for its manifest.
func (s *session) origin(now time.Time, parent *run.Parent) run.Origin {
	o := run.Origin{Numbers: train.Numbers, Weights: s.given, Parent: parent, Kernels: s.engine.Set(), Time: now, Data: images(s.data), Seeds: map[string]uint64{"weights": s.cfg.Seed}}
	if s.data.Train != nil {
		o.Seeds["order"] = s.cfg.Seed
	} else {
		o.Seeds["training images"], o.Seeds["validation images"], o.Seeds["test images"] = uint64(s.cfg.ImageSeed()), math.MaxUint32, 0
	}
	if s.cfg.Pretrain.Updates > 0 {
		o.Seeds["noise"] = s.cfg.Seed
	}
	return o
}

// images describes a data set for the manifest.
func images(d *dataset.Data) run.Images {
	i := run.Images{Checksum: d.Checksum(), Valid: d.Valid.Len(), Test: d.Test.Len()}
	if d.Train != nil {
		i.Train = d.Train.Len()
	}
	return i
}

// fits returns an error if a run was trained on other images.
func fits(data *dataset.Data, c run.Config, dir string, m run.Manifest) error {
	now := data.Checksum()
	switch path := c.Data.Path; {
	case m.Data.Checksum == now:
		return nil
	case path != "":
		return fmt.Errorf("%s: %s has changed since the run was made: its content has the checksum %.16s…, the run's had %.16s…; put the data back, or make another run",
			dir, path, now, m.Data.Checksum)
	default:
		return fmt.Errorf("%s: the run's images of %s have the checksum %s, these have %s", dir, c.Data.Name, m.Data.Checksum, now)
	}
}

func (s *session) close() {
	if s.source != nil {
		s.source.Close()
	}
	if s.own && s.engine != nil {
		s.engine.Close()
	}
}

// Allowed lists the names that a configuration may use, which are those built into the program.
func Allowed() run.Allowed {
	var a run.Allowed
	for _, k := range dataset.Kinds() {
		a.Data = append(a.Data, k.Name)
	}
	a.Data = append(a.Data, dataset.OwnName)
	for _, x := range models.Activations() {
		a.Activations = append(a.Activations, x.Name)
	}
	for _, x := range models.Initializers() {
		a.Inits = append(a.Inits, x.Name)
	}
	a.Canonical = map[string]func(string) string{"model.activation": models.CanonicalActivation, "model.init": models.CanonicalInitializer}
	for _, x := range models.Norms() {
		a.Norms = append(a.Norms, x.Name)
	}
	for _, x := range train.Methods() {
		a.Optimizers = append(a.Optimizers, x.Name)
	}
	for _, x := range train.Schedules() {
		a.Schedules = append(a.Schedules, x.Name)
	}
	a.Measures = train.MeasureRequests()
	for _, x := range models.Costs() {
		a.Costs = append(a.Costs, x.Name)
	}
	return a
}

// needed estimates how many bytes a training needs, without its data set.
func needed(c run.Config, m models.Config) int64 {
	states := train.Optimizer{Name: c.Train.Optimizer}.States()
	need := m.Memory(c.Train.Batch) + 4*int64(states+train.TrackedCopies(c.Observe.Measures))*m.Weights()
	if c.Observe.Gradients {
		need += m.Memory(c.Observe.Examples) - m.Memory(0) // of the probe, which runs all examples at once and stores no gradients of weights
	}
	return need
}

// plainOnly returns an error if a configuration asks for what a network with a learned activation does not have.
func plainOnly(c run.Config) error {
	problem := "with model.activation " + c.Model.Activation + ", whose slopes are learned"
	switch j := c.Observe.Jacobians; {
	case c.Train.Optimizer == run.Hessian || c.Train.Optimizer == run.Variance:
		return &run.UsageError{Key: "train.optimizer", Problem: fmt.Sprintf("got %s, allowed: another one %s", c.Train.Optimizer, problem)}
	case c.Pretrain.Updates > 0:
		return &run.UsageError{Key: "pretrain.updates", Problem: fmt.Sprintf("got %d, allowed: 0 %s", c.Pretrain.Updates, problem)}
	case j.Every > 0 || len(j.At) > 0:
		return &run.UsageError{Key: "observe.jacobians", Problem: "allowed: 0 " + problem}
	}
	return nil
}

// Declare declares the graph by which a configuration trains on a kind of data, with initial weights.
func Declare(c run.Config, kind dataset.Kind) (*models.MLP, error) {
	m, err := Network(c, kind.Features(), len(kind.Classes))
	if err != nil {
		return nil, err
	}
	p, err := m.Parameters(c.Seed)
	if err != nil {
		return nil, err
	}
	return m.BuildTraining(p, c.Train.Batch)
}

// Network declares the network of a configuration for images with the given numbers of features and classes. The error is a [*run.UsageError] if the
// network is too deep, or too large for the available memory.
func Network(c run.Config, features, classes int) (models.Config, error) {
	m := models.Config{Inputs: features, Hidden: c.Model.Hidden, Classes: classes, Residual: c.Model.Residual, Dropout: c.Model.Dropout}
	if err := m.Validate(); err != nil {
		return m, &run.UsageError{Key: "model.hidden", Problem: err.Error()}
	}
	var err error
	names := c.Model.ActivationNames()
	for _, name := range names {
		a, err := models.ActivationByName(name)
		if err != nil {
			return m, err
		}
		m.Layers = append(m.Layers, a)
	}
	if len(names) == 1 {
		m.Activation, m.Layers = m.Layers[0], nil
	}
	if slices.ContainsFunc(append(m.Layers, m.Activation), models.Activation.Learned) {
		if err := plainOnly(c); err != nil {
			return m, err
		}
	}
	if m.Norm, err = models.NormByName(c.Model.Norm); err != nil {
		return m, err
	}
	if m.Init, err = models.InitializerByName(c.Model.Init); err != nil {
		return m, err
	}
	o := models.InitOptions{Gain: c.Model.Gain, ZeroLast: c.Model.ZeroLast}
	switch constant, uniform, auto := c.Model.BiasOptions(); {
	case uniform:
		o.Biases = models.TorchLimit
	case !auto:
		o.Bias, o.Biases = constant, models.NoLimit
	}
	if m.Init, err = m.Init.With(o); err != nil {
		return m, err
	}
	if m.Init.Fit != nil && m.Norm.OverUnits() {
		return m, &run.UsageError{Key: "model.init", Problem: fmt.Sprintf("got %s, allowed: another one with model.norm %s, after which pre-activations have the same variance whatever the weights are", m.Init.Name, m.Norm.Name)}
	}
	if m.Cost, err = models.CostByName(c.Model.Cost); err != nil {
		return m, err
	}
	if err := memory.Check(needed(c, m)); err != nil {
		return m, &run.UsageError{Key: "model.hidden", Problem: fmt.Sprintf("a network of %d weights with train.batch %d %v; allowed: fewer weights or a smaller batch", m.Weights(), c.Train.Batch, err)}
	}
	return m, nil
}
