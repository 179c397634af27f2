package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/experiments/trial"
	"glorot/graph/kernel"
	"glorot/models"
)

// training is what the configuration of a run takes: a loop over its images.
type training struct {
	cfg    run.Config
	run    *run.Run // what its hooks write to; made when all else is ready, so that a run is never without a loop
	engine *kernel.Engine
	sets   *trial.Sets
	stream *dataset.Stream // nil for stored images
	model  models.Config
	params *models.Parameters
	loop   *train.Loop
	mark   mark
}

// newTraining makes ready the training of a configuration, from a checkpoint or, if that is nil, from initial weights. Stored images
// are in the folder data.
func newTraining(ctx context.Context, cfg run.Config, data string, from *train.Checkpoint) (_ *training, err error) {
	t := &training{cfg: cfg, mark: mark{update: -1}}
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	if t.engine, err = kernel.New(kernel.Options{Threads: cfg.Threads.Count()}); err != nil {
		return nil, err
	}
	if t.sets, err = openSets(ctx, cfg.Data.Name, data); err != nil {
		return nil, err
	}
	if err := t.possible(); err != nil {
		return nil, err
	}
	if t.params, err = t.model.Parameters(cfg.Seed); err != nil {
		return nil, err
	}
	source, err := t.source(from)
	if err != nil {
		return nil, err
	}
	t.loop, err = train.New(train.Options{
		Model: t.model, Params: t.params, Source: source, Batch: cfg.Train.Batch, Rate: cfg.Train.Rate, Engine: t.engine,
	})
	if err == nil && from != nil {
		err = t.loop.Resume(from)
	}
	return t, err
}

// possible declares the network for the images, and refuses a configuration that these cannot have.
func (t *training) possible() (err error) {
	if n := t.sets.Test.Len(); t.cfg.Observe.Examples > n {
		return wrongUse("observe.examples: got %d, allowed: at most %d, the test images of %s", t.cfg.Observe.Examples, n, t.cfg.Data.Name)
	}
	t.model, err = network(t.cfg, t.sets.Test.Features, t.sets.Test.Classes)
	return err
}

// scale is what the grey levels become.
func (t *training) scale() dataset.Scale {
	return dataset.Scale{Low: t.cfg.Data.Low, High: t.cfg.Data.High}
}

// source returns the training batches, where a checkpoint left them: passes over stored images, or generated ones without end.
func (t *training) source(from *train.Checkpoint) (train.Source, error) {
	batch := t.cfg.Train.Batch
	if t.sets.Train != nil {
		order := dataset.NewShuffled(t.sets.Train, t.scale(), batch, t.cfg.Seed)
		if from != nil {
			return order, order.UnmarshalBinary(from.Source)
		}
		return order, nil
	}
	gen, err := dataset.DefaultShapeset().NewGenerator(t.cfg.Data.Seed)
	if err == nil && from != nil {
		err = gen.UnmarshalBinary(from.Source)
	}
	if err != nil {
		return nil, err
	}
	const ahead = 160 // images
	t.stream = dataset.NewStream(gen, t.scale(), batch, max(1, ahead/batch))
	return t.stream, nil
}

// origin is what the manifest says of the run besides its configuration.
func (t *training) origin(parent *run.Parent) run.Origin {
	o := run.Origin{Numbers: train.Numbers, Parent: parent, Kernels: t.engine.Set(), Time: now(),
		Data: t.images(), Seeds: map[string]uint64{"weights": t.cfg.Seed}}
	if t.sets.Train != nil {
		o.Seeds["order"] = t.cfg.Seed
	} else {
		o.Seeds["training images"], o.Seeds["validation images"], o.Seeds["test images"] = uint64(t.cfg.Data.Seed), math.MaxUint32, 0
	}
	return o
}

// now is the time, as the manifest has it.
func now() time.Time { return time.Now().Round(time.Millisecond) }

// images are the images that are learned, and their checksum; of shapeset that of the validation and the test images, which the same
// generator makes.
func (t *training) images() run.Images {
	s := run.Images{Checksum: t.sets.Checksum, Valid: t.sets.Valid.Len(), Test: t.sets.Test.Len()}
	if t.sets.Train != nil {
		s.Train = t.sets.Train.Len()
		return s
	}
	s.Checksum = (&dataset.Splits{Train: &dataset.Set{}, Valid: t.sets.Valid, Test: t.sets.Test}).Checksum()
	return s
}

// fits refuses a run of which this program, or these images, would make other numbers.
func (t *training) fits(dir string, m run.Manifest) error {
	if m.Numbers != train.Numbers {
		return fmt.Errorf("%s: the run has version %d of the numbers that training makes, this program makes version %d", dir, m.Numbers, train.Numbers)
	}
	if now := t.images().Checksum; m.Data.Checksum != now {
		return fmt.Errorf("%s: the run's images of %s have the checksum %s, these have %s", dir, t.cfg.Data.Name, m.Data.Checksum, now)
	}
	return nil
}

func (t *training) close() {
	if t.run != nil {
		t.run.Close()
	}
	if t.stream != nil {
		t.stream.Close()
	}
	if t.engine != nil {
		t.engine.Close()
	}
}
