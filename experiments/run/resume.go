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

// Resume opens a run to add to it, and acquires it for this process. It is a [*UsageError] if another process is writing to it. The log is
// returned up to its first line that is not a record; that line and the rest are removed, which the Warning reports. Before the caller
// logs anything it says with [Run.CutLog] from where the run is resumed. A run of format 0 is converted to the present format.
func Resume(dir string) (_ *Run, _ Log, err error) {
	r, err := Open(dir)
	if err != nil {
		return nil, Log{}, err
	}
	if err := r.MustBeOwn(); err != nil {
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
		log.Warning = fmt.Errorf("%w; this line and all that follow are left out", damage)
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

// newestCheckpoint returns the update of the newest checkpoint, or 0 if there is none.
func (r *Run) newestCheckpoint() int { return NewestCheckpoint(r.dir) }

// upgrade converts a run of format 0 to the present format: it moves the records that are off the schedules, which were logged because the run
// ended there, to extra.jsonl, and removes the last record, which is that of the end. The places in the log that checkpoints name are before
// these records, which all belong to one update.
func (r *Run) upgrade(log Log) (Log, error) {
	past := slices.IndexFunc(log.Records, func(rec Record) bool { return rec.Event == ForkEvent })
	kept, recording := Log{Warning: log.Warning}, r.config.Recording()
	size, last := int64(0), -1 // of the log before the first record that is moved or removed, and the update of that record
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

// scheduled reports whether a record is on the schedules, or needs none.
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

// LogSize returns the number of bytes of records in the log of a run that is open for writing.
func (r *Run) LogSize() int64 { return r.log.length() }

// SyncLog flushes the log to the disk, so that after a crash no later file exists without the records before it.
func (r *Run) SyncLog() error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(LogFile), err)
	}
	return r.log.sync()
}

// CutLog removes all records after the first size bytes of the log, including an incomplete line.
// It returns an error if the log is shorter, or if size is not at the end of a line.
func (r *Run) CutLog(size int64) error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(LogFile), err)
	}
	return r.log.cut(size)
}

// Extend raises the run's length to that of a configuration, if it is shorter, and takes over its checkpoint keys and the path of its data. The
// run's recording stays the same.
func (r *Run) Extend(c Config) error {
	now := r.config
	now.Train.Updates = max(now.Train.Updates, c.Train.Updates)
	now.Checkpoint, now.Data.Path, now.Train.Patience = c.Checkpoint, c.Data.Path, c.Train.Patience
	now.Checkpoint.Digest = r.config.Checkpoint.Digest
	if bytes.Equal(now.YAML(), r.config.YAML()) {
		return nil
	}
	if now.Train.Updates > r.config.Train.Updates && r.manifest.Exit != Diverged && !r.manifest.Stopped() {
		r.manifest.Exit, r.manifest.End = "", nil
	}
	r.config, r.manifest.Config = now, now.JSON()
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

// NoteProgress notes in the manifest that the session's work up to an update is on the disk.
func (r *Run) NoteProgress(update int) error {
	r.manifest.Sessions[len(r.manifest.Sessions)-1].To = update
	return r.writeManifest()
}
