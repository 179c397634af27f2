package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"glorot/experiments/run"
)

// Only snapshots and tests are thinned, and both errors after an update stay together.
func TestThinKeeps(t *testing.T) {
	var lines [][]byte
	add := func(event string, u int) {
		lines = append(lines, fmt.Appendf(nil, `{"event":%q,"update":%d}`, event, u))
	}
	for u := range 3 * mostTests {
		add(run.ValidEvent, u)
		add(run.TestEvent, u)
		if u%100 == 0 {
			add(run.JacobianEvent, u)
		}
	}
	kept := map[string][]int{}
	for _, line := range new(History).thin(lines) {
		event, update, _ := run.Stamp(line)
		kept[event] = append(kept[event], update)
	}
	if n := len(kept[run.JacobianEvent]); n != 3*mostTests/100 {
		t.Errorf("%d spectra are kept, want %d", n, 3*mostTests/100)
	}
	if v := kept[run.ValidEvent]; fmt.Sprint(v) != fmt.Sprint(kept[run.TestEvent]) || len(v) > mostTests+1 || v[0] != 0 || v[len(v)-1] != 3*mostTests-1 {
		t.Errorf("%d validation and %d test errors are kept, from %d to %d", len(v), len(kept[run.TestEvent]), v[0], v[len(v)-1])
	}
}

// Lines that cannot be read are counted, and the records around them are sent.
func TestHistoryDamage(t *testing.T) {
	l := open(t)
	path := filepath.Join(l.dir, "mine")
	r := run.Recorded{Format: 1, Program: "mine 1.0", Start: time.Now()}
	if err := r.Create(path); err != nil {
		t.Fatal(err)
	}
	log := `{"event":"train","update":1,"nll":1}` + "\njunk\n" + `{"event":"digest","update":1}` + "\n\n" + `{"event":"train","update":2,"nll":1}` + "\n"
	if err := os.WriteFile(filepath.Join(path, run.LogFile), []byte(log), 0o666); err != nil {
		t.Fatal(err)
	}
	h, err := l.history(t.Context(), path)
	if err != nil || h.Damaged != 2 || len(h.Records) != 2 {
		t.Errorf("%d lines are damaged, %d records, %v", h.Damaged, len(h.Records), err)
	}
}

// What was measured afterwards on other examples is another quantity, and a line that is being written is no record.
func TestRecords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	c := run.Default()
	r, err := run.Create(dir, c, run.Origin{Data: run.Images{Valid: 100, Test: 100}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	score := `{"event":"valid","update":%d,"examples":%d,"errors":1,"error":0.1,"nll":1}` + "\n"
	log := fmt.Sprintf(score, 10, 100)
	same, other := fmt.Sprintf(score, 15, 100), fmt.Sprintf(score, 10, 7)
	look := `{"event":"look","examples":7,"update":15,"layers":[]}` + "\n"
	for name, text := range map[string]string{run.LogFile: log + `{"event":"test","upd`, run.ExtraFile: other + same + look + `{"event":"va`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := records(dir)
	read := places{int64(len(log)), int64(len(other + same + look))}
	if err != nil || string(got.log) != log || string(got.extra) != same || got.read != read {
		t.Errorf("got %q and %q to %v, %v; want %q and %q to %v", got.log, got.extra, got.read, err, log, same, read)
	}
}
