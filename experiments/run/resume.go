package run

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"time"
)

// A FinishedError says that a run is finished: it is only read from then on.
type FinishedError struct {
	Dir    string
	Status string // Done or Diverged
}

// Error says how it ended.
func (e *FinishedError) Error() string {
	if e.Status == Done {
		return e.Dir + ": the run is finished"
	}
	return fmt.Sprintf("%s: the run is finished: it %s", e.Dir, e.Status)
}

// Resume opens a run to go on with it, and takes it for this process: it is a [*UsageError]
// if another one is writing to it, and a [*FinishedError] if it is finished. The log is
// returned up to its first line that is no record, of which the Warning tells. Before
// anything is logged the caller says with [Run.CutLog] from where the run goes on.
func Resume(dir string) (_ *Run, _ Log, err error) {
	r, err := Open(dir)
	if err != nil {
		return nil, Log{}, err
	}
	if r.manifest, err = r.Manifest(); err != nil {
		return nil, Log{}, err
	}
	path := r.Path(LogFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, Log{}, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if err := lock(f); errors.Is(err, errLocked) {
		return nil, Log{}, &UsageError{Place: Place{File: dir}, Problem: errLocked.Error()}
	} else if err != nil {
		return nil, Log{}, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	src, err := io.ReadAll(f)
	if err != nil {
		return nil, Log{}, err
	}
	log, size, damage := readLog(path, src)
	if damage != nil {
		log.Warning = fmt.Errorf("%w; it and what follows is left out", damage)
	}
	r.log = &logWriter{file: f, size: size}
	if err := r.sweep(); err != nil {
		return nil, Log{}, err
	}
	if status, ok := log.Status(); ok && log.Warning == nil && (status == Done || status == Diverged) {
		if r.manifest.Exit == "" { // it was killed after its last record
			r.manifest.Exit = status
			if err := r.writeManifest(); err != nil {
				return nil, Log{}, err
			}
		}
		return nil, Log{}, &FinishedError{dir, status}
	}
	return r, log, nil
}

// LogSize is how many bytes of records the log of a run that is written to has.
func (r *Run) LogSize() int64 { return r.log.length() }

// SyncLog makes the records last: whatever is written after it, they are there.
func (r *Run) SyncLog() error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(LogFile), err)
	}
	return r.log.sync()
}

// CutLog takes away all records after the first size bytes of the log, and what is left of
// a broken line. It is an error if the log is shorter, or size is not at a line's end.
func (r *Run) CutLog(size int64) error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(LogFile), err)
	}
	return r.log.cut(size)
}

// GoOn notes in the manifest that the run goes on from an update.
func (r *Run) GoOn(update int, kernels string, start time.Time) error {
	m := &r.manifest
	s := Session{Start: start, Update: update}
	if p := ThisProgram(); !reflect.DeepEqual(p, m.Program) {
		s.Program = &p
	}
	if here := thisMachine(kernels); here != m.Machine {
		s.Machine = &here
	}
	m.Resumed = append(m.Resumed, s)
	m.End, m.Exit, m.Reason = nil, "", ""
	return r.writeManifest()
}
