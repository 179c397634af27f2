package run

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run/lease"
	"glorot/experiments/run/safetensors"
)

// create makes a run in a new directory.
func create(t *testing.T) *Run {
	t.Helper()
	r, err := Create(filepath.Join(t.TempDir(), "run"), Default(), Origin{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// end ends a run as a process does that comes to its end.
func end(t *testing.T, r *Run, status string) {
	t.Helper()
	if err := errors.Join(r.End(status, "", 0, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), r.Close()); err != nil {
		t.Fatal(err)
	}
}

// files lists everything under a directory but leases, by path and content.
func files(t *testing.T, dir string) string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if d.IsDir() && d.Name() == lease.Folder {
			return filepath.SkipDir
		}
		if d.IsDir() {
			list = append(list, name+"/")
			return nil
		}
		b, err := os.ReadFile(path)
		list = append(list, fmt.Sprintf("%s=%s", name, b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, "|")
}

// wantUsage fails unless err is a UsageError of exactly that line.
func wantUsage(t *testing.T, err error, want string) {
	t.Helper()
	var usage *UsageError
	if !errors.As(err, &usage) || err.Error() != want {
		t.Errorf("got %v, want the UsageError %s", err, want)
	}
}

// wantFailure fails unless err is of exactly that line, and no UsageError.
func wantFailure(t *testing.T, err error, want string) {
	t.Helper()
	var usage *UsageError
	if err == nil || errors.As(err, &usage) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// A run from its beginning to its end, and read again.
func TestRun(t *testing.T) {
	c := Default()
	c.Model.Hidden = []int{3, 2}
	dir := filepath.Join(t.TempDir(), "runs", "1")
	r, err := Create(dir, c, Origin{})
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := files(t, dir), "log.jsonl=|manifest.json="+string(manifest)+"|run.yaml="+string(c.YAML()); got != want {
		t.Errorf("a new run holds %q, want %q", got, want)
	}
	weights := safetensors.File{Tensors: []safetensors.Tensor{{Name: "b1", Shape: []int{2}, Data: []float32{1, -1}}}}
	for _, err := range []error{
		r.Log(map[string]any{"event": "progress", "update": 20_000}),
		r.WriteFile(WeightsFile, func(w io.Writer) error { return safetensors.Write(w, weights) }),
		r.WriteFile("figures/fig6.svg", text("<svg/>")),
		r.LogExtra(map[string]any{"event": "progress", "update": 20_001}),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	end(t, r, Done)

	r, err = Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !equal(r.Config(), c) || r.Dir() != dir {
		t.Errorf("got %v in %s", r.Config(), r.Dir())
	}
	log, err := r.ReadLog()
	if err != nil || log.Warning != nil || len(log.Records) != 1 {
		t.Fatalf("got %v, %v", log, err)
	}
	if extra, err := r.ReadExtra(); err != nil || len(extra.Records) != 1 {
		t.Errorf("got %v, %v", extra, err)
	}
	var progress struct{ Update int }
	if err := log.Records[0].Decode(&progress); err != nil || progress.Update != 20_000 || log.Records[0].Event != "progress" {
		t.Errorf("got %v, %v", progress, err)
	}
	if m := r.Manifest(); m.Exit != Done || m.Log.Records != 1 {
		t.Errorf("the manifest says %+v", m)
	}
	f, err := safetensors.ReadFile(r.Path(WeightsFile))
	if err != nil {
		t.Fatal(err)
	}
	if b1, err := safetensors.Get[float32](f, "b1", 2); err != nil || b1[1] != -1 {
		t.Errorf("got %v, %v", b1, err)
	}
	if b, err := os.ReadFile(r.Path("figures/fig6.svg")); err != nil || string(b) != "<svg/>" {
		t.Errorf("got %q, %v", b, err)
	}
}

// A directory that holds anything at all is refused, and stays as it was.
func TestCreateRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	first, err := Create("run", Default(), Origin{})
	if err != nil {
		t.Fatal(err)
	}
	end(t, first, Done)
	for path, content := range map[string]string{"file": "x", "full/notes.txt": "mine", "broken/run.yaml": "", "hidden/.git": ""} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before := files(t, ".")
	for dir, want := range map[string]string{
		"run":    "run: holds a run already, allowed: a new or an empty directory",
		"run/":   "run/: holds a run already, allowed: a new or an empty directory",
		"broken": "broken: holds a run already, allowed: a new or an empty directory",
		"full":   "full: is not empty, allowed: a new or an empty directory",
		"hidden": "hidden: is not empty, allowed: a new or an empty directory",
		"file":   "file: is a file, allowed: a new or an empty directory",
		"":       "the run's directory has no name",
	} {
		_, err := Create(dir, Default(), Origin{})
		wantUsage(t, err, want)
	}
	bad := Default()
	bad.Train.Batch = 0
	_, err = Create("new", bad, Origin{})
	wantUsage(t, err, "train.batch: got 0, allowed: an integer from 1 to 1000000")
	if _, err := Create("file/run", Default(), Origin{}); err == nil || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	if after := files(t, "."); after != before {
		t.Errorf("something changed: %s, before %s", after, before)
	}
	if err := os.Mkdir("empty", 0o777); err != nil {
		t.Fatal(err)
	}
	r, err := Create("empty", Default(), Origin{})
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
}

// Of two processes that choose one directory at once, one gets it.
func TestCreateOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	errs := make(chan error)
	const n = 8
	for range n {
		go func() {
			r, err := Create(dir, Default(), Origin{})
			if err == nil {
				err = errors.Join(r.End(Done, "", 0, time.Time{}), r.Close())
			}
			errs <- err
		}()
	}
	made := 0
	for range n {
		err := <-errs
		var usage *UsageError
		switch {
		case err == nil:
			made++
		case !errors.As(err, &usage):
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d runs were made", made)
	}
	if _, err := Open(dir); err != nil {
		t.Error(err)
	}
}

// An error for something that is not a run, or a damaged one, names the file and what was expected.
func TestOpenErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	good := string(Default().YAML())
	for path, content := range map[string]string{
		"file":           "x",
		"other/a.txt":    "x",
		"cut/run.yaml":   good[:len(good)/2],
		"close/run.yaml": good[:len(good)-1],
		"empty/run.yaml": "",
		"bad/run.yaml":   strings.Replace(good, "batch: 10", "batch: 1O", 1),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{
		"none":  "none: there is no such directory, expected: a run",
		"file":  "file: is a file, expected: the directory of a run",
		"other": "other: is not a run: it has no run.yaml",
	} {
		_, err := Open(dir)
		wantUsage(t, err, want)
	}
	for dir, want := range map[string]string{
		"cut":   fmt.Sprintf(`cut/run.yaml: is cut off after %d bytes, expected: a configuration that ends in "..."`, len(good)/2),
		"close": fmt.Sprintf(`close/run.yaml: is cut off after %d bytes, expected: a configuration that ends in "..."`, len(good)-1),
		"empty": `empty/run.yaml: is cut off after 0 bytes, expected: a configuration that ends in "..."`,
		"bad":   `bad/run.yaml:26:10: train.batch: got 1O, allowed: an integer from 1 to 1000000`,
	} {
		_, err := Open(dir)
		wantFailure(t, err, want)
	}
	if err := os.MkdirAll("dir/run.yaml", 0o777); err != nil {
		t.Fatal(err)
	}
	_, err := Open("dir")
	wantFailure(t, err, "read dir/run.yaml: is a directory")
}

// A run that was opened, or is closed, is not written to.
func TestReadOnly(t *testing.T) {
	created := create(t)
	end(t, created, Done)
	opened, err := Open(created.Dir())
	if err != nil {
		t.Fatal(err)
	}
	before := files(t, created.Dir())
	for r, why := range map[*Run]string{created: "the run is closed", opened: "the run was opened for reading"} {
		log := fmt.Sprintf("cannot write %s: %s", r.Path(LogFile), why)
		wantFailure(t, r.Log(map[string]string{"event": "late"}), log)
		wantFailure(t, r.End(Done, "", 0, time.Time{}), log)
		wantFailure(t, r.WriteFile("a", text("late")), fmt.Sprintf("cannot write %s: %s", r.Path("a"), why))
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if after := files(t, created.Dir()); after != before {
		t.Errorf("got %s, want %s", after, before)
	}
}

// WriteFile stays inside of the run, and keeps the old file when the content fails.
func TestWriteFile(t *testing.T) {
	r := create(t)
	for _, name := range []string{"../a", "/a", "", "figures/../../a"} {
		wantFailure(t, r.WriteFile(name, text("x")), "cannot write "+name+": the name leads out of the run")
	}
	if err := r.WriteFile("a", text("old")); err != nil {
		t.Fatal(err)
	}
	before := files(t, r.Dir())
	err := r.WriteFile("a", func(w io.Writer) error {
		io.WriteString(w, "half")
		return errors.New("no more content")
	})
	wantFailure(t, err, fmt.Sprintf("cannot write %s: no more content", r.Path("a")))
	if err := r.WriteFile("a/b", text("x")); err == nil || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	if after := files(t, r.Dir()); after != before {
		t.Errorf("got %s, want %s", after, before)
	}
}
