package run

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"glorot/experiments/run/lease"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Further states of a run, besides those in which it may have ended.
const (
	Running = "running" // a process writes to it
	Killed  = "killed"  // no process writes to it, and it did not end
)

// A State says how far a run has come, according to its manifest and the ends of its logs.
type State struct {
	Config   Config
	Manifest Manifest
	Status   string // Running, Killed, or how it ended
	Ends
}

// Ends say how far the records of a run reach.
type Ends struct {
	Update    int    // up to which there are records
	TestError *Score // when the test error was last measured; nil before
}

// Peek reads the state of a run or an archive without reading all of its log.
func Peek(path string) (State, error) {
	r, err := Open(path)
	if err != nil {
		return State{}, err
	}
	if r.config.Recorded != nil {
		return PeekRecorded(path, time.Now())
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
		s.Status, s.Manifest.Reason = s.Manifest.Status(h)
	}
	s.Ends, err = ReadEnds(path)
	return s, err
}

// Status returns the status of a run with that manifest and lease, and the reason unless it is running, done or killed.
func (m Manifest) Status(h lease.Holder) (status, reason string) {
	switch {
	case m.Exit != "":
		return m.Exit, m.Reason
	case h.Alive:
		return Running, ""
	case h.End != nil && h.Exit != 0 && h.Reason != "": // as when there was no room for another manifest
		return Failed, h.Reason
	}
	return Killed, ""
}

// ReadEnds reads how far the records of the run in a directory reach, from the end of its log and all of extra.jsonl, which is short and not
// sorted.
func ReadEnds(dir string) (Ends, error) {
	var e Ends
	if err := e.readTail(filepath.Join(dir, LogFile)); err != nil {
		return e, err
	}
	extra, err := os.ReadFile(filepath.Join(dir, ExtraFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return e, err
	}
	e.all(extra)
	return e, nil
}

// Left returns the time that a running run needs to its end at the pace since it was last resumed, or 0 if unknown.
func (s State) Left(now time.Time) time.Duration {
	if s.Status != Running || len(s.Manifest.Sessions) == 0 { // a damaged run has none
		return 0
	}
	session := s.Manifest.Sessions[len(s.Manifest.Sessions)-1]
	done, rest := s.Update-session.Update, s.Config.Train.Updates-s.Update
	if done <= 0 || rest <= 0 { // a recorded run need not say how many updates it will have
		return 0
	}
	return time.Duration(float64(now.Sub(session.Start)) / float64(done) * float64(rest))
}

// readTail reads enough of the end of a log to contain a test.
func (s *Ends) readTail(path string) error {
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
func (s *Ends) all(src []byte) {
	for line := range bytes.Lines(src) {
		s.take(line)
	}
}

// tail reads records from the last to the first, up to a test, and reports whether it found one.
func (s *Ends) tail(src []byte) bool {
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
func (s *Ends) take(line []byte) (tested bool) {
	event, update, ok := Stamp(line)
	var record Score
	if !ok || event == TestEvent && (Record{JSON: line}).Decode(&record) != nil {
		return false
	}
	s.Update = max(s.Update, update)
	if event != TestEvent {
		return false
	}
	if s.TestError == nil || record.Update >= s.TestError.Update {
		s.TestError = &record
	}
	return true
}

// Stamp reads the event and the update of a record, which is 0 if it has none, without the rest of the line where both come first. ok is false if
// the line is cut off or is not a record.
func Stamp(line []byte) (event string, update int, ok bool) {
	if !bytes.HasSuffix(bytes.TrimSpace(line), []byte("}")) {
		return "", 0, false
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(line))
	if t, err := d.ReadToken(); err != nil || t.Kind() != jsontext.KindBeginObject {
		return "", 0, false
	}
	for dated := false; !dated || event == ""; {
		name, err := d.ReadToken()
		if err != nil || name.Kind() == jsontext.KindEndObject {
			return event, update, err == nil && event != ""
		}
		key := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return "", 0, false
		}
		switch key {
		case "event":
			err = json.Unmarshal(value, &event)
		case "update":
			dated, err = true, json.Unmarshal(value, &update)
		}
		if err != nil {
			return "", 0, false
		}
	}
	return event, update, true
}

// ValueIn returns the value of a key in a run.yaml as [Config.YAML] writes it; see [ValuesIn].
func ValueIn(yaml []byte, key string) string { return ValuesIn(yaml, []string{key})[0] }

// widthsIn reads the value of model.hidden, which [Config.YAML] has written.
func widthsIn(list string) (hidden []int) {
	for word := range strings.SplitSeq(strings.Trim(list, "[]"), ", ") {
		v, err := strconv.Atoi(word)
		if err != nil {
			return stored().Model.Hidden
		}
		hidden = append(hidden, v)
	}
	return hidden
}

// ValuesIn returns the values of some keys in a run.yaml as [Config.YAML] writes them, without reading the others. A key that it lacks has the
// value that it then means, and an unknown key has "".
func ValuesIn(yaml []byte, keys []string) []string {
	found := map[string]string{}
	section := ""
	for line := range strings.Lines(string(yaml)) {
		text := strings.TrimRight(line, "\r\n")
		leaf, nested := strings.CutPrefix(text, "  ")
		if !nested {
			section = ""
			if name, ok := strings.CutSuffix(text, ":"); ok {
				section = name + "."
				continue
			}
		}
		if name, value, ok := strings.Cut(leaf, ": "); ok {
			found[section+name] = value
		}
	}
	values, c := make([]string, len(keys)), stored()
	if hidden, ok := found["model.hidden"]; ok {
		c.Model.Hidden = widthsIn(hidden)
	}
	for i, key := range keys {
		value, ok := found[key]
		if !ok {
			value, _ = c.Value(key)
		}
		values[i] = value
	}
	return values
}
