// Package work runs many tasks, each of them a training or a part of one: by goroutines of this process ([Pool]), by processes of this
// machine ([Local]), on [Slurm] and on [Kubernetes].
//
// A task's own directory holds the truth of what has been done: the lease of the process that works on it, and the manifest of its run.
// Whoever starts tasks asks the directories first, so that tasks may be started twice, on several machines, by different executors: a
// worker that finds its task finished or held ends at once. The exit status of a worker says what to do next ([ExitDone] and others).
package work

import "context"

// Tasks are numbered from 0. Their workers are processes that are given the number.
type Tasks interface {
	Len() int
	// Name says in words what the task does.
	Name(task int) string
	// Dir is the directory of the task, for the messages of its workers; it need not exist.
	Dir(task int) string
	// Needs are the tasks that must be finished before this one can begin, each of a lower number; nil for none.
	Needs(task int) []int
	// Status tells what has become of the task. Whether it waits for others is not asked.
	Status(task int) (Status, error)
}

// What a task can be.
const (
	Done        = "done"        // its run came to its end
	Diverged    = "diverged"    // its run came to a NaN, as it would again
	Running     = "running"     // a process works on it
	Failed      = "failed"      // the last process that worked on it gave up
	Interrupted = "interrupted" // the last process stopped, or was killed; the next one resumes from the newest checkpoint
	Waiting     = "waiting"     // for the tasks that it needs, whatever was tried before
	Ready       = "ready"       // nothing was done yet
)

// States are all of them, in the order in which they are shown.
var States = []string{Done, Diverged, Running, Failed, Interrupted, Waiting, Ready}

// A Status is what has become of a task.
type Status struct {
	Task    int    `json:"cell"`
	Name    string `json:"name"`
	State   string `json:"state"`
	Tries   int    `json:"tries,omitempty"`   // processes that have worked on it
	Updates int    `json:"updates,omitempty"` // that the last record of the run is about
	Host    string `json:"host,omitempty"`    // of the last try
	PID     int    `json:"pid,omitempty"`
	Exit    int    `json:"exit,omitempty"`   // of the last try, if it failed
	Reason  string `json:"reason,omitempty"` // why it failed
	Engine  string `json:"engine,omitempty"` // what the scheduler says of a task that is not finished
}

// Finished tells that there is nothing to do any more.
func (s Status) Finished() bool { return s.State == Done || s.State == Diverged }

// Exit statuses of a worker: the contract with a batch system.
const (
	ExitDone   = 0
	ExitFailed = 1
	ExitPlan   = 2  // the task is wrong, and no retry will mend it
	ExitAgain  = 75 // it was stopped, the task is another process's, or waits for others: try again
)

// Statuses are those of all tasks. It reads the directory of each, and ends early with the context.
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

// allFinished tells that some tasks are finished.
func allFinished(list []Status, tasks []int) bool {
	for _, f := range tasks {
		if !list[f].Finished() {
			return false
		}
	}
	return true
}
