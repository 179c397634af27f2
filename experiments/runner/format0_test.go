package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"glorot/experiments/run"
)

// The runs in testdata/format0 were made by the program as it was before a log became a prefix of a longer one: by
//
//	train --config s.yaml --out finished
//	train --config s.yaml --set seed=2 --out seed2
//	fork finished --at 40 --set train.updates=56 --set train.rate=0.1 --out child
//	train --config s.yaml --set train.rate=1e38 --set model.activation=identity --out diverged
//	train --config s.yaml --set train.updates=30000 --set observe.every=10000 --set checkpoint.every=4000 --set checkpoint.digest=5000 --out interrupted
//
// where the last one got a SIGINT, with 40 updates and records every 16 in s.yaml.
const oldRuns = "testdata/format0"

// old is a copy of an old run.
func old(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(oldRuns, name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fresh is the configuration of an old run for one that this program makes with the same recording.
func fresh(t *testing.T, name string) run.Config {
	t.Helper()
	r, err := run.Open(filepath.Join(oldRuns, name))
	if err != nil {
		t.Fatal(err)
	}
	return r.Config()
}

func identical(t *testing.T, dir string) {
	t.Helper()
	v, err := (&Runner{Data: library}).Replay(context.Background(), opened(t, dir), ReplayOptions{From: -1, To: -1})
	if err != nil || !v.Identical || v.Digests == 0 {
		t.Errorf("%+v, %v; want it identical", v, err)
	}
}

// sameLog fails unless two runs have the same logs and weights, byte by byte.
func sameLog(t *testing.T, got, want string) {
	t.Helper()
	for _, name := range []string{run.LogFile, run.WeightsFile} {
		if x, y := read(t, got, name), read(t, want, name); !bytes.Equal(x, y) {
			t.Errorf("%s has %d bytes, that of the fresh run %d", name, len(x), len(y))
		}
	}
}

// An old run is read as it is: what it knows answers requests, its state is that of its manifest, its identity that of a run which this program
// makes, and reading changes nothing.
func TestReadFormat0(t *testing.T) {
	for _, c := range []struct {
		name, status         string
		update, tested       int
		sessions, imagesSeed int
	}{
		{"finished", run.Done, 40, 40, 1, 1}, {"seed2", run.Done, 40, 40, 1, 1}, {"child", run.Done, 56, 56, 1, 1},
		{"diverged", run.Diverged, 1, 0, 1, 1}, {"interrupted", run.Interrupted, 5000, 0, 1, 1},
	} {
		dir := old(t, c.name)
		s, err := run.Peek(dir)
		if err != nil || s.Status != c.status || s.Update != c.update || s.TestError == nil || s.TestError.Update != c.tested || len(s.Manifest.Sessions) != c.sessions {
			t.Errorf("%s: %+v, %v", c.name, s, err)
		}
		if s.Config.Data.Seed != 1 || s.Config.ID(s.Manifest.Origin()) != s.Manifest.ID || s.Manifest.ID == s.Manifest.Earlier {
			t.Errorf("%s: data.seed %d, id %s, earlier %s", c.name, s.Config.Data.Seed, s.Manifest.ID, s.Manifest.Earlier)
		}
		r, err := run.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if c.status == run.Interrupted {
			continue
		}
		trace := do(t, dir, r.Config()) // without training
		if (trace.Diverged != nil) != (c.status == run.Diverged) || len(trace.Snapshots) == 0 || len(trace.Errors) != len(trace.Snapshots) {
			t.Errorf("%s: %+v", c.name, trace)
		}
		for _, file := range []string{run.LogFile, run.ManifestFile} {
			if !bytes.Equal(read(t, dir, file), read(t, oldRuns, c.name, file)) {
				t.Errorf("%s: reading changed %s", c.name, file)
			}
		}
		identical(t, dir)
	}
}

// A store finds an old run under its new identity.
func TestFormat0Archive(t *testing.T) {
	r, err := run.Open(filepath.Join(oldRuns, "finished"))
	if err != nil {
		t.Fatal(err)
	}
	archive, err := r.Archive(run.Schedule{Every: 1})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := archive.WriteArchive(&b); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), r.ArchiveName())
	if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	a, err := run.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	want, err1 := r.Trace(r.Config())
	got, err2 := a.Trace(r.Config())
	if err1 != nil || err2 != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v, %v", got, err2, want, err1)
	}
}

// An old run that is resumed, or extended in place, or measured again, becomes one of the present format, whose log is that of a run which this
// program makes from the beginning.
func TestResumeFormat0(t *testing.T) {
	for name, updates := range map[string]int{"interrupted": 30_000, "finished": 70, "seed2": 48} {
		c := fresh(t, name)
		c.Train.Updates = updates
		want, dir := filepath.Join(t.TempDir(), "fresh"), old(t, name)
		do(t, want, c)
		do(t, dir, c)
		sameLog(t, dir, want)
		identical(t, dir)
		var m struct {
			Format   int
			Sessions []run.Session
			Resumed  []run.Session
			Exit     string
		}
		if err := json.Unmarshal(read(t, dir, run.ManifestFile), &m); err != nil || m.Format != 2 || len(m.Sessions) != 2 || m.Sessions[1].To != updates || m.Resumed != nil || m.Exit != run.Done {
			t.Errorf("%s: the manifest says %+v, %v", name, m, err)
		}
		if first := read(t, oldRuns, name, run.LogFile); name == "finished" {
			for line := range strings.Lines(string(first)) { // what was known at the first end stays known
				if strings.Contains(line, `"update":40,`) && !strings.Contains(string(read(t, dir, run.LogFile))+string(read(t, dir, run.ExtraFile)), line) {
					t.Errorf("%s is lost", fmt.Sprintf("%.80s", line))
				}
			}
		}
	}
}

// A child of an old run, and an old child, are extended like any other.
func TestExtendFormat0Child(t *testing.T) {
	dir := old(t, "child")
	c := fresh(t, "child")
	c.Train.Updates = 80
	do(t, dir, c)
	identical(t, dir)

	r := &Runner{Data: library}
	var logs [2]string
	for i, parent := range []string{old(t, "finished"), filepath.Join(t.TempDir(), "fresh")} {
		if i == 1 {
			do(t, parent, fresh(t, "finished"))
		}
		logs[i] = filepath.Join(t.TempDir(), "child")
		cfg, err := r.Fork(context.Background(), parent, 25, []string{"train.rate=0.1"}, logs[i])
		if err != nil {
			t.Fatal(err)
		}
		do(t, logs[i], cfg)
	}
	sameLog(t, logs[0], logs[1])
}

// What an old run did not record is measured afterwards, and its log becomes that of the present format.
func TestMeasureFormat0(t *testing.T) {
	dir, c := old(t, "finished"), fresh(t, "finished")
	c.Observe.Jacobians, c.Observe.Wrong = run.Schedule{At: []int{0, 20}}, true
	got := do(t, dir, c)
	want := do(t, filepath.Join(t.TempDir(), "fresh"), c)
	if got.Digests = want.Digests; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	identical(t, dir)
}
