package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph/hook"
)

// What a checkpoint notes besides the loop's state.
const (
	noteRun = "run" // its id
	noteLog = "log" // bytes of the log's records before it
)

// anyLog is the size of a log that has the records of every checkpoint.
const anyLog = math.MaxInt64

// A mark is where the log stood before the hooks of an update.
type mark struct {
	update int
	log    int64
}

// keepStates writes checkpoints as the configuration says and at the end. It is the first hook of all, because a checkpoint is the
// state before the hooks of its update.
func (t *training) keepStates() {
	c, updates, from := t.cfg.Checkpoint, t.cfg.Train.Updates, t.loop.Updates()
	t.loop.On(hook.Every(1), func(_ context.Context, u int) error {
		t.mark = mark{u, t.run.LogSize()}
		if u == from && u > 0 { // it comes from there
			return nil
		}
		if u > 0 && hook.Every(c.Every)(u) || slices.Contains(c.At, u) || u == updates {
			return t.checkpoint()
		}
		return nil
	})
}

// checkpoint writes the state, and removes those that need not be kept any more. What the log says before it is made last first.
func (t *training) checkpoint() error {
	c, err := t.loop.Checkpoint()
	if err != nil {
		return err
	}
	m, err := t.run.Manifest()
	if err != nil {
		return err
	}
	size := t.run.LogSize()
	if t.mark.update == c.Update { // some of the hooks of this update may have been called, and will be again
		size = t.mark.log
	}
	c.Notes[noteRun], c.Notes[noteLog] = m.ID, strconv.FormatInt(size, 10)
	if err := t.run.SyncLog(); err != nil {
		return err
	}
	if err := t.run.WriteFile(run.CheckpointFile(c.Update), c.Write); err != nil {
		return err
	}
	return t.run.PruneCheckpoints(c.Update)
}

// state is a checkpoint of a run, and how long the log was before it.
type state struct {
	*train.Checkpoint
	log int64
}

// latest returns the newest whole checkpoint of a run up to an update, of whose log size bytes are whole, and what is wrong with newer
// ones. Its Checkpoint is nil if there is none.
func latest(r *run.Run, upTo int, size int64) (s state, damage []error, err error) {
	m, err := r.Manifest()
	if err != nil {
		return state{}, nil, err
	}
	updates, err := r.Checkpoints()
	if err != nil {
		return state{}, nil, err
	}
	for _, u := range slices.Backward(updates) {
		if u > upTo {
			continue
		}
		s, err := readState(r.Path(run.CheckpointFile(u)), u, m.ID, size)
		if err == nil {
			return s, damage, nil
		}
		damage = append(damage, err)
	}
	return state{}, damage, nil
}

// readState reads the checkpoint of an update of the run of that id.
func readState(path string, update int, id string, size int64) (state, error) {
	c, err := train.ReadCheckpoint(path)
	if err != nil {
		return state{}, err
	}
	log, err := strconv.ParseInt(c.Notes[noteLog], 10, 64)
	switch {
	case err != nil:
		return state{}, fmt.Errorf("%s: its place in the log is %q, expected: a number of bytes", path, c.Notes[noteLog])
	case c.Update != update:
		return state{}, fmt.Errorf("%s: is the checkpoint of update %d, expected: %d", path, c.Update, update)
	case c.Notes[noteRun] != id:
		return state{}, fmt.Errorf("%s: is a checkpoint of run %s, expected: %s", path, c.Notes[noteRun], id)
	case log > size:
		return state{}, fmt.Errorf("%s: the log ends before it, after %d whole bytes of %d", path, size, log)
	}
	return state{c, log}, nil
}

// resume goes on with the run in a directory from its newest whole checkpoint, or from the beginning, and says on w what is damaged.
// It is a [*run.FinishedError] if there is nothing to do.
func resume(ctx context.Context, dir, data string, threads []string, w io.Writer) (*training, error) {
	r, log, err := run.Resume(dir)
	if err != nil {
		return nil, err
	}
	s, damage, err := latest(r, math.MaxInt, r.LogSize())
	warn(w, append(damage, log.Warning)...)
	var t *training
	if err == nil {
		t, err = resumeFrom(ctx, r, s, data, threads)
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	why := ""
	if len(damage) > 0 {
		why = ", as no newer checkpoint is whole"
	}
	fmt.Fprintf(w, "glorot: %s goes on from update %d%s\n", dir, t.loop.Updates(), why)
	return t, nil
}

// resumeFrom takes a run back to a state.
func resumeFrom(ctx context.Context, r *run.Run, s state, data string, threads []string) (_ *training, err error) {
	m, err := r.Manifest()
	if err != nil {
		return nil, err
	}
	if s.Checkpoint == nil && m.Parent != nil {
		return nil, fmt.Errorf("%s: the child has no whole checkpoint, not even that of its beginning; glorot fork %s --at %d makes it anew",
			r.Dir(), quoted(parentOf(r.Dir(), m.Parent)), m.Parent.Update)
	}
	cfg := r.Config()
	for _, set := range threads {
		if err := cfg.Set(set, allowed()); err != nil {
			return nil, err
		}
	}
	t, err := newTraining(ctx, cfg, data, s.Checkpoint)
	if err != nil {
		return nil, err
	}
	t.run = r
	err = t.fits(r.Dir(), m)
	if err == nil {
		err = r.CutLog(s.log)
	}
	if err == nil {
		err = r.GoOn(t.loop.Updates(), t.engine.Set(), now())
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// warn prints what is damaged; nil is nothing.
func warn(w io.Writer, damage ...error) {
	for _, d := range damage {
		if d != nil {
			fmt.Fprintln(w, "glorot: warning:", d)
		}
	}
}
