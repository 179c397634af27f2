//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/sweep"
	"glorot/experiments/work"
)

// sweepOf writes a sweep of that many small trainings, seeds 1, 2, …, into DIR/s, and trains what they must become into DIR/want.
func sweepOf(t *testing.T, dir string, cells, updates int) {
	t.Helper()
	storedSet(t, dir)
	for i := range cells {
		args := append([]string{"train", "--out", fmt.Sprintf("DIR/want/%d", i), "--set", fmt.Sprintf("seed=%d", i+1)}, settings(updates)...)
		trained(t, dir, args...)
	}
	planned(t, dir, "s", updates, seedsTo(cells))
}

// seedsTo is the seeds of a sweep, 1, 2, … n.
func seedsTo(n int) string {
	doc := "seeds: [1"
	for i := 1; i < n; i++ {
		doc += fmt.Sprintf(", %d", i+1)
	}
	return doc + "]\n"
}

// planned plans a sweep of small trainings on the images in DIR/data into DIR/NAME; more is the YAML besides the base.
func planned(t *testing.T, dir, name string, updates int, more string) {
	t.Helper()
	doc := "base:\n"
	for i, arg := range settings(updates)[2:] {
		if i%2 == 1 {
			key, value, _ := strings.Cut(arg, "=")
			doc += fmt.Sprintf("  %s: %s\n", key, value)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "sweep.yaml"), []byte(doc+more), 0o666); err != nil {
		t.Fatal(err)
	}
	trained(t, dir, "sweep", "plan", "--config", "DIR/sweep.yaml", "--out", "DIR/"+name, "--data", "DIR/data")
}

// statuses are what a sweep's directory tells.
func statuses(t *testing.T, dir string) []work.Status {
	t.Helper()
	p, err := sweep.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := p.Statuses(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// cellRun is the directory of a cell's run.
func cellRun(t *testing.T, dir string, cell int) string {
	t.Helper()
	p, err := sweep.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, path, known, err := p.In(dir).Run(cell)
	if err != nil || !known {
		t.Fatalf("the run of cell %d: %v, known %v", cell, err, known)
	}
	return path
}

// exitOf is the exit status of a process that has ended, -1 of a killed one.
func exitOf(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

// A sweep whose workers are killed, and which is then killed itself, is done by the next run, which leaves what was done alone; every
// cell has the bits of glorot train of its configuration.
func TestSweepKilled(t *testing.T) {
	dir := t.TempDir()
	const cells = 3
	sweepOf(t, dir, cells, 10_000)
	s := filepath.Join(dir, "s")
	logOf := func(cell int) int64 { return size(filepath.Join(cellRun(t, s, cell), run.LogFile)) }
	c, stderr := process(t, dir, "sweep", "run", "DIR/s", "--data", "DIR/data", "--keep-going")
	waitFor(t, "cell 1's records", func() bool { return logOf(1) > 2000 })
	worker := statuses(t, s)[1]
	if err := syscall.Kill(worker.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "cell 2's records", func() bool { return logOf(2) > 2000 })
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(statuses(t, s)[2].PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	if !strings.Contains(stderr.String(), "cell 1, seed=2: was killed") {
		t.Errorf("stderr %q", stderr)
	}
	waitFor(t, "the end of the worker", func() bool { return statuses(t, s)[2].State != work.Running })
	var states []string
	for _, x := range statuses(t, s) {
		states = append(states, x.State)
	}
	if want := []string{work.Done, work.Interrupted, work.Interrupted}; !slices.Equal(states, want) {
		t.Fatalf("states %v, want %v", states, want)
	}
	before, err := os.ReadFile(filepath.Join(cellRun(t, s, 0), run.ManifestFile))
	if err != nil {
		t.Fatal(err)
	}
	c, stderr = process(t, dir, "sweep", "run", "DIR/s", "--data", "DIR/data", "--jobs", "2")
	if err := c.Wait(); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	after, err := os.ReadFile(filepath.Join(cellRun(t, s, 0), run.ManifestFile))
	if err != nil || string(before) != string(after) || strings.Contains(stderr.String(), "cell 0,") {
		t.Errorf("%v: the cell that was done was touched: %s", err, stderr)
	}
	for i := range cells {
		sameRun(t, cellRun(t, s, i), filepath.Join(dir, "want", fmt.Sprint(i)))
	}
}

// Table 1 of the paper is a sweep that can be planned with its data sets; without them the plan is one line that names each that is not
// there, with the command that brings it, and no directory.
func TestSweepOfTable1(t *testing.T) {
	data := os.Getenv("GLOROT_DATA")
	t.Setenv("GLOROT_DATA", "")
	dir := t.TempDir()
	plan := func(data ...string) (int, string, string) {
		return glorotAt(t, t.Context(), dir, append([]string{"sweep", "plan", "--config", "../../experiments/paper/table1.yaml", "--out", "DIR/s"}, data...)...)
	}
	for _, test := range []struct {
		data []string
		exit int
		want []string
	}{
		{nil, exitUsage, []string{"data.name mnist, cifar10, smallimagenet needs --data DIR or GLOROT_DATA", "glorot data fetch cifar10 --data DIR downloads it"}},
		{[]string{"--data", "DIR/none"}, exitFailure, []string{"DIR/none: missing or incomplete: mnist, cifar10, smallimagenet; ", "glorot data fetch mnist --data DIR/none downloads it"}},
	} {
		exit, stdout, stderr := plan(test.data...)
		if exit != test.exit || stdout != "" || strings.Count(stderr, "\n") != 1 {
			t.Errorf("status %d, stdout %q, stderr %q; want %d and one line", exit, stdout, stderr, test.exit)
		}
		for _, want := range test.want {
			if test.data != nil {
				want = strings.ReplaceAll(want, "DIR", dir)
			}
			if !strings.Contains(stderr, want) {
				t.Errorf("%q does not say %q", stderr, want)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "s")); err == nil {
		t.Error("a plan without its data sets made a directory")
	}
	if data == "" {
		t.Skip("GLOROT_DATA is not set: no real data")
	}
	exit, stdout, stderr := plan("--data", data)
	if exit == exitFailure && strings.Contains(stderr, "not there") {
		t.Skipf("not all data sets are in GLOROT_DATA: %s", stderr)
	}
	if exit != 0 || !strings.HasPrefix(stdout, "540 cells in ") {
		t.Errorf("status %d, stdout %q, stderr %q", exit, stdout, stderr)
	}
}

// A SIGTERM, however often it comes, or a SIGUSR1 to a cell leaves a checkpoint and the status 75; a SIGTERM to the run is passed on. While a process has a
// cell no other one works on it.
func TestSweepStopped(t *testing.T) {
	dir := t.TempDir()
	sweepOf(t, dir, 1, 20_000)
	s := filepath.Join(dir, "s")
	log := filepath.Join(cellRun(t, s, 0), run.LogFile)
	for i, test := range []struct {
		args   []string
		signal syscall.Signal
		again  bool // every millisecond
		exit   int
	}{
		{[]string{"sweep", "cell", "DIR/s", "0"}, syscall.SIGUSR1, false, work.ExitAgain},
		{[]string{"sweep", "cell", "DIR/s", "0"}, syscall.SIGTERM, false, work.ExitAgain},
		{[]string{"sweep", "cell", "DIR/s", "0"}, syscall.SIGTERM, true, work.ExitAgain},
		{[]string{"sweep", "run", "DIR/s"}, syscall.SIGTERM, false, exitInterrupted},
	} {
		before := size(log)
		c, stderr := process(t, dir, append(test.args, "--data", "DIR/data")...)
		waitFor(t, "records", func() bool { return size(log) > before+1000 })
		if status, _, second := glorotAt(t, t.Context(), dir, "sweep", "cell", "DIR/s", "0"); status != work.ExitAgain || !strings.Contains(second, "works on it") {
			t.Errorf("a second worker: status %d, %q", status, second)
		}
		if err := c.Process.Signal(test.signal); err != nil {
			t.Fatal(err)
		}
		if test.again {
			go func() {
				for c.Process.Signal(test.signal) == nil {
					time.Sleep(time.Millisecond)
				}
			}()
		}
		if exit := exitOf(c.Wait()); exit != test.exit {
			t.Fatalf("%v: status %d, want %d: %s", test.args, exit, test.exit, stderr)
		}
		x := statuses(t, s)[0]
		if x.State != work.Interrupted || x.Tries != i+1 {
			t.Errorf("%+v", x)
		}
	}
	c, stderr := process(t, dir, "sweep", "run", "DIR/s", "--data", "DIR/data")
	if err := c.Wait(); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	sameRun(t, cellRun(t, s, 0), filepath.Join(dir, "want", "0"))
}
