package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"syscall"

	"glorot/experiments/dataset"
	"glorot/experiments/progress"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/show"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func trainCommand() *cli.Command {
	return &cli.Command{
		Name:  "train",
		Usage: "train a network and look inside it",
		Description: "Makes a run: a directory with the resolved configuration, a log of what was recorded (layer statistics, validation and test errors,\n" +
			"digests of the weights), checkpoints and, at the end, the weights. With train.updates 0 these are the initial weights.\n\n" +
			"--resume continues a run that was interrupted or killed from its newest checkpoint. The result has the same bits as that of an\n" +
			"undisturbed run. With a larger train.updates it extends the run in place.\n\n" +
			"The images of shapeset are generated during the training. Other data sets are in the folder --data (see glorot data --help), and each\n" +
			"pass over them has a new random order. The test error at the lowest validation error is the one that early stopping would give.\n" +
			"data.path trains on your own file or folder, which glorot data info PATH describes.\n\n" +
			"--from begins with the weights of another run (glorot export --weights) or of PyTorch: a state_dict of Linear layers, written by\n" +
			"safetensors.torch.save_file or numpy.savez. The run keeps a copy.\n\n" +
			"--dry-run says what a run would take: parameters, memory, passes over the data, and the time, which it measures from the first updates.\n" +
			"--for 2h leaves a checkpoint after two hours, and the same command with --resume continues from it.\n\n" +
			"glorot help config explains all keys of the configuration, glorot help formats the files of a run.\n\n" +
			"Example:\n   glorot train --set model.activation=softsign --set train.updates=20000 --out runs/softsign\n" +
			"   glorot train --data data --set data.name=mnist --set model.hidden='[100]' --out runs/mnist\n" +
			"   glorot train --set data.path=measurements.csv --set data.standardize=feature --set observe.examples=50 --out runs/mine\n" +
			"   glorot train --from weights.npz --set model.hidden='[300,100]' --out runs/tuned\n" +
			"   glorot train --resume runs/softsign --set train.updates=60000",
		Flags: append(configFlags(), dataFlag(),
			&cli.StringFlag{Name: "from", Usage: "begin with the weights in `FILE`, an .npz or .safetensors file, instead of drawing them (model.from)"},
			&cli.StringFlag{Name: "out", Usage: "make the run in `DIR`, which must be new or empty"},
			&cli.StringFlag{Name: "resume", Usage: "continue or extend the run in `RUN`"},
			&cli.BoolFlag{Name: "dry-run", Usage: "print the resolved configuration and what the run would take, measured from its first updates; make no run"},
			&cli.DurationFlag{Name: "for", Usage: "stop after `DURATION`, such as 90m or 2h, with a checkpoint from which --resume continues"},
			&cli.BoolFlag{Name: "watch", Usage: "show it like glorot watch while it is trained; q leaves the screen, and the training continues"},
			jsonFlag()),
		Action: func(c *cli.Context) error {
			if c.IsSet("for") && c.Duration("for") <= 0 {
				return wrongUse("--for %v; want a duration above 0, such as 90m or 2h", c.Duration("for"))
			}
			dry := c.Bool("dry-run")
			if c.IsSet("resume") {
				if dry {
					return wrongUse("--resume and --dry-run; want one of the two")
				}
				return resume(c)
			}
			if err := needs(c, "out"); err != nil && !dry {
				return err
			}
			cfg, err := configuration(c)
			if err != nil {
				return err
			}
			if from := c.String("from"); c.IsSet("from") {
				if from == "" {
					return wrongUse("--from is empty; want a .npz or .safetensors file of weights")
				}
				if err := cfg.Set("model.from="+strconv.Quote(from), runner.Allowed()); err != nil {
					return err
				}
			}
			if out := c.String("out"); run.IsRun(out) {
				return &run.UsageError{Place: run.Place{File: out}, Problem: fmt.Sprintf("holds a run already, which glorot train --resume %s continues; allowed: a new or an empty directory", work.Quote(out))}
			}
			if dry {
				return dryRun(c, cfg)
			}
			return trainRun(c, c.String("out"), cfg)
		},
	}
}

// resume continues or extends a run.
func resume(c *cli.Context) error {
	dir := c.String("resume")
	switch {
	case c.IsSet("from"):
		return wrongUse("--resume and --from; want --resume only: the run has its weights")
	case c.IsSet("config"):
		return wrongUse("--resume and --config; want --resume only: the run has its configuration")
	case c.IsSet("out"):
		return wrongUse("--resume and --out; want --resume only, which continues the run in place; glorot fork makes a new run")
	}
	cfg, done, err := runner.Extended(dir, c.StringSlice("set"))
	if err != nil {
		return err
	}
	if done != "" {
		fmt.Fprintf(c.App.ErrWriter, "glorot: %s: %s\n", dir, done)
	}
	return trainRun(c, dir, cfg)
}

// trainRun trains the run in a directory as far as the configuration says, and prints its summary.
func trainRun(c *cli.Context, dir string, cfg run.Config) error {
	if err := needsFolder(cfg.Data.Name, c.String("data")); err != nil {
		return err
	}
	do := trainShown
	if c.Bool("watch") {
		if err := needsTerminal(); err != nil {
			return err
		}
		do = trainWatched
	}
	whole := c.Context
	if limit := c.Duration("for"); limit > 0 {
		timed, cancel := context.WithTimeout(whole, limit)
		defer cancel()
		c.Context = timed
	}
	trace, err := do(c, dir, cfg)
	stopped := new(runner.InterruptedError)
	over := c.Context.Err() != nil && whole.Err() == nil
	c.Context = whole
	if over && (errors.As(err, &stopped) || errors.Is(err, context.DeadlineExceeded)) { // and not another error
		return timeUp(c, dir, cfg, err)
	}
	if err != nil {
		return trainError(c, dir, cfg, err)
	}
	if err := printSummary(c, trace.Result(dir)); err != nil {
		return err
	}
	if d := trace.Diverged; d != nil {
		return fmt.Errorf("%s: training diverged: %v; a lower train.rate than %v may help", dir, d.In(len(cfg.Model.Hidden)), cfg.Train.Rate)
	}
	return nil
}

// trainShown trains a run and shows how far it has come.
func trainShown(c *cli.Context, dir string, cfg run.Config) (*run.Trace, error) {
	bar := progress.New(c.App.ErrWriter)
	defer bar.Clear()
	return newRunner(c).Do(c.Context, dir, cfg, bar.Training)
}

// newRunner returns the runner of a command with --data. It reports what is damaged, and where a run is resumed.
func newRunner(c *cli.Context) *runner.Runner {
	w := c.App.ErrWriter
	return &runner.Runner{
		Data:    dataset.NewLibrary(c.String("data")),
		Warn:    func(err error) { warn(w, err) },
		Resumed: func(dir string, update int) { fmt.Fprintf(w, "glorot: %s resumes at update %d\n", dir, update) },
	}
}

// trainError adds to an error what was kept of the work, and how to continue.
func trainError(c *cli.Context, dir string, cfg run.Config, err error) error {
	again := fmt.Sprintf("glorot train --resume %s", work.Quote(dir))
	stopped := new(runner.InterruptedError)
	switch {
	case errors.As(err, &stopped):
		return interrupted{fmt.Sprintf("%s holds a checkpoint after %d updates; %s continues it", dir, stopped.Update, again)}
	case c.Context.Err() != nil:
		return ended(err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w; make room, then %s continues from its newest checkpoint", err, again)
	}
	return absent(err, cfg.Data.Name, c.String("data"))
}

// printSummary prints the result of a run, the course of its error, its layers, what is unusual, and what to do next.
func printSummary(c *cli.Context, s run.Result) error {
	if c.Bool("json") {
		line, err := run.Encode(s) // including numbers that JSON lacks
		if err != nil {
			return err
		}
		return printJSON(c, json.RawMessage(line))
	}
	if s.Diverged != nil {
		return nil
	}
	f, err := followed(s.Run)
	if err != nil {
		return err
	}
	short, err := show.New(f, -1)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(c.App.Writer, s); err != nil {
		return err
	}
	if err := short.WriteShort(c.App.Writer, columns()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.App.Writer, short.Next(work.Quote(s.Run)))
	return err
}

// warn prints warnings, except for nil.
func warn(w io.Writer, damage ...error) {
	for _, d := range damage {
		if d != nil {
			fmt.Fprintln(w, "glorot: warning:", d)
		}
	}
}
