package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
	"glorot/graph/hook"

	"github.com/urfave/cli/v2"
)

func replayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "run a run again, and prove that it makes the same weights",
		ArgsUsage: "RUN",
		Description: "Trains again from the nearest checkpoint at or before --from, without --from from the run's beginning, and compares every digest\n" +
			"of the weights in the log, every checkpoint and the weights at the end that lie on the way, bit by bit. It says that they are\n" +
			"identical, or the first update and tensor that differ, and fails. Nothing in the run is changed.\n\n" +
			"With --observe it measures between --from and --to what the run did not: " + observeHelp() + ".\n\n" +
			"Example:\n   glorot replay runs/a\n" +
			"   glorot replay runs/a --from 1000 --to 2000 --observe jacobian --every 100 --records jacobian.jsonl",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "from", Usage: "begin at the nearest checkpoint at or before `UPDATE`"},
			&cli.IntFlag{Name: "to", Usage: "end at `UPDATE`; without it where the run did"},
			&cli.StringFlag{Name: "observe", Usage: "measure `WHAT`: " + observableNames()},
			&cli.IntFlag{Name: "every", Usage: "measure every `N` updates from --from on, and at --to; without it at these two"},
			&cli.IntFlag{Name: "examples", Value: 10, Usage: "measure on the first `N` test images"},
			&cli.StringFlag{Name: "records", Usage: "write what is measured to `FILE`, one JSON record a line"},
			dataFlag(), jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return wrongUse("replay takes one run, got %d arguments", c.NArg())
			}
			o, err := newObserver(c)
			if err != nil {
				return err
			}
			p, err := newReplay(c, c.Args().First())
			if err != nil {
				return ended(err)
			}
			defer p.t.close()
			if err := p.run(c.Context, newProgress(c.App.ErrWriter), o); err != nil {
				return err
			}
			if err := o.write(); err != nil {
				return err
			}
			return p.verdict.print(c)
		},
	}
}

// A replay trains a part of a run again.
type replay struct {
	source   *run.Run
	id       string
	t        *training
	digests  *digests
	diverged int // the update after which the run diverged, -1 if it did not
	from, to int // where the user looks; training begins at or before from
	verdict  verdict
}

// verdict is what `glorot replay --json` prints.
type verdict struct {
	Run         string       `json:"run"`
	Identical   bool         `json:"identical"`
	Begin       int          `json:"begin"` // the update from which it was computed again
	To          int          `json:"to"`
	Digests     int          `json:"digests"` // that were compared
	Stored      int          `json:"stored"`  // checkpoints and weights that were compared
	Differences []difference `json:"differences"`
}

// difference is one that a replay found.
type difference struct {
	Update int    `json:"update"`
	What   string `json:"what"`
}

func newReplay(c *cli.Context, dir string) (*replay, error) {
	r, log, err := openLog(dir)
	if err != nil {
		return nil, err
	}
	m, err := r.Manifest()
	if err != nil {
		return nil, err
	}
	p := &replay{source: r, id: m.ID, diverged: -1, from: c.Int("from"), verdict: verdict{Run: dir, Differences: []difference{}}}
	if p.digests, err = newDigests(log); err != nil {
		return nil, err
	}
	var newest state
	if newest, _, err = latest(r, math.MaxInt, anyLog); err != nil {
		return nil, err
	}
	if m.Parent != nil && !c.IsSet("from") {
		p.from = m.Parent.Update
	}
	if p.to = reached(log, newest); c.IsSet("to") {
		p.to = c.Int("to")
	}
	for _, at := range []int{p.from, p.to} {
		if err := reachable(dir, at, log, m, newest); err != nil {
			return nil, err
		}
	}
	if p.from < 0 || p.from > p.to {
		return nil, wrongUse("--from %d --to %d; want 0 or more, and not less", p.from, p.to)
	}
	for _, record := range log.Records {
		if record.Event == "diverged" {
			p.diverged, _ = updateOf(record)
		}
	}
	return p, p.open(c, m)
}

// open makes the training from the checkpoint nearest to where the replay looks.
func (p *replay) open(c *cli.Context, m run.Manifest) error {
	var begin *train.Checkpoint
	if p.from > 0 || m.Parent != nil {
		s, _, err := latest(p.source, p.from, anyLog) // the replay will pass those that are damaged, and say where
		if err != nil {
			return err
		}
		begin = s.Checkpoint
	}
	if begin == nil && m.Parent != nil {
		return fmt.Errorf("%s: the child has no whole checkpoint at or before update %d", p.source.Dir(), p.from)
	}
	var err error
	if p.t, err = newTraining(c.Context, p.source.Config(), c.String("data"), begin); err != nil {
		return err
	}
	p.verdict.Begin, p.verdict.To = p.t.loop.Updates(), p.to
	if err := p.t.fits(p.source.Dir(), m); err != nil {
		p.t.close()
		return err
	}
	return nil
}

// errDiffers ends a replay after the first update whose weights are others: all later ones are.
var errDiffers = errors.New("differs")

// run trains, compares and observes.
func (p *replay) run(ctx context.Context, bar *progress, o *observer) error {
	stored, err := p.source.Checkpoints()
	if err != nil {
		return err
	}
	p.t.loop.On(p.digests.due, func(_ context.Context, u int) error {
		p.verdict.Digests++
		if d := p.digests.differs(u, p.t.params); d != "" {
			p.differs(u, "%s", d)
			return errDiffers
		}
		return nil
	})
	p.t.loop.On(hook.At(stored...), func(_ context.Context, u int) error {
		if u > 0 && u == p.verdict.Begin { // it comes from there
			return nil
		}
		p.compare(u, run.CheckpointFile(u))
		return nil
	})
	p.t.loop.On(hook.At(p.t.cfg.Train.Updates), func(_ context.Context, u int) error {
		p.compare(u, run.WeightsFile)
		return nil
	})
	if err := o.attach(p); err != nil {
		return err
	}
	begin, all := p.verdict.Begin, max(1, p.to-p.verdict.Begin)
	p.t.loop.On(hook.Every(max(1, all/1000)), func(_ context.Context, u int) error {
		bar.show(float64(u-begin), float64(all), fmt.Sprintf("update %d of %d", u, p.to))
		return nil
	})
	err = p.t.loop.Run(ctx, p.to)
	bar.clear()
	var diverged *train.DivergedError
	switch {
	case errors.Is(err, errDiffers), errors.As(err, &diverged) && diverged.Update == p.diverged:
		return nil
	case errors.Is(err, context.Canceled):
		return interrupted{fmt.Sprintf("%s: %s", p.source.Dir(), p.verdict.so(p.t.loop.Updates()))}
	}
	return err
}

func (p *replay) differs(update int, format string, args ...any) {
	p.verdict.Differences = append(p.verdict.Differences, difference{update, fmt.Sprintf(format, args...)})
}

// compare holds a stored file's weights against the present ones; a file that is not there is none.
func (p *replay) compare(u int, name string) {
	path := p.source.Path(name)
	if notThere(path) == nil {
		return
	}
	p.verdict.Stored++
	file, err := safetensors.ReadFile(path)
	if err != nil {
		p.differs(u, "%v", err)
		return
	}
	d, err := train.FirstDifference(file.Tensors, train.Tensors(p.t.params))
	switch {
	case err != nil:
		p.differs(u, "%s: %v", path, err)
	case d != nil:
		p.differs(u, "%s: %v", path, d)
	case name != run.WeightsFile:
		if _, err := readState(path, u, p.id, anyLog); err != nil {
			p.differs(u, "%v", err)
		}
	}
}

// print prints the verdict, and is an error if there is a difference.
func (v verdict) print(c *cli.Context) error {
	v.Identical = len(v.Differences) == 0
	var err error
	if c.Bool("json") {
		err = printJSON(c, v)
	} else {
		for _, d := range v.Differences {
			fmt.Fprintf(c.App.Writer, "update %d: %s\n", d.Update, d.What)
		}
		if v.Identical {
			_, err = fmt.Fprintln(c.App.Writer, v.so(v.To))
		}
	}
	if err == nil && !v.Identical {
		err = fmt.Errorf("%s differs from its replay, first at update %d", v.Run, v.Differences[0].Update)
	}
	return err
}

// so says what was found up to an update, if that is no difference.
func (v verdict) so(to int) string {
	switch {
	case len(v.Differences) > 0:
		return plural(len(v.Differences), "difference")
	case v.Digests+v.Stored == 0:
		return fmt.Sprintf("nothing to compare: between update %d and %d the run has no digest, checkpoint or weights", v.Begin, to)
	}
	return fmt.Sprintf("identical: %s and %s, updates %d to %d", plural(v.Digests, "digest"), plural(v.Stored, "stored set")+" of weights", v.Begin, to)
}
