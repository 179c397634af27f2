package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"sync"

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
	Snapshots int               `json:"snapshots"` // in the log
	Every     int               `json:"every"`     // how many of them there are for each one in Records
	Records   []json.RawMessage `json:"records"`
}

// history reads the history of a run.
func (l *Lab) history(ctx context.Context, path string) (*History, error) {
	info, err := l.info(path)
	if err != nil {
		return nil, err
	}
	src, extra, err := logs(path)
	if err != nil {
		return nil, err
	}
	h := &History{Run: info, Offset: int64(len(src)), Every: 1}
	var lines [][]byte
	for line := range bytes.Lines(src) {
		lines = append(lines, line)
	}
	lines = h.thin(lines)
	for line := range bytes.Lines(extra) {
		lines = append(lines, line)
	}
	h.Records, err = compactAll(ctx, lines)
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

// logs reads the records of a run in whole lines: those on its schedules, and the others. Scores and layer statistics that were measured on other
// examples than the run's own are left out, as they are other quantities.
func logs(path string) (log, extra []byte, err error) {
	r, err := run.Open(path)
	if err != nil {
		return nil, nil, err
	}
	if run.IsArchive(path) {
		all, err := r.ReadLog()
		if err != nil {
			return nil, nil, err
		}
		var b bytes.Buffer
		for _, record := range all.Records {
			b.Write(record.JSON)
			b.WriteByte('\n')
		}
		return b.Bytes(), nil, nil
	}
	if log, err = os.ReadFile(r.Path(run.LogFile)); err != nil {
		return nil, nil, err
	}
	if extra, err = os.ReadFile(r.Path(run.ExtraFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	log, extra = whole(log), whole(extra)
	usual := map[string]int{run.LayersEvent: r.Config().Observe.Examples} // examples
	for line := range bytes.Lines(log) {
		if event, n := measured(line); event != run.LayersEvent && n > 0 && usual[event] == 0 {
			usual[event] = n
		}
	}
	var same bytes.Buffer
	for line := range bytes.Lines(extra) {
		if event, n := measured(line); n == 0 || usual[event] == 0 || n == usual[event] {
			same.Write(line)
		}
	}
	return log, same.Bytes(), nil
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

// compactAll turns lines into the form that the page reads, on all processors. A line that is cut off or damaged is left out: the others show
// what the run was.
func compactAll(ctx context.Context, lines [][]byte) ([]json.RawMessage, error) {
	records := make([]json.RawMessage, len(lines))
	var all sync.WaitGroup
	for first := range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := first; i < len(lines) && ctx.Err() == nil; i += runtime.GOMAXPROCS(0) {
				records[i], _ = compact(lines[i])
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
	return kept, ctx.Err()
}
