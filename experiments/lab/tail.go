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

	"glorot/experiments/live"
	"glorot/experiments/run"
)

// How the log of a run is followed.
const (
	tailEvery  = 250 * time.Millisecond
	stateEvery = time.Second
	tailKept   = 256     // events that a tail keeps for slow readers
	tailRead   = 8 << 20 // bytes that a reader may be behind; one that is farther behind reads the run from its beginning
)

// An event is a record that was appended to a log.
type event struct {
	from, to int64 // its place in the log
	data     []byte
}

// A tail follows one file of a run for all its readers, so that it is read and compacted once: its log, with which it follows the state of the run,
// or what is measured off the schedules, a file that may be missing.
type tail struct {
	readers int
	stop    context.CancelFunc
	extra   bool
	event   func(line []byte, at int64) event // of a line

	mu      sync.Mutex
	log     live.Tail
	events  []event
	resets  int // how often the log was cut
	state   []byte
	gone    bool
	changed chan struct{} // is closed with each change, and then replaced
}

// tails are the files that are followed.
type tails struct {
	mu   sync.Mutex
	open map[string]*tail
}

// follow returns the tail of a file of a run, and a function that must be called when it is no longer read.
func (l *Lab) follow(path, file string) (*tail, func()) {
	l.tails.mu.Lock()
	defer l.tails.mu.Unlock()
	name := filepath.Join(path, file)
	t := l.tails.open[name]
	if t == nil {
		ctx, stop := context.WithCancel(context.Background())
		t = &tail{log: live.Tail{Path: name, Offset: wholeLines(name)}, stop: stop, event: newEvent, changed: make(chan struct{})}
		l.tails.open[name] = t
		if t.extra = file == run.ExtraFile; t.extra {
			t.event = usualEvents(path)
			go t.run(ctx, stateEvery, func() []byte { return nil })
		} else {
			go t.run(ctx, tailEvery, func() []byte { return l.stateOf(path) })
		}
	}
	t.readers++
	return t, func() {
		l.tails.mu.Lock()
		defer l.tails.mu.Unlock()
		if t.readers--; t.readers == 0 {
			t.stop()
			delete(l.tails.open, name)
		}
	}
}

// usualEvents returns the function that makes events of what was measured off a run's schedules. What the history leaves out has no data.
func usualEvents(path string) func(line []byte, at int64) event {
	same := sync.OnceValue(func() func(line []byte) bool {
		r, err := run.Open(path)
		if err != nil {
			return func([]byte) bool { return false }
		}
		return usualOf(r)
	})
	return func(line []byte, at int64) event {
		e := newEvent(line, at)
		if !same()(line) {
			e.data = nil
		}
		return e
	}
}

// run reads what is appended, from time to time until the context ends.
func (t *tail) run(ctx context.Context, every time.Duration, state func() []byte) {
	var stated time.Time
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		t.read()
		if now := time.Now(); now.Sub(stated) >= stateEvery {
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

// read reads what was appended to the log.
func (t *tail) read() {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.log.Offset
	reset, err := t.log.Read(func(line []byte, at int64) { t.events = append(t.events, t.event(line, at)) })
	if gone := !t.extra && errors.Is(err, fs.ErrNotExist); gone != t.gone {
		t.gone = gone
		t.wake()
	}
	if reset {
		t.events, t.log.Offset = nil, wholeLines(t.log.Path)
		t.resets++
	}
	t.events = slices.Clone(t.events[max(0, len(t.events)-tailKept):])
	if t.log.Offset != before || reset {
		t.wake()
	}
}

// newEvent is a line of a log without its end. One that is damaged has no data.
func newEvent(line []byte, at int64) event {
	data, err := compact(line)
	if err != nil {
		data = nil
	}
	return event{at, at + int64(len(line)) + 1, data}
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
	resets int
	state  []byte
}

// next returns what is new for the reader, and a channel that is closed when there is more.
func (r *reader) next() (p part, more <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !bytes.Equal(r.state, r.tail.state) {
		r.state = r.tail.state
		p.state = r.state
	}
	p.gone, p.reset = r.gone, r.resets != r.tail.resets
	if p.gone || p.reset || r.offset >= r.log.Offset {
		return p, r.changed
	}
	i, found := slices.BinarySearchFunc(r.events, r.offset, func(e event, at int64) int { return int(e.from - at) })
	if found {
		p.events = r.events[i:]
	} else { // it is behind what the tail keeps
		p.events, p.reset = r.behind(r.offset)
	}
	if len(p.events) > 0 {
		r.offset = p.events[len(p.events)-1].to
	}
	if r.offset < r.log.Offset {
		ready := make(chan struct{})
		close(ready)
		return p, ready
	}
	return p, r.changed
}

// behind reads the events from a place in the file up to that of the tail, or reports that it is better to read the run from its beginning.
func (t *tail) behind(from int64) (events []event, reset bool) {
	if t.log.Offset-from > tailRead {
		return nil, true
	}
	file := live.Tail{Path: t.log.Path, Offset: from}
	cut, err := file.Read(func(line []byte, at int64) {
		if at < t.log.Offset {
			events = append(events, t.event(line, at))
		}
	})
	return events, cut || err != nil || len(events) == 0
}
