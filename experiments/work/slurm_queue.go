package work

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// InQueue is what Slurm knows of a task: its job, and the job's state, such as "PENDING" or "RUNNING".
type InQueue struct{ Job, State string }

// Queued asks Slurm about the tasks that this user has sent and that it still knows. If a task was sent several times, the answer is
// about the job that will work on it. The answer is only a hint: the truth is in the directory of the task. It is nil if nothing was
// sent.
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

// waitsOrRuns reports whether Slurm will still work on the task.
func (q InQueue) waitsOrRuns() bool {
	switch q.State {
	case "PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT":
		return true
	}
	return false
}

// ToSend returns the tasks that should be sent, by level: first those that need no other task, then those that need only these, and so on.
// Each level is sent after the lower ones. Tasks that are finished, in the queue or held by another process are left out, and so are failed
// ones unless they are asked for, and tasks that would wait for a task on which no process will work.
func ToSend(tasks Tasks, list []Status, queued map[int]InQueue, retryFailed bool) [][]int {
	hope := make([]bool, len(list)) // whether a task will be finished
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

// levels returns for each task the length of the longest chain of tasks that it needs.
func levels(tasks Tasks) []int {
	list := make([]int, tasks.Len())
	for i := range list {
		for _, f := range tasks.Needs(i) {
			list[i] = max(list[i], list[f]+1)
		}
	}
	return list
}

// Expected reports whether a task is finished, worked on or in the queue of Slurm, to which it was sent from a directory, so that waiting
// for it makes sense.
func Expected(ctx context.Context, dir string, tasks Tasks, task int) (bool, error) {
	s, err := tasks.Status(task)
	if err != nil || s.Finished() || s.State == Running {
		return true, err
	}
	queued, err := Queued(ctx, dir)
	return queued[task].waitsOrRuns(), err
}

// Pending returns for each level the jobs in the queue that work on its tasks, in the order of the tasks.
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
