package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"

	"glorot/experiments/run"
	"glorot/experiments/train"

	"github.com/urfave/cli/v2"
)

func forkCommand() *cli.Command {
	return &cli.Command{
		Name:      "fork",
		Usage:     "train on from a run's past with another configuration",
		ArgsUsage: "RUN",
		Description: "Makes a child of the run, another run that has its weights, images and log up to an update, and its own configuration from\n" +
			"there on: what would have happened. If the run has no checkpoint of that update it is computed again, and held against the\n" +
			"digests in the log. What made the past cannot be changed: seed, data.seed, data.name, model.hidden and model.init.\n\n" +
			"Example:\n   glorot fork runs/a --at 20000 --set train.rate=0.1 --out runs/faster",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "at", Usage: "share the past up to `UPDATE`"},
			&cli.StringSliceFlag{Name: "set", Usage: "change one `KEY=VALUE` of the configuration; may be repeated"},
			dataFlag(),
			&cli.StringFlag{Name: "out", Usage: "make the child in `DIR`, which must not hold anything"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return wrongUse("fork takes one run, got %d arguments", c.NArg())
			}
			if err := needs(c, "out"); err != nil {
				return err
			}
			if !c.IsSet("at") || c.Int("at") < 0 {
				return wrongUse("fork needs --at UPDATE, 0 or more; see glorot fork --help")
			}
			t, err := fork(c.Context, forking(c, c.Args().First(), c.Int("at")))
			if err != nil {
				return ended(err)
			}
			return t.finish(c)
		},
	}
}

// newest is the update of a run's newest whole checkpoint.
const newest = -1

// past are the keys that say how a run came to where it is forked.
var past = []string{"seed", "model.hidden", "model.init", "data.name", "data.seed"}

// A branch is where a child leaves the run that it comes from.
type branch struct {
	dir     string // of that run
	at      int    // the update, or newest
	sets    []string
	data    string
	out     string    // the child's directory
	further bool      // the child must go beyond the update
	w       io.Writer // of warnings
}

// forking is the branch that the flags of a command describe.
func forking(c *cli.Context, dir string, at int) branch {
	return branch{dir, at, c.StringSlice("set"), c.String("data"), c.String("out"), c.Command.Name == "train", c.App.ErrWriter}
}

// fork makes a child of a run, which begins with its state at an update.
func fork(ctx context.Context, b branch) (*training, error) {
	dir, at := b.dir, b.at
	parent, log, err := openLog(dir)
	if err != nil {
		return nil, err
	}
	m, err := parent.Manifest()
	if err != nil {
		return nil, err
	}
	cfg, err := childConfig(parent.Config(), b.sets)
	if err != nil {
		return nil, err
	}
	s, damage, err := latest(parent, atMost(at), anyLog)
	if err != nil {
		return nil, err
	}
	warn(b.w, damage...)
	if at == newest {
		if s.Checkpoint == nil {
			return nil, fmt.Errorf("%s: there is no whole checkpoint to go on from", dir)
		}
		at = s.Update
	}
	if err := reachable(dir, at, log, m, s); err != nil {
		return nil, err
	}
	if at > cfg.Train.Updates || b.further && at == cfg.Train.Updates {
		return nil, wrongUse("train.updates: got %d, allowed: more than %d, from which the child goes on", cfg.Train.Updates, at)
	}
	from, err := stateAt(ctx, parent, log, b.data, s.Checkpoint, at)
	if err != nil {
		return nil, err
	}
	t, err := newTraining(ctx, cfg, b.data, from)
	if err != nil {
		return nil, err
	}
	if err := t.beChild(b.out, dir, m, log, at); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// childConfig is the configuration of a child, which does not change what made the past.
func childConfig(parent run.Config, sets []string) (run.Config, error) {
	cfg := parent
	for _, set := range sets {
		if err := cfg.Set(set, allowed()); err != nil {
			return cfg, err
		}
	}
	for _, key := range past {
		old, _ := parent.Value(key)
		if now, _ := cfg.Value(key); now != old {
			return cfg, wrongUse("--set %s=%s: the run's past was made with %s; want it unchanged, or a new run", key, now, old)
		}
	}
	return cfg, nil
}

// beChild makes the run of a child, with what it has from its parent: the records before the update, where it comes from, and the state.
func (t *training) beChild(out, dir string, parent run.Manifest, log run.Log, at int) (err error) {
	if err := t.fits(dir, parent); err != nil {
		return err
	}
	if t.run, err = run.Create(out, t.cfg, t.origin(&run.Parent{ID: parent.ID, Dir: fromTo(out, dir), Update: at})); err != nil {
		return err
	}
	for _, record := range log.Records {
		if u, ok := updateOf(record); ok && u >= at || slices.Contains([]string{"finish", "diverged"}, record.Event) {
			break
		}
		if err := t.run.Log(record.JSON); err != nil {
			return err
		}
	}
	if err := t.run.Log(forkRecord{"fork", parent.ID, at}); err != nil {
		return err
	}
	return t.checkpoint()
}

// atMost is the update up to which a checkpoint is looked for.
func atMost(at int) int {
	if at == newest {
		return math.MaxInt
	}
	return at
}

// openLog opens a run to be read.
func openLog(dir string) (*run.Run, run.Log, error) {
	r, err := run.Open(dir)
	if err != nil {
		return nil, run.Log{}, err
	}
	log, err := r.ReadLog()
	return r, log, err
}

// reachable refuses an update that the run has not had, or that lies in its parent's past.
func reachable(dir string, at int, log run.Log, m run.Manifest, s state) error {
	if m.Parent != nil && at < m.Parent.Update {
		return wrongUse("update %d: %s begins at %d; before that it is %s", at, dir, m.Parent.Update, parentOf(dir, m.Parent))
	}
	if last := reached(log, s); at > last {
		return wrongUse("update %d: %s has come to %d", at, dir, last)
	}
	return nil
}

// updateOf is the update that a record is about, if it is about one.
func updateOf(record run.Record) (int, bool) {
	var r struct {
		Update *int `json:"update"`
	}
	if record.Decode(&r) != nil || r.Update == nil {
		return 0, false
	}
	return *r.Update, true
}

// stateAt returns the state of a run at an update: a checkpoint of it, or what training makes of an earlier one, or of the initial weights
// if that is nil. Each digest that the log has on the way must be met.
func stateAt(ctx context.Context, r *run.Run, log run.Log, data string, from *train.Checkpoint, at int) (*train.Checkpoint, error) {
	if from != nil && from.Update == at {
		return from, nil
	}
	t, err := newTraining(ctx, r.Config(), data, from)
	if err != nil {
		return nil, err
	}
	defer t.close()
	check, err := newDigests(log)
	if err != nil {
		return nil, err
	}
	t.loop.On(check.due, func(_ context.Context, u int) error {
		if d := check.differs(u, t.params); d != "" {
			return fmt.Errorf("%s: the past, computed again: %s", r.Dir(), d)
		}
		return nil
	})
	if err := t.loop.Run(ctx, at); err != nil {
		return nil, err
	}
	return t.loop.Checkpoint()
}

// fromTo is the path to a directory as seen from another one.
func fromTo(from, to string) string {
	a, err1 := filepath.Abs(from)
	b, err2 := filepath.Abs(to)
	if err := cmp.Or(err1, err2); err != nil {
		return to
	}
	if path, err := filepath.Rel(a, b); err == nil {
		return path
	}
	return b
}

// parentOf is where the parent of the run in a directory was.
func parentOf(dir string, p *run.Parent) string {
	if filepath.IsAbs(p.Dir) {
		return p.Dir
	}
	return filepath.Join(dir, p.Dir)
}
