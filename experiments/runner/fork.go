package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"glorot/experiments/run"
	"glorot/experiments/train"
)

// Newest stands for the update of a run's newest undamaged checkpoint.
const Newest = -1

// MayFork reports whether a fork may change a key of the configuration.
func MayFork(key run.Key) bool { return !key.Shorthand && !slices.Contains(pastKeys, key.Name) }

// pastKeys lists the keys that determine a run up to its fork.
var pastKeys = []string{"seed", "model.hidden", "model.init", "model.gain", "model.zero_last", "model.bias", "model.from", "model.norm", "data.name", "data.seed", "data.split", "data.size", "data.channels", "pretrain.updates", "pretrain.rate", "pretrain.noise"}

// Fork makes a child of the run in the directory dir in the directory out. The child has the weights, images and log of its parent up to an
// update, and its own configuration from there on. The settings, each KEY=VALUE, change the parent's configuration, except for the keys that
// determined the past. If the parent has no checkpoint of the update, its state there is recomputed and checked against the digests in the log.
// Fork trains nothing beyond the update; Do does that with the configuration that Fork returns.
func (r *Runner) Fork(ctx context.Context, dir string, at int, settings []string, out string) (run.Config, error) {
	parent, err := run.Open(dir)
	if err != nil {
		return run.Config{}, err
	}
	if err := sameArithmetic(parent); err != nil {
		return run.Config{}, err
	}
	c, err := childConfig(parent.Config(), settings)
	if err != nil {
		return c, err
	}
	upTo := at
	if at == Newest {
		upTo = math.MaxInt
	}
	s, damage, err := newest(parent, upTo, anyLog)
	if err != nil {
		return c, err
	}
	for _, d := range damage {
		r.warn(d)
	}
	if at == Newest {
		if s == nil {
			return c, fmt.Errorf("%s: there is no undamaged checkpoint to fork from", dir)
		}
		at = s.Update
	}
	if err := reachable(parent, at); err != nil {
		return c, err
	}
	if at > c.Train.Updates {
		return c, &run.UsageError{Key: "train.updates", Problem: fmt.Sprintf("got %d, allowed: at least %d, where the fork continues", c.Train.Updates, at)}
	}
	from, err := r.stateAt(ctx, parent, c.Data.Path, s.checkpoint(), at)
	if err != nil {
		return c, err
	}
	return c, r.beChild(ctx, parent, from, c, out)
}

// childConfig returns the configuration of a child, and an error if it would change the past.
func childConfig(parent run.Config, settings []string) (run.Config, error) {
	c := parent
	if err := c.SetAll(settings, Allowed()); err != nil {
		return c, err
	}
	for _, key := range pastKeys {
		old, _ := parent.Value(key)
		if now, _ := c.Value(key); now != old {
			return c, &run.UsageError{Place: run.Place{Argument: "--set " + key + "=" + now}, Problem: fmt.Sprintf("the past of the run has %s, allowed: the same, or a new run", old)}
		}
	}
	return c, nil
}

// stateAt returns the state of a run, whose own data are at the path, at an update: a checkpoint, or the result of training from an earlier state, where nil is the
// beginning. Every digest in the log on the way must match.
func (r *Runner) stateAt(ctx context.Context, parent *run.Run, path string, from *train.Checkpoint, at int) (*train.Checkpoint, error) {
	if from != nil && from.Update == at {
		return from, nil
	}
	log, err := parent.ReadLog()
	if err != nil {
		return nil, err
	}
	check, err := newDigests(log)
	if err != nil {
		return nil, err
	}
	w := &worker{Runner: r, run: parent}
	var begin *state
	if from != nil {
		begin = &state{Checkpoint: from}
	}
	c := parent.Config()
	c.Data.Path = path
	s, err := w.past(ctx, c, begin, check)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.loop.Run(ctx, at); err != nil {
		return nil, err
	}
	return s.loop.Checkpoint()
}

// beChild makes the run of a child, with the records of its parent before the update, a record of the fork, and the state.
func (r *Runner) beChild(ctx context.Context, parent *run.Run, from *train.Checkpoint, c run.Config, out string) error {
	s, err := r.open(ctx, c)
	if err != nil {
		return err
	}
	defer s.close()
	m := parent.Manifest()
	if err := fits(s.data, s.cfg, parent.Dir(), m); err != nil {
		return err
	}
	if from.Notes = map[string]string{}; c.Train.Optimizer != parent.Config().Train.Optimizer {
		from.State = nil // a different optimizer starts afresh
	}
	if err := s.begin(from); err != nil {
		return err
	}
	log, err := parent.ReadLog()
	if err != nil {
		return err
	}
	s.given = m.Weights
	child, err := run.Create(out, c, s.origin(r.now(), &run.Parent{ID: m.ID, Dir: fromTo(out, parent.Dir()), Update: from.Update}))
	if err != nil {
		return err
	}
	defer child.Close()
	for _, record := range log.Records {
		if u, ok := record.Update(); ok && u >= from.Update || record.Event == run.DivergedEvent {
			break
		}
		if err := child.Log(record.JSON); err != nil {
			return err
		}
	}
	if err := child.Log(run.ForkRecord{Event: run.ForkEvent, Parent: m.ID, Update: from.Update}); err != nil {
		return err
	}
	k := &keeper{run: child, loop: s.loop, update: -1}
	return k.write()
}

// reachable returns an error about an update that the run has not reached, or that is before its own beginning.
func reachable(r *run.Run, at int) error {
	if p := r.Manifest().Parent; p != nil && at < p.Update {
		return &run.UsageError{Problem: fmt.Sprintf("update %d: %s begins at %d; before that it is %s", at, r.Dir(), p.Update, p.Path(r.Dir()))}
	}
	last, err := reached(r)
	if err == nil && at > last {
		return &run.UsageError{Problem: fmt.Sprintf("update %d: %s has reached %d", at, r.Dir(), last)}
	}
	return err
}

// reached returns the last update of a run, according to its records and its newest checkpoint.
func reached(r *run.Run) (int, error) {
	h, err := r.History()
	if err != nil {
		return 0, err
	}
	updates, err := r.Checkpoints()
	if err != nil {
		return 0, err
	}
	return slices.Max(append(updates, h.Reached)), nil
}

// fromTo returns the path to a directory, relative to another one.
func fromTo(from, to string) string {
	a, err1 := filepath.Abs(from)
	b, err2 := filepath.Abs(to)
	if errors.Join(err1, err2) != nil {
		return to
	}
	if path, err := filepath.Rel(a, b); err == nil {
		return path
	}
	return b
}
