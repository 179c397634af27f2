package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
	"glorot/graph/hook"

	"github.com/urfave/cli/v2"
)

func trainCommand() *cli.Command {
	return &cli.Command{
		Name:  "train",
		Usage: "train a network and look inside it",
		Description: "Makes a run, a directory: run.yaml is the resolved configuration, manifest.json what the numbers were made from,\n" +
			"log.jsonl what was seen (activations and gradients of every layer, validation and test error, digests of the weights),\n" +
			"checkpoints the states from which it can go on, weights.safetensors the weights at the end. With train.updates 0 those are\n" +
			"the initial weights.\n\n" +
			"A run that was interrupted or killed goes on with --resume from its newest checkpoint, and ends with the same bits as if\n" +
			"nothing had happened. --resume with a larger train.updates goes on beyond the end, in another run, --out, that has this\n" +
			"one as its past.\n\n" +
			"Images of shapeset are made as they are needed; those of another data set are in --data (see glorot data --help), and\n" +
			"are learned in a new random order every pass. Both errors are measured every observe.every updates, and the test error\n" +
			"where the validation error was lowest is that of early stopping.\n\n" + configHelp() +
			"\nExample:\n   glorot train --set model.activation=softsign --set train.updates=20000 --out runs/softsign\n" +
			"   glorot train --data data --set data.name=mnist --set model.hidden=[100] --out runs/mnist\n" +
			"   glorot train --resume runs/softsign",
		Flags: append(configFlags(), dataFlag(),
			&cli.StringFlag{Name: "out", Usage: "make the run in `DIR`, which must not hold anything"},
			&cli.StringFlag{Name: "resume", Usage: "go on with the run in `RUN`"},
			jsonFlag()),
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			start := begin
			if c.IsSet("resume") {
				start = goOn
			}
			t, err := start(c)
			if finished := new(run.FinishedError); errors.As(err, &finished) && finished.Status == run.Done {
				fmt.Fprintf(c.App.ErrWriter, "glorot: %v; there is nothing to do\n", err)
				return printSummary(c, finished.Dir)
			}
			if err != nil {
				return ended(err)
			}
			return t.finish(c)
		},
	}
}

// begin makes a new run.
func begin(c *cli.Context) (*training, error) {
	if err := needs(c, "out"); err != nil {
		return nil, err
	}
	cfg, err := configuration(c)
	if err != nil {
		return nil, err
	}
	t, err := newTraining(c.Context, cfg, c.String("data"), nil)
	if err != nil {
		return nil, err
	}
	if t.run, err = run.Create(c.String("out"), cfg, t.origin(nil)); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// goOn goes on with a run, in it or, beyond its end, in a child.
func goOn(c *cli.Context) (*training, error) {
	dir, sets := c.String("resume"), c.StringSlice("set")
	if c.IsSet("config") {
		return nil, wrongUse("--resume and --config; want the first alone: the run has its configuration")
	}
	for _, set := range sets {
		if key, _, _ := strings.Cut(set, "="); key != "threads" && key != "train.updates" {
			return nil, wrongUse("--resume with --set %s; want threads or train.updates; glorot fork changes the others", set)
		}
	}
	further := slices.ContainsFunc(sets, func(set string) bool { return strings.HasPrefix(set, "train.updates=") })
	switch {
	case further && !c.IsSet("out"):
		return nil, wrongUse("--resume with --set train.updates makes another run, and needs --out")
	case further:
		return fork(c.Context, forking(c, dir, newest))
	case c.IsSet("out"):
		return nil, wrongUse("--resume and --out; want --resume alone, or also --set train.updates=N for a run that goes on beyond the end")
	}
	return resume(c.Context, dir, c.String("data"), sets, c.App.ErrWriter)
}

// finish trains for as long as the configuration says, and prints the summary.
func (t *training) finish(c *cli.Context) error {
	defer t.close()
	if err := t.train(c.Context, newProgress(c.App.ErrWriter)); err != nil {
		return err
	}
	return printSummary(c, t.run.Dir())
}

func printSummary(c *cli.Context, dir string) error {
	s, err := summarize(dir)
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c, s)
	}
	_, err = fmt.Fprintln(c.App.Writer, s)
	return err
}

func (t *training) train(ctx context.Context, bar *progress) error {
	updates := t.cfg.Train.Updates
	err := t.watch()
	t.loop.On(hook.Every(max(1, updates/1000)), func(_ context.Context, u int) error {
		bar.show(float64(u), float64(max(1, updates)), fmt.Sprintf("%d updates of %d", u, updates))
		return nil
	})
	if err == nil && t.run.LogSize() == 0 {
		err = t.logData()
	}
	if err == nil {
		err = t.loop.Run(ctx, updates)
	}
	bar.clear()
	return t.end(err)
}

// end keeps the weights as they are, whatever ended the training, and logs why it ended. After an interrupt it keeps the state.
func (t *training) end(err error) error {
	status, reason := run.Done, ""
	var kept error
	var diverged *train.DivergedError
	switch {
	case errors.As(err, &diverged):
		status = run.Diverged
		kept = t.run.Log(divergedRecord{"diverged", diverged.Update, diverged.Layer, diverged.Node, diverged.Value})
	case errors.Is(err, context.Canceled):
		status = "interrupted"
		kept = t.checkpoint()
		err = interrupted{fmt.Sprintf("%s holds the weights after %d updates; glorot train --resume %s goes on",
			t.run.Dir(), t.loop.Updates(), quoted(t.run.Dir()))}
	case err != nil:
		status = "failed"
	}
	if err != nil {
		reason = err.Error()
	}
	if kept == nil {
		kept = t.keepWeights()
	}
	if kept == nil {
		kept = t.run.Finish(status, reason, now())
	}
	switch {
	case kept == nil:
		return err
	case err == nil || status == "interrupted": // it holds nothing
		return kept
	}
	return fmt.Errorf("%w; %w", err, kept)
}

func (t *training) keepWeights() error {
	file := safetensors.File{Metadata: map[string]string{"updates": strconv.Itoa(t.loop.Updates())}, Tensors: train.Tensors(t.params)}
	return t.run.WriteFile(run.WeightsFile, func(w io.Writer) error { return safetensors.Write(w, file) })
}
