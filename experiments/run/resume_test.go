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

	"glorot/experiments/run/lease"
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

// A run that was killed is resumed from any record, as if the later ones had never been.
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
		if err := errors.Join(again.CutLog(sizes[from]), again.BeginSession(from, "portable", start)); err != nil {
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
		if s := again.Manifest().Sessions; len(s) != 2 || s[1].Update != from || !s[1].Start.Equal(start) ||
			s[1].Program != nil || s[1].Machine == nil || s[1].Machine.Kernels != "portable" {
			t.Errorf("the sessions are %+v", s)
		}
		end(t, again, Done)
	}
}

// The end of a run is in its manifest, with a checksum of the log: one that was changed afterwards is not read.
func TestEnd(t *testing.T) {
	for _, status := range []string{Done, Diverged, Interrupted, Failed} {
		r, _ := logged(t)
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		if err := errors.Join(r.End(status, "because", 2, at), r.Close()); err != nil {
			t.Fatal(err)
		}
		opened, err := Open(r.Dir())
		if err != nil {
			t.Fatal(err)
		}
		m := opened.Manifest()
		if s := m.Sessions; m.Exit != status || m.Reason != "because" || m.End == nil || !m.End.Equal(at) || len(s) != 1 || s[0].To != 2 || !s[0].End.Equal(at) {
			t.Errorf("the manifest says %+v", m)
		}
		src, err := os.ReadFile(r.Path(LogFile))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(src), "\n")
		for what, damaged := range map[string]string{"a line cut out": lines[0] + lines[2], "a number changed": strings.Replace(string(src), ":1}", ":7}", 1)} {
			if err := os.WriteFile(r.Path(LogFile), []byte(damaged), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := opened.ReadLog()
			want := fmt.Sprintf("%s: is not the log with which the run ended: it has %d records, expected: 3 with the SHA-256 %s", r.Path(LogFile), strings.Count(damaged, "\n"), m.Log.SHA256)
			if err == nil || err.Error() != want {
				t.Errorf("%s: %v, want %s", what, err, want)
			}
			again, log, err := Resume(r.Dir())
			if err != nil || log.Warning == nil || log.Warning.Error() != want {
				t.Fatalf("%s: resumed with the warning %v, %v", what, log.Warning, err)
			}
			again.Close()
		}
	}
}

// A run that is extended is open again, with the length and the checkpoints of the request, and what it records stays.
func TestExtend(t *testing.T) {
	r, _ := logged(t)
	end(t, r, Done)
	r, _, err := Resume(r.Dir())
	if err != nil {
		t.Fatal(err)
	}
	longer := r.Config()
	longer.Train.Updates *= 2
	longer.Checkpoint, longer.Observe.Every, longer.Threads = Checkpoint{Every: 7, Keep: 1, Digest: 3}, 5, 2
	if err := errors.Join(r.Extend(longer), r.BeginSession(2, "portable", time.Time{}), r.Close()); err != nil {
		t.Fatal(err)
	}
	again, err := Open(r.Dir())
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Train.Updates *= 2
	want.Checkpoint.Every, want.Checkpoint.Keep = 7, 1
	if m := again.Manifest(); !equal(again.Config(), want) || m.Exit != "" || m.End != nil || m.Log != nil || len(m.Sessions) != 2 || m.Sessions[1].Update != 2 {
		t.Errorf("got %+v, %+v", again.Config(), m)
	}
	shorter := Default()
	shorter.Train.Updates = 1
	if again, _, err = Resume(r.Dir()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(again.Extend(shorter), again.Close()); err != nil || again.Config().Train.Updates != want.Train.Updates {
		t.Errorf("%v, %d updates", err, again.Config().Train.Updates)
	}
}

// What was changed in run.yaml after the run began is refused by its name; the length, the checkpoints and the threads may change.
func TestChangedConfig(t *testing.T) {
	r, _ := logged(t)
	r.Close()
	path := r.Path(ConfigFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range Keys(Allowed{}) {
		if k.Shorthand {
			continue
		}
		c := Default()
		if slices.Contains([]string{"data.path", "data.standardize", "data.split", "data.size", "data.channels"}, k.Name) {
			continue // not of shapeset; see TestMovedData
		}
		value := map[Kind]string{Number: "0.5", Unsigned: "7", Integer: "7"}[KindOf(k.Name)]
		if value == "" {
			value = map[string]string{"model.hidden": "[7]", "checkpoint.at": "[7]", "observe.gradients": "false", "model.zero_last": "true", "observe.wrong": "false", "train.optimizer": "momentum"}[k.Name]
		}
		for _, v := range []string{value, "7", "sigmoid"} {
			if c.Set(k.Name+"="+v, Allowed{}) == nil {
				break
			}
		}
		got, _ := c.Value(k.Name)
		if got == k.Default {
			t.Fatalf("%s is %s still", k.Name, got)
		}
		if err := os.WriteFile(path, c.YAML(), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Open(r.Dir())
		if k.Name == "train.updates" || k.Name == "train.patience" || k.Name == "threads" || strings.HasPrefix(k.Name, "checkpoint.") {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		wantFailure(t, err, fmt.Sprintf("%s: %s is %s, but the run was made with %s: the file was changed; put it back, or make another run with glorot fork or glorot train", path, k.Name, got, k.Default))
	}
	if err := os.WriteFile(path, good, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(r.Dir()); err != nil {
		t.Error(err)
	}
}

// The path of a run's data may change, because data can be moved, but not what is made of them; a resumed run takes the new path over.
func TestMovedData(t *testing.T) {
	c := Default()
	if err := c.Set("data.path=/data/a.npz", Allowed{}); err != nil {
		t.Fatal(err)
	}
	r, err := Create(filepath.Join(t.TempDir(), "run"), c, Origin{})
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	moved := c
	moved.Data.Path = "/elsewhere/a.npz"
	again, _, err := Resume(r.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(again.Extend(moved), again.Close()); err != nil {
		t.Fatal(err)
	}
	if o, err := Open(r.Dir()); err != nil || o.Config().Data.Path != moved.Data.Path {
		t.Errorf("%v, error %v", o, err)
	}
	moved.Data.Standardize = "range"
	if err := os.WriteFile(r.Path(ConfigFile), moved.YAML(), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = Open(r.Dir())
	wantFailure(t, err, r.Path(ConfigFile)+": data.standardize is range, but the run was made with none: the file was changed; put it back, or make another run with glorot fork or glorot train")
}

// A damaged log is resumed from before the damage, and no further: what is cut off there may be a checkpoint's records.
func TestResumeDamagedLog(t *testing.T) {
	r, sizes := logged(t)
	r.Close()
	good, err := os.ReadFile(r.Path(LogFile))
	if err != nil {
		t.Fatal(err)
	}
	for damaged, want := range map[string]string{
		string(good[:len(good)-5]): ":3: the last line is cut off after 23 bytes, and left out",
		strings.Replace(string(good), `"update":2`, "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 1): `expected: a JSON object with an "event"; this line and all that follow are left out`,
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

// While a run is written to, nobody else resumes it; reading is free.
func TestLocked(t *testing.T) {
	r, sizes := logged(t)
	held := func(err error) {
		t.Helper()
		var usage *UsageError
		if want := fmt.Sprintf("process %d on ", os.Getpid()); !errors.As(err, &usage) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want that %s… works on it", err, want)
		}
	}
	_, _, err := Resume(r.Dir())
	held(err)
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
	held(err)
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
		if d.Name() == lease.Folder {
			return filepath.SkipDir
		}
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

// The manifest is JSON that has every key of the configuration, as its own type.
func TestManifestConfig(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal(Default().JSON(), &got); err != nil {
		t.Fatal(err)
	}
	written := slices.DeleteFunc(slices.Clone(keys), func(k key) bool { return k.shorthand })
	if len(got) != len(written) || got["model.activation"] != "tanh" || got["train.rate"] != 0.01 || fmt.Sprint(got["checkpoint.at"]) != "[]" {
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
	if m := r.Manifest(); m.Numbers != 3 || m.Seeds["seed"] != 1 || m.Machine.Kernels != "portable" || m.Program.Go == "" || m.End != nil {
		t.Errorf("got %+v", m)
	}
	if err := os.Remove(r.Path(ManifestFile)); err != nil {
		t.Fatal(err)
	}
	_, _, err = Resume(dir)
	wantFailure(t, err, filepath.Join(dir, ManifestFile)+": there is no manifest, expected: a record of what made the run")
}
