package lease

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// exitAgain is any status that is not 0.
const exitAgain = 75

// One of many processes that acquire at once has the directory, and the next one when it has released it. Of many leases a few records
// remain.
func TestAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "run")
	for round := range kept + 3 {
		results := make(chan *Lease, 20)
		for range cap(results) {
			go func() {
				l, err := Acquire(dir, 0, func() { t.Error("lost") })
				if held := new(HeldError); err != nil && !errors.As(err, &held) {
					t.Error(err)
				}
				results <- l
			}()
		}
		var mine *Lease
		for range cap(results) {
			if l := <-results; l != nil && mine != nil {
				t.Fatal("two have it")
			} else if l != nil {
				mine = l
			}
		}
		if mine == nil || mine.number != round+1 || mine.Broken {
			t.Fatalf("round %d: %+v", round, mine)
		}
		if h, err := Inspect(dir); err != nil || !h.Alive || h.Number != round+1 || h.PID != os.Getpid() {
			t.Errorf("%v, %+v; want it held by this process", err, h)
		}
		if err := mine.Release(exitAgain, "because"); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(filepath.Join(dir, Folder))
	if err != nil || len(entries) != kept {
		t.Errorf("%d files, %v; want %d records", len(entries), err, kept)
	}
	if h, err := Inspect(dir); err != nil || h.Alive || h.Number != kept+3 || h.Exit != exitAgain || h.Reason != "because" {
		t.Errorf("%v, %+v", err, h)
	}
}

// A directory that nobody has held has no holder, and Inspect makes nothing in it.
func TestInspectNone(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Join(dir, "none")} {
		if h, err := Inspect(d); err != nil || h != (Holder{}) {
			t.Errorf("%v, %+v", err, h)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

// A process that was slow and gets a number whose record was removed long ago does not hold the directory.
func TestSlow(t *testing.T) {
	dir := t.TempDir()
	for range kept + 1 {
		l, err := Acquire(dir, 0, func() {})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Release(0, ""); err != nil {
			t.Fatal(err)
		}
	}
	path := file(filepath.Join(dir, Folder), 1)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	slow := &Lease{dir: filepath.Dir(path), number: 1, file: f}
	if held := new(HeldError); !errors.As(slow.begin(), &held) {
		t.Error("it holds the directory")
	}
	if h, err := Inspect(dir); err != nil || h.Number != kept+1 || h.Alive {
		t.Errorf("%v, %+v", err, h)
	}
}

// Whatever happened before, Killed counts the holders just before that were killed at the same checkpoint, though old records are removed.
func TestKilledCount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		at, want := 0, 0
		for range rapid.IntRange(1, 3*kept).Draw(rt, "leases") {
			if rapid.IntRange(0, 9).Draw(rt, "gets further") == 0 {
				at, want = at+100, 0
			}
			l, err := acquire(dir, at, func() {}, time.Hour, "")
			if err != nil || l.Killed() != want {
				rt.Fatalf("%v; %d killed, want %d", err, l.Killed(), want)
			}
			if rapid.IntRange(0, 9).Draw(rt, "released") == 0 {
				want = 0
				if err := l.Release(exitAgain, ""); err != nil {
					rt.Fatal(err)
				}
				continue
			}
			want++ // as if its process were killed, and its machine silent for hours
			close(l.stop)
			<-l.done
			l.file.Close()
			long := time.Now().Add(-3 * time.Hour)
			if err := os.Chtimes(file(l.dir, l.number), long, long); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// TestMain is also the process that TestKilled starts, which holds a directory for ever.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "hold" {
		if _, err := Acquire(os.Args[2], 0, func() {}); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("has it\n")
		select {}
	}
	os.Exit(m.Run())
}

// hold starts a process that holds a directory until it is killed.
func hold(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], "hold", dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 7)); err != nil {
		t.Fatal(err)
	}
	return c
}

// Processes that are killed are counted.
func TestKilledInARow(t *testing.T) {
	if boot() == "" {
		t.Skip("the system does not identify its boot: a killed process is known by its silence only")
	}
	dir := t.TempDir()
	for range 3 {
		c := hold(t, dir)
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		c.Wait()
	}
	l, err := Acquire(dir, 0, func() {})
	if err != nil || l.Killed() != 3 {
		t.Fatalf("%v, %d killed, want 3", err, l.Killed())
	}
	if err := l.Release(0, ""); err != nil {
		t.Fatal(err)
	}
}

// A process that is killed does not hold the directory on its machine; one that is only silent does.
func TestKilled(t *testing.T) {
	if boot() == "" {
		t.Skip("the system does not identify its boot: a killed process is known by its silence only")
	}
	dir := t.TempDir()
	c := hold(t, dir)
	var held *HeldError
	if _, err := acquire(dir, 0, nil, 0, boot()); !errors.As(err, &held) || held.Holder.PID != c.Process.Pid {
		t.Errorf("%v, want process %d", err, c.Process.Pid)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	l, err := Acquire(dir, 0, func() {})
	if err != nil || l.Broken {
		t.Fatalf("%v, %+v", err, l)
	}
	if err := l.Release(0, ""); err != nil {
		t.Fatal(err)
	}
}

// Another machine holds the directory as long as its heartbeats come; when it is silent the directory is taken over, and should it
// come back it learns that it has lost.
func TestSilent(t *testing.T) {
	const expiry = time.Second // a busy machine keeps heartbeats waiting
	dir := t.TempDir()
	var lost atomic.Int32
	far, err := acquire(dir, 0, func() { lost.Add(1) }, expiry, "another machine")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(expiry * 2)
	var held *HeldError
	if _, err := acquire(dir, 0, nil, expiry, "here"); !errors.As(err, &held) {
		t.Fatalf("%v, want that it is held, as it beats", err)
	}
	far.mu.Lock() // as if its machine stood still
	time.Sleep(expiry * 2)
	near, err := acquire(dir, 0, func() { t.Error("lost") }, expiry, "here")
	if err != nil || !near.Broken {
		t.Fatalf("%v, %+v; want it taken over from another machine", err, near)
	}
	far.mu.Unlock()
	for begin := time.Now(); lost.Load() == 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("it does not learn that it has lost")
		}
	}
	if err := near.Release(0, ""); err != nil || lost.Load() != 1 {
		t.Errorf("%v, lost %d times", err, lost.Load())
	}
}
