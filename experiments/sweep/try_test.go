package sweep

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"glorot/experiments/run"
)

// One of many that begin at once has the cell, and the next one when it has ended.
func TestAlone(t *testing.T) {
	dir := t.TempDir()
	for round := range 5 {
		results := make(chan *Try, 20)
		for range cap(results) {
			go func() {
				try, err := Begin(dir, func() { t.Error("lost") })
				if held := new(HeldError); err != nil && !errors.As(err, &held) {
					t.Error(err)
				}
				results <- try
			}()
		}
		var mine *Try
		for range cap(results) {
			if try := <-results; try != nil && mine != nil {
				t.Fatal("two have it")
			} else if try != nil {
				mine = try
			}
		}
		if mine == nil || mine.number != round+1 || mine.Broken {
			t.Fatalf("round %d: %+v", round, mine)
		}
		if err := mine.End(ExitAgain, "because"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMain is also the process that TestKilled starts, which holds a cell for ever.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "hold" {
		if _, err := Begin(os.Args[2], func() {}); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("has it\n")
		select {}
	}
	os.Exit(m.Run())
}

// hold starts a process that holds a cell until it is killed.
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

// A try counts those just before it that were killed with the same checkpoint, but neither those that gave the cell back nor those
// before the run came on.
func TestKilledInARow(t *testing.T) {
	if boot() == "" {
		t.Skip("the system does not tell its boot apart: a killed process is known by its silence only")
	}
	dir := t.TempDir()
	kill := func(times int) {
		t.Helper()
		for range times {
			c := hold(t, dir)
			if err := c.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			c.Wait()
		}
	}
	killed := func(want int) {
		t.Helper()
		try, err := Begin(dir, func() {})
		if err != nil || try.Killed != want {
			t.Fatalf("%v, %d killed, want %d", err, try.Killed, want)
		}
		if err := try.End(ExitAgain, ""); err != nil {
			t.Fatal(err)
		}
	}
	killed(0)
	kill(3)
	killed(3)
	kill(2)
	killed(2)
	kill(1)
	for name, content := range map[string]string{run.ConfigFile: string(run.Default().YAML()), run.CheckpointFile(500): ""} {
		path := filepath.Join(dir, runDir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	kill(2)
	killed(2)
}

// A process that is killed does not hold the cell on its machine; one that is only silent does.
func TestKilled(t *testing.T) {
	if boot() == "" {
		t.Skip("the system does not tell its boot apart: a killed process is known by its silence only")
	}
	dir := t.TempDir()
	c := hold(t, dir)
	var held *HeldError
	if _, err := begin(dir, nil, 0, boot()); !errors.As(err, &held) || held.Record.PID != c.Process.Pid {
		t.Errorf("%v, want process %d", err, c.Process.Pid)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	try, err := Begin(dir, func() {})
	if err != nil || try.Broken {
		t.Fatalf("%v, %+v", err, try)
	}
	if err := try.End(0, ""); err != nil {
		t.Fatal(err)
	}
}

// Another machine holds the cell as long as it shows that it lives; when it is silent the cell is taken over, and should it come back
// it learns that it has lost.
func TestSilent(t *testing.T) {
	const expiry = 400 * time.Millisecond
	dir := t.TempDir()
	var lost atomic.Int32
	far, err := begin(dir, func() { lost.Add(1) }, expiry, "another machine")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(expiry * 2)
	var held *HeldError
	if _, err := begin(dir, nil, expiry, "here"); !errors.As(err, &held) {
		t.Fatalf("%v, want that it is held, as it beats", err)
	}
	far.mu.Lock() // as if its machine stood still
	time.Sleep(expiry * 2)
	near, err := begin(dir, func() { t.Error("lost") }, expiry, "here")
	if err != nil || !near.Broken {
		t.Fatalf("%v, %+v; want it taken over from another machine", err, near)
	}
	far.mu.Unlock()
	for begin := time.Now(); lost.Load() == 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("it does not learn that it has lost")
		}
	}
	if err := near.End(0, ""); err != nil || lost.Load() != 1 {
		t.Errorf("%v, lost %d times", err, lost.Load())
	}
}
