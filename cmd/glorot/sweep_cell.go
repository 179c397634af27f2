package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/sweep"
	"glorot/experiments/train"

	"github.com/urfave/cli/v2"
)

func sweepCellCommand() *cli.Command {
	return &cli.Command{
		Name:      "cell",
		Usage:     "work on one cell of a sweep, as every engine's worker does",
		ArgsUsage: "DIR INDEX",
		Description: "Trains the run of a cell, from its last checkpoint if there is one, alone: while another process works on the cell, or has\n" +
			"been silent for less than " + sweep.Expiry.String() + ", it is that one's. A cell that is done stays as it is.\n\n" +
			"The exit status is 0 when the cell is done, 75 to be tried again (a SIGTERM or a SIGUSR1, after which it leaves a checkpoint;\n" +
			"the cell is another process's, or waits for other cells), 2 for a plan that no retry will mend, and 1 for a failure. It is also\n" +
			"a failure to be killed " + strconv.Itoa(sweep.MaxKilled) + " times in a row with no new checkpoint, and with --engine to wait for a cell on which nobody works\n" +
			"and which is not in the queue.\n\n" +
			"Example:\n   glorot sweep cell sweeps/a 7\n   glorot sweep cell sweeps/a \"$SLURM_ARRAY_TASK_ID\" --offset 1000\n" +
			"   glorot sweep cell /shared/a \"$JOB_COMPLETION_INDEX\"",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "offset", Usage: "add `N` to the index, as of an array that is cut into chunks"},
			&cli.StringFlag{Name: "engine", Usage: "ask `ENGINE` (slurm) whether a cell that this one waits for will be worked on"},
			threadsFlag(), dataFlag(),
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 2 {
				return wrongUse("sweep cell takes a sweep's directory and an index, got %d arguments", c.NArg())
			}
			index, err := strconv.Atoi(c.Args().Get(1))
			if err != nil {
				return wrongUse("sweep cell: index %q; want an integer, 0 or more", c.Args().Get(1))
			}
			ctx, stop := stopOnUser(c.Context)
			defer stop()
			if e := c.String("engine"); e != "" && e != "slurm" {
				return wrongUse("--engine %q; want slurm", e)
			}
			w := cellWorker{dir: c.Args().First(), index: index + c.Int("offset"), data: c.String("data"), engine: c.String("engine"), w: c.App.ErrWriter}
			if c.IsSet("threads") {
				w.threads = []string{"threads=" + strconv.Itoa(c.Int("threads"))}
			}
			return w.work(ctx)
		},
	}
}

func threadsFlag() cli.Flag {
	return &cli.IntFlag{Name: "threads", Usage: "compute on `N` threads, whatever the configuration says; numbers do not depend on it"}
}

// againError is why a cell should be tried again.
type againError struct{ error }

func (e againError) Unwrap() error { return e.error }

// cellWorker works on one cell of the sweep in a directory.
type cellWorker struct {
	dir     string
	index   int
	data    string
	threads []string // as --set has it; nil for those of the plan
	engine  string   // whose queue knows what will be worked on; "" for none
	w       io.Writer
	plan    *sweep.Plan
	cell    sweep.Cell
}

// work does what is left to do of the cell. Its error decides on the exit status.
func (w *cellWorker) work(ctx context.Context) (err error) {
	if w.plan, err = sweep.Read(w.dir); err != nil {
		return err
	}
	if w.cell, err = w.plan.Cell(w.index); err != nil {
		return err
	}
	if done, err := w.finished(); done || err != nil {
		return err
	}
	try, err := sweep.Begin(sweep.CellDir(w.dir, w.index), w.lost)
	if held := new(sweep.HeldError); errors.As(err, &held) {
		return againError{fmt.Errorf("cell %d of %s: %w", w.index, w.dir, err)}
	}
	if err != nil {
		return err
	}
	err = w.hold(ctx, try)
	reason := ""
	if err != nil {
		reason = err.Error()
	}
	if e := try.End(exitStatus(err), reason); err == nil {
		err = e
	}
	return err
}

// lost ends the process, as whatever it wrote would fall into another one's work.
func (w *cellWorker) lost() {
	fmt.Fprintf(w.w, "glorot: cell %d of %s: was silent for too long, and another process has it\n", w.index, w.dir)
	os.Exit(sweep.ExitAgain)
}

func (w *cellWorker) finished() (bool, error) {
	s, err := w.plan.Status(w.dir, w.index)
	if err == nil && s.Finished() {
		fmt.Fprintf(w.w, "glorot: cell %d of %s: %s already\n", w.index, w.dir, s.State)
	}
	return s.Finished(), err
}

// hold is the work of the one process that has the cell.
func (w *cellWorker) hold(ctx context.Context, try *sweep.Try) error {
	if done, err := w.finished(); done || err != nil {
		return err
	}
	if try.Killed >= sweep.MaxKilled {
		return fmt.Errorf("cell %d of %s: was killed %d times in a row before its run had a new checkpoint, as where there is too little memory; glorot sweep submit and run try it again with --retry-failed",
			w.index, w.dir, try.Killed)
	}
	dir := sweep.RunDir(w.dir, w.index)
	if try.Broken {
		if err := unlock(filepath.Join(dir, run.LogFile)); err != nil {
			return err
		}
	}
	t, err := w.training(ctx, dir)
	if finished := new(run.FinishedError); errors.As(err, &finished) {
		return nil
	}
	if wait := new(sweep.WaitError); errors.As(err, &wait) {
		return w.waits(ctx, wait)
	}
	if errors.Is(err, context.Canceled) {
		return againError{fmt.Errorf("cell %d of %s: interrupted before it went on", w.index, w.dir)}
	}
	if err != nil {
		return fmt.Errorf("cell %d of %s: %w", w.index, w.dir, err)
	}
	defer t.close()
	err = t.train(ctx, newProgress(w.w))
	var diverged *train.DivergedError
	switch {
	case errors.As(err, &diverged):
		fmt.Fprintf(w.w, "glorot: cell %d of %s: %v\n", w.index, w.dir, diverged)
		return nil
	case errors.Is(err, context.Canceled):
		return againError{fmt.Errorf("cell %d of %s: stopped; %s holds a checkpoint after %d updates", w.index, w.dir, dir, t.loop.Updates())}
	}
	return err
}

// waits is the error of a cell that waits for another one: to be tried again, unless that one will not be worked on.
func (w *cellWorker) waits(ctx context.Context, wait *sweep.WaitError) error {
	err := fmt.Errorf("cell %d of %s %w", w.index, w.dir, wait)
	expected := !wait.Failed
	if w.engine != "" {
		var e error
		if expected, e = w.plan.Expected(ctx, w.dir, wait.Cell); e != nil {
			// A queue that does not answer now, or a SIGTERM that came first: while nobody puts the job back either, this is no endless round.
			return againError{fmt.Errorf("%w; whether it is in the queue is not known: %w", err, e)}
		}
	}
	switch {
	case expected:
		return againError{err}
	case wait.Failed:
		return err
	}
	return fmt.Errorf("%w: nobody works on it, and it is not in the queue; glorot sweep submit sends both", err)
}

// unlock takes a file out of the reach of locks that a dead machine has left on it: it becomes another file of the same content.
func unlock(path string) error {
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(src)
		return err
	})
}

// training is that of the cell, from where its run is.
func (w *cellWorker) training(ctx context.Context, dir string) (*training, error) {
	r, err := run.Open(dir)
	var none *run.UsageError
	switch {
	case errors.As(err, &none):
		return w.first(ctx, dir)
	case err != nil:
		return nil, err
	}
	states, err := r.Checkpoints()
	if err != nil {
		return nil, err
	}
	if w.cell.From != nil && len(states) == 0 { // it was killed while it became a child
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		return w.first(ctx, dir)
	}
	if err := w.planned(r); err != nil {
		return nil, err
	}
	return resume(ctx, dir, w.data, w.threads, w.w)
}

// first begins the run.
func (w *cellWorker) first(ctx context.Context, dir string) (*training, error) {
	if w.cell.From != nil {
		return w.fromBest(ctx, dir)
	}
	cfg, err := w.cell.Resolve(allowed())
	if err != nil {
		return nil, err
	}
	here := cfg
	for _, set := range w.threads {
		if err := here.Set(set, allowed()); err != nil {
			return nil, err
		}
	}
	t, err := newTraining(ctx, here, w.data, nil)
	if err != nil {
		return nil, err
	}
	if id := cfg.ID(t.origin(nil)); id != w.cell.Run {
		t.close()
		return nil, wrongUse("the run would be %s, the plan has %s: its images, or the program's numbers, are others", id, w.cell.Run)
	}
	if t.run, err = run.Create(dir, cfg, t.origin(nil)); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// fromBest begins a child of the best of the cells that this one waits for.
func (w *cellWorker) fromBest(ctx context.Context, dir string) (*training, error) {
	best, err := w.plan.Choose(w.dir, w.index)
	if err != nil {
		return nil, err
	}
	parent := sweep.RunDir(w.dir, best)
	fmt.Fprintf(w.w, "glorot: cell %d of %s goes on from cell %d, the best: %s\n", w.index, w.dir, best, w.plan.Cells[best].Name())
	sets := append([]string{"train.updates=" + w.cell.Config["train.updates"]}, w.threads...)
	return fork(ctx, branch{dir: parent, at: w.plan.Search, sets: sets, data: w.data, out: dir, further: true, w: w.w})
}

// planned refuses a run that is not the plan's.
func (w *cellWorker) planned(r *run.Run) error {
	m, err := r.Manifest()
	if err != nil {
		return err
	}
	cfg := r.Config()
	for _, k := range run.Keys(run.Allowed{}) {
		now, _ := cfg.Value(k.Name)
		if want, ok := w.cell.Config[k.Name]; ok && now != want && k.Name != "threads" {
			return wrongUse("%s: the run has %s %s, the plan %s; the plan was changed", r.Dir(), k.Name, now, want)
		}
	}
	if w.cell.Run != "" && m.ID != w.cell.Run {
		return wrongUse("%s: is the run %s, the plan has %s", r.Dir(), m.ID, w.cell.Run)
	}
	return nil
}
