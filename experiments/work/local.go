package work

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Local runs tasks in processes on this machine.
type Local struct {
	Jobs        int                      // processes at a time, at least 1
	RetryFailed bool                     // also run tasks that failed before
	KeepGoing   bool                     // begin further tasks after a failure; otherwise only the running ones finish
	FailFast    bool                     // stop the running tasks after a failure
	Command     func(task int) *exec.Cmd // returns the worker of a task; its messages go to worker.log in the task's directory
	Ended       func(task, exit int)     // is called after each process has ended; exit is -1 if it was killed
}

// An Outcome counts the tasks that were begun by how they ended.
type Outcome struct {
	Done, Failed, Again int // by exit status: 0, any other, 75
}

// Run works once on every unfinished task that can be worked on, until there is none or the context ends. If the context ends, or after a
// failure with FailFast, the processes get a SIGTERM, after which they leave checkpoints, and Run waits for them. Run reads the directory of
// each task when its turn comes, and again when its process has ended. When nothing else is left to begin it also reads those of tasks on
// which other processes work.
func (l Local) Run(ctx context.Context, tasks Tasks) (Outcome, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r := &local{Local: l, tasks: tasks, queue: newQueue(tasks, l.RetryFailed), ends: make(chan end)}
	var outcome Outcome
	var firstErr error
	for running := 0; ; {
		next := -1
		if running < l.Jobs && firstErr == nil && ctx.Err() == nil && (outcome.Failed == 0 || l.KeepGoing) {
			if next, firstErr = r.queue.next(ctx); firstErr != nil && ctx.Err() != nil {
				firstErr = nil // the caller knows that its context has ended
			}
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
			return outcome, firstErr
		}
		e := <-r.ends
		running--
		outcome.count(e.exit)
		if err := r.queue.ended(e.task); firstErr == nil {
			firstErr = err
		}
		if l.Ended != nil {
			l.Ended(e.task, e.exit)
		}
		if outcome.Failed > 0 && l.FailFast {
			stop()
		}
	}
}

// local is one call of Run.
type local struct {
	Local
	tasks Tasks
	queue *queue
	ends  chan end // unbuffered: Run takes one for each process
}

// An end is that of a task's process.
type end struct{ task, exit int }

// start starts the process of a task in its own process group: Ctrl-C in a terminal then reaches only this process, which passes it on
// once.
func (r *local) start(ctx context.Context, task int) error {
	log, err := workerLog(r.tasks.Dir(task))
	if err != nil {
		return err
	}
	defer log.Close()
	c := r.Command(task)
	c.Stderr = log
	ownGroup(c)
	if err := c.Start(); err != nil {
		return fmt.Errorf("%s: %w", r.tasks.Name(task), err)
	}
	gone := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			_ = terminate(c.Process) // it may have ended already
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
		r.ends <- end{task, exit}
	}()
	return nil
}

func (o *Outcome) count(exit int) {
	switch exit {
	case ExitDone:
		o.Done++
	case ExitAgain:
		o.Again++
	default:
		o.Failed++
	}
}

// logName is the file in a task's directory that has the messages of its local workers.
const logName = "worker.log"

// workerLog opens that file to append to it.
func workerLog(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(dir, logName), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
}

// Share returns the number of threads for each job if the jobs share the processors.
func Share(processors, jobs int) int { return max(1, processors/max(1, jobs)) }
