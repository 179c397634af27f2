package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
	"glorot/experiments/trial"
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"

	"github.com/urfave/cli/v2"
)

func trainCommand() *cli.Command {
	return &cli.Command{
		Name:  "train",
		Usage: "train a network and look inside it",
		Description: "Makes a run, a directory: run.yaml is the resolved configuration, log.jsonl what was seen (activations and\n" +
			"gradients of every layer, validation and test error), weights.safetensors the weights at the end. With train.updates 0\n" +
			"those are the initial weights.\n\n" +
			"Images of shapeset are made as they are needed; those of another data set are in --data (see glorot data --help), and\n" +
			"are learned in a new random order every pass. Both errors are measured every observe.every updates, and the test error\n" +
			"where the validation error was lowest is that of early stopping.\n\n" + configHelp() +
			"\nExample:\n   glorot train --set model.activation=softsign --set train.updates=20000 --out runs/softsign\n" +
			"   glorot train --data data --set data.name=mnist --set model.hidden=[100] --out runs/mnist",
		Flags: append(configFlags(), dataFlag(),
			&cli.StringFlag{Name: "out", Usage: "make the run in `DIR`, which must not hold anything"},
			jsonFlag()),
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			if err := needs(c, "out"); err != nil {
				return err
			}
			cfg, err := configuration(c)
			if err != nil {
				return err
			}
			t, err := newTraining(c.Context, cfg, c.String("data"))
			if err != nil {
				return ended(err)
			}
			defer t.close()
			if t.run, err = run.Create(c.String("out"), cfg); err != nil {
				return err
			}
			s, err := t.train(c.Context, newProgress(c.App.ErrWriter))
			if err != nil {
				return err
			}
			if c.Bool("json") {
				return printJSON(c, s)
			}
			_, err = fmt.Fprintln(c.App.Writer, s)
			return err
		},
	}
}

// summary is what `glorot train --json` prints.
type summary struct {
	Run        string  `json:"run"`
	Updates    int     `json:"updates"`
	ValidError float64 `json:"valid_error"` // share of the validation images
	TestError  float64 `json:"test_error"`  // share of the test images
	TestNLL    float64 `json:"test_nll"`    // nats
	Best       tested  `json:"best"`
}

// tested is the errors after some updates.
type tested struct {
	Update     int     `json:"update"`
	ValidError float64 `json:"valid_error"`
	TestError  float64 `json:"test_error"`
}

func (s summary) String() string {
	return fmt.Sprintf("%d updates, test error %.2f %%; lowest validation error %.2f %% after %d updates, test error there %.2f %%; in %s",
		s.Updates, 100*s.TestError, 100*s.Best.ValidError, s.Best.Update, 100*s.Best.TestError, s.Run)
}

// train trains for as long as the configuration says.
func (t *training) train(ctx context.Context, bar *progress) (summary, error) {
	updates := t.run.Config().Train.Updates
	t.loop.On(hook.Every(max(1, updates/1000)), func(_ context.Context, u int) error {
		bar.show(float64(u), float64(max(1, updates)), fmt.Sprintf("%d updates of %d", u, updates))
		return nil
	})
	err := t.logData()
	if err == nil {
		err = t.loop.Run(ctx, updates)
	}
	bar.clear()
	if err := t.end(err); err != nil {
		return summary{}, err
	}
	return summary{
		Run: t.run.Dir(), Updates: t.loop.Updates(),
		ValidError: t.valid.Error(), TestError: t.test.Error(), TestNLL: t.test.NLL, Best: t.best,
	}, nil
}

// end keeps the weights as they are, whatever ended the training, and logs why it ended.
func (t *training) end(err error) error {
	status := run.Done
	var diverged *train.DivergedError
	switch {
	case errors.As(err, &diverged):
		status = "diverged"
	case errors.Is(err, context.Canceled):
		status = "interrupted"
		err = interrupted{fmt.Sprintf("%s holds the weights after %d updates", t.run.Dir(), t.loop.Updates())}
	case err != nil:
		status = "failed"
	}
	kept := t.keepWeights()
	if kept == nil && diverged != nil {
		kept = t.run.Log(divergedRecord{"diverged", diverged.Update, diverged.Layer, diverged.Node, diverged.Value})
	}
	if kept == nil {
		kept = t.run.Finish(status)
	}
	switch {
	case kept == nil:
		return err
	case err == nil || status == "interrupted": // it holds nothing
		return kept
	}
	return fmt.Errorf("%w; %w", err, kept)
}

// training is a loop with the hooks that a configuration asks for.
type training struct {
	run    *run.Run // what they write to; made when all else is ready, so that a run is never without a loop
	engine *kernel.Engine
	sets   *trial.Sets
	stream *dataset.Stream // nil for stored images
	model  models.Config
	params *models.Parameters
	loop   *train.Loop

	valid, test train.Score // the last
	best        tested      // the first of those with the lowest validation error
}

// newTraining makes ready what the run of a configuration takes; stored images are in the folder data.
func newTraining(ctx context.Context, cfg run.Config, data string) (_ *training, err error) {
	t := &training{}
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
	if n := t.sets.Test.Len(); cfg.Observe.Examples > n {
		return nil, wrongUse("observe.examples: got %d, allowed: at most %d, the test images of %s", cfg.Observe.Examples, n, cfg.Data.Name)
	}
	if t.model, err = network(cfg, t.sets.Test.Features, t.sets.Test.Classes); err != nil {
		return nil, err
	}
	if t.params, err = t.model.Parameters(cfg.Seed); err != nil {
		return nil, err
	}
	source, err := t.source(cfg)
	if err != nil {
		return nil, err
	}
	t.loop, err = train.New(train.Options{
		Model: t.model, Params: t.params, Source: source, Batch: cfg.Train.Batch, Rate: cfg.Train.Rate, Engine: t.engine,
	})
	if err != nil {
		return nil, err
	}
	return t, t.watch(cfg)
}

// source returns the training batches: passes over stored images, or generated ones without end.
func (t *training) source(cfg run.Config) (train.Source, error) {
	scale := dataset.Scale{Low: cfg.Data.Low, High: cfg.Data.High}
	if t.sets.Train != nil {
		return dataset.NewShuffled(t.sets.Train, scale, cfg.Train.Batch, cfg.Seed), nil
	}
	gen, err := dataset.DefaultShapeset().NewGenerator(cfg.Data.Seed)
	if err != nil {
		return nil, err
	}
	const ahead = 160 // images
	t.stream = dataset.NewStream(gen, scale, cfg.Train.Batch, max(1, ahead/cfg.Train.Batch))
	return t.stream, nil
}

func (t *training) keepWeights() error {
	file := safetensors.File{Metadata: map[string]string{"updates": strconv.Itoa(t.loop.Updates())}}
	for i := range t.params.W {
		w, b := t.params.W[i], t.params.B[i]
		file.Tensors = append(file.Tensors,
			safetensors.Tensor{Name: fmt.Sprintf("W%d", i+1), Shape: w.Shape(), Data: w.Float32s()},
			safetensors.Tensor{Name: fmt.Sprintf("b%d", i+1), Shape: b.Shape(), Data: b.Float32s()})
	}
	return t.run.WriteFile(run.WeightsFile, func(w io.Writer) error { return safetensors.Write(w, file) })
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
