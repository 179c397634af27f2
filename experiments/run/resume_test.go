package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

type event struct {
	Event  string `json:"event"`
	Update int    `json:"update"`
}

// logged is a run with records of the updates 0, 1 and 2, and the size of the log before each.
func logged(t *testing.T) (r *Run, sizes []int64) {
	t.Helper()
	r = create(t)
	for u := range 3 {
		sizes = append(sizes, r.LogSize())
		if err := r.Log(event{"look", u}); err != nil {
			t.Fatal(err)
		}
	}
	return r, sizes
}

// A run that was killed goes on from any record, as if the later ones had never been.
func TestResume(t *testing.T) {
	for from := range 3 {
		r, sizes := logged(t)
		want, err := os.ReadFile(r.Path(LogFile))
		if err != nil {
			t.Fatal(err)
		}
		r.Close() // as by kill
		again, log, err := Resume(r.Dir())
		if err != nil || log.Warning != nil || len(log.Records) != 3 {
			t.Fatalf("%v, %v, %d records", err, log.Warning, len(log.Records))
		}
		start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		if err := errors.Join(again.CutLog(sizes[from]), again.GoOn(from, "portable", start)); err != nil {
			t.Fatal(err)
		}
		for u := from; u < 3; u++ {
			if err := again.Log(event{"look", u}); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(r.Path(LogFile)); err != nil || string(got) != string(want) {
			t.Errorf("from %d the log is %q, want %q", from, got, want)
		}
		if m, err := again.Manifest(); err != nil || len(m.Resumed) != 1 || m.Resumed[0].Update != from || !m.Resumed[0].Start.Equal(start) ||
			m.Resumed[0].Program != nil || m.Resumed[0].Machine == nil || m.Resumed[0].Machine.Kernels != "portable" {
			t.Errorf("the manifest says %+v, %v", m.Resumed, err)
		}
		if err := again.Finish(Done, "", start); err != nil {
			t.Error(err)
		}
	}
}

// A finished run is not written to again, whether it ended well or in a NaN; one that ended otherwise is.
func TestResumeFinished(t *testing.T) {
	for status, want := range map[string]string{
		Done: "the run is finished", Diverged: "the run is finished: it diverged", "interrupted": "", "failed": "",
	} {
		r, _ := logged(t)
		end := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		if err := r.Finish(status, "because", end); err != nil {
			t.Fatal(err)
		}
		before := files(t, r.Dir())
		opened, err := Open(r.Dir())
		if err != nil {
			t.Fatal(err)
		}
		if m, err := opened.Manifest(); err != nil || m.Exit != status || m.Reason != "because" || m.End == nil || !m.End.Equal(end) {
			t.Errorf("the manifest says %+v, %v", m, err)
		}
		again, _, err := Resume(r.Dir())
		var finished *FinishedError
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", status, err)
				continue
			}
			again.Close()
		} else if !errors.As(err, &finished) || finished.Status != status || err.Error() != r.Dir()+": "+want {
			t.Errorf("%s: %v, want %s", status, err, want)
		}
		if after := files(t, r.Dir()); after != before {
			t.Errorf("got %q, want %q", after, before)
		}
	}
}

// A run that was killed between its last record and the end in its manifest is finished.
func TestResumeKilledAtEnd(t *testing.T) {
	r, _ := logged(t)
	if err := r.Log(map[string]string{"event": finishEvent, "status": Done}); err != nil {
		t.Fatal(err)
	}
	r.Close()
	var finished *FinishedError
	if _, _, err := Resume(r.Dir()); !errors.As(err, &finished) {
		t.Errorf("got %v, want that it is finished", err)
	}
	opened, err := Open(r.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if m, err := opened.Manifest(); err != nil || m.Exit != Done || m.End != nil {
		t.Errorf("the manifest says %+v, %v", m, err)
	}
}

// A log that is damaged goes on from before the damage, and no further: what is cut off there may be a checkpoint's records.
func TestResumeDamagedLog(t *testing.T) {
	r, sizes := logged(t)
	r.Close()
	good, err := os.ReadFile(r.Path(LogFile))
	if err != nil {
		t.Fatal(err)
	}
	for damaged, want := range map[string]string{
		string(good[:len(good)-5]): ":3: the last line is cut off after 23 bytes, and left out",
		strings.Replace(string(good), `"update":2`, "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 1): `expected: a JSON object with an "event"; it and what follows is left out`,
	} {
		if err := os.WriteFile(r.Path(LogFile), []byte(damaged), 0o666); err != nil {
			t.Fatal(err)
		}
		again, log, err := Resume(r.Dir())
		if err != nil {
			t.Fatal(err)
		}
		if log.Warning == nil || !strings.HasSuffix(log.Warning.Error(), want) || len(log.Records) != 2 || again.LogSize() != sizes[2] {
			t.Errorf("%v, %d records, %d bytes", log.Warning, len(log.Records), again.LogSize())
		}
		wantFailure(t, again.CutLog(sizes[2]+1), fmt.Sprintf("%s: has %d bytes of records, expected: at least %d", r.Path(LogFile), sizes[2], sizes[2]+1))
		wantFailure(t, again.CutLog(sizes[2]-1), fmt.Sprintf("%s: no record ends at byte %d", r.Path(LogFile), sizes[2]-1))
		if err := again.CutLog(sizes[2]); err != nil {
			t.Fatal(err)
		}
		if err := again.Log(event{"look", 2}); err != nil {
			t.Fatal(err)
		}
		again.Close()
		if got, err := os.ReadFile(r.Path(LogFile)); err != nil || string(got) != string(good) {
			t.Errorf("the log is %q, want %q", got, good)
		}
	}
}

// While a run is written to, nobody else goes on with it; reading is free.
func TestLocked(t *testing.T) {
	if !locks {
		t.Skip("this system has no flock")
	}
	r, sizes := logged(t)
	_, _, err := Resume(r.Dir())
	wantUsage(t, err, r.Dir()+": another process is writing to it")
	if opened, err := Open(r.Dir()); err != nil {
		t.Error(err)
	} else if log, err := opened.ReadLog(); err != nil || len(log.Records) != 3 {
		t.Errorf("%d records, %v", len(log.Records), err)
	}
	r.Close()
	again, _, err := Resume(r.Dir())
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = Resume(r.Dir())
	wantUsage(t, err, r.Dir()+": another process is writing to it")
	if err := again.CutLog(sizes[0]); err != nil {
		t.Error(err)
	}
	again.Close()
}

// What a process leaves that is killed while it makes a run, or writes a file, is no obstacle, and is removed.
func TestLeftByKill(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{LogFile, ManifestFile, ".run.yaml.123-0.tmp"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Create(dir, Default(), Origin{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WriteFile(CheckpointFile(7), text("")); err != nil {
		t.Fatal(err)
	}
	r.Close()
	left := r.Path("checkpoints/.000000008.safetensors.123-0.tmp")
	if err := os.WriteFile(left, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	again, _, err := Resume(dir)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	var names []string
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if !d.IsDir() {
			names = append(names, d.Name())
		}
		return err
	})
	if want := []string{"000000007.safetensors", LogFile, ManifestFile, ConfigFile}; err != nil || !slices.Equal(names, want) {
		t.Errorf("there are %q, want %q (%v)", names, want, err)
	}
}

// Of the checkpoints up to an update the last ones stay, those that were asked for, and a child's beginning.
func TestPruneCheckpoints(t *testing.T) {
	c := Default()
	c.Checkpoint = Checkpoint{Every: 10, Keep: 2, At: []int{20}}
	r, err := Create(filepath.Join(t.TempDir(), "run"), c, Origin{Parent: &Parent{ID: "0", Update: 5}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if updates, err := r.Checkpoints(); err != nil || updates != nil {
		t.Errorf("%v, %v; want none", updates, err)
	}
	for _, u := range []int{5, 10, 20, 30, 40, 50, 2_000_000_000} {
		if err := r.WriteFile(CheckpointFile(u), text("")); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.WriteFile("checkpoints/7.safetensors", text("mine")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.PruneCheckpoints(40); err != nil {
			t.Fatal(err)
		}
		updates, err := r.Checkpoints()
		if want := []int{5, 20, 30, 40, 50, 2_000_000_000}; err != nil || !slices.Equal(updates, want) {
			t.Errorf("%v, %v; want %v", updates, err, want)
		}
	}
}

// The id changes with everything that changes a number, and with nothing else.
func TestIdentity(t *testing.T) {
	base := identity(Default(), Origin{Numbers: 1})
	seen := map[string]string{base: "the default"}
	for _, arg := range []string{"seed=2", "model.hidden=[10]", "model.activation=softsign", "model.init=normalized", "model.cost=quadratic",
		"data.name=mnist", "data.seed=2", "data.low=-1", "data.high=2", "train.updates=1", "train.batch=1", "train.rate=1",
		"observe.every=1", "observe.examples=1"} {
		c := Default()
		if err := c.Set(arg, Allowed{}); err != nil {
			t.Fatal(err)
		}
		id := identity(c, Origin{Numbers: 1})
		if other, twice := seen[id]; twice {
			t.Errorf("%s has the id of %s", arg, other)
		}
		seen[id] = arg
	}
	for name, o := range map[string]Origin{
		"other numbers": {Numbers: 2}, "other data": {Numbers: 1, Data: Images{Checksum: "a"}},
		"a child": {Numbers: 1, Parent: &Parent{ID: "a", Update: 1}}, "a later child": {Numbers: 1, Parent: &Parent{ID: "a", Update: 2}},
	} {
		id := identity(Default(), o)
		if other, twice := seen[id]; twice {
			t.Errorf("%s has the id of %s", name, other)
		}
		seen[id] = name
	}
	for _, arg := range []string{"threads=1", "checkpoint.every=1", "checkpoint.keep=1", "checkpoint.at=[1]", "checkpoint.digest=1"} {
		c := Default()
		if err := c.Set(arg, Allowed{}); err != nil {
			t.Fatal(err)
		}
		if id := identity(c, Origin{Numbers: 1, Kernels: "avx2", Time: time.Now()}); id != base {
			t.Errorf("%s changes the id", arg)
		}
	}
}

// The manifest is JSON that has every key of the configuration, as its own type.
func TestManifestConfig(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal(Default().json(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(keys) || got["model.activation"] != "tanh" || got["train.rate"] != 0.01 || fmt.Sprint(got["checkpoint.at"]) != "[]" {
		t.Errorf("got %v", got)
	}
	dir := filepath.Join(t.TempDir(), "run")
	r, err := Create(dir, Default(), Origin{Numbers: 3, Seeds: map[string]uint64{"seed": 1}, Kernels: "portable"})
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if r, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	if m, err := r.Manifest(); err != nil || m.Numbers != 3 || m.Seeds["seed"] != 1 || m.Machine.Kernels != "portable" || m.Program.Go == "" || m.End != nil {
		t.Errorf("got %+v, %v", m, err)
	}
	if err := os.Remove(r.Path(ManifestFile)); err != nil {
		t.Fatal(err)
	}
	_, _, err = Resume(dir)
	wantFailure(t, err, filepath.Join(dir, ManifestFile)+": there is no manifest, expected: what a run is made from")
}
