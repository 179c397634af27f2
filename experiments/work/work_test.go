package work

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"glorot/experiments/run/lease"

	"pgregory.net/rapid"
)

// needs are tasks that need others, and of which none was begun.
type needs [][]int

// searched is two candidates and a task that needs them, twice.
var searched = needs{nil, nil, {0, 1}, nil, nil, {3, 4}}

func (n needs) Len() int                   { return len(n) }
func (n needs) Name(task int) string       { return fmt.Sprint("task ", task) }
func (n needs) Dir(int) string             { panic("it has no directory") }
func (n needs) Needs(task int) []int       { return n[task] }
func (n needs) Status(int) (Status, error) { return Status{State: Ready}, nil }

// stored are tasks with directories; looks counts how often the status of each was asked.
type stored struct {
	needs
	dir   string
	looks []int
}

func newStored(t testing.TB, n needs) *stored {
	return &stored{n, t.TempDir(), make([]int, len(n))}
}

func (s *stored) Dir(task int) string { return filepath.Join(s.dir, fmt.Sprint(task)) }

func (s *stored) Status(task int) (Status, error) {
	s.looks[task]++
	st, err := Inspect(s.Dir(task), s.Dir(task))
	st.Task = task
	return st, err
}

// end makes the directory of a task whose run has ended.
func (s *stored) end(t testing.TB, task int, exit string) {
	t.Helper()
	err := os.MkdirAll(s.Dir(task), 0o777)
	if err == nil {
		err = os.WriteFile(filepath.Join(s.Dir(task), "manifest.json"), []byte(`{"exit":"`+exit+`"}`), 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// script runs a task by sh in its directory.
func (s *stored) script(task int, text string) *exec.Cmd {
	c := exec.Command("sh", "-c", "echo $$ works >&2; "+text)
	c.Dir = s.Dir(task)
	return c
}

const done = `echo '{"exit":"done"}' >manifest.json`

func needSh(t testing.TB) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
}

// Tasks end after those that they need, each is begun once, and one that needs a failed one is never begun.
func TestLocal(t *testing.T) {
	needSh(t)
	s := newStored(t, needs{nil, nil, {0, 1}, nil, {3}, {2}})
	s.end(t, 1, "diverged")
	var order []int
	l := Local{Jobs: 2, KeepGoing: true,
		Command: func(task int) *exec.Cmd {
			if task == 3 {
				return s.script(task, "exit 1")
			}
			return s.script(task, done)
		},
		Ended: func(task, exit int) { order = append(order, task) }}
	o, err := l.Run(t.Context(), s)
	if err != nil || o != (Outcome{Done: 3, Failed: 1}) {
		t.Errorf("%v, %+v", err, o)
	}
	if slices.Sort(order); !slices.Equal(order, []int{0, 2, 3, 5}) {
		t.Errorf("ended: %v", order)
	}
	if src, err := os.ReadFile(filepath.Join(s.Dir(0), "worker.log")); err != nil || !strings.Contains(string(src), "works") {
		t.Errorf("%v, %s", err, src)
	}
	list, err := Statuses(t.Context(), s)
	var states []string
	for _, x := range list {
		states = append(states, x.State)
	}
	if want := []string{Done, Diverged, Done, Ready, Waiting, Done}; err != nil || !slices.Equal(states, want) {
		t.Errorf("%v, %v; want %v", err, states, want)
	}
}

// After a failure no other task begins; those that run come to their ends, or get a SIGTERM with FailFast.
func TestLocalFailure(t *testing.T) {
	needSh(t)
	for _, fast := range []bool{false, true} {
		s := newStored(t, needs{nil, nil, nil})
		l := Local{Jobs: 2, FailFast: fast, Command: func(task int) *exec.Cmd {
			if task == 1 {
				return s.script(task, "while [ ! -e ../0/began ]; do sleep 0.01; done; exit 2")
			}
			return s.script(task, `trap 'exit 75' TERM; touch began; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done; `+done)
		}}
		o, err := l.Run(t.Context(), s)
		want := Outcome{Done: 1, Failed: 1}
		if fast {
			want = Outcome{Again: 1, Failed: 1}
		}
		if err != nil || o != want {
			t.Errorf("fail fast %v: %v, %+v, want %+v", fast, err, o, want)
		}
	}
}

// A sweep of finished tasks is read once: the number of looks does not grow with the number of starts.
func TestLocalLooks(t *testing.T) {
	needSh(t)
	const finished, left = 1000, 20
	s := newStored(t, make(needs, finished+left))
	for i := range finished {
		s.end(t, i, "done")
	}
	l := Local{Jobs: 2, Command: func(task int) *exec.Cmd { return s.script(task, done) }}
	if o, err := l.Run(t.Context(), s); err != nil || o.Done != left {
		t.Errorf("%v, %+v", err, o)
	}
	for i, n := range s.looks {
		if n > 2 || i < finished && n > 1 {
			t.Fatalf("task %d: %d looks", i, n)
		}
	}
}

// A task that another process works on is left to it; what needs it begins when it is finished.
func TestLocalElsewhere(t *testing.T) {
	needSh(t)
	s := newStored(t, needs{nil, {0}, nil})
	held, err := lease.Acquire(s.Dir(0), 0, func() {})
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	l := Local{Jobs: 1, Command: func(task int) *exec.Cmd {
		if order = append(order, task); task == 2 {
			s.end(t, 0, "done")
			if err := held.Release(0, ""); err != nil {
				t.Error(err)
			}
		}
		return s.script(task, done)
	}}
	if o, err := l.Run(t.Context(), s); err != nil || o.Done != 2 || !slices.Equal(order, []int{2, 1}) {
		t.Errorf("%v, %+v, begun %v", err, o, order)
	}
}

// A context that ends stops the processes with a SIGTERM.
func TestLocalCancelled(t *testing.T) {
	needSh(t)
	s := newStored(t, make(needs, 3))
	ctx, cancel := context.WithCancel(t.Context())
	l := Local{Jobs: 1, Command: func(task int) *exec.Cmd {
		time.AfterFunc(100*time.Millisecond, cancel)
		return s.script(task, `trap 'exit 75' TERM; while true; do sleep 0.05; done`)
	}}
	if o, err := l.Run(ctx, s); err != nil || o.Again+o.Failed != 1 {
		t.Errorf("%v, %+v", err, o)
	}
	if _, err := Statuses(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Every task is done once, after those that it needs, by a worker that has no other at that time.
func TestPool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "tasks")
		need := make(needs, n)
		for i := 1; i < n; i++ {
			need[i] = rapid.SliceOfNDistinct(rapid.IntRange(0, i-1), 0, min(i, 3), rapid.ID).Draw(t, "needs")
		}
		costs := rapid.SliceOfN(rapid.Float64Range(0, 3), n, n).Draw(t, "costs")
		p := Pool{Workers: rapid.IntRange(1, 4).Draw(t, "workers"), Needs: need.Needs, Cost: func(task int) float64 { return costs[task] }}
		var mu sync.Mutex
		did, busy := make([]bool, n), make([]bool, p.Workers)
		err := p.Run(context.Background(), n, func(_ context.Context, worker, task int) error {
			mu.Lock()
			if busy[worker] || did[task] {
				t.Errorf("worker %d is busy, or task %d was done", worker, task)
			}
			for _, f := range need[task] {
				if !did[f] {
					t.Errorf("task %d before %d", task, f)
				}
			}
			busy[worker] = true
			mu.Unlock()
			mu.Lock()
			defer mu.Unlock()
			busy[worker], did[task] = false, true
			return nil
		})
		if err != nil || slices.Contains(did, false) {
			t.Fatalf("%v, %v", err, did)
		}
	})
}

// One worker does the most costly task first, of equal ones the first.
func TestPoolOrder(t *testing.T) {
	costs := []float64{1, 3, 2, 3, 1}
	var order []int
	p := Pool{Workers: 1, Cost: func(task int) float64 { return costs[task] }}
	err := p.Run(t.Context(), len(costs), func(_ context.Context, _, task int) error { order = append(order, task); return nil })
	if err != nil || !slices.Equal(order, []int{1, 3, 2, 0, 4}) {
		t.Errorf("%v, %v", err, order)
	}
}

// The first error cancels the other tasks, and is returned; so is the end of the caller's context.
func TestPoolError(t *testing.T) {
	wrong := errors.New("wrong")
	began := make(chan bool)
	p := Pool{Workers: 2}
	err := p.Run(t.Context(), 5, func(ctx context.Context, _, task int) error {
		switch task {
		case 0:
			close(began)
			<-ctx.Done()
			return ctx.Err()
		case 1:
			<-began
			return wrong
		}
		t.Errorf("task %d begins after the error", task)
		return nil
	})
	if !errors.Is(err, wrong) {
		t.Errorf("%v, want the task's own error", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = p.Run(ctx, 5, func(context.Context, int, int) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the caller's", err)
	}
}
