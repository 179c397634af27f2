package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"glorot/experiments/paper"
	"glorot/experiments/run/lease"
	"glorot/experiments/sweep"
	"glorot/experiments/work"
)

// slurmScript starts a Slurm of two nodes on the loopback.
const slurmScript = "../../experiments/work/testdata/slurm.sh"

// slurm starts a Slurm of two nodes with two processors each, which ends with the test, and returns its directory. The test is skipped
// where that cannot be.
func slurm(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a Slurm, and takes a minute: not with -short")
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can start a Slurm whose jobs are killed with their node")
	}
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin")
	for _, program := range []string{"munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "bash"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no %s; Debian has it in slurm-wlm or munge", program)
		}
	}
	dir := filepath.Join(t.TempDir(), "slurm")
	t.Cleanup(func() { output(t, slurmScript, "down", dir) })
	output(t, slurmScript, "up", dir, "2")
	t.Setenv("SLURM_CONF", filepath.Join(dir, "slurm.conf"))
	return dir
}

// output runs a program that must succeed and returns what it prints.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %s: %v, %s", name, strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

// submitted are the arrays that a sweep was sent as.
func submitted(t *testing.T, dir string) (list []work.Array) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, "slurm.json"))
	if err == nil {
		err = json.Unmarshal(src, &list)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// tries are the records of the last processes that worked on a cell.
func tries(t *testing.T, dir string, cell int) []lease.Record {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(cellRun(t, dir, cell), "lease", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []lease.Record
	for _, name := range names {
		var r lease.Record
		src, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(src, &r)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, r)
	}
	return list
}

// onNode tells that a process is of a job on that node.
func onNode(pid int, node string) bool {
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && slices.Contains(strings.Split(string(environ), "\x00"), "SLURMD_NODENAME="+node)
}

// A vigil looks at the cells of a sweep on Slurm.
type vigil struct {
	dir      string
	updates  int // of each cell
	plan     *sweep.Plan
	finished map[int]bool // cells that it need not look at again, which would take time from the others
	taken    map[int]bool // cells that inTheMiddle has returned
}

func newWatch(t *testing.T, dir string, updates int) *vigil {
	t.Helper()
	p, err := sweep.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return &vigil{dir, updates, p, map[int]bool{}, map[int]bool{}}
}

// running are the states of the cells on which a process works.
func (w *vigil) running(t *testing.T) (list []work.Status) {
	t.Helper()
	for i := range w.plan.Len() {
		if w.finished[i] {
			continue
		}
		s, err := w.plan.Status(w.dir, i)
		if err != nil {
			t.Fatal(err)
		}
		w.finished[i] = s.Finished()
		if s.State == work.Running {
			list = append(list, s)
		}
	}
	return list
}

// inTheMiddle waits until a cell that was not tried before is in the middle of its run on a node, stops its process there with a
// SIGSTOP, and returns its state. It returns no cell twice.
func (w *vigil) inTheMiddle(t *testing.T, node string) (cell work.Status) {
	t.Helper()
	waitFor(t, "a cell in the middle on "+node, func() bool {
		time.Sleep(10 * time.Millisecond)
		for _, cell = range w.running(t) {
			if w.taken[cell.Task] || cell.Tries != 1 || cell.Updates < w.updates/10 || !onNode(cell.PID, node) {
				continue
			}
			syscall.Kill(cell.PID, syscall.SIGSTOP) // it may have ended
			if now, err := w.plan.Status(w.dir, cell.Task); err == nil && now.State == work.Running && now.Updates < w.updates {
				w.taken[cell.Task] = true
				return true
			}
			syscall.Kill(cell.PID, syscall.SIGCONT)
		}
		return false
	})
	return cell
}

// until waits until so many cells are finished.
func (w *vigil) until(t *testing.T, cells int) {
	t.Helper()
	for n := range cells { // none of which takes a minute
		waitFor(t, fmt.Sprintf("%d cells finished", n+1), func() bool {
			time.Sleep(10 * time.Millisecond)
			w.running(t)
			count := 0
			for _, f := range w.finished {
				if f {
					count++
				}
			}
			return count > n
		})
	}
}

// disturb kills three cells' processes and the node n2 of a sweep on Slurm, puts a job back into the queue, and has one come to the end
// of its time. It returns the cells that were killed, and those that were only stopped.
func disturb(t *testing.T, cluster string, w *vigil) (killed, stopped []int) {
	t.Helper()
	kill := func() {
		x := w.inTheMiddle(t, "n1")
		if err := syscall.Kill(x.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		killed = append(killed, x.Task)
	}
	job := func(cell int) string {
		list := submitted(t, w.dir)
		a := list[slices.IndexFunc(list, func(a work.Array) bool { return slices.Contains(a.Tasks, cell) })]
		return fmt.Sprintf("%s_%d", a.Job, cell-a.Offset)
	}
	w.until(t, 5)
	kill()
	w.until(t, 10)
	killed = append(killed, w.inTheMiddle(t, "n2").Task)
	output(t, slurmScript, "kill", cluster, "n2")
	kill()
	w.until(t, 15)
	kill()
	back := w.inTheMiddle(t, "n1")
	output(t, "scontrol", "requeue", job(back.Task)) // sends a SIGCONT, too
	late := w.inTheMiddle(t, "n1")
	output(t, "scancel", "--batch", "--signal=USR1", job(late.Task)) // as before the end of the job's time
	syscall.Kill(late.PID, syscall.SIGCONT)
	return killed, []int{back.Task, late.Task}
}

// A sweep of 40 cells on a Slurm of two nodes ends with the bits of the same sweep on this machine alone, and with no cell run twice to
// its end, though a node dies with all that runs on it, three cells' processes are killed, one job is put back into the queue, and one
// comes to the end of its time.
//
// A process that finds the run of its cell finished leaves no lease, so that a cell that was run twice to its end would have
// two tries of status 0.
func TestSlurm(t *testing.T) {
	cluster := slurm(t)
	dir := t.TempDir()
	storedSet(t, dir)
	const cells, updates = 40, 20_000
	const name = "it's 100%" // which must not mean anything to bash or sbatch
	planned(t, dir, name, updates, seedsTo(cells))
	planned(t, dir, "local", updates, seedsTo(cells))
	local, stderr := process(t, dir, "sweep", "run", "DIR/local", "--data", "DIR/data", "--jobs", "2")
	t.Cleanup(func() { local.Process.Kill() })

	s := filepath.Join(dir, name)
	out := output(t, "glorot", "sweep", "submit", s, "--engine", "slurm", "--data", filepath.Join(dir, "data"))
	if !strings.Contains(out, ": 25 cells, array 0-24, offset 0\n") || !strings.Contains(out, ": 15 cells, array 0-14, offset 25\n") {
		t.Errorf("%q; want two arrays, below a MaxArraySize of 25", out)
	}
	w := newWatch(t, s, updates)
	killed, stopped := disturb(t, cluster, w)
	w.until(t, cells)
	if err := local.Wait(); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	for i := range cells {
		sameRun(t, cellRun(t, s, i), cellRun(t, filepath.Join(dir, "local"), i))
		list := tries(t, s, i)
		last := list[len(list)-1]
		ends := slices.IndexFunc(list, func(r lease.Record) bool { return r.End != nil && r.Exit == work.ExitDone })
		switch first := list[0]; {
		case ends >= 0 && ends < len(list)-1:
			t.Errorf("cell %d: %+v; it was run twice to its end", i, list)
		case slices.Contains(killed, i) && slices.Contains(stopped, i): // its second try was stopped
			if len(list) != 3 || first.End != nil || list[1].Exit != work.ExitAgain {
				t.Errorf("cell %d: %+v; want three tries, the first of them killed and the second stopped", i, list)
			}
		case slices.Contains(killed, i) && (len(list) != 2 || first.End != nil):
			t.Errorf("cell %d: %+v; want two tries, the first of them killed", i, list)
		case slices.Contains(stopped, i) && (len(list) != 2 || first.Exit != work.ExitAgain || last.At == 0):
			t.Errorf("cell %d: %+v; want two tries, and a checkpoint of the first", i, list)
		}
	}
	logs, err := filepath.Glob(filepath.Join(s, "slurm-*.log"))
	if err != nil || len(logs) != cells {
		t.Errorf("%d logs, %v", len(logs), err)
	}
	for _, log := range logs {
		if src, err := os.ReadFile(log); err != nil || strings.Contains(string(src), "works on it") {
			t.Errorf("%v; the lock of a dead process is in the way: %s", err, src)
		}
	}
	if out := output(t, "glorot", "sweep", "submit", s, "--engine", "slurm"); out != "nothing to send; 40 done\n" {
		t.Errorf("a second submit: %q", out)
	}
}

// A cell of a search whose candidates were cancelled does not go round in the queue: it ends, still waiting, and the next submit sends all.
func TestSlurmCancelled(t *testing.T) {
	slurm(t)
	dir := t.TempDir()
	storedSet(t, dir)
	planned(t, dir, "s", 2000, "search: {rates: [0.1, 0.01], after: 1000}\n")
	s := filepath.Join(dir, "s")
	args := []string{"sweep", "submit", s, "--engine", "slurm", "--data", filepath.Join(dir, "data")}
	output(t, "glorot", append(args, "--sbatch", "--hold")...)
	sent := submitted(t, s)
	if len(sent) != 2 || !slices.Equal(sent[0].Tasks, []int{0, 1}) || !slices.Equal(sent[1].Tasks, []int{2}) {
		t.Fatalf("sent %+v", sent)
	}
	output(t, "scancel", sent[0].Job)
	output(t, "scontrol", "release", sent[1].Job)
	waitFor(t, "an empty queue", func() bool { return output(t, "squeue", "--noheader") == "" })
	x := statuses(t, s)[2]
	if x.State != work.Waiting {
		t.Errorf("%+v", x)
	}
	logs, err := filepath.Glob(filepath.Join(s, "slurm-"+sent[1].Job+"_*.log"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("%q, %v; want one log", logs, err)
	}
	if src, err := os.ReadFile(logs[0]); err != nil || strings.Count(string(src), "waits for cell 0, which is not finished: no process works on it, and it is not in the queue") != 1 {
		t.Errorf("%v, %s", err, src)
	}
	if out := output(t, "glorot", args...); strings.Count(out, "cell") != 2 {
		t.Errorf("%q; want two arrays", out)
	}
	newWatch(t, s, 2000).until(t, 3)
}

// The trainings of a study on a Slurm of two nodes, of which one dies that has trained, make the page of the same study in one process, and no
// update is trained twice that had lasted.
func TestSlurmReproduce(t *testing.T) {
	cluster := slurm(t)
	dir := t.TempDir()
	smallScale(t, filepath.Join(dir, "small.json"), 20_000)
	command := func(name string, more ...string) []string {
		return append([]string{"reproduce", "fig3", "--scale", filepath.Join(dir, "small.json"), "--store", filepath.Join(dir, name), "--out", filepath.Join(dir, "page-"+name)}, more...)
	}
	output(t, "glorot", command("local")...)
	out := output(t, "glorot", command("sent", "--on", "slurm")...)
	if !strings.Contains(out, ": 16 tasks, array 0-7,14-21, offset 0\n") {
		t.Errorf("%q; want the candidates of both networks first", out)
	}
	folders, err := filepath.Glob(filepath.Join(dir, "sent", "study-*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%q, %v; want the folder of one study", folders, err)
	}
	tasks, err := paper.OpenTasks(t.Context(), folders[0], "")
	if err != nil {
		t.Fatal(err)
	}
	statuses := func() []work.Status {
		list, err := work.Statuses(t.Context(), tasks)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	waitFor(t, "a training on n2", func() bool {
		return slices.ContainsFunc(statuses(), func(s work.Status) bool {
			return s.State == work.Running && s.Updates > 0 && onNode(s.PID, "n2")
		})
	})
	output(t, slurmScript, "kill", cluster, "n2")
	for done := 0; done < tasks.Len(); { // none of which takes a minute
		waitFor(t, "another task done", func() bool {
			time.Sleep(100 * time.Millisecond)
			before := done
			done = 0
			for _, s := range statuses() {
				if s.Finished() {
					done++
				}
				if s.State == work.Failed {
					t.Fatalf("%+v", s)
				}
			}
			return done > before
		})
	}
	output(t, "glorot", command("sent")...)
	trainedOnce(t, storedStates(t, filepath.Join(dir, "sent")))
	samePage(t, filepath.Join(dir, "page-sent"), filepath.Join(dir, "page-local"))
	if out := output(t, "glorot", command("sent", "--on", "slurm")...); !strings.HasPrefix(out, "nothing to send; ") {
		t.Errorf("%q; want nothing to send", out)
	}
}
