package runner

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/run"
)

// A run that is trained beyond the end of an archive of its trajectory is held against it on the way: errors and digests that differ end it.
func TestGetMeetsErrorsAndDigests(t *testing.T) {
	c, kept := small(), t.TempDir()
	do(t, filepath.Join(kept, "a"), c)
	r, err := run.Open(filepath.Join(kept, "a"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := r.History()
	if err != nil {
		t.Fatal(err)
	}
	get := func() error {
		a, err := run.NewArchive(run.Schedule{}, h)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := a.WriteArchive(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(kept, a.ArchiveName()), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		longer := c
		longer.Train.Updates = 60
		s := run.NewStore(t.TempDir(), run.Archives{FS: os.DirFS(kept), Name: "kept"})
		_, err = (&Runner{Data: library}).Get(context.Background(), s, longer, nil)
		return err
	}
	if err := get(); err != nil {
		t.Fatal(err)
	}
	digest := h.Digests[1].SHA256
	h.Digests[1].SHA256 = "0"
	if err := get(); err == nil || !strings.Contains(err.Error(), "after 5 updates the weights have the SHA-256 "+digest) {
		t.Errorf("another digest: %v", err)
	}
	h.Digests[1].SHA256 = digest
	for i := range h.Scores {
		if h.Scores[i].Event == run.TestEvent && h.Scores[i].Update == 20 {
			h.Scores[i].Errors++
		}
	}
	if err := get(); err == nil || !strings.Contains(err.Error(), "after 20 updates") {
		t.Errorf("other errors: %v", err)
	}
}
