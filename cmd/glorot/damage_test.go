package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
)

// killed makes DIR/whole, a run of 10,000 updates, and DIR/killed, the same one as kill -9 left it somewhere after three checkpoints.
func killed(t *testing.T, dir string) {
	t.Helper()
	storedSet(t, dir)
	trained(t, dir, append([]string{"train", "--out", "DIR/whole"}, settings(10_000)...)...)
	out := filepath.Join(dir, "killed")
	for range 5 {
		c, _ := process(t, dir, append([]string{"train", "--out", out}, settings(10_000)...)...)
		waitFor(t, "checkpoints", func() bool {
			made, err := filepath.Glob(filepath.Join(out, "checkpoints", "0*"))
			return err == nil && len(made) >= 3
		})
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		c.Wait()
		if size(filepath.Join(out, run.WeightsFile)) == 0 {
			return
		}
		if err := os.RemoveAll(out); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("five times the training was over before it was killed")
}

// change replaces the content of a file.
func change(t *testing.T, path string, to func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, to(bytes.Clone(b)), 0o666); err != nil {
		t.Fatal(err)
	}
}

func truncate(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }

// Whatever of a killed run is damaged, it says so, is resumed from the newest state that is whole, and ends as the undisturbed one.
func TestResumeDamaged(t *testing.T) {
	dir := t.TempDir()
	killed(t, dir)
	source, err := run.Open(filepath.Join(dir, "killed"))
	if err != nil {
		t.Fatal(err)
	}
	updates, err := source.Checkpoints()
	if err != nil || len(updates) < 3 {
		t.Fatalf("checkpoints %v, %v", updates, err)
	}
	newest, older := updates[len(updates)-1], updates[len(updates)-2]
	for i, test := range []struct {
		name   string
		damage func(t *testing.T, r *run.Run)
		from   int
		want   string // a warning
	}{
		{"nothing", func(*testing.T, *run.Run) {}, newest, ""},
		{"a checkpoint cut off", func(t *testing.T, r *run.Run) {
			change(t, r.Path(run.CheckpointFile(newest)), truncate(50_000))
		}, older, fmt.Sprintf(`%09d.safetensors: tensor "W1": is cut off`, newest)},
		{"an empty checkpoint", func(t *testing.T, r *run.Run) {
			change(t, r.Path(run.CheckpointFile(newest)), truncate(0))
		}, older, fmt.Sprintf(`%09d.safetensors: is cut off after 0 bytes`, newest)},
		{"a flipped bit", func(t *testing.T, r *run.Run) {
			change(t, r.Path(run.CheckpointFile(newest)), func(b []byte) []byte { b[len(b)-1] ^= 4; return b })
		}, older, fmt.Sprintf(`%09d.safetensors: is damaged: tensor b2 does not match its SHA-256`, newest)},
		{"an older checkpoint under the newest's name", func(t *testing.T, r *run.Run) {
			if err := os.Rename(r.Path(run.CheckpointFile(older)), r.Path(run.CheckpointFile(newest))); err != nil {
				t.Fatal(err)
			}
		}, updates[len(updates)-3], fmt.Sprintf("is the checkpoint of update %d, expected: %d", older, newest)},
		{"no checkpoint", func(t *testing.T, r *run.Run) {
			for _, u := range updates {
				change(t, r.Path(run.CheckpointFile(u)), truncate(1000))
			}
		}, 0, "is cut off"},
		{"the last record cut off", func(t *testing.T, r *run.Run) {
			change(t, r.Path(run.LogFile), func(b []byte) []byte { return append(b, `{"event":"va`...) })
		}, newest, `the last line is cut off after 12 bytes, and left out`},
		{"the log cut off before the newest checkpoint", func(t *testing.T, r *run.Run) {
			change(t, r.Path(run.LogFile), func(b []byte) []byte {
				return b[:bytes.Index(b, fmt.Appendf(nil, `"update":%d,`, newest-500))+5]
			})
		}, older, fmt.Sprintf(`%09d.safetensors: the log ends before it, after`, newest)},
		{"a record overwritten", func(t *testing.T, r *run.Run) {
			change(t, r.Path(run.LogFile), func(b []byte) []byte {
				copy(b[bytes.Index(b, fmt.Appendf(nil, `"update":%d,`, newest-250)):], make([]byte, 100))
				return b
			})
		}, older, `this line and all that follow are left out`},
	} {
		t.Run(test.name, func(t *testing.T) {
			to := filepath.Join(dir, fmt.Sprint("run", i))
			if err := os.CopyFS(to, os.DirFS(source.Dir())); err != nil {
				t.Fatal(err)
			}
			r, err := run.Open(to)
			if err != nil {
				t.Fatal(err)
			}
			test.damage(t, r)
			stderr := trained(t, dir, "train", "--resume", to, "--data", "DIR/data")
			if want := fmt.Sprintf("glorot: %s resumes at update %d\n", to, test.from); !strings.HasSuffix(stderr, want) ||
				!strings.Contains(stderr, test.want) || (test.want == "") != (stderr == want) {
				t.Errorf("stderr %q, want %q and %q", stderr, test.want, want)
			}
			sameRun(t, to, filepath.Join(dir, "whole"))
		})
	}
}

// A run is not resumed by a program with another training arithmetic, nor on other images.
func TestResumeOtherNumbers(t *testing.T) {
	dir := t.TempDir()
	killed(t, dir)
	if err := dataset.MakeImageSet(t.Context(), filepath.Join(dir, "pictures"), filepath.Join(dir, "other", "smallimagenet"), dataset.ImageSetOptions{Seed: 2}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "killed", run.ManifestFile)
	before := size(filepath.Join(dir, "killed", run.LogFile))
	refused := func(data, want string) {
		t.Helper()
		for _, args := range [][]string{
			{"train", "--resume", "DIR/killed"}, {"replay", "DIR/killed"}, {"fork", "DIR/killed", "--at", "2000", "--out", "DIR/child"},
		} {
			status, stdout, stderr := glorotAt(t, t.Context(), dir, append(args, "--data", data)...)
			if status != exitFailure || stdout != "" || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("%s: status %d, %q; want 1 and %q", args[0], status, stderr, want)
			}
		}
	}
	refused("DIR/other", "killed: the run's images of smallimagenet have the checksum ")
	change(t, path, func(b []byte) []byte {
		return regexp.MustCompile(`"numbers": [0-9]+`).ReplaceAll(b, []byte(`"numbers": 77`))
	})
	_, err := run.Open(filepath.Dir(path))
	changed := regexp.MustCompile(`declares the trajectory ([0-9a-f]{16}), but has the id ([0-9a-f]{16}): the file was changed$`).FindStringSubmatch(fmt.Sprint(err))
	if changed == nil {
		t.Fatalf("%v; want that the manifest was changed", err)
	}
	change(t, path, func(b []byte) []byte { return bytes.Replace(b, []byte(changed[2]), []byte(changed[1]), 1) }) // as a run of that kind has it
	refused("DIR/data", "killed: the run has version 77 of the training arithmetic, this program has version ")
	if size(filepath.Join(dir, "child", run.ConfigFile)) > 0 || size(filepath.Join(dir, "killed", run.LogFile)) != before {
		t.Error("a refused run was changed, or has a child")
	}
}
