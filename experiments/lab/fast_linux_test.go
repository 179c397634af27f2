package lab

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/run"
)

// answered answers a request without a network.
func answered(t testing.TB, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, httptest.NewRequest("GET", path, nil)); w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w
}

// bytesRead is how many bytes this process has read since it began.
func bytesRead(t testing.TB) (n int64) {
	src, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Skip(err)
	}
	if _, err := fmt.Sscanf(string(src), "rchar: %d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// manyRuns makes n runs with logs of a megabyte, which are one log as far as reading is concerned.
func manyRuns(t testing.TB, n int) *Lab {
	l := open(t, "a")
	path := filepath.Join(l.dir, "a", run.LogFile)
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	long := make([]byte, 0, 1<<20+len(src))
	for len(long) < 1<<20 {
		long = append(long, score(1)...)
	}
	if err := os.WriteFile(path, append(long, src...), 0o666); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < n; i++ {
		dir := filepath.Join(l.dir, fmt.Sprintf("r%04d", i))
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{run.ConfigFile, run.ManifestFile, run.LogFile} {
			if err := os.Link(filepath.Join(l.dir, "a", name), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return l
}

// longRun makes a run of five layers with 500 snapshots with histograms, and returns the size of its log.
func longRun(t testing.TB) (*Lab, int) {
	l := open(t)
	made(t, filepath.Join(l.dir, "a"), small(t, "model.hidden=[30, 30, 30, 30, 30]", "observe.examples=300"))
	path := filepath.Join(l.dir, "a", run.LogFile)
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var long, others []byte
	for line := range strings.Lines(string(src)) {
		switch event, _, _ := run.Stamp([]byte(line)); {
		case event != run.LayersEvent:
			others = append(others, line...)
		case len(long) == 0:
			for u := range 500 {
				long = append(long, strings.Replace(line, `"update":0`, fmt.Sprintf(`"update":%d`, u), 1)...)
			}
		}
	}
	long = append(long, others...)
	if err := os.WriteFile(path, long, 0o666); err != nil {
		t.Fatal(err)
	}
	return l, len(long)
}

// The list of a folder reads the ends of its logs, and a page reads the log of a run once. How long that takes is for the benchmarks below.
func TestReadsLittle(t *testing.T) {
	const runs = 50
	l := manyRuns(t, runs)
	before := bytesRead(t)
	w := answered(t, l.routes(), "/api/runs")
	if n := (bytesRead(t) - before) / runs; n < 1000 || n > 100_000 {
		t.Errorf("%d bytes are read of each run, and its log has a million", n)
	}
	if n := strings.Count(w.Body.String(), `"updates"`); n != runs {
		t.Errorf("%d runs are listed", n)
	}

	l, size := longRun(t)
	before = bytesRead(t)
	w = answered(t, l.routes(), "/api/history?run=a")
	if n := bytesRead(t) - before; n < int64(size) || n > int64(size)*5/4 {
		t.Errorf("%d bytes are read of a log of %d", n, size)
	}
	if n := strings.Count(w.Body.String(), `"event":"`+run.LayersEvent+`"`); n < 250 {
		t.Errorf("%d snapshots of 500", n)
	}
}

// BenchmarkRuns answers with the list of 2,000 runs as a new server does.
func BenchmarkRuns(b *testing.B) {
	l := manyRuns(b, 2000)
	h := l.routes()
	for b.Loop() {
		l.listing.lister, l.listing.read = live.NewLister(l.dir), time.Time{}
		answered(b, h, "/api/runs")
	}
}

// BenchmarkHistory answers with all snapshots of a run.
func BenchmarkHistory(b *testing.B) {
	l, size := longRun(b)
	h := l.routes()
	b.SetBytes(int64(size))
	for b.Loop() {
		answered(b, h, "/api/history?run=a")
	}
}
