package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// A logWriter appends lines to a file.
type logWriter struct {
	mu     sync.Mutex
	file   *os.File
	size   int64 // of the whole lines
	closed bool
}

// createLog makes and locks an empty log. A log that belongs to a run is a [*UsageError], the empty one
// that a killed process left is taken over.
func createLog(path string) (*logWriter, error) {
	dir := filepath.Dir(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) && !locks {
		return nil, taken(dir)
	}
	if errors.Is(err, fs.ErrExist) {
		f, err = os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	}
	if errors.Is(err, fs.ErrNotExist) { // it has just been removed by another process
		return nil, taken(dir)
	}
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		if errors.Is(err, errLocked) {
			return nil, taken(dir)
		}
		return nil, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	if !isFresh(f, path) {
		f.Close()
		return nil, taken(dir)
	}
	return &logWriter{file: f}, nil
}

// isFresh tells that the log is still the file of that name, is empty, and has no run.
func isFresh(f *os.File, path string) bool {
	mine, err1 := f.Stat()
	named, err2 := os.Stat(path)
	_, err3 := os.Lstat(filepath.Join(filepath.Dir(path), ConfigFile))
	return err1 == nil && err2 == nil && os.SameFile(mine, named) && mine.Size() == 0 && errors.Is(err3, fs.ErrNotExist)
}

var errLocked = errors.New("another process is writing to it")

// append writes one record by one call of Write, or nothing.
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
		// A full disk takes the front of a line: take it back.
		if undo := l.file.Truncate(l.size); undo != nil {
			return fmt.Errorf("%w; the line stays cut off: %w", cause(err), cause(undo))
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

// length is the size of the whole lines.
func (l *logWriter) length() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.size
}

// cut leaves the lines of the first size bytes.
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

// sync makes the lines last.
func (l *logWriter) sync() error {
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("cannot write %s: %w", l.file.Name(), cause(err))
	}
	return nil
}

var errClosed = errors.New("the run is closed")

// cause is err without the operation and the path, where they are said already.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// A Log is what a run's log holds.
type Log struct {
	Records []Record
	// Warning is nil, or says that the last line was cut off, as it is when the machine
	// stops in the middle of writing. That line is not among the Records.
	Warning error
}

// A Record is one line of a log.
type Record struct {
	Event string          // what the record is about
	JSON  json.RawMessage // the whole line

	path string
	line int
}

// ReadLog reads the log. A line that is no record, other than a last one without its
// end, is an error that names the line.
func (r *Run) ReadLog() (Log, error) {
	path := r.Path(LogFile)
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Log{}, fmt.Errorf("%s: there is no log, expected: one JSON record a line", path)
	}
	if err != nil {
		return Log{}, err
	}
	log, _, err := readLog(path, src)
	if err != nil {
		return Log{}, err
	}
	return log, nil
}

// readLog reads records up to the first line that is none, which is an error, and tells how
// many bytes they are.
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

// Status is the status with which the run finished, and whether it did.
func (l Log) Status() (string, bool) {
	if len(l.Records) == 0 {
		return "", false
	}
	var last struct {
		Status string `json:"status"`
	}
	rec := l.Records[len(l.Records)-1]
	if rec.Event != finishEvent || rec.Decode(&last) != nil {
		return "", false
	}
	return last.Status, true
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
