package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"glorot/experiments/live"
	"glorot/experiments/run"
)

// How much of a long run is sent to the page: evenly chosen snapshots and tests, the first and the last ones among them. Nothing is removed from
// the log.
const (
	mostSnapshots = 400
	mostTests     = 2000
)

// A History is what a run has recorded, in the form that the page reads.
type History struct {
	Run       Info              `json:"run"`
	Offset    int64             `json:"offset"`    // in the log, from which an event stream continues
	Extra     int64             `json:"extra"`     // the same in what was measured off the schedules
	Snapshots int               `json:"snapshots"` // in the log
	Every     int               `json:"every"`     // how many of them there are for each one in Records
	Damaged   int               `json:"damaged"`   // lines that cannot be read
	Records   []json.RawMessage `json:"records"`
}

// history reads the history of a run.
func (l *Lab) history(ctx context.Context, path string) (*History, error) {
	info, err := l.info(path)
	if err != nil {
		return nil, err
	}
	all, err := records(path)
	if err != nil {
		return nil, err
	}
	h := &History{Run: info, Offset: all.read[0], Extra: all.read[1], Every: 1}
	lines := slices.AppendSeq(h.thin(slices.Collect(bytes.Lines(all.log))), bytes.Lines(all.extra))
	h.Records, h.Damaged, err = compactAll(ctx, lines)
	return h, err
}

// thin removes snapshots and tests that are more than the page draws: all but one in some number of each kind, by their order, and never the
// last ones. The errors on both sets after an update stay together.
func (h *History) thin(lines [][]byte) [][]byte {
	events, turns := make([]string, len(lines)), make([]int, len(lines)) // the number of a line among those of its kind
	count := map[string]int{}
	for i, line := range lines {
		event, _, _ := run.Stamp(line)
		events[i], turns[i] = event, count[event]
		count[event]++
	}
	h.Snapshots = count[run.LayersEvent]
	h.Every = max(1, (h.Snapshots+mostSnapshots-1)/mostSnapshots)
	tests := max(1, (count[run.ValidEvent]+mostTests-1)/mostTests)
	training := max(1, (count[run.TrainEvent]+mostTests-1)/mostTests)
	every := map[string]int{run.LayersEvent: h.Every, run.ValidEvent: tests, run.TestEvent: tests, run.TrainEvent: training}
	kept := lines[:0:0]
	for i, line := range lines {
		if n := every[events[i]]; n <= 1 || turns[i]%n == 0 || turns[i] == count[events[i]]-1 {
			kept = append(kept, line)
		}
	}
	return kept
}

// A record has the records of a run in whole lines: those on its schedules, and the others.
type record struct {
	log, extra []byte
	read       places // up to which the files were read
}

// eachRecord calls f with all lines that records returns, one after the other, without keeping them: the logs of long runs are large.
func eachRecord(path string, f func(line []byte)) error {
	r, err := run.Open(path)
	if err != nil {
		return err
	}
	if run.IsArchive(path) {
		log, err := r.ReadLog()
		for _, line := range log.Records {
			f(line.JSON)
		}
		return err
	}
	log, extra, same := live.Tail{Path: r.Path(run.LogFile)}, live.Tail{Path: r.Path(run.ExtraFile)}, usualOf(r)
	if _, err := log.Read(func(line []byte, _ int64) { f(line) }); err != nil {
		return err
	}
	_, err = extra.Read(func(line []byte, _ int64) {
		if same(line) {
			f(line)
		}
	})
	if errors.Is(err, fs.ErrNotExist) { // nothing was measured off the schedules
		return nil
	}
	return err
}

// records reads the records of a run. What was measured on other examples than the run's own is left out, as it is another quantity.
func records(path string) (all record, err error) {
	r, err := run.Open(path)
	if err != nil {
		return all, err
	}
	if run.IsArchive(path) {
		log, err := r.ReadLog()
		for _, line := range log.Records {
			all.log = append(append(all.log, line.JSON...), '\n')
		}
		return all, err
	}
	if all.log, err = os.ReadFile(r.Path(run.LogFile)); err != nil {
		return all, err
	}
	extra, err := os.ReadFile(r.Path(run.ExtraFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return all, err
	}
	all.log, extra = whole(all.log), whole(extra)
	all.read = places{int64(len(all.log)), int64(len(extra))}
	same := usualOf(r)
	for line := range bytes.Lines(extra) {
		if same(line) {
			all.extra = append(all.extra, line...)
		}
	}
	return all, nil
}

// usualOf returns the function that reports whether a record was measured on the examples on which the run itself is measured.
func usualOf(r *run.Run) func(line []byte) bool {
	c, data := r.Config().Observe, r.Manifest().Data
	want := map[string]int{run.LayersEvent: c.Examples, run.ValidEvent: c.Tested(data.Valid), run.TestEvent: c.Tested(data.Test)}
	return func(line []byte) bool {
		event, n := measured(line)
		return n == 0 || n == want[event]
	}
}

// whole leaves out a line at the end that is being written.
func whole(src []byte) []byte { return src[:bytes.LastIndexByte(src, '\n')+1] }

// measured returns the event of a record and on how many examples it was measured, 0 if it does not say.
func measured(line []byte) (event string, examples int) {
	if event, _, ok := run.Stamp(line); !ok || event != run.LayersEvent && event != run.ValidEvent && event != run.TestEvent {
		return event, 0
	}
	var r struct {
		Event    string `json:"event"`
		Examples int    `json:"examples"`
	}
	if json.Unmarshal(line, &r) != nil {
		return "", 0
	}
	return r.Event, r.Examples
}

// compactAll turns lines into the form that the page reads, on all processors. A line that is damaged is counted and left out: the others show
// what the run was.
func compactAll(ctx context.Context, lines [][]byte) (_ []json.RawMessage, damaged int, _ error) {
	records := make([]json.RawMessage, len(lines))
	var unread atomic.Int64
	var all sync.WaitGroup
	for first := range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := first; i < len(lines) && ctx.Err() == nil; i += runtime.GOMAXPROCS(0) {
				var err error
				if records[i], err = compact(lines[i]); err != nil {
					unread.Add(1)
				}
			}
		})
	}
	all.Wait()
	kept := records[:0]
	for _, r := range records {
		if r != nil {
			kept = append(kept, r)
		}
	}
	return kept, int(unread.Load()), ctx.Err()
}
