//go:build unix

package work

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// indexes reads what sbatch takes: "0-3,7".
func indexes(t *rapid.T, list string) (all []int) {
	for word := range strings.SplitSeq(list, ",") {
		from, to, isRange := strings.Cut(word, "-")
		if !isRange {
			to = from
		}
		i, err1 := strconv.Atoi(from)
		j, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || j < i {
			t.Fatalf("%q in %q", word, list)
		}
		for ; i <= j; i++ {
			all = append(all, i)
		}
	}
	return all
}

// Every cell is in the arrays exactly once, in its order, by an index below the cluster's limit.
func TestArrays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfNDistinct(rapid.IntRange(0, 300), 0, 200, rapid.ID).Draw(t, "tasks")
		slices.Sort(cells)
		size := rapid.IntRange(1, 120).Draw(t, "size")
		var got []int
		for _, a := range Arrays(cells, size) {
			for _, i := range indexes(t, a.Indexes()) {
				if i < 0 || i >= size {
					t.Fatalf("index %d of MaxArraySize %d", i, size)
				}
				got = append(got, a.Offset+i)
			}
		}
		if !slices.Equal(got, cells) {
			t.Fatalf("%v, want %v", got, cells)
		}
	})
}

// fakes writes programs of bash into a directory that is searched first, and returns it.
func fakes(t *testing.T, programs map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash")
	}
	dir := t.TempDir()
	for name, body := range programs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/bash\n"+body+"\n"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return dir
}

// What the batch script does at each end of its cell: the status with which the job ends, and whether it is put back into the queue.
func TestScript(t *testing.T) {
	dir := fakes(t, map[string]string{"scontrol": `echo "scontrol $*"`})
	waits := "trap 'echo got TERM; exit 75' TERM; trap 'echo got USR1; exit 75' USR1; echo ready; for i in {1..3000}; do sleep 0.01; done"
	for _, test := range []struct {
		name     string
		cell     string // what the program does
		restarts string
		signal   syscall.Signal // that Slurm sends to the script
		status   int
		want     string
	}{
		{"done", "echo $*", "0", 0, 0, "task --threads 3 -- " + dir + "/it's 1007"},
		{"failed", "exit 1", "", 0, 1, ""},
		{"plan", "exit 2", "", 0, 2, ""},
		{"no program", "exit 127", "", 0, 127, ""},
		{"again", "exit 75", "", 0, 75, "scontrol requeue 1234"},
		{"again for long", "exit 75", "1000", 0, 75, "scontrol requeue 1234"},
		{"out of memory", "kill -KILL $$", "", 0, 137, "scontrol requeue 1234"},
		{"out of memory once more", "kill -KILL $$", "99", 0, 137, "scontrol requeue 1234"},
		{"out of memory for long", "kill -KILL $$", "100", 0, 137, ""},
		{"end of time", waits, "1", syscall.SIGUSR1, 75, "got USR1\nscontrol requeue 1234"},
		{"pre-empted", waits, "1", syscall.SIGTERM, 75, "got TERM"},
		{"pre-empted and killed", "trap 'kill -KILL $$' TERM; echo ready; for i in {1..3000}; do sleep 0.01; done", "", syscall.SIGTERM, 137, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, got := scripted(t, dir, test.cell, test.restarts, test.signal)
			if status != test.status || got != test.want {
				t.Errorf("status %d, %q; want %d, %q", status, got, test.status, test.want)
			}
		})
	}
}

// scripted runs the batch script of a cell with a program that does what cell says, and returns its status and what was printed. A
// signal comes when the program has printed "ready".
func scripted(t *testing.T, dir, cell, restarts string, signal syscall.Signal) (status int, printed string) {
	t.Helper()
	program := filepath.Join(dir, "it is glorot")
	if err := os.WriteFile(program, []byte("#!/bin/bash\n"+cell+"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	said := func() string {
		b, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(b))
	}
	s := Slurm{Dir: dir, Threads: 3, Worker: []string{program, "task", "--threads", "3", "--", filepath.Join(dir, "it's")}}
	c := exec.Command("bash", "-c", s.Script(Array{Offset: 1000, Tasks: []int{1007}}, nil))
	c.Env = append(os.Environ(), "SLURM_ARRAY_TASK_ID=7", "SLURM_JOB_ID=1234", "SLURM_RESTART_COUNT="+restarts)
	c.Stdout = out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if signal != 0 {
		for said() != "ready" {
			time.Sleep(time.Millisecond)
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
	}
	c.Wait()
	return c.ProcessState.ExitCode(), strings.TrimSpace(strings.TrimPrefix(said(), "ready"))
}

// What is sent is what nobody does or has done; of cells that wait only those whose others are, or will be, finished.
func TestToSend(t *testing.T) {
	for _, test := range []struct {
		name        string
		states      []string // of the cells 0 to 2; the others are done
		queued      map[int]InQueue
		retry       bool
		first, then []int
	}{
		{"new", []string{Ready, Ready, Waiting}, nil, false, []int{0, 1}, []int{2}},
		{"begun", []string{Done, Interrupted, Waiting}, nil, false, []int{1}, []int{2}},
		{"all candidates done", []string{Done, Diverged, Ready}, nil, false, nil, []int{2}},
		{"done", []string{Done, Done, Done}, nil, false, nil, nil},
		{"another process's", []string{Running, Ready, Waiting}, nil, false, []int{1}, []int{2}},
		{"in the queue", []string{Ready, Ready, Waiting}, map[int]InQueue{0: {State: "PENDING"}, 1: {State: "COMPLETING"}, 2: {State: "PENDING"}}, false, nil, nil},
		{"gone from the queue", []string{Ready, Done, Waiting}, map[int]InQueue{0: {State: "CANCELLED"}, 1: {State: "COMPLETED"}, 2: {State: "FAILED"}}, false, []int{0}, []int{2}},
		{"one failed", []string{Failed, Ready, Waiting}, nil, false, []int{1}, nil},
		{"one failed, again", []string{Failed, Ready, Waiting}, nil, true, []int{0, 1}, []int{2}},
		{"one failed, and is in the queue again", []string{Failed, Done, Waiting}, map[int]InQueue{0: {State: "PENDING"}}, false, nil, []int{2}},
		{"the last failed", []string{Done, Done, Failed}, nil, false, nil, nil},
		{"the last failed, again", []string{Done, Done, Failed}, nil, true, nil, []int{2}},
	} {
		var list []Status
		for i := range searched.Len() {
			list = append(list, Status{Task: i, State: Done})
			if i < len(test.states) {
				list[i].State = test.states[i]
			}
		}
		send := ToSend(searched, list, test.queued, test.retry)
		if len(send) != 2 || !slices.Equal(send[0], test.first) || !slices.Equal(send[1], test.then) {
			t.Errorf("%s: %v, want %v and %v", test.name, send, test.first, test.then)
		}
	}
}

// What was sent is noted, and the scheduler's words about it are read; those about other jobs, and about what was sent again since, are not.
func TestQueued(t *testing.T) {
	fakes(t, map[string]string{
		"sbatch": `cat >/dev/null; echo "$((++n + $(cat $SENT | wc -l)));loopback"; echo x >>$SENT`,
		"squeue": "cat $QUEUE",
	})
	dir := t.TempDir()
	queue := filepath.Join(dir, "queue")
	t.Setenv("QUEUE", queue)
	t.Setenv("SENT", filepath.Join(dir, "sent"))
	if err := os.WriteFile(filepath.Join(dir, "sent"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := Queued(t.Context(), dir); err != nil || got != nil {
		t.Errorf("%v, %v; want nothing of a sweep that was not sent", got, err)
	}
	s := Slurm{Dir: dir, Worker: []string{"glorot"}, Threads: 1}
	for i, cells := range [][]int{{0, 1}, {3, 4}, {2}, {0}} { // as jobs 1 to 4
		a, err := s.Submit(t.Context(), Arrays(cells, 3)[0], nil)
		if want := strconv.Itoa(i + 1); err != nil || a.Job != want {
			t.Fatalf("%+v, %v; want job %s", a, err, want)
		}
	}
	states := "1_0 FAILED\n1_1 RUNNING\n2_0 COMPLETING\n2_1 NODE_FAIL\n3_2 PENDING\n4_0 PENDING\n5_0 RUNNING\n6 RUNNING\n1_0 FAILED\n"
	if err := os.WriteFile(queue, []byte(states), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := Queued(t.Context(), dir)
	want := map[int]InQueue{0: {"4", "PENDING"}, 1: {"1", "RUNNING"}, 2: {"3", "PENDING"}, 3: {"2", "COMPLETING"}, 4: {"2", "NODE_FAIL"}}
	if err != nil || len(got) != len(want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	for cell, state := range want {
		if got[cell] != state {
			t.Errorf("cell %d: %v, want %v", cell, got[cell], state)
		}
		expected, err := Expected(t.Context(), dir, searched, cell)
		if want := cell != 4; err != nil || expected != want {
			t.Errorf("cell %d: expected %v, %v", cell, expected, err)
		}
	}
	// Cell 0 failed in job 1 and is in job 4; cell 3 is in job 2. Of job 1 is still cell 1.
	if jobs := Pending(searched, got); !slices.Equal(jobs[0], []string{"4", "1", "2"}) || !slices.Equal(jobs[1], []string{"3"}) {
		t.Errorf("pending %v; want the jobs that work on candidates", jobs)
	}
	delete(got, 1)
	if jobs := Pending(searched, got); !slices.Equal(jobs[0], []string{"4", "2"}) {
		t.Errorf("pending %v; want no job that is over", jobs)
	}
}

// The cluster's limit is read among what else scontrol tells, and what Slurm's programs complain of is in the error.
func TestMaxArraySize(t *testing.T) {
	fakes(t, map[string]string{"scontrol": `[ -z "$WRONG" ] || { echo "slurm_load_ctl_conf error: $WRONG" >&2; exit 1; }
echo "Configuration data as of 2026-01-01"; echo "MaxArraySize            = 1001"; echo "MaxJobCount             = 10000"`})
	if n, err := MaxArraySize(t.Context()); err != nil || n != 1001 {
		t.Errorf("%d, %v", n, err)
	}
	t.Setenv("WRONG", "Unable to contact slurm controller")
	if _, err := MaxArraySize(t.Context()); err == nil || !strings.HasSuffix(err.Error(), "error: Unable to contact slurm controller") {
		t.Errorf("%v", err)
	}
}
