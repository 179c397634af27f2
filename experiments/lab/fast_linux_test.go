package lab

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/run"
)

// A folder of 2,000 runs whose logs have a megabyte opens in 300 ms, and a run with 500 snapshots with histograms in 500.
func TestFast(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: makes 2,000 runs")
	}
	l := open(t, "a")
	s := serve(t, l)
	src, err := os.ReadFile(filepath.Join(l.dir, "a", run.LogFile))
	if err != nil {
		t.Fatal(err)
	}
	long := make([]byte, 0, 1<<20+len(src))
	for len(long) < 1<<20 {
		long = append(long, score(1)...)
	}
	long = append(long, src...)
	if err := os.WriteFile(filepath.Join(l.dir, "a", run.LogFile), long, 0o666); err != nil {
		t.Fatal(err)
	}
	for i := range 1999 {
		dir := filepath.Join(l.dir, fmt.Sprintf("r%04d", i))
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{run.ConfigFile, run.ManifestFile, run.LogFile} { // one log, as far as reading is concerned
			if err := os.Link(filepath.Join(l.dir, "a", name), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	best := fastest(t, func() {
		l.listing.lister, l.listing.read = live.NewLister(l.dir), time.Time{} // one that knows nothing
		var list Listing
		if ask(t, s, "/api/runs", &list); len(list.Runs) != 2000 {
			t.Fatalf("%d runs", len(list.Runs))
		}
	})
	if t.Logf("2,000 runs in %v", best); best > 300*time.Millisecond {
		t.Errorf("2,000 runs take %v", best)
	}
}

// A run of five layers with 500 snapshots with histograms is read in less than half of the 500 ms in which it must be drawn.
func TestLongHistory(t *testing.T) {
	l := open(t)
	made(t, filepath.Join(l.dir, "a"), small(t, "model.hidden=[30, 30, 30, 30, 30]", "observe.examples=300"))
	s := serve(t, l)
	path := filepath.Join(l.dir, "a", run.LogFile)
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var long []byte
	for line := range strings.Lines(string(src)) {
		if event, _, _ := run.Stamp([]byte(line)); event == run.LayersEvent && len(long) == 0 {
			for u := range 500 {
				long = append(long, strings.Replace(line, `"update":0`, fmt.Sprintf(`"update":%d`, u), 1)...)
			}
		}
	}
	if err := os.WriteFile(path, long, 0o666); err != nil {
		t.Fatal(err)
	}
	best := fastest(t, func() {
		var h struct{ Records []json.RawMessage }
		if ask(t, s, "/api/history?run=a", &h); len(h.Records) < 250 {
			t.Fatalf("%d records", len(h.Records))
		}
	})
	if t.Logf("%d MB in %v", len(long)>>20, best); best > 250*time.Millisecond {
		t.Errorf("500 snapshots take %v", best)
	}
}

// fastest returns the processor time of the fastest of several calls. On a quiet machine no call takes longer than that.
func fastest(t *testing.T, f func()) time.Duration {
	best := time.Hour
	for range 6 {
		begin := processorTime(t)
		f()
		best = min(best, processorTime(t)-begin)
	}
	return best
}
