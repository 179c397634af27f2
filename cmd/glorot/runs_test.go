package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
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
		log(run.LayersRecord{Event: run.LayersEvent, Layers: train.Layers{Update: u, Layers: layers}})
		log(run.Score{Event: "valid", Update: u, Examples: 10, Error: 0.5})
		log(run.Score{Event: "test", Update: u, Examples: 1000, Errors: 600 - i, Error: 0.6 - float64(i)/1000})
		for k := range 4 {
			log(map[string]any{"event": "digest", "update": u + k*cfg.Observe.Every/4, "W1": strings.Repeat("0", 300)})
		}
	}
	return r
}

// finish ends a run.
func finish(t testing.TB, r *run.Run, status string) {
	t.Helper()
	if err := errors.Join(r.End(status, "", 0, time.Now()), r.Close()); err != nil {
		t.Fatal(err)
	}
}

// The status of a run is that of the manifest, or else of the lease; progress and error are
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
		finish(t, makeRun(t, at(name), cfg, 5), status)
	}
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

	list, err := live.List(t.Context(), []string{dir, at("done")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range list {
		got[filepath.Base(r.Path)] = r.Status + " " + r.Progress() + " " + r.Percent()
	}
	want := map[string]string{
		"running": "running 35000/80000  43% 59.90 %", "killed": "killed 55000/80000  68% 59.80 %",
		"done": "done 95000/80000 118% 59.60 %", "diverged": "diverged 95000/80000 118% 59.60 %",
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
	filters, err := query.ParseFilter("--where", []string{"train.rate=5e-1", "model.hidden=[1000,1000, 1000,1000,1000]", "model.init=standard"}, run.Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	list, err = live.List(t.Context(), []string{dir}, filters)
	if err != nil || len(list) != 3 { // without those that have another rate, and the damaged one
		t.Errorf("%d runs pass the filters, error %v; want 3", len(list), err)
	}
}

// An archive is listed as a run is: its first line is the manifest, the records follow.
func TestListArchive(t *testing.T) {
	dir := t.TempDir()
	cfg := run.Default()
	r := makeRun(t, filepath.Join(dir, "a"), cfg, 3)
	finish(t, r, run.Done)
	a, err := r.Archive(run.Schedule{})
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := a.WriteArchive(&archive); err != nil {
		t.Fatal(err)
	}
	kept := r.ArchiveName()
	for name, src := range map[string][]byte{kept: archive.Bytes(), "cut-00.jsonl.gz": archive.Bytes()[:archive.Len()/2]} {
		if err := os.WriteFile(filepath.Join(dir, name), src, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	filter, err := query.ParseFilter("--where", []string{"model.hidden=[1000,1000,1000,1000,1000]", "status=done"}, run.Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := live.List(t.Context(), []string{dir}, filter)
	if err != nil || len(list) != 2 || list[1].Path != filepath.Join(dir, kept) || list[1].Progress() != list[0].Progress() || list[1].Percent() != "59.80 %" {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err = live.List(t.Context(), []string{filepath.Join(dir, "cut-00.jsonl.gz")}, nil); err != nil || len(list) != 1 || list[0].Status != "damaged" {
		t.Errorf("%+v, %v; want a damaged one", list, err)
	}
}

func TestAge(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for d, want := range map[time.Duration]string{90 * time.Second: "1m30s", 30 * time.Hour: "30h00m", 80 * time.Hour: "3d"} {
		if got := (live.Head{Start: start}).Age(start.Add(d)); got != want {
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
		if list, err := live.List(b.Context(), []string{dir}, nil); err != nil || len(list) != 3000 {
			b.Fatalf("%d runs, error %v", len(list), err)
		}
	}
}
