package sweep

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"glorot/experiments/run"
)

// What a cell can be.
const (
	Done        = "done"        // its run came to its end
	Diverged    = "diverged"    // its run came to a NaN, as it would again
	Running     = "running"     // a process works on it
	Failed      = "failed"      // the last process that worked on it gave up
	Interrupted = "interrupted" // the last process stopped, or was killed; the next one goes on from the last checkpoint
	Waiting     = "waiting"     // for other cells, of which it goes on with the best, whatever was tried before
	Ready       = "ready"       // nothing was done yet
)

// States are all of them, in the order in which they are told.
var States = []string{Done, Diverged, Running, Failed, Interrupted, Waiting, Ready}

// A Status is what has become of a cell.
type Status struct {
	Cell    int    `json:"cell"`
	Name    string `json:"name"`
	State   string `json:"state"`
	Tries   int    `json:"tries,omitempty"`
	Updates int    `json:"updates,omitempty"` // that the last record of the run is about
	Host    string `json:"host,omitempty"`    // of the last try
	PID     int    `json:"pid,omitempty"`
	Exit    int    `json:"exit,omitempty"`   // of the last try, if it failed
	Reason  string `json:"reason,omitempty"` // why it failed
	Engine  string `json:"engine,omitempty"` // what the scheduler says of a cell that is not finished
}

// Finished tells that there is nothing to do any more.
func (s Status) Finished() bool { return s.State == Done || s.State == Diverged }

// CellDir is the directory of a cell in that of its sweep.
func CellDir(dir string, index int) string {
	return filepath.Join(dir, "cells", fmt.Sprintf("%05d", index))
}

// runDir is the name of a run's directory in its cell's.
const runDir = "run"

// RunDir is the directory of a cell's run.
func RunDir(dir string, index int) string { return filepath.Join(CellDir(dir, index), runDir) }

// Statuses are those of all cells of a plan, as their directories tell.
func (p *Plan) Statuses(dir string) ([]Status, error) {
	list := make([]Status, len(p.Cells))
	for i := range p.Cells {
		var err error
		if list[i], err = p.Status(dir, i); err != nil {
			return nil, err
		}
		if s := &list[i]; s.State != Running && !s.Finished() && !p.allFinished(list, i) {
			s.State = Waiting // it may have been tried too early
		}
	}
	return list, nil
}

// allFinished tells that the cells that one waits for are finished; they stand before it.
func (p *Plan) allFinished(list []Status, index int) bool {
	for _, f := range p.Cells[index].From {
		if !list[f].Finished() {
			return false
		}
	}
	return true
}

// Status is that of one cell; one that would wait for others is Ready.
func (p *Plan) Status(dir string, index int) (Status, error) {
	s := Status{Cell: index, Name: p.Cells[index].Name(), State: Ready}
	var err error
	if s.Tries, err = lastTry(CellDir(dir, index)); err != nil || s.Tries == 0 {
		return s, err
	}
	var ended string
	if s.Updates, ended, err = progress(RunDir(dir, index)); err != nil {
		s.Reason = err.Error()
	}
	h, err := look(CellDir(dir, index), s.Tries, Expiry, boot())
	if err != nil {
		return s, err
	}
	s.Host, s.PID = h.record.Host, h.record.PID
	switch {
	case ended == run.Done:
		s.State = Done
	case ended == run.Diverged:
		s.State = Diverged
	case h.alive:
		s.State = Running
	case h.record.End != nil && (h.record.Exit == ExitFailed || h.record.Exit == ExitPlan):
		s.State, s.Exit, s.Reason = Failed, h.record.Exit, h.record.Reason
	default:
		s.State = Interrupted
	}
	return s, nil
}

// progress tells how far the run in a directory has come, and its status if it is finished. No run is no update.
func progress(dir string) (updates int, status string, err error) {
	if _, err := os.Lstat(filepath.Join(dir, run.ConfigFile)); errors.Is(err, fs.ErrNotExist) {
		return 0, "", nil
	}
	r, err := run.Open(dir)
	if err != nil {
		return 0, "", err
	}
	log, err := r.ReadLog()
	if err != nil {
		return 0, "", err
	}
	for _, record := range log.Records {
		var at struct {
			Update int `json:"update"`
		}
		if record.Decode(&at) == nil {
			updates = max(updates, at.Update)
		}
	}
	status, _ = log.Status()
	return updates, status, nil
}

// Exit statuses of the process that works on a cell: of a batch system they are the contract.
const (
	ExitDone   = 0
	ExitFailed = 1
	ExitPlan   = 2  // the plan is wrong, and no retry will mend it
	ExitAgain  = 75 // it was stopped, the cell is another's, or waits for others: try again
)
