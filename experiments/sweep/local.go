package sweep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// Local runs cells by processes of this machine.
type Local struct {
	Jobs        int                      // processes at a time, at least 1
	RetryFailed bool                     // also cells that failed before
	KeepGoing   bool                     // begin others after a failure; otherwise those that run come to their end
	FailFast    bool                     // stop those that run after a failure
	Command     func(cell int) *exec.Cmd // that works on the cell of that index; its messages go to worker.log in the cell's directory
	Ended       func(cell, exit int)     // is told of each end; exit is -1 for a killed process
}

// An Outcome counts what became of the cells that were begun.
type Outcome struct {
	Done, Failed, Again int // by exit status: 0, any other, 75
}

// Run works on every cell that can be worked on and is not done, until there is none or the context ends. Then, and with FailFast,
// the processes get a SIGTERM, which leaves checkpoints, and Run waits for them.
func (l Local) Run(ctx context.Context, dir string, p *Plan) (Outcome, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r := &local{Local: l, dir: dir, plan: p, begun: map[int]bool{}, ends: make(chan end)}
	var firstErr error
	for running := 0; ; {
		next := -1
		if running < l.Jobs && firstErr == nil && ctx.Err() == nil && (r.outcome.Failed == 0 || l.KeepGoing) {
			next, firstErr = r.next()
		}
		if next >= 0 {
			if firstErr = r.start(ctx, next); firstErr == nil {
				running++
			} else {
				stop()
			}
			continue
		}
		if running == 0 {
			return r.outcome, firstErr
		}
		e := <-r.ends
		running--
		r.count(e)
		if r.outcome.Failed > 0 && l.FailFast {
			stop()
		}
	}
}

// local is one call of Run.
type local struct {
	Local
	dir     string
	plan    *Plan
	begun   map[int]bool
	ends    chan end // unbuffered: Run takes one for each process
	outcome Outcome
}

// An end is that of a cell's process.
type end struct{ cell, exit int }

// next is the first cell that can be begun, -1 if there is none now.
func (r *local) next() (int, error) {
	list, err := r.plan.Statuses(r.dir)
	if err != nil {
		return -1, err
	}
	return slices.IndexFunc(list, func(s Status) bool {
		if r.begun[s.Cell] || !r.plan.allFinished(list, s.Cell) {
			return false
		}
		return s.State == Ready || s.State == Interrupted || s.State == Failed && r.RetryFailed
	}), nil
}

// start starts the process of a cell, in a group of its own: a terminal's Ctrl-C is for this process, which passes it on once.
func (r *local) start(ctx context.Context, cell int) error {
	r.begun[cell] = true
	log, err := workerLog(r.dir, cell)
	if err != nil {
		return err
	}
	defer log.Close()
	c := r.Command(cell)
	c.Stderr = log
	ownGroup(c)
	if err := c.Start(); err != nil {
		return fmt.Errorf("cell %d: %w", cell, err)
	}
	gone := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			_ = terminate(c.Process) // it may have ended by itself
		case <-gone:
		}
	}()
	go func() {
		err := c.Wait()
		close(gone)
		exit := 0
		var status *exec.ExitError
		switch {
		case errors.As(err, &status):
			exit = status.ExitCode()
		case err != nil:
			exit = ExitFailed
		}
		r.ends <- end{cell, exit}
	}()
	return nil
}

func (r *local) count(e end) {
	switch e.exit {
	case ExitDone:
		r.outcome.Done++
	case ExitAgain:
		r.outcome.Again++
	default:
		r.outcome.Failed++
	}
	if r.Ended != nil {
		r.Ended(e.cell, e.exit)
	}
}

// workerLog is the file of a cell to which its local workers' messages are appended.
func workerLog(dir string, index int) (*os.File, error) {
	if err := os.MkdirAll(CellDir(dir, index), 0o777); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(CellDir(dir, index), "worker.log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
}

// Share is the number of threads of each of so many jobs on so many processors.
func Share(processors, jobs int) int { return max(1, processors/max(1, jobs)) }
