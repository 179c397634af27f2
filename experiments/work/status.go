package work

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/run/lease"
)

// Inspect returns the status of a task whose lease is in one directory and whose run is in another, which may be the same. It reads the
// lease, the manifest and the ends of the logs. The caller adds the task's number and name.
func Inspect(leaseDir, runDir string) (Status, error) {
	s := Status{State: Ready}
	h, err := lease.Inspect(leaseDir)
	if err != nil {
		return s, err
	}
	s.Tries, s.Host, s.PID = h.Number, h.Host, h.PID
	exit, begun, err := exitOf(runDir)
	if err != nil {
		s.Reason = err.Error()
	}
	switch {
	case exit == run.Done:
		s.State = Done
	case exit == run.Diverged:
		s.State = Diverged
	case h.Alive:
		s.State = Running
	case h.End != nil && (h.Exit == ExitFailed || h.Exit == ExitPlan):
		s.State, s.Exit, s.Reason = Failed, h.Exit, h.Reason
	case begun || h.Number > 0:
		s.State = Interrupted
	}
	if begun {
		s.Updates = max(lastUpdate(filepath.Join(runDir, run.LogFile)), lastUpdate(filepath.Join(runDir, run.ExtraFile)))
	}
	return s, nil
}

// InspectUpTo is Inspect for a task that computes the run in a directory up to a number of updates. It is done also if the run has been
// extended further.
func InspectUpTo(dir string, updates int) (Status, error) {
	s, err := Inspect(dir, dir)
	if err != nil || !run.IsRun(dir) {
		return s, err
	}
	r, err := run.Open(dir)
	if err != nil {
		s.Reason = err.Error()
		return s, nil
	}
	reached, length := 0, r.Config().Train.Updates
	for _, session := range r.Manifest().Sessions {
		reached = max(reached, session.To)
	}
	switch {
	case length > updates && reached >= updates:
		s.State, s.Updates = Done, updates
	case length < updates && s.State == Done:
		s.State = Interrupted // it needs to be extended
	}
	return s, nil
}

// Soon calls f until it returns true, for up to ten seconds: a run that another process is about to extend lacks its last records for a
// moment.
func Soon(ctx context.Context, f func() (bool, error)) (is bool, err error) {
	for range 100 {
		if is, err = f(); is || ctx.Err() != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return is, err
}

// exitOf returns how the run in a directory ended, "" if it has not ended, and whether it was begun.
func exitOf(dir string) (exit string, begun bool, err error) {
	path := filepath.Join(dir, run.ManifestFile)
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	var m struct {
		Exit string `json:"exit"`
	}
	if err == nil {
		err = json.Unmarshal(src, &m)
	}
	if err != nil {
		return "", true, fmt.Errorf("%s: is not a manifest: %w", path, err)
	}
	return m.Exit, true, nil
}

// lastUpdate returns the update of the last record in a log that has one, or 0 if there is none. It reads only the end of the log.
func lastUpdate(path string) int {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	for tail := int64(4 << 10); ; tail *= 8 { // a record of large layers is long
		src := make([]byte, min(tail, info.Size()))
		if _, err := f.ReadAt(src, info.Size()-int64(len(src))); err != nil {
			return 0
		}
		lines := bytes.Split(src, []byte("\n"))
		for _, line := range slices.Backward(lines) {
			var record struct {
				Update *int `json:"update"`
			}
			if json.Unmarshal(line, &record) == nil && record.Update != nil {
				return *record.Update
			}
		}
		if tail >= info.Size() {
			return 0
		}
	}
}
