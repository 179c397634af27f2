package paper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/runner"
	"glorot/experiments/train"
	"glorot/experiments/work"
)

// A Declaration is a file in the folder of a study's tasks. It names the study that its workers work on, and the runs of the store that belong to it.
type Declaration struct {
	Command string            `json:"command"` // draws the study
	Scale   Scale             `json:"scale"`
	Seed    uint64            `json:"seed"`
	Only    []string          `json:"only,omitempty"`
	Numbers int               `json:"numbers"` // version of the training arithmetic
	Images  map[string]string `json:"images"`  // checksum of each data set that is there
}

const declarationFile = "study.json"

// declare is what a plan is made from.
func (p *plan) declare(command string) Declaration {
	o := p.s.o
	d := Declaration{Command: command, Scale: o.Scale, Seed: o.Seed, Only: o.Only, Numbers: train.Numbers, Images: map[string]string{}}
	for name, origin := range p.origins {
		d.Images[name] = origin.Data.Checksum
	}
	return d
}

// Tasks are the trainings of a study, for the executors of package work. The list does not depend on any result: a task of a search is a place
// in one of its rungs, and what is trained there depends on the tasks that it needs.
type Tasks struct {
	plan *plan
	dir  string
}

// Tasks declares the study's trainings in a folder of the store, study-ID. The command draws them afterwards.
func (s *Study) Tasks(ctx context.Context, command string) (*Tasks, error) {
	p, err := s.planned(ctx)
	if err != nil {
		return nil, err
	}
	d := p.declare("")
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	d.Command = command
	dir := filepath.Join(s.store.Dir, "study-"+hex.EncodeToString(sum[:4]))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	return &Tasks{p, dir}, atomicfile.Write(filepath.Join(dir, declarationFile), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(d)
	})
}

// planned returns the plan of a study that trains.
func (s *Study) planned(ctx context.Context) (*plan, error) {
	s.obs = s.observations()
	return s.newPlan(ctx)
}

// OpenTasks returns the tasks that are declared in a folder. data is the folder of the stored data sets. The error is a [*run.UsageError] if
// there are no tasks, if the data sets are not those of the declaration, or if this program has another version of the training arithmetic.
func OpenTasks(ctx context.Context, dir, data string) (*Tasks, error) {
	path := filepath.Join(dir, declarationFile)
	wrong := func(problem string) error {
		return &run.UsageError{Place: run.Place{File: path}, Problem: problem}
	}
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, wrong("there is no such file, expected: the declaration of a study's tasks")
	}
	if err != nil {
		return nil, err
	}
	var d Declaration
	if err := json.Unmarshal(src, &d); err != nil {
		return nil, wrong("is not a declaration: " + err.Error())
	}
	if d.Numbers != train.Numbers {
		return nil, wrong(fmt.Sprintf("has version %d of the training arithmetic, this program has version %d", d.Numbers, train.Numbers))
	}
	s, err := NewStudy(Options{Scale: d.Scale, Seed: d.Seed, Only: d.Only, Data: data, Store: NewStore(filepath.Dir(filepath.Clean(dir)))})
	if err != nil {
		return nil, wrong(err.Error())
	}
	p, err := s.planned(ctx)
	if err != nil {
		return nil, err
	}
	if now := p.declare("").Images; !maps.Equal(now, d.Images) {
		return nil, wrong(fmt.Sprintf("the study was declared with the images %v, these are %v", d.Images, now))
	}
	return &Tasks{p, dir}, nil
}

// Folder is where the tasks are declared.
func (t *Tasks) Folder() string { return t.dir }

// Len returns the number of tasks.
func (t *Tasks) Len() int { return len(t.plan.tasks) }

// Name says what a task is.
func (t *Tasks) Name(task int) string { return t.plan.tasks[task].name }

// Dir is where the messages of a task's workers are.
func (t *Tasks) Dir(task int) string { return filepath.Join(t.dir, fmt.Sprintf("%05d", task)) }

// Needs returns the tasks whose results this one needs.
func (t *Tasks) Needs(task int) []int { return t.plan.tasks[task].needs }

// Status reports the state of a task: of its run in the store, as far as this task needs it.
func (t *Tasks) Status(task int) (work.Status, error) {
	p := t.plan
	s := work.Status{State: work.Ready}
	q, asked, err := p.tasks[task].ask()
	if err == nil && asked {
		var known *run.Trace
		known, err = p.known(q.Config)
		switch {
		case err != nil:
		case known == nil:
			s, err = work.InspectUpTo(p.store.Path(q.Config, p.origins[q.Data.Name]), q.Train.Updates)
			if s.Finished() && p.tasks[task].result != nil {
				s.State = work.Interrupted // something is still to be measured
			}
		case known.Diverged != nil:
			s.State, s.Updates = work.Diverged, known.Diverged.Update
		default:
			s.State, s.Updates = work.Done, q.Train.Updates
		}
	}
	s.Task, s.Name = task, t.Name(task)
	return s, err
}

// Do works on a task with the given number of threads, 0 meaning one. The error is a [*work.WaitError] if the task needs another one that is not
// finished.
func (t *Tasks) Do(ctx context.Context, task int, r *runner.Runner, threads int, progress func(part float64)) error {
	for _, f := range t.Needs(task) {
		s, err := t.Status(f)
		if err != nil {
			return err
		}
		if !s.Finished() {
			return &work.WaitError{Kind: "task", Task: f, Failed: s.State == work.Failed}
		}
	}
	p := t.plan
	r.Data, p.s.o.Threads = p.s.data, max(1, threads)
	var q request
	_, err := work.Soon(ctx, func() (known bool, err error) { q, known, err = p.tasks[task].ask(); return })
	if err != nil {
		return err
	}
	_, err = p.train(ctx, p.tasks[task], r, progress)
	return work.Noted(p.store.Path(q.Config, p.origins[q.Data.Name]), err)
}
