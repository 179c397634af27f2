package run

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Find walks folders, takes archives, looks into no run and no hidden folder, and names each run once, however it is reached.
func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, file := range []string{
		"runs/b/run.yaml", "runs/b/checkpoints/run.yaml", "runs/a/run.yaml", "runs/deep/c/run.yaml", "runs/deep/c/notes", "runs/kept-0a.jsonl.gz", "runs/.trash/1/d/run.yaml",
		"runs/notes.txt", "empty/notes.txt",
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ paths, want string }{
		{"runs", "runs/a runs/b runs/deep/c runs/kept-0a.jsonl.gz"},
		{"runs/b ./runs/b runs runs/kept-0a.jsonl.gz", "runs/b runs/a runs/deep/c runs/kept-0a.jsonl.gz"},
		{"runs/kept-0a.jsonl.gz runs/deep", "runs/kept-0a.jsonl.gz runs/deep/c"},
		{"empty", ""},
	} {
		got, err := Find(strings.Fields(c.paths)...)
		for i := range got {
			got[i] = filepath.ToSlash(got[i])
		}
		if err != nil || !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("Find(%s): %v, %v; want %s", c.paths, got, err, c.want)
		}
	}
	for path, want := range map[string]string{"nowhere": "nowhere: there is no such", "empty/notes.txt": "notes.txt: is a file, expected: a run"} {
		_, err := Find(path)
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), want) {
			t.Errorf("Find(%s): %v, want a usage error with %q", path, err, want)
		}
	}
}
