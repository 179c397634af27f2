package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"glorot/experiments/run"
)

// A listener reads an event stream.
type listener struct {
	t      *testing.T
	cancel context.CancelFunc
	lines  chan string
	id     string
}

func listen(t *testing.T, url, last string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s: %s", url, answer.Status)
	}
	e := &listener{t: t, cancel: cancel, lines: make(chan string, 1000)}
	go func() {
		defer close(e.lines)
		s := bufio.NewScanner(answer.Body)
		s.Buffer(nil, 16<<20)
		for s.Scan() {
			e.lines <- s.Text()
		}
	}()
	t.Cleanup(cancel)
	return e
}

// next returns the data of the next event of a type.
func (e *listener) next(event string) map[string]json.RawMessage {
	e.t.Helper()
	late := time.After(time.Minute)
	for found := false; ; {
		select {
		case line, ok := <-e.lines:
			if !ok {
				e.t.Fatalf("the stream ended before an event %s", event)
			}
			if strings.HasPrefix(line, "event: ") {
				found = line == "event: "+event
			}
			if id, is := strings.CutPrefix(line, "id: "); is {
				e.id = id
			}
			if data, is := strings.CutPrefix(line, "data: "); is && found {
				var v map[string]json.RawMessage
				if err := json.Unmarshal([]byte(data), &v); err != nil {
					e.t.Fatal(err)
				}
				return v
			}
		case <-late:
			e.t.Fatalf("no event %s", event)
		}
	}
}

// updates returns the updates of the next records.
func (e *listener) updates() (list []int) {
	e.t.Helper()
	var records []struct{ Update int }
	if err := json.Unmarshal(e.next("records")["records"], &records); err != nil {
		e.t.Fatal(err)
	}
	for _, r := range records {
		list = append(list, r.Update)
	}
	return list
}

func appendTo(t *testing.T, path string, lines ...string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, line := range lines {
		if _, err := f.WriteString(line); err != nil {
			t.Fatal(err)
		}
	}
}

func score(update int) string { return fmt.Sprintf(`{"event":"valid","update":%d}`+"\n", update) }

// Every record reaches a reader once: those before it connects, those that are written while it is connected, also in halves, and after it has
// connected again, by its last event, those in between.
func TestEvents(t *testing.T) {
	l := open(t, "a", "b")
	s := serve(t, l)
	log := filepath.Join(l.dir, "a", run.LogFile)
	if err := os.WriteFile(log, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	appendTo(t, log, score(1), score(2))
	var h struct{ Offset int64 }
	ask(t, s, "/api/history?run=b", &h)
	url := fmt.Sprintf("%s/api/events?run=a&run=b", s.URL)
	e := listen(t, fmt.Sprintf("%s&from=0,%d", url, h.Offset), "")
	if got := e.updates(); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("at first %v", got)
	}
	appendTo(t, log, score(3)[:10])
	time.Sleep(2 * tailEvery)
	appendTo(t, log, score(3)[10:])
	if got := e.updates(); !slices.Equal(got, []int{3}) {
		t.Errorf("while connected %v", got)
	}
	e.cancel()
	time.Sleep(2 * tailEvery)
	appendTo(t, log, score(4))
	e = listen(t, url, e.id)
	if got := e.updates(); !slices.Equal(got, []int{4}) {
		t.Errorf("after connecting again %v", got)
	}
	state := e.next("state")
	var i Info
	if err := json.Unmarshal(state["state"], &i); err != nil || i.Status != run.Done {
		t.Errorf("the state is %s, %v", state, err)
	}
	if err := os.Truncate(log, int64(len(score(1)))); err != nil { // as when the run is taken back to a checkpoint
		t.Fatal(err)
	}
	if got := string(e.next("reset")["run"]); got != `"a"` {
		t.Errorf("a reset of %s", got)
	}
	e = listen(t, url, "999999,0")
	if got := string(e.next("reset")["run"]); got != `"a"` {
		t.Errorf("a place that is not in the log resets %s", got)
	}
	e = listen(t, s.URL+"/api/events?run=b", fmt.Sprint(h.Offset))
	if err := os.Rename(filepath.Join(l.dir, "b"), filepath.Join(l.dir, "c")); err != nil {
		t.Fatal(err)
	}
	e.next("gone")
	for _, wrong := range []string{"run=none", "run=c&from=x", "run=c&from=1,2", "", "run=c&from=-1", "run=" + strings.Repeat("c&run=", maxFollowed+1) + "c"} {
		if status := ask(t, s, "/api/events?"+wrong, nil); status < 400 || status > 499 {
			t.Errorf("%s: %d", wrong, status)
		}
	}
}

// lastSnapshot returns the last line of a log with layer statistics.
func lastSnapshot(log []byte) (snapshot string) {
	for line := range strings.Lines(string(log)) {
		if event, _, _ := run.Stamp([]byte(line)); event == run.LayersEvent {
			snapshot = line
		}
	}
	return snapshot
}

// Forty readers of one run get every record, and no more readers than the bound are served. The log is read and compacted once for all of them, so
// that forty readers cost hardly more than one: here the server's own work for each record is bounded.
func TestFortyReaders(t *testing.T) {
	l := open(t, "a")
	s := serve(t, l)
	log := filepath.Join(l.dir, "a", run.LogFile)
	src, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	snapshot := lastSnapshot(src)
	const readers, records = 40, 100
	var got atomic.Int64
	var all sync.WaitGroup
	for range readers {
		e := listen(t, fmt.Sprintf("%s/api/events?run=a&from=%d", s.URL, len(src)), "")
		all.Go(func() {
			for n := 0; n < records; {
				var list []json.RawMessage
				if json.Unmarshal(e.next("records")["records"], &list) != nil {
					return
				}
				n += len(list)
				got.Add(int64(len(list)))
			}
		})
	}
	l.tails.mu.Lock()
	if n := len(l.tails.open); n != len(followed) {
		t.Errorf("%d tails for one run", n)
	}
	l.tails.mu.Unlock()
	for range records / 10 {
		appendTo(t, log, strings.Repeat(snapshot, 10))
		time.Sleep(20 * time.Millisecond)
	}
	all.Wait()
	if got.Load() != readers*records {
		t.Errorf("%d records, want %d", got.Load(), readers*records)
	}
	var refused *http.Response
	for range maxStreams {
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/api/events?run=a", nil)
		if err != nil {
			t.Fatal(err)
		}
		if refused, err = http.DefaultClient.Do(r); err != nil {
			t.Fatal(err)
		}
		defer refused.Body.Close()
		if refused.StatusCode != http.StatusOK {
			break
		}
	}
	if refused.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the last reader gets %s", refused.Status)
	}
}

// An open page sees the end of a run that ends off its schedules: the last records, which are not in the log, and the status.
func TestEndOffSchedule(t *testing.T) {
	l := open(t, "a")
	s := serve(t, l)
	var h History
	ask(t, s, "/api/history?run=a", &h)
	url := fmt.Sprintf("%s/api/events?run=a&from=%d:%d", s.URL, h.Offset, h.Extra)
	records, states := listen(t, url, ""), listen(t, url, "")
	states.next("state")
	made(t, filepath.Join(l.dir, "a"), small(t, "train.updates=45"))
	for seen := []int(nil); !slices.Contains(seen, 45); seen = records.updates() {
	}
	for i := (Info{}); i.Update != 45 || i.Status != run.Done; {
		if err := json.Unmarshal(states.next("state")["state"], &i); err != nil {
			t.Fatal(err)
		}
	}
}
