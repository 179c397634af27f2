package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"glorot/experiments/run"
)

// Bounds on event streams.
const (
	maxFollowed = 24 // runs of one stream
	aliveEvery  = 15 * time.Second
	writeWithin = 20 * time.Second
)

// events is a stream of what some runs record, and of their states. The id of each event is the places up to which the files of the runs have been
// sent, so that a browser that connects again continues there.
func (l *Lab) events(w http.ResponseWriter, r *http.Request) error {
	names, q := r.URL.Query()["run"], r.URL.Query()
	if len(names) == 0 || len(names) > maxFollowed {
		return refuse(http.StatusBadRequest, "%d runs, allowed: 1 to %d", len(names), maxFollowed)
	}
	from := r.Header.Get("Last-Event-ID")
	if from == "" {
		from = q.Get("from")
	}
	offsets, err := parseOffsets(from, len(names))
	if err != nil {
		return err
	}
	var paths []string
	for _, name := range names {
		path, err := l.path(name)
		if err != nil {
			return err
		}
		if run.IsArchive(path) {
			return refuse(http.StatusBadRequest, "%s: is an archive, to which nothing is added", name)
		}
		paths = append(paths, path)
	}
	select {
	case l.streams <- struct{}{}:
		defer func() { <-l.streams }()
	default:
		return refuse(http.StatusServiceUnavailable, "%d pages are connected already", maxStreams)
	}
	s := &stream{w: w, control: http.NewResponseController(w), names: names, offsets: offsets}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	parts := make(chan part)
	for i, path := range paths {
		for k, file := range followed {
			t, done := l.follow(path, file)
			defer done()
			go t.pass(ctx, part{run: i, file: k}, offsets[i][k], parts)
		}
	}
	s.send(ctx, parts)
	return nil
}

// followed are the files of a run to which records are appended, and places are the places in them.
var followed = [...]string{run.LogFile, run.ExtraFile}

type places [len(followed)]int64

// parseOffsets reads "120:9,0,77:0", where a missing place is the beginning of its file.
func parseOffsets(text string, n int) ([]places, error) {
	offsets := make([]places, n)
	if text == "" {
		return offsets, nil
	}
	words := strings.Split(text, ",")
	if len(words) != n {
		return nil, refuse(http.StatusBadRequest, "places in %d runs, allowed: in %d", len(words), n)
	}
	for i, word := range words {
		for k, place := range strings.SplitN(word, ":", len(followed)) {
			v, err := strconv.ParseInt(place, 10, 64)
			if err != nil || v < 0 {
				return nil, refuse(http.StatusBadRequest, "%q: is not a place in a log", word)
			}
			offsets[i][k] = v
		}
	}
	return offsets, nil
}

// A part is what a file of one of the runs has to say.
type part struct {
	run, file int
	events    []event
	state     []byte
	reset     bool // the run must be read from its beginning
	gone      bool // the run was removed
}

// pass passes on what is appended to a file until the context ends, or the run is removed or must be read from its beginning. Each part is of the
// run and the file of the given one.
func (t *tail) pass(ctx context.Context, of part, offset int64, to chan<- part) {
	t.mu.Lock()
	r := &reader{tail: t, offset: offset, resets: t.resets}
	t.mu.Unlock()
	wrong := !startsLine(t.log.Path, offset)
	for {
		p, more := r.next()
		p.run, p.file, p.reset = of.run, of.file, p.reset || wrong
		if p.reset || p.gone || p.state != nil || len(p.events) > 0 {
			select {
			case to <- p:
			case <-ctx.Done():
				return
			}
		}
		if p.reset || p.gone {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		}
	}
}

// startsLine reports whether a line begins at a place in a file. Of a file that has just been removed the tail reports that.
func startsLine(path string, offset int64) bool {
	if offset == 0 {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	before := []byte{0}
	_, err = f.ReadAt(before, offset-1)
	return err == nil && before[0] == '\n'
}

// A stream writes server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	names   []string
	offsets []places
	buffer  bytes.Buffer
}

// send writes parts until the context ends or the client does not read.
func (s *stream) send(ctx context.Context, parts <-chan part) {
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	text := []byte("retry: 1000\n\n")
	for {
		_ = s.control.SetWriteDeadline(time.Now().Add(writeWithin)) // not every ResponseWriter has deadlines
		if _, err := s.w.Write(text); err != nil || s.control.Flush() != nil {
			return
		}
		select {
		case p := <-parts:
			text = s.text(p)
		case <-alive.C:
			text = []byte(": still here\n\n")
		case <-ctx.Done():
			return
		}
	}
}

// text is a part as events, valid until the next one.
func (s *stream) text(p part) []byte {
	b := &s.buffer
	b.Reset()
	name, _ := json.Marshal(s.names[p.run]) // a string can always be written
	switch {
	case p.reset:
		fmt.Fprintf(b, "event: reset\ndata: {\"run\":%s}\n\n", name)
	case p.gone:
		fmt.Fprintf(b, "event: gone\ndata: {\"run\":%s}\n\n", name)
	}
	if n := len(p.events); n > 0 {
		s.offsets[p.run][p.file] = p.events[n-1].to
		fmt.Fprintf(b, "id: %s\n", s.id())
		comma := "event: records\ndata: {\"run\":" + string(name) + ",\"records\":["
		for _, e := range p.events {
			if e.data != nil {
				b.WriteString(comma)
				b.Write(e.data)
				comma = ","
			}
		}
		if comma == "," {
			b.WriteString("]}\n")
		}
		b.WriteString("\n") // without data only the place is noted
	}
	if p.state != nil {
		fmt.Fprintf(b, "event: state\ndata: {\"run\":%s,\"state\":%s}\n\n", name, p.state)
	}
	return b.Bytes()
}

func (s *stream) id() string {
	words := make([]string, len(s.offsets))
	for i, o := range s.offsets {
		words[i] = fmt.Sprintf("%d:%d", o[0], o[1])
	}
	return strings.Join(words, ",")
}
