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
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"

	"github.com/urfave/cli/v2"
)

func trainCommand() *cli.Command {
	return &cli.Command{
		Name:  "train",
		Usage: "train a network on Shapeset-3x2 and look inside it",
		Description: "Makes a run, a directory: run.yaml is the resolved configuration, log.jsonl what was seen (activations and\n" +
			"gradients of every layer, test error), weights.safetensors the weights at the end. With train.updates 0 those\n" +
			"are the initial weights.\n\n" + configHelp() +
			"\nExample:\n   glorot train --set model.activation=softsign --set train.updates=20000 --out runs/softsign",
		Flags: append(configFlags(),
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
			t, err := newTraining(c.Context, cfg)
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
			_, err = fmt.Fprintf(c.App.Writer, "%d updates, test error %.2f %%, in %s\n", s.Updates, 100*s.TestError, s.Run)
			return err
		},
	}
}

// summary is what `glorot train --json` prints.
type summary struct {
	Run       string  `json:"run"`
	Updates   int     `json:"updates"`
	TestError float64 `json:"test_error"` // share of the 10,000 test images
	TestNLL   float64 `json:"test_nll"`   // nats
}

// Records of the log.
type (
	lookRecord struct {
		Event string `json:"event"` // "look"
		train.Layers
	}
	testRecord struct {
		Event    string  `json:"event"` // "test"
		Update   int     `json:"update"`
		Examples int     `json:"examples"`
		Errors   int     `json:"errors"`
		Error    float64 `json:"error"` // share
		NLL      float64 `json:"nll"`   // mean, nats
	}
	divergedRecord struct {
		Event  string  `json:"event"` // "diverged"
		Update int     `json:"update"`
		Layer  int     `json:"layer"`
		Node   string  `json:"node"`
		Value  float64 `json:"value"`
	}
)

// train trains for as long as the configuration says.
func (t *training) train(ctx context.Context, bar *progress) (summary, error) {
	updates := t.run.Config().Train.Updates
	t.loop.On(hook.Every(max(1, updates/1000)), func(_ context.Context, u int) error {
		bar.show(float64(u), float64(max(1, updates)), fmt.Sprintf("%d updates of %d", u, updates))
		return nil
	})
	err := t.loop.Run(ctx, updates)
	bar.clear()
	if err := t.end(err); err != nil {
		return summary{}, err
	}
	return summary{Run: t.run.Dir(), Updates: t.loop.Updates(), TestError: t.score.Error(), TestNLL: t.score.NLL}, nil
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
	stream *dataset.Stream
	params *models.Parameters
	loop   *train.Loop
	score  train.Score // the last
}

func newTraining(ctx context.Context, cfg run.Config) (_ *training, err error) {
	t := &training{}
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	if t.engine, err = kernel.New(kernel.Options{Threads: cfg.Threads.Count()}); err != nil {
		return nil, err
	}
	model, err := network(cfg)
	if err != nil {
		return nil, err
	}
	if t.params, err = model.Parameters(cfg.Seed); err != nil {
		return nil, err
	}
	shapeset := dataset.DefaultShapeset()
	gen, err := shapeset.NewGenerator(cfg.Data.Seed)
	if err != nil {
		return nil, err
	}
	scale := dataset.Scale{Low: cfg.Data.Low, High: cfg.Data.High}
	const ahead = 160 // images
	t.stream = dataset.NewStream(gen, scale, cfg.Train.Batch, max(1, ahead/cfg.Train.Batch))
	t.loop, err = train.New(train.Options{
		Model: model, Params: t.params, Source: t.stream, Batch: cfg.Train.Batch, Rate: cfg.Train.Rate, Engine: t.engine,
	})
	if err != nil {
		return nil, err
	}
	test, err := shapeset.TestSet(ctx)
	if err != nil {
		return nil, err
	}
	return t, t.watch(cfg, model, test, scale)
}

// watch attaches the hooks: on the first test images at update 0, on the schedule and at the end; the test error then too.
func (t *training) watch(cfg run.Config, model models.Config, test *dataset.Set, scale dataset.Scale) error {
	seen := *test
	n := cfg.Observe.Examples
	seen.Images, seen.Labels = test.Images[:n*test.Features], test.Labels[:n]
	const batch = 10 // of the gradients that are looked at, as in the paper's figures
	probe, err := train.NewProbe(train.ProbeOptions{Model: model, Params: t.params, Set: &seen, Scale: scale, Batch: min(batch, n), Engine: t.engine})
	if err != nil {
		return err
	}
	evaluator, err := train.NewEvaluator(model, t.params, test, scale, t.engine)
	if err != nil {
		return err
	}
	end := cfg.Train.Updates
	t.loop.On(hook.Any(hook.Every(cfg.Observe.Every), hook.At(0, end)), func(ctx context.Context, u int) error {
		if cfg.Observe.Every > 0 {
			layers, err := probe.Look(ctx, u)
			if err != nil {
				return err
			}
			if err := t.run.Log(lookRecord{"look", layers}); err != nil {
				return err
			}
		}
		s, err := evaluator.Run(ctx)
		if err != nil {
			return err
		}
		t.score = s
		return t.run.Log(testRecord{"test", u, s.Examples, s.Errors, s.Error(), s.NLL})
	})
	return nil
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
