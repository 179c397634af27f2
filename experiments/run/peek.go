package run

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"time"

	"glorot/experiments/run/lease"
)

// Further states of a run, besides those in which it may have ended.
const (
	Running = "running" // a process writes to it
	Killed  = "killed"  // no process writes to it, and it did not end
)

// A State says how far a run has come, according to its manifest and the ends of its logs.
type State struct {
	Config    Config
	Manifest  Manifest
	Status    string // Running, Killed, or how it ended
	Update    int    // up to which there are records
	TestError *Score // when the test error was last measured; nil before
}

// Peek reads the state of a run or an archive without reading all of its log.
func Peek(path string) (State, error) {
	r, err := Open(path)
	if err != nil {
		return State{}, err
	}
	s := State{Config: r.config, Manifest: r.manifest, Status: r.manifest.Exit}
	if r.archived != nil {
		s.all(r.archived)
		if s.Status == "" {
			s.Status = Killed
		}
		return s, nil
	}
	if s.Status == "" {
		h, err := lease.Inspect(path)
		if err != nil {
			return s, err
		}
		switch s.Status = Killed; {
		case h.Alive:
			s.Status = Running
		case h.End != nil && h.Exit != 0 && h.Reason != "": // as when there was no room for another manifest
			s.Status, s.Manifest.Reason = Failed, h.Reason
		}
	}
	if err := s.readTail(r.Path(LogFile)); err != nil {
		return s, err
	}
	extra, err := os.ReadFile(r.Path(ExtraFile)) // which is short and not sorted
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	s.all(extra)
	return s, nil
}

// Left returns the time that a running run needs to its end at the pace since it was last resumed, or 0 if unknown.
func (s State) Left(now time.Time) time.Duration {
	session := s.Manifest.Sessions[len(s.Manifest.Sessions)-1]
	done := s.Update - session.Update
	if s.Status != Running || done <= 0 {
		return 0
	}
	return time.Duration(float64(now.Sub(session.Start)) / float64(done) * float64(s.Config.Train.Updates-s.Update))
}

// readTail reads enough of the end of a log to contain a test.
func (s *State) readTail(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	for tail := int64(4 << 10); ; tail *= 4 { // a record with the statistics of large layers is long
		src := make([]byte, min(tail, size))
		if _, err := f.ReadAt(src, size-int64(len(src))); err != nil {
			return err
		}
		if s.tail(src) || tail >= size {
			return nil
		}
	}
}

// all reads records in any order.
func (s *State) all(src []byte) {
	for line := range bytes.Lines(src) {
		s.take(line)
	}
}

// tail reads records from the last to the first, up to a test, and reports whether it found one.
func (s *State) tail(src []byte) bool {
	for {
		src = src[:bytes.LastIndexByte(src, '\n')+1] // without a line that is being written
		if len(src) == 0 {
			return false
		}
		src = src[:len(src)-1]
		if s.take(src[bytes.LastIndexByte(src, '\n')+1:]) {
			return true
		}
	}
}

// take reads a record, and reports whether it is a test. A line that is cut off is ignored.
func (s *State) take(line []byte) (tested bool) {
	var record Score
	if (Record{JSON: line}).Decode(&record) != nil {
		return false
	}
	s.Update = max(s.Update, record.Update)
	if record.Event != TestEvent {
		return false
	}
	if s.TestError == nil || record.Update >= s.TestError.Update {
		s.TestError = &record
	}
	return true
}
