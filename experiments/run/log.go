package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"sync"
)

// A logWriter appends lines to a file.
type logWriter struct {
	mu     sync.Mutex
	file   *os.File
	size   int64 // of the complete lines
	closed bool
}

// append writes one record in one call of Write, or nothing.
func (l *logWriter) append(record any) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("cannot write %s: %w", l.file.Name(), err)
		}
	}()
	line, err := Encode(record)
	if err != nil {
		return err
	}
	if eventOf(line) == "" {
		return fmt.Errorf(`a record of type %T, expected: a JSON object with an "event"`, record)
	}
	line = append(line, '\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed
	}
	if _, err := l.file.Write(line); err != nil {
		// A full disk may have taken the beginning of the line: remove it.
		if undo := l.file.Truncate(l.size); undo != nil {
			return fmt.Errorf("%w; the incomplete line cannot be removed: %w", cause(err), cause(undo))
		}
		return cause(err)
	}
	l.size += int64(len(line))
	return nil
}

// close syncs and closes the file; a second time it does nothing.
func (l *logWriter) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	err := l.file.Sync()
	if e := l.file.Close(); err == nil {
		err = e
	}
	return err
}

func (l *logWriter) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// length is the size of the complete lines.
func (l *logWriter) length() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.size
}

// cut removes all lines after the first size bytes.
func (l *logWriter) cut(size int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size < 0 || size > l.size {
		return fmt.Errorf("%s: has %d bytes of records, expected: at least %d", l.file.Name(), l.size, size)
	}
	last := []byte{'\n'}
	if size > 0 {
		if _, err := l.file.ReadAt(last, size-1); err != nil {
			return err
		}
	}
	if last[0] != '\n' {
		return fmt.Errorf("%s: no record ends at byte %d", l.file.Name(), size)
	}
	if err := l.file.Truncate(size); err != nil {
		return fmt.Errorf("cannot write %s: %w", l.file.Name(), cause(err))
	}
	l.size = size
	return nil
}

// sync flushes the lines to the disk.
func (l *logWriter) sync() error {
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("cannot write %s: %w", l.file.Name(), cause(err))
	}
	return nil
}

var errClosed = errors.New("the run is closed")

// cause is err without the operation and the path, for messages that already have them.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// A Log is the content of a run's log.
type Log struct {
	Records []Record
	// Warning is nil, or says that the last line was cut off, which happens when the machine stops
	// while it writes. That line is not among the Records.
	Warning error
}

// A Record is one line of a log.
type Record struct {
	Event string          // what the record is about
	JSON  json.RawMessage // the whole line

	path string
	line int
}

// ReadLog reads the log. A line that is not a record is an error that names the line, unless it is the last line and cut
// off. It is also an error if the log is not the one with which the run ended, unless another process has resumed the
// run meanwhile.
func (r *Run) ReadLog() (Log, error) {
	for {
		path, src, err := r.logFile(LogFile)
		if errors.Is(err, fs.ErrNotExist) {
			return Log{}, fmt.Errorf("%s: there is no log, expected: one JSON record per line", path)
		}
		if err != nil {
			return Log{}, err
		}
		log, _, err := readLog(path, src)
		if err != nil {
			return Log{}, err
		}
		if r.config.Recorded != nil {
			return log, nil
		}
		if err = r.checkSum(path, src, len(log.Records)); err == nil || r.archived != nil {
			return log, err
		}
		m, e := readManifest(r.Path(ManifestFile), r.config)
		if e != nil || reflect.DeepEqual(m.Log, r.manifest.Log) {
			return log, err
		}
		r.manifest = m
	}
}

// checkSum compares a log with the checksum in the manifest, if the run has ended.
func (r *Run) checkSum(path string, src []byte, records int) error {
	m := r.manifest.Log
	if m == nil || sumOf(src) == m.SHA256 {
		return nil
	}
	return fmt.Errorf("%s: is not the log with which the run ended: it has %d records, expected: %d with the SHA-256 %s", path, records, m.Records, m.SHA256)
}

func sumOf(src []byte) string {
	sum := sha256.Sum256(src)
	return hex.EncodeToString(sum[:])
}

// ReadExtra reads what was measured off the schedules, which may be nothing.
func (r *Run) ReadExtra() (Log, error) {
	path, src, err := r.logFile(ExtraFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Log{}, nil
	}
	if err != nil {
		return Log{}, err
	}
	log, _, err := readLog(path, src)
	return log, err
}

// History reads everything that is known of the run's trajectory, each kind of record in the order of updates.
func (r *Run) History() (*History, error) {
	log, err := r.ReadLog()
	if err != nil {
		return nil, err
	}
	extra, err := r.ReadExtra()
	if err != nil {
		return nil, err
	}
	h := &History{Config: r.config, Manifest: r.manifest}
	for _, record := range slices.Concat(log.Records, extra.Records) {
		if err := h.add(record); err != nil {
			return nil, err
		}
	}
	h.merge()
	return h, nil
}

// Trace answers a request from what is known of the run's trajectory. The error is a [*GapError] if something is not known.
func (r *Run) Trace(c Config) (*Trace, error) {
	h, err := r.History()
	if err != nil {
		return nil, err
	}
	return h.Trace(c)
}

// readLog reads records and returns their length in bytes. The first line that is not a record is
// an error and ends the reading.
func readLog(path string, src []byte) (log Log, size int64, err error) {
	for n := 1; len(src) > 0; n++ {
		line, rest, whole := bytes.Cut(src, []byte("\n"))
		if !whole {
			log.Warning = fmt.Errorf("%s:%d: the last line is cut off after %d bytes, and left out", path, n, len(line))
			break
		}
		rec := Record{Event: eventOf(line), JSON: line, path: path, line: n}
		if rec.Event == "" {
			return log, size, fmt.Errorf(`%s:%d: got %q, expected: a JSON object with an "event"`, path, n, clip(string(line)))
		}
		log.Records = append(log.Records, rec)
		size += int64(len(line)) + 1
		src = rest
	}
	return log, size, nil
}

// eventOf is the "event" of a line, "" if it has none or is not a JSON object.
func eventOf(line []byte) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(line, &fields) != nil {
		return ""
	}
	var event string
	if json.Unmarshal(fields["event"], &event) != nil {
		return ""
	}
	return event
}
