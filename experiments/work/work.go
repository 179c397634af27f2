// Package work runs many tasks, each a training or a part of one: in goroutines ([Pool]), in processes on this machine
// ([Local]), on [Slurm] and on [Kubernetes].
//
// The directory of a task shows what has been done: it has the lease of the process that works on it, and the manifest of its run. All
// executors read the directories first, and a worker whose task is finished or held ends at once, so that a task may safely be started
// twice, even by different executors on several machines. The exit status of a worker says what to do next; see [ExitDone].
package work

import "context"

// Tasks are numbered from 0. The worker of a task is a process that gets its number as an argument.
type Tasks interface {
	Len() int
	// Name describes the task.
	Name(task int) string
	// Dir is the directory for the messages of the task's workers. It need not exist.
	Dir(task int) string
	// Needs returns the tasks that must be finished before this one can begin. They have lower numbers.
	Needs(task int) []int
	// Status returns the status of the task. It does not check whether the task waits for others.
	Status(task int) (Status, error)
}

// The states of a task.
const (
	Done        = "done"        // its run reached its end
	Diverged    = "diverged"    // its run diverged, and would do so again
	Running     = "running"     // a process works on it
	Failed      = "failed"      // the last process that worked on it failed
	Interrupted = "interrupted" // the last process stopped, or was killed; the next one resumes from the newest checkpoint
	Waiting     = "waiting"     // for the tasks that it needs, even if it was tried before
	Ready       = "ready"       // nothing has been done yet
)

// States lists all states in the order in which they are shown.
var States = []string{Done, Diverged, Running, Failed, Interrupted, Waiting, Ready}

// A Status says what has been done of a task.
type Status struct {
	Task    int    `json:"cell"`
	Name    string `json:"name"`
	State   string `json:"state"`
	Tries   int    `json:"tries,omitempty"`   // the number of processes that have worked on it
	Updates int    `json:"updates,omitempty"` // of the last record of the run
	Host    string `json:"host,omitempty"`    // of the last try
	PID     int    `json:"pid,omitempty"`
	Exit    int    `json:"exit,omitempty"`   // of the last try, if it failed
	Reason  string `json:"reason,omitempty"` // why it failed
	Engine  string `json:"engine,omitempty"` // what the scheduler says about an unfinished task
}

// Finished reports whether nothing is left to do.
func (s Status) Finished() bool { return s.State == Done || s.State == Diverged }

// Exit statuses of a worker: the contract with a batch system.
const (
	ExitDone   = 0
	ExitFailed = 1
	ExitPlan   = 2  // the task is invalid, and trying again does not help
	ExitAgain  = 75 // it was stopped, another process has the task, or the task waits for others: try again
)

// Statuses returns the statuses of all tasks. It reads the directory of each task, and ends early with the context.
func Statuses(ctx context.Context, tasks Tasks) ([]Status, error) {
	list := make([]Status, tasks.Len())
	for i := range list {
		err := ctx.Err()
		if err == nil {
			list[i], err = tasks.Status(i)
		}
		if err != nil {
			return nil, err
		}
		if s := &list[i]; s.State != Running && !s.Finished() && !allFinished(list, tasks.Needs(i)) {
			s.State = Waiting // it may have been tried too early
		}
	}
	return list, nil
}

// allFinished reports whether all of some tasks are finished.
func allFinished(list []Status, tasks []int) bool {
	for _, f := range tasks {
		if !list[f].Finished() {
			return false
		}
	}
	return true
}
