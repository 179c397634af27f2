package lab

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/run/lease"
)

// Bounds on processes.
const (
	maxChildren   = 8                // trainings that this laboratory has started and that still run
	startPatience = 10 * time.Minute // for a process to create its run, after reading its images
	stopPatience  = 60 * time.Second // for a run to write a checkpoint
	pollEvery     = 50 * time.Millisecond
)

// start starts a process of this program that makes or continues the run in path, and waits until there is such a run. The process lives on if
// this one ends: it has a group of its own, and nothing that it writes to can break.
func (l *Lab) start(ctx context.Context, path string, args ...string) error {
	messages, err := os.CreateTemp("", "glorot-lab-*.log")
	if err != nil {
		return err
	}
	defer os.Remove(messages.Name()) // the process and this one keep it open
	if l.o.Data != "" {
		args = append(args, "--data", l.o.Data)
	}
	command := append(append([]string{}, l.o.Program...), args...)
	c := exec.Command(command[0], command[1:]...)
	c.Stderr = messages
	ownGroup(c)
	l.mu.Lock()
	if l.children >= maxChildren {
		l.mu.Unlock()
		messages.Close()
		return refuse(http.StatusTooManyRequests, "%d trainings of this laboratory are running; wait for one of them, or pause one", maxChildren)
	}
	l.children++
	l.mu.Unlock()
	ended := make(chan struct{})
	var failed error
	if err := c.Start(); err != nil {
		messages.Close()
		l.childEnded()
		return err
	}
	go func() {
		failed = c.Wait()
		l.childEnded()
		close(ended)
	}()
	began := func() bool {
		h, err := lease.Inspect(path)
		return run.IsRun(path) && err == nil && h.PID == c.Process.Pid
	}
	ctx, stop := context.WithTimeout(ctx, startPatience)
	defer stop()
	defer messages.Close()
	for !began() {
		select {
		case <-ended:
			if failed == nil || began() { // it has worked on the run, which says how it ended
				return nil
			}
			return refuse(http.StatusConflict, "%s", lastMessage(messages))
		case <-ctx.Done():
			return nil // it is still reading its images
		case <-time.After(pollEvery):
		}
	}
	return nil
}

func (l *Lab) childEnded() {
	l.mu.Lock()
	l.children--
	l.mu.Unlock()
}

// lastMessage returns the last line of a process's messages.
func lastMessage(f *os.File) string {
	const most = 4096
	info, err := f.Stat()
	if err != nil {
		return err.Error()
	}
	tail, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-most), most))
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(tail), []byte("\n"))
	return strings.TrimPrefix(string(lines[len(lines)-1]), "glorot: ")
}

// interrupt asks the process that works on a run to stop, if there is one, and waits until it has left a checkpoint.
func (l *Lab) interrupt(ctx context.Context, path string) error {
	if err := mustBeOwn(path); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, stopPatience)
	defer stop()
	for {
		h, err := lease.Watch(path, time.Now())
		switch {
		case err != nil:
			return err
		case !h.Alive:
			return nil
		case !h.Here() || h.PID <= 1 || h.PID == os.Getpid():
			return refuse(http.StatusConflict, "%s: a process on %s works on it, which can only be stopped there", l.name(path), h.Host)
		}
		if err := l.interruptOnce(holder{path, h.Number, h.PID}); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return refuse(http.StatusGatewayTimeout, "%s: is still writing its checkpoint", l.name(path))
		case <-time.After(pollEvery):
		}
	}
}

// A holder is a process that works on a run. A run that is made anew at the path of a deleted one begins with the first lease again.
type holder struct {
	path        string
	number, pid int
}

// interruptOnce interrupts a process unless that was done before: a second interrupt would end it without a checkpoint.
func (l *Lab) interruptOnce(h holder) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.interrupted[h] {
		return nil
	}
	p, err := os.FindProcess(h.pid)
	if err == nil {
		err = p.Signal(os.Interrupt)
	}
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	l.interrupted[h] = true
	return nil
}
