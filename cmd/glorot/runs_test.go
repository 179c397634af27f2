package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/run/score"
	"glorot/experiments/train"
)

// makeRun makes a run with the records of some looks, and leaves it open.
func makeRun(t testing.TB, dir string, cfg run.Config, looks int) *run.Run {
	t.Helper()
	r, err := run.Create(dir, cfg, run.Origin{Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	log := func(record any) {
		t.Helper()
		if err := r.Log(record); err != nil {
			t.Fatal(err)
		}
	}
	for i := range looks {
		u := i * cfg.Observe.Every
		layers := make([]train.Layer, 5)
		for l := range layers {
			z := measure.Summarize([]float32{-0.5, 0, 0.1, 0.25 + float32(l)/10}, nil, measure.Axis{Low: -1, High: 1})
			layers[l] = train.Layer{Layer: l + 1, Z: &z}
		}
		log(lookRecord{"look", train.Layers{Update: u, Layers: layers}})
		log(score.Score{Set: "valid", Update: u, Examples: 10, Error: 0.5})
		log(score.Score{Set: "test", Update: u, Examples: 1000, Errors: 600 - i, Error: 0.6 - float64(i)/1000})
		for k := range 4 {
			log(map[string]any{"event": "digest", "update": u + k*cfg.Observe.Every/4, "W1": strings.Repeat("0", 300)})
		}
	}
	return r
}

// The status of a run is that of the manifest, of the log if the manifest was not reached, or else of the lock; progress and error are
// those of the last records, past many digests and a line that is cut off.
func TestListRuns(t *testing.T) {
	dir := t.TempDir()
	cfg := run.Default()
	cfg.Train.Updates = 80_000
	at := func(name string) string { return filepath.Join(dir, "deep", name) }

	open := makeRun(t, at("running"), cfg, 2)
	defer open.Close()
	makeRun(t, at("killed"), cfg, 3).Close()
	for name, status := range map[string]string{"done": run.Done, "diverged": run.Diverged} {
		cfg.Train.Rate = 0.5
		if err := makeRun(t, at(name), cfg, 5).Finish(status, "", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	r := makeRun(t, at("logged"), cfg, 5)
	if err := r.Log(map[string]string{"event": "finish", "status": "done"}); err != nil {
		t.Fatal(err)
	}
	r.Close()
	log, err := os.OpenFile(filepath.Join(at("killed"), run.LogFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(log, `{"event":"lo`)
	log.Close()
	makeRun(t, at("damaged"), cfg, 1).Close()
	if err := os.WriteFile(filepath.Join(at("damaged"), run.ManifestFile), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	makeRun(t, at("empty"), cfg, 0).Close()

	list, err := listRuns([]string{dir, at("done")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range list {
		got[filepath.Base(r.Run)] = r.Status + " " + r.progress() + " " + r.percent()
	}
	want := map[string]string{
		"running": "running 35000/80000  43% 59.90 %", "killed": "killed 55000/80000  68% 59.80 %",
		"done": "done 95000/80000 118% 59.60 %", "diverged": "diverged 95000/80000 118% 59.60 %", "logged": "done 95000/80000 118% 59.60 %",
		"damaged": "damaged 0 -", "empty": "killed 0/80000   0% -",
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %q, want %q", name, got[name], want[name])
		}
	}
	if len(list) != len(want) {
		t.Errorf("%d runs, want %d", len(list), len(want))
	}
	filters, err := parseFilters([]string{"train.rate=5e-1", "model.hidden=[1000,1000, 1000,1000,1000]", "model.init=standard"})
	if err != nil {
		t.Fatal(err)
	}
	list, err = listRuns([]string{dir}, filters)
	if err != nil || len(list) != 4 { // without those that have another rate, and the damaged one
		t.Errorf("%d runs pass the filters, error %v; want 4", len(list), err)
	}
}

// Seeds that differ in the last digit are different though they are the same float64.
func TestFilterLargeInteger(t *testing.T) {
	config := map[string]json.RawMessage{"seed": json.RawMessage("18446744073709551615")}
	if !(filter{"seed", "18446744073709551615"}).passes(config) || (filter{"seed", "18446744073709551614"}).passes(config) {
		t.Error("want the seed to pass, and the one before it not")
	}
}

func TestAge(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for d, want := range map[time.Duration]string{90 * time.Second: "1m30s", 30 * time.Hour: "30h00m", 80 * time.Hour: "3d"} {
		if got := (listed{Start: start}).age(start.Add(d)); got != want {
			t.Errorf("age %s, want %s", got, want)
		}
	}
}

// 3000 runs, in well under a second.
func BenchmarkListRuns(b *testing.B) {
	dir := b.TempDir()
	one := filepath.Join(dir, "0")
	makeRun(b, one, run.Default(), 5).Close()
	for i := 1; i < 3000; i++ {
		if err := os.CopyFS(filepath.Join(dir, fmt.Sprint(i)), os.DirFS(one)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if list, err := listRuns([]string{dir}, nil); err != nil || len(list) != 3000 {
			b.Fatalf("%d runs, error %v", len(list), err)
		}
	}
}
