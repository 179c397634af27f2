package lab

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"glorot/experiments/run"
)

// How the log of a run is followed.
const (
	tailEvery  = 250 * time.Millisecond
	stateEvery = time.Second
	tailKept   = 256     // events that a tail keeps for slow readers
	tailRead   = 8 << 20 // bytes that are read at a time
)

// An event is a record that was appended to a log.
type event struct {
	from, to int64 // its place in the log
	data     []byte
}

// A tail follows the log of one run for all its readers, so that it is read and compacted once.
type tail struct {
	path    string
	readers int
	stop    context.CancelFunc

	mu      sync.Mutex
	events  []event
	offset  int64 // of the end of the last event
	state   []byte
	gone    bool
	changed chan struct{} // is closed with each change, and then replaced
}

// tails are the runs that are followed.
type tails struct {
	mu   sync.Mutex
	open map[string]*tail
}

// follow returns the tail of a run, and a function that must be called when it is no longer read.
func (l *Lab) follow(path string) (*tail, func()) {
	l.tails.mu.Lock()
	defer l.tails.mu.Unlock()
	t := l.tails.open[path]
	if t == nil {
		ctx, stop := context.WithCancel(context.Background())
		t = &tail{path: path, offset: wholeLines(filepath.Join(path, run.LogFile)), stop: stop, changed: make(chan struct{})}
		l.tails.open[path] = t
		go t.run(ctx, func() []byte { return l.stateOf(path) })
	}
	t.readers++
	return t, func() {
		l.tails.mu.Lock()
		defer l.tails.mu.Unlock()
		if t.readers--; t.readers == 0 {
			t.stop()
			delete(l.tails.open, path)
		}
	}
}

// run reads what is appended, until the context ends.
func (t *tail) run(ctx context.Context, state func() []byte) {
	var stated time.Time
	tick := time.NewTicker(tailEvery)
	defer tick.Stop()
	for {
		grown := t.read()
		if now := time.Now(); grown || now.Sub(stated) >= stateEvery {
			t.setState(state())
			stated = now
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// read reads what was appended to the log, and reports whether something was. A log that is shorter than before is that of a run that was taken
// back to a checkpoint: it will have the same bytes again.
func (t *tail) read() bool {
	path := filepath.Join(t.path, run.LogFile)
	info, err := os.Stat(path)
	t.mu.Lock()
	defer t.mu.Unlock()
	if gone := errors.Is(err, fs.ErrNotExist); gone != t.gone {
		t.gone = gone
		t.wake()
	}
	if err != nil || info.Size() <= t.offset {
		return false
	}
	src, err := readAt(path, t.offset, tailRead)
	if err != nil || len(src) == 0 {
		return false
	}
	t.events = append(t.events, split(t.offset, src)...)
	t.events = slices.Clone(t.events[max(0, len(t.events)-tailKept):])
	t.offset += int64(len(src))
	t.wake()
	return true
}

// wholeLines returns the length of a file up to the end of its last whole line, or 0 if it has none.
func wholeLines(path string) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	buffer := make([]byte, 64<<10)
	for end := info.Size(); end > 0; {
		from := max(0, end-int64(len(buffer)))
		n, err := f.ReadAt(buffer[:end-from], from)
		if err != nil {
			return 0
		}
		if i := bytes.LastIndexByte(buffer[:n], '\n'); i >= 0 {
			return from + int64(i) + 1
		}
		end = from
	}
	return 0
}

// split makes events of whole lines.
func split(offset int64, src []byte) (events []event) {
	for line := range bytes.Lines(src) {
		data, err := compact(line)
		if err != nil {
			data = nil
		}
		events = append(events, event{offset, offset + int64(len(line)), data})
		offset += int64(len(line))
	}
	return events
}

func (t *tail) setState(state []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !bytes.Equal(state, t.state) {
		t.state = state
		t.wake()
	}
}

// wake wakes all readers.
func (t *tail) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// A reader reads a tail from its own place on.
type reader struct {
	*tail
	offset int64
	state  []byte
}

// next returns the events after the reader's place, the state if it has changed, and a channel that is closed when there is more.
func (r *reader) next() (events []event, state []byte, changed <-chan struct{}, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !bytes.Equal(r.state, r.tail.state) {
		r.state = r.tail.state
		state = r.state
	}
	if r.gone {
		return nil, state, r.changed, fs.ErrNotExist
	}
	if r.offset < r.tail.offset {
		i, found := slices.BinarySearchFunc(r.events, r.offset, func(e event, at int64) int { return int(e.from - at) })
		if found {
			events = r.events[i:]
		} else { // it is behind what the tail keeps
			src, err := readAt(filepath.Join(r.path, run.LogFile), r.offset, tailRead)
			if err != nil {
				return nil, state, r.changed, err
			}
			events = split(r.offset, src)
		}
		if len(events) > 0 {
			r.offset = events[len(events)-1].to
		}
	}
	changed = r.changed
	if r.offset < r.tail.offset && len(events) > 0 {
		ready := make(chan struct{})
		close(ready)
		changed = ready
	}
	return events, state, changed, nil
}
