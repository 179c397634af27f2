package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"glorot/experiments/run"
)

var long = flag.Bool("long", false, "kill ten times as often, in a training ten times as long; run scale smoke as a whole")

// settings are those of a small training on the stored images in DIR/data, with many checkpoints and records.
func settings(updates int) []string {
	return []string{"--data", "DIR/data", "--set", "data.name=smallimagenet", "--set", "model.hidden=[16]", "--set", "train.batch=2",
		"--set", fmt.Sprintf("train.updates=%d", updates), "--set", "observe.every=500", "--set", "observe.examples=5",
		"--set", "checkpoint.every=1000", "--set", "checkpoint.digest=250", "--set", "threads=1"}
}

// trained runs the program with what must succeed.
func trained(t *testing.T, dir string, args ...string) (stderr string) {
	t.Helper()
	status, _, stderr := glorotAt(t, t.Context(), dir, args...)
	if status != 0 {
		t.Fatalf("glorot %s: status %d, %s", strings.Join(args, " "), status, stderr)
	}
	return stderr
}

// process starts the program as a process of its own.
func process(t *testing.T, dir string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "DIR", dir)
	}
	c := exec.Command("glorot", args...)
	stderr := new(bytes.Buffer)
	c.Stderr = stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, stderr
}

// waitFor waits until something is so, or a process has ended.
func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	for begin := time.Now(); !so(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > time.Minute {
			t.Fatalf("a minute without %s", what)
		}
	}
}

// size is that of a file, 0 if there is none.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// sameRun fails unless two runs have the same log, weights and last checkpoint, byte by byte; of the checkpoint but for its run's id.
func sameRun(t *testing.T, got, want string) {
	t.Helper()
	for _, name := range []string{run.LogFile, run.WeightsFile, run.ConfigFile} {
		a, err1 := os.ReadFile(filepath.Join(got, name))
		b, err2 := os.ReadFile(filepath.Join(want, name))
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s of %s is not that of %s (%d and %d bytes, errors %v, %v)", name, got, want, len(a), len(b), err1, err2)
		}
	}
	a, err1 := filepath.Glob(filepath.Join(got, "checkpoints", "*"))
	b, err2 := filepath.Glob(filepath.Join(want, "checkpoints", "*"))
	if err1 != nil || err2 != nil || len(a) == 0 || len(b) == 0 || filepath.Base(a[len(a)-1]) != filepath.Base(b[len(b)-1]) {
		t.Errorf("the checkpoints are %q and %q", a, b)
		return
	}
	x, err1 := os.ReadFile(a[len(a)-1])
	y, err2 := os.ReadFile(b[len(b)-1])
	if err1 != nil || err2 != nil || !bytes.Equal(x, y) {
		t.Errorf("%s is not %s", a[len(a)-1], b[len(b)-1])
	}
}

// A training that is killed at 20 random moments, while it starts, resumes, trains, logs or writes checkpoints, and is resumed each time,
// ends as the undisturbed one: with the same weights, log and checkpoint, byte by byte.
func TestKill(t *testing.T) {
	kills, updates := 20, 20_000
	if *long {
		kills, updates = 200, 200_000
	}
	dir := t.TempDir()
	storedSet(t, dir)
	begin := time.Now()
	trained(t, dir, append([]string{"train", "--out", "DIR/whole"}, settings(updates)...)...)
	share := time.Since(begin) / time.Duration(kills) // of the training, so that no process comes to the end before it is killed
	whole := size(filepath.Join(dir, "whole", run.LogFile))
	r := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	log := filepath.Join(dir, "run", run.LogFile)
	for k := range kills {
		args := append([]string{"train", "--out", "DIR/run"}, settings(updates)...)
		if size(filepath.Join(dir, "run", run.ConfigFile)) > 0 {
			args = []string{"train", "--resume", "DIR/run", "--data", "DIR/data"}
		}
		c, stderr := process(t, dir, args...)
		wait := time.Duration(r.Int64N(int64(share)))
		if k%2 == 0 { // well into the training, and a moment on
			at := whole * int64(k+1) * 9 / 10 / int64(kills)
			waitFor(t, "progress", func() bool { return size(log) >= at })
			wait = time.Duration(r.IntN(3000)) * time.Microsecond
		}
		time.Sleep(wait)
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Fatalf("kill %d: the process ended by itself: %v, %s", k, err, stderr)
		}
	}
	stderr := trained(t, dir, "train", "--resume", "DIR/run", "--data", "DIR/data")
	if !strings.Contains(stderr, " resumes at update ") {
		t.Errorf("stderr %q", stderr)
	}
	sameRun(t, filepath.Join(dir, "run"), filepath.Join(dir, "whole"))
}

// While one process trains, another one cannot resume its run; after a SIGTERM the first one's state is kept, whatever its update,
// and then the second one can.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	storedSet(t, dir)
	const updates = 20_000
	trained(t, dir, append([]string{"train", "--out", "DIR/whole"}, settings(updates)...)...)
	c, stderr := process(t, dir, append([]string{"train", "--out", "DIR/run"}, settings(updates)...)...)
	waitFor(t, "a record", func() bool { return size(filepath.Join(dir, "run", run.LogFile)) > 0 })
	status, _, second := glorotAt(t, t.Context(), dir, "train", "--resume", "DIR/run", "--data", "DIR/data")
	if want := fmt.Sprintf("glorot: %s/run: process %d on ", dir, c.Process.Pid); status != exitUsage || !strings.HasPrefix(second, want) {
		t.Errorf("status %d, %q; want 2 and %q", status, second, want)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	var at int
	err := c.Wait()
	_, scan := fmt.Sscanf(stderr.String(), "glorot: interrupted: "+dir+"/run holds a checkpoint after %d updates; glorot train --resume", &at)
	if !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted || scan != nil {
		t.Fatalf("%v, %q; want 130 and the updates", err, stderr)
	}
	if size(filepath.Join(dir, "run", run.CheckpointFile(at))) == 0 {
		t.Errorf("there is no checkpoint of update %d", at)
	}
	got := trained(t, dir, "train", "--resume", "DIR/run", "--data", "DIR/data", "--set", "threads=2") // on whatever machine
	if want := fmt.Sprintf("glorot: %s/run resumes at update %d\n", dir, at); got != want {
		t.Errorf("stderr %q, want %q", got, want)
	}
	sameRun(t, filepath.Join(dir, "run"), filepath.Join(dir, "whole"))
}
