package lab

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"sync"

	"glorot/experiments/run"
)

// How much of a long run is sent to the page: evenly chosen snapshots and tests, the first and the last ones among them. Nothing is removed from
// the log.
const (
	mostSnapshots = 400
	mostScores    = 4000
)

// A History is what a run has recorded, in the form that the page reads.
type History struct {
	Run       Info      `json:"run"`
	Offset    int64     `json:"offset"`    // in the log, from which an event stream continues
	Snapshots int       `json:"snapshots"` // in the log
	Every     int       `json:"every"`     // how many of them there are for each one in Records
	Records   []rawJSON `json:"records"`
}

// rawJSON is a value that is JSON already.
type rawJSON []byte

// MarshalJSON returns the value.
func (r rawJSON) MarshalJSON() ([]byte, error) { return r, nil }

var isSnapshot = regexp.MustCompile(`^.{0,80}"event": ?"` + run.LayersEvent + `"`)

// history reads the history of a run between two updates.
func (l *Lab) history(ctx context.Context, path string) (*History, error) {
	info, err := l.info(path)
	if err != nil {
		return nil, err
	}
	src, extra, err := logs(path)
	if err != nil {
		return nil, err
	}
	src = src[:bytes.LastIndexByte(src, '\n')+1] // without a line that is being written
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

// thin removes lines of a log that are more than the page draws.
func (h *History) thin(lines [][]byte) [][]byte {
	snapshots := make([]bool, len(lines))
	for i, line := range lines {
		if snapshots[i] = isSnapshot.Match(line); snapshots[i] {
			h.Snapshots++
		}
	}
	h.Every = max(1, (h.Snapshots+mostSnapshots-1)/mostSnapshots)
	others := max(1, (len(lines)-h.Snapshots+mostScores-1)/mostScores)
	kept := lines[:0:0]
	s, o := 0, 0
	for i, line := range lines {
		switch {
		case snapshots[i]:
			if s%h.Every == 0 || s == h.Snapshots-1 {
				kept = append(kept, line)
			}
			s++
		default:
			if (o/2)%others == 0 || o < 4 || o >= len(lines)-h.Snapshots-4 { // a validation error and a test error follow each other
				kept = append(kept, line)
			}
			o++
		}
	}
	return kept
}

// logs reads the records of a run, those on its schedules and the others.
func logs(path string) (log, extra []byte, err error) {
	if !run.IsArchive(path) {
		r, err := run.Open(path)
		if err != nil {
			return nil, nil, err
		}
		if log, err = os.ReadFile(r.Path(run.LogFile)); err != nil {
			return nil, nil, err
		}
		extra, err = os.ReadFile(r.Path(run.ExtraFile))
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return log, extra, err
	}
	r, err := run.Open(path)
	if err != nil {
		return nil, nil, err
	}
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

// compactAll turns lines into the form that the page reads, on all processors. A line that is cut off or damaged is left out: the others show
// what the run was.
func compactAll(ctx context.Context, lines [][]byte) ([]rawJSON, error) {
	records := make([]rawJSON, len(lines))
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
