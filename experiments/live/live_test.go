package live

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// newRun makes a run with the records of a small training, and leaves it open.
func newRun(t testing.TB, dir string, records ...any) *run.Run {
	t.Helper()
	return newRunAt(t, dir, noon, records...)
}

func newRunAt(t testing.TB, dir string, start time.Time, records ...any) *run.Run {
	t.Helper()
	c := run.Default()
	c.Model.Hidden, c.Train.Updates = []int{7, 5}, 400
	r, err := run.Create(dir, c, run.Origin{Numbers: 1, Time: start, Data: run.Images{Checksum: "0", Valid: 50, Test: 100}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	write(t, r, records...)
	return r
}

func write(t testing.TB, r *run.Run, records ...any) {
	t.Helper()
	for _, record := range records {
		if err := r.Log(record); err != nil {
			t.Fatal(err)
		}
	}
}

func score(event string, update int, share float64) run.Score {
	n := map[string]int{run.ValidEvent: 50, run.TestEvent: 100}[event]
	return run.Score{Event: event, Update: update, Examples: n, Errors: int(share * float64(n)), Error: share, NLL: 2 * share}
}

// look is a snapshot of two hidden layers and the output layer, with quantities that no version of this program has.
func look(update int, std float64) map[string]any {
	histogram := map[string]any{"low": -1, "high": 1, "counts": []int{1, 2, 3}, "below": 0, "above": 0}
	layer := func(n int) map[string]any {
		return map[string]any{
			"layer": n, "z": map[string]any{"n": 3, "std": std / float64(n), "kurtosis": nil, "flat": 0.25, "histogram": histogram}, "flat": "|z| > 0.95",
			"dcost_ds": map[string]any{"std": std * float64(n), "histogram": histogram}, "dead": 0.125, "newly": map[string]any{"made": "+Inf"},
		}
	}
	output := map[string]any{"layer": 3, "dcost_ds": map[string]any{"std": 9}}
	return map[string]any{"event": "look", "update": update, "layers": []any{layer(1), layer(2), output}}
}

func follow(t testing.TB, path string) *Follower {
	t.Helper()
	f, err := Follow(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *Follower) reread(t *testing.T) bool {
	t.Helper()
	changed, err := f.Read(noon)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// A follower reads the records that are complete, each once, and what a record has beyond what this version knows.
func TestFollow(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	r := newRun(t, dir, look(0, 0.5), score("valid", 0, 0.9), score("test", 0, 0.89))
	f := follow(t, dir)
	if f.Head.Status != run.Running || f.Head.Updates != 400 || *f.Head.TestError != 0.89 || f.Layers.Depth != 3 {
		t.Errorf("head %+v, %d layers", f.Head, f.Layers.Depth)
	}
	if f.reread(t) {
		t.Error("changed without a new record")
	}
	write(t, r, look(200, 0.25), score("valid", 200, 0.5), score("test", 200, 0.45))
	if !f.reread(t) {
		t.Error("not changed by new records")
	}
	if got := fmt.Sprint(f.Valid.Updates, f.Valid.Error, f.Valid.NLL, f.Test.Error, f.Layers.Updates); got != "[0 200] [0.9 0.5] [1.8 1] [0.89 0.45] [0 200]" {
		t.Error(got)
	}
	for name, want := range map[string][]float64{"z/std": {0.25, 0.125}, "dead": {0.125, 0.125}, "newly/made": {math.Inf(1), math.Inf(1)}, "z/other": nil} {
		if got := f.Layers.Column(2, name); !slices.Equal(got, want) {
			t.Errorf("%s of layer 2: %v, want %v", name, got, want)
		}
	}
	if v := f.Layers.Value(1, 1, "z/kurtosis"); !math.IsNaN(v) {
		t.Errorf("null is %v", v)
	}
	s, err := f.Snapshot(1)
	if err != nil || s.Update != 200 || !slices.Equal(s.Layers.Layers[0].Z.Histogram.Counts, []int64{1, 2, 3}) {
		t.Errorf("snapshot %+v, %v", s, err)
	}
	if names := strings.Join(f.Layers.Names(), " "); names != "dcost_ds/std dead newly/made z/flat z/kurtosis z/n z/std" {
		t.Error(names)
	}
}

// Half a line is left until the rest of it is there, wherever it is divided.
func TestTailHalfLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	lines := []string{`{"event":"test","update":1}`, strings.Repeat("x", 700_000), "", "end"}
	content := strings.Join(lines, "\n") + "\n"
	for _, cut := range []int{0, 1, 27, 28, 29, 500_000, 700_028, 700_029, 700_030, len(content) - 1} {
		if err := os.WriteFile(path, []byte(content[:cut]), 0o666); err != nil {
			t.Fatal(err)
		}
		tail := Tail{Path: path}
		var got []string
		read := func() {
			reset, err := tail.Read(func(text []byte, at int64) {
				if !strings.HasPrefix(content[at:], string(text)+"\n") {
					t.Errorf("cut at %d: %.20q is not at %d", cut, text, at)
				}
				got = append(got, string(text))
			})
			if reset || err != nil {
				t.Errorf("cut at %d: %v, %v", cut, reset, err)
			}
		}
		read()
		if n := strings.Count(content[:cut], "\n"); len(got) != n {
			t.Errorf("cut at %d: %d lines, want %d", cut, len(got), n)
		}
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(content[cut:]); err != nil {
			t.Fatal(err)
		}
		file.Close()
		read()
		read()
		if !slices.Equal(got, lines) || tail.Offset != int64(len(content)) {
			t.Errorf("cut at %d: %d lines up to %d", cut, len(got), tail.Offset)
		}
	}
}

// A log that a resumed run cuts back, or another run in the same directory, is read from its start.
func TestFollowCutLog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	r := newRun(t, dir, score("valid", 0, 0.9), score("valid", 100, 0.5), score("valid", 200, 0.4))
	f := follow(t, dir)
	info, err := os.Stat(r.Path(run.LogFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(r.Path(run.LogFile), info.Size()/3); err != nil {
		t.Fatal(err)
	}
	f.reread(t)
	if got := fmt.Sprint(f.Valid.Updates); got != "[0]" {
		t.Errorf("after the cut: %s", got)
	}
	r.Close()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Read(noon); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("deleted: %v", err)
	}
	if got := fmt.Sprint(f.Valid.Updates); got != "[0]" {
		t.Errorf("a deleted run is forgotten: %s", got)
	}
	newRunAt(t, dir, noon.Add(time.Hour), score("valid", 0, 0.8), score("valid", 50, 0.75), score("valid", 70, 0.7))
	f.reread(t)
	if got := fmt.Sprint(f.Valid.Updates, f.Valid.Error, f.Valid.NLL); got != "[0 50 70] [0.8 0.75 0.7] [1.6 1.5 1.4]" {
		t.Errorf("another run: %s", got)
	}
}

// Lines that cannot be read are counted, and the first is named, also when a line is added later.
func TestFollowDamage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	r := newRun(t, dir, score("valid", 0, 0.9))
	f := follow(t, dir)
	if got := f.Damage(); got != "" {
		t.Errorf("undamaged: %q", got)
	}
	add := func(file, text string) {
		t.Helper()
		w, err := os.OpenFile(r.Path(file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WriteString(text); err != nil {
			t.Fatal(err)
		}
		w.Close()
		f.reread(t)
	}
	add(run.LogFile, "junk\n")
	if got, want := f.Damage(), "1 line of its log cannot be read: line 2 of log.jsonl"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	add(run.LogFile, `{"event":"later","update":5}`+"\n\n")
	add(run.ExtraFile, `{"event":"later","update":5,}`+"\n"+`{"event":"valid","update":5,"error":{}}`+"\n")
	if got, want := f.Damage(), "4 lines of its log cannot be read: the first is line 2 of log.jsonl"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// An archive is followed like the directory that it was made from.
func TestFollowArchive(t *testing.T) {
	paths, err := filepath.Glob("../paper/results/shapeset-tanh-standard-5x1000-*-seed1-*" + run.ArchiveSuffix)
	if err != nil || len(paths) == 0 {
		t.Fatal("no archive", err)
	}
	f := follow(t, paths[0])
	r, err := run.Open(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	h, err := r.History()
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Layers.Updates) != len(h.Layers) || f.Head.Status != run.Done {
		t.Errorf("%d snapshots, want %d; %s", len(f.Layers.Updates), len(h.Layers), f.Head.Status)
	}
	for i, l := range h.Layers {
		for _, layer := range l.Layers.Layers[:5] {
			if v := f.Layers.Value(i, layer.Layer, "z/std"); v != layer.Z.Std {
				t.Errorf("std of layer %d after %d updates: %v, want %v", layer.Layer, l.Update, v, layer.Z.Std)
			}
		}
	}
	var updates []int
	var shares []float64
	for _, e := range h.Errors() {
		updates, shares = append(updates, e.Update), append(shares, e.Valid.Error)
	}
	if !slices.Equal(f.Valid.Updates, updates) || !slices.Equal(f.Valid.Error, shares) {
		t.Errorf("errors %v at %v, want %v at %v", f.Valid.Error, f.Valid.Updates, shares, updates)
	}
}

// A list has the states that Peek reads, and reads again what has changed only.
func TestList(t *testing.T) {
	root := t.TempDir()
	a := newRun(t, filepath.Join(root, "a"), score("valid", 0, 0.9), score("test", 0, 0.875))
	b := newRun(t, filepath.Join(root, "b", "b"), score("test", 100, 0.5))
	if err := b.End(run.Interrupted, "by a test", 100, noon); err != nil {
		t.Fatal(err)
	}
	b.Close()
	if err := os.Mkdir(filepath.Join(root, "c"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "c", run.ConfigFile), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	l := NewLister(root)
	list := func() (words []string, changed bool) {
		heads, changed, err := l.List(context.Background(), noon)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range heads {
			word := fmt.Sprintf("%s %s %d/%d", filepath.Base(h.Path), h.Status, h.Update, h.Updates)
			if left := h.Left(noon); left < 0 || left > 0 && h.Status != run.Running {
				t.Errorf("%s has %v left", word, left)
			}
			if s, err := run.Peek(h.Path); err == nil && (s.Status != h.Status || s.Update != h.Update || s.TestError.Error != *h.TestError || s.Manifest.ID != h.ID) {
				t.Errorf("%+v, but Peek reads %+v", h, s)
			}
			words = append(words, word)
		}
		return words, changed
	}
	if got, changed := list(); !changed || strings.Join(got, ", ") != "a running 0/400, b interrupted 100/400, c damaged 0/0" {
		t.Error(got, changed)
	}
	if got, changed := list(); changed || len(got) != 3 {
		t.Error("changed", got)
	}
	write(t, a, score("test", 300, 0.25))
	if got, changed := list(); !changed || got[0] != "a running 300/400" {
		t.Error(got, changed)
	}
	a.Close()
	if got, changed := list(); !changed || got[0] != "a killed 300/400" {
		t.Error(got, changed)
	}
	if err := os.RemoveAll(b.Dir()); err != nil {
		t.Fatal(err)
	}
	if got, changed := list(); !changed || len(got) != 2 {
		t.Error(got, changed)
	}
}

// A run that did not end says from which checkpoint it continues, in a list where that is not its last record.
func TestResumes(t *testing.T) {
	r := newRun(t, filepath.Join(t.TempDir(), "r"), score("valid", 300, 0.5), score("test", 300, 0.5))
	for _, u := range []int{100, 200} {
		path := r.Path(run.CheckpointFile(u))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if h := ReadHead(r.Dir(), noon); h.Status != run.Running || h.Resumes != nil {
		t.Errorf("%+v, want a running one that does not say it", h)
	}
	r.Close()
	h := ReadHead(r.Dir(), noon)
	if h.Status != run.Killed || h.Resumes == nil || *h.Resumes != 200 {
		t.Errorf("%+v, want a killed one that continues from 200", h)
	}
	var b strings.Builder
	if err := WriteText(&b, []Group{{Path: "s", Summary: "0 of 1 cell done", Runs: []Head{h}}}, noon); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\ns  ", " sweep ", " 0 of 1 cell done ", "\n  " + h.Path, " 300/400  75%, continues from 200 "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q lacks %q", b.String(), want)
		}
	}
}

// Every key has the value in a list that the parsed configuration gives it.
func TestHeadValue(t *testing.T) {
	r := newRun(t, filepath.Join(t.TempDir(), "r"))
	h := ReadHead(r.Dir(), noon)
	for _, name := range run.Names() {
		if want, _ := r.Config().Value(name); h.Value(name) != want {
			t.Errorf("%s is %q, want %q", name, h.Value(name), want)
		}
	}
	if h.Value("status") != run.Killed && h.Value("status") != run.Running || h.Value("fork") != "none" || h.Value("model.widths") != "" {
		t.Error(h.Value("status"), h.Value("fork"), h.Value("model.widths"))
	}
}

// manyRuns makes a folder of n runs with logs of a megabyte, which are links to one.
func manyRuns(t testing.TB, n int) string {
	root := t.TempDir()
	first := newRun(t, filepath.Join(root, "0000"))
	histogram := map[string]any{"low": -1, "high": 1, "counts": make([]int, 20_000), "below": 0, "above": 0}
	for u := range 20 {
		write(t, first, map[string]any{"event": "look", "update": 20 * u, "layers": []any{map[string]any{"layer": 1, "z": map[string]any{"std": 0.5, "histogram": histogram}}}},
			score("valid", 20*u, 0.5), score("test", 20*u, 0.5), run.DigestRecord{Event: run.DigestEvent, Update: 20 * u})
	}
	if err := first.End(run.Done, "", 400, noon); err != nil {
		t.Fatal(err)
	}
	first.Close()
	for i := 1; i < n; i++ {
		dir := filepath.Join(root, fmt.Sprintf("%04d", i))
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{run.ConfigFile, run.ManifestFile, run.LogFile} {
			if err := os.Link(first.Path(name), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return root
}

// The first list of 2,000 runs with logs of a megabyte, and a later one.
func BenchmarkList(b *testing.B) {
	root := manyRuns(b, 2000)
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			if heads, _, err := NewLister(root).List(context.Background(), noon); err != nil || len(heads) != 2000 || heads[7].Status != run.Done {
				b.Fatal(len(heads), err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		l := NewLister(root)
		for b.Loop() {
			if _, _, err := l.List(context.Background(), noon); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The first reading of a run with 500 snapshots of five layers with histograms.
func BenchmarkFollow(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "r")
	r := newRun(b, dir)
	archive, err := run.Open("../paper/results/shapeset-tanh-standard-5x1000-0.03-in--1-1-seed1-e20050109afebc88.jsonl.gz")
	if err != nil {
		b.Fatal(err)
	}
	h, err := archive.History()
	if err != nil {
		b.Fatal(err)
	}
	record := h.Layers[0]
	record.Examples = 0
	for i := range 500 {
		record.Update = i
		write(b, r, record)
	}
	if info, err := os.Stat(r.Path(run.LogFile)); err == nil {
		b.SetBytes(info.Size())
	}
	for b.Loop() {
		if f := follow(b, dir); len(f.Layers.Updates) != 500 {
			b.Fatal(len(f.Layers.Updates))
		}
	}
}
