package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"time"

	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/lease"
)

// Resume opens a run to add to it, and takes it for this process: it is a [*UsageError]
// if another one is writing to it. The log is
// returned up to its first line that is no record, which the Warning tells; that line and what follows is taken away. Before
// anything is logged the caller says with [Run.CutLog] from where the run is resumed. A run of format 0 becomes one of the present format.
func Resume(dir string) (_ *Run, _ Log, err error) {
	r, err := Open(dir)
	if err != nil {
		return nil, Log{}, err
	}
	if r.archived != nil {
		return nil, Log{}, &UsageError{Place: Place{File: dir}, Problem: "is an archive, which has no checkpoints, expected: the directory of a run"}
	}
	if err := r.hold(r.newestCheckpoint()); err != nil {
		var held *lease.HeldError
		if errors.As(err, &held) {
			return nil, Log{}, &UsageError{Place: Place{File: dir}, Problem: held.Error(), Cause: held}
		}
		return nil, Log{}, err
	}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	path := r.Path(LogFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, Log{}, err
	}
	r.log = &logWriter{file: f}
	src, err := io.ReadAll(f)
	if err != nil {
		return nil, Log{}, err
	}
	log, size, damage := readLog(path, src)
	if damage != nil {
		log.Warning = fmt.Errorf("%w; it and what follows is left out", damage)
	} else if log.Warning == nil {
		log.Warning = r.checkSum(path, src, len(log.Records))
	}
	r.log.size = size
	if size < int64(len(src)) {
		if err := r.log.cut(size); err != nil {
			return nil, Log{}, err
		}
	}
	if err := r.sweep(); err != nil {
		return nil, Log{}, err
	}
	if r.manifest.Format < format {
		if log, err = r.upgrade(log); err != nil {
			return nil, Log{}, err
		}
	}
	return r, log, nil
}

// newestCheckpoint is the update of the newest checkpoint, 0 if there is none.
func (r *Run) newestCheckpoint() int {
	updates, err := r.Checkpoints()
	if err != nil || len(updates) == 0 {
		return 0
	}
	return updates[len(updates)-1]
}

// upgrade makes a run of format 0 one of the present format: what it logged off its schedules, because it ended there, is moved to
// extra.jsonl, and its last record, that of the end, goes. Checkpoints name places in the log before these records, which are all of one update.
func (r *Run) upgrade(log Log) (Log, error) {
	past := slices.IndexFunc(log.Records, func(rec Record) bool { return rec.Event == ForkEvent })
	kept, recording := Log{Warning: log.Warning}, r.config.Recording()
	size, last := int64(0), -1 // of the log before the first record that goes, and the update of that
	var after []Record         // it, in the log
	for i, rec := range log.Records {
		u, about := rec.Update()
		switch {
		case rec.Event == finishEvent:
			last = max(last, 0)
			continue
		case i > past && !recording.scheduled(rec):
			if err := r.LogExtra(rec.JSON); err != nil {
				return log, err
			}
			last = u
			continue
		case last < 0:
			size += int64(len(rec.JSON)) + 1
		case !about || u != last:
			return log, fmt.Errorf("%s: the record %q follows the end of the run", r.Path(LogFile), rec.Event)
		default:
			after = append(after, rec)
		}
		kept.Records = append(kept.Records, rec)
	}
	if err := r.log.cut(size); err != nil {
		return log, err
	}
	for _, rec := range after {
		if err := r.log.append(rec.JSON); err != nil {
			return log, err
		}
	}
	r.manifest.Format = format
	return kept, r.writeManifest()
}

// scheduled reports whether a record is on the schedules, or on none.
func (r Recording) scheduled(rec Record) bool {
	s, ok := map[string]Schedule{LayersEvent: r.Layers, ValidEvent: r.Errors, TestEvent: r.Errors, DigestEvent: r.Digests, JacobianEvent: r.Jacobians}[rec.Event]
	u, about := rec.Update()
	return !ok || !about || s.Due(u)
}

// openExtra opens the file of what was measured off the schedules, without a last line that was cut off.
func openExtra(path string) (*logWriter, error) {
	src, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	size := bytes.LastIndexByte(src, '\n') + 1
	if size < len(src) {
		err := atomicfile.Write(path, func(w io.Writer) error {
			_, err := w.Write(src[:size])
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	return &logWriter{file: f, size: int64(size)}, nil
}

// LogSize is how many bytes of records the log of a run that is written to has.
func (r *Run) LogSize() int64 { return r.log.length() }

// SyncLog flushes the log to the disk: nothing that is written later outlasts the records before it.
func (r *Run) SyncLog() error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(LogFile), err)
	}
	return r.log.sync()
}

// CutLog removes all records after the first size bytes of the log, and what is left of
// a broken line. It is an error if the log is shorter, or size is not at a line's end.
func (r *Run) CutLog(size int64) error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(LogFile), err)
	}
	return r.log.cut(size)
}

// Extend raises the run's length to that of a configuration, if it is shorter, and takes over its checkpoint keys. What the run records stays.
func (r *Run) Extend(c Config) error {
	now := r.config
	now.Train.Updates = max(now.Train.Updates, c.Train.Updates)
	now.Checkpoint = c.Checkpoint
	now.Checkpoint.Digest = r.config.Checkpoint.Digest
	if bytes.Equal(now.YAML(), r.config.YAML()) {
		return nil
	}
	if now.Train.Updates > r.config.Train.Updates && r.manifest.Exit != Diverged {
		r.manifest.Exit, r.manifest.End = "", nil
	}
	r.config, r.manifest.Config = now, now.json()
	if err := r.writeManifest(); err != nil {
		return err
	}
	return r.writeConfig()
}

// BeginSession notes in the manifest that this process resumes the run from an update.
func (r *Run) BeginSession(update int, kernels string, start time.Time) error {
	m := &r.manifest
	s := Session{Start: start, Update: update, To: update}
	if p := ThisProgram(); !reflect.DeepEqual(p, m.Program) {
		s.Program = &p
	}
	if here := thisMachine(kernels); here != m.Machine {
		s.Machine = &here
	}
	m.Sessions = append(m.Sessions, s)
	m.End, m.Exit, m.Reason, m.Log = nil, "", "", nil
	return r.writeManifest()
}

// NoteProgress notes in the manifest that what the session has computed up to an update will last.
func (r *Run) NoteProgress(update int) error {
	r.manifest.Sessions[len(r.manifest.Sessions)-1].To = update
	return r.writeManifest()
}
