package runner

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"

	"glorot/experiments/run"
	"glorot/experiments/train"
)

// Notes in a checkpoint besides the loop's state.
const (
	noteRun = "run" // the id of the trajectory
	noteLog = "log" // the bytes of the log's records before it

	noteMeasures = "measures" // the state of the train.Tracker, in base64
)

// anyLog is a size that allows every checkpoint.
const anyLog = math.MaxInt64

// state is a checkpoint of a run, and the length of the log before it. A nil state is the beginning.
type state struct {
	*train.Checkpoint
	log int64
}

// update returns the update of the state, or -1 for the beginning.
func (s *state) update() int {
	if s == nil {
		return -1
	}
	return s.Update
}

// checkpoint returns the checkpoint from which the loop resumes, or nil for initial weights.
func (s *state) checkpoint() *train.Checkpoint {
	if s == nil {
		return nil
	}
	return s.Checkpoint
}

// newest returns the newest undamaged checkpoint at or before an update of the run that is being written, and warns of damaged ones.
func (w *worker) newest(upTo int) (*state, error) {
	size := int64(anyLog)
	if !w.reading {
		size = w.run.LogSize()
	}
	s, damage, err := newest(w.run, upTo, size)
	for _, d := range damage {
		w.warn(d)
	}
	if err == nil && s == nil {
		if p := w.run.Manifest().Parent; p != nil {
			return nil, fmt.Errorf("%s: the fork has no undamaged checkpoint, not even that of its beginning; fork %s at %d again", w.run.Dir(), p.Path(w.run.Dir()), p.Update)
		}
	}
	return s, err
}

// newest returns the newest undamaged checkpoint of a run up to an update, or nil if there is none, and what is wrong with newer ones.
// Only size bytes of the log are usable.
func newest(r *run.Run, upTo int, size int64) (s *state, damage []error, err error) {
	updates, err := r.Checkpoints()
	if err != nil {
		return nil, nil, err
	}
	for _, u := range slices.Backward(updates) {
		if u > upTo {
			continue
		}
		s, err := readState(r, u, size)
		if err == nil {
			return s, damage, nil
		}
		damage = append(damage, err)
	}
	return nil, damage, nil
}

// readState reads the checkpoint of an update.
func readState(r *run.Run, update int, size int64) (*state, error) {
	path, m := r.Path(run.CheckpointFile(update)), r.Manifest()
	c, err := train.ReadCheckpoint(path)
	if err != nil {
		return nil, err
	}
	log, err := strconv.ParseInt(c.Notes[noteLog], 10, 64)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: its place in the log is %q, expected: a number of bytes", path, c.Notes[noteLog])
	case c.Update != update:
		return nil, fmt.Errorf("%s: is the checkpoint of update %d, expected: %d", path, c.Update, update)
	case c.Notes[noteRun] != m.ID && c.Notes[noteRun] != m.Earlier:
		return nil, fmt.Errorf("%s: is a checkpoint of run %s, expected: %s", path, c.Notes[noteRun], m.ID)
	case log > size:
		return nil, fmt.Errorf("%s: the log ends before it, after %d of %d bytes", path, size, log)
	}
	return &state{c, log}, nil
}

// A keeper writes the checkpoints of a training.
type keeper struct {
	run    *run.Run
	loop   *train.Loop
	track  *train.Tracker // may be nil
	from   int            // the update with which the training began
	end    int
	update int   // of the last call of mark
	log    int64 // the length of the log before the hooks of that update
}

// keep is the first hook, because a checkpoint is the state before the hooks of its update.
func (k *keeper) keep(_ context.Context, u int) error {
	k.update, k.log = u, k.run.LogSize()
	c := k.run.Config().Checkpoint
	due := u > 0 && c.Every > 0 && u%c.Every == 0 || slices.Contains(c.At, u) || u == k.end
	if !due || u == k.from && u > 0 { // the training started from this checkpoint
		return nil
	}
	return k.write()
}

// write writes the present state, and removes checkpoints that are no longer kept. It flushes the log before.
func (k *keeper) write() error {
	c, err := k.loop.Checkpoint()
	if err != nil {
		return err
	}
	size := k.run.LogSize()
	if k.update == c.Update { // some of the hooks of this update may have been called already, and will be called again
		size = k.log
	}
	c.Notes[noteRun], c.Notes[noteLog] = k.run.Manifest().ID, strconv.FormatInt(size, 10)
	state, err := k.track.State()
	if err != nil {
		return err
	}
	if state != nil {
		c.Notes[noteMeasures] = base64.StdEncoding.EncodeToString(state)
	}
	if err := k.run.SyncLog(); err != nil {
		return err
	}
	if err := k.run.WriteFile(run.CheckpointFile(c.Update), c.Write); err != nil {
		return err
	}
	if err := k.run.NoteProgress(c.Update); err != nil {
		return err
	}
	return k.run.PruneCheckpoints(c.Update)
}
