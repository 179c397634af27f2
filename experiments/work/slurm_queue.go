package work

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// InQueue is what Slurm says of a task: in which job it is, and the job's state, "PENDING", "RUNNING" and others.
type InQueue struct{ Job, State string }

// Queued asks Slurm about the tasks that were sent to it by this user and that it still has or remembers; of one that was sent several
// times, about the job that is going to work on it. It is only a hint: a task's directory knows the truth. It is nil if nothing was sent.
func Queued(ctx context.Context, dir string) (map[int]InQueue, error) {
	sent, err := sentTo(dir)
	if err != nil || len(sent) == 0 {
		return nil, err
	}
	offsets := map[string]int{}
	for _, a := range sent {
		offsets[a.Job] = a.Offset
	}
	out, err := ask(ctx, nil, "squeue", "--me", "--states=all", "--array", "--noheader", "--format=%i %T")
	if err != nil {
		return nil, err
	}
	tasks := map[int]InQueue{}
	for line := range strings.Lines(out) {
		id, state, _ := strings.Cut(strings.TrimSpace(line), " ")
		job, index, _ := strings.Cut(id, "_")
		offset, ours := offsets[job]
		if i, err := strconv.Atoi(index); err == nil && ours && !tasks[offset+i].waitsOrRuns() {
			tasks[offset+i] = InQueue{job, state}
		}
	}
	return tasks, nil
}

// waitsOrRuns tells that Slurm will do something about the task by itself.
func (q InQueue) waitsOrRuns() bool {
	switch q.State {
	case "PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT":
		return true
	}
	return false
}

// ToSend are the tasks that are neither finished, nor failed (unless those are asked for), nor another process's, nor in the queue, by
// level: first those that need none, then those that need only such, and so on. Those of a level go after the lower ones. One that would wait
// for a task on which nobody is going to work is not sent.
func ToSend(tasks Tasks, list []Status, queued map[int]InQueue, retryFailed bool) [][]int {
	hope := make([]bool, len(list)) // that a task is finished some time
	levels := levels(tasks)
	var send [][]int
	for _, s := range list {
		busy := s.State == Running || queued[s.Task].waitsOrRuns()
		hope[s.Task] = s.Finished() || busy || s.State != Failed || retryFailed
		for _, f := range tasks.Needs(s.Task) {
			hope[s.Task] = hope[s.Task] && hope[f]
		}
		level := levels[s.Task]
		for len(send) <= level {
			send = append(send, nil)
		}
		if hope[s.Task] && !s.Finished() && !busy {
			send[level] = append(send[level], s.Task)
		}
	}
	return send
}

// levels counts for each task the longest chain of tasks that it needs.
func levels(tasks Tasks) []int {
	list := make([]int, tasks.Len())
	for i := range list {
		for _, f := range tasks.Needs(i) {
			list[i] = max(list[i], list[f]+1)
		}
	}
	return list
}

// Expected tells that a task is finished, worked on or in the queue of the Slurm to which it was sent from a directory: one that needs it
// does not wait in vain.
func Expected(ctx context.Context, dir string, tasks Tasks, task int) (bool, error) {
	s, err := tasks.Status(task)
	if err != nil || s.Finished() || s.State == Running {
		return true, err
	}
	queued, err := Queued(ctx, dir)
	return queued[task].waitsOrRuns(), err
}

// Pending are the jobs in the queue that work on tasks of each level, in the order of the tasks.
func Pending(tasks Tasks, queued map[int]InQueue) [][]string {
	var jobs [][]string
	for i, level := range levels(tasks) {
		for len(jobs) <= level {
			jobs = append(jobs, nil)
		}
		if q := queued[i]; q.waitsOrRuns() && !slices.Contains(jobs[level], q.Job) {
			jobs[level] = append(jobs[level], q.Job)
		}
	}
	return jobs
}
