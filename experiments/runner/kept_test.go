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

// A kept run is trained again to its first record, which must be the same; the digests on the way verify it from then on.
func TestProve(t *testing.T) {
	c, dir := small(), t.TempDir()
	do(t, filepath.Join(dir, "a"), c)
	h, err := opened(t, filepath.Join(dir, "a")).History()
	if err != nil {
		t.Fatal(err)
	}
	h.Digests = nil // as those of a run that was kept without any
	archive := func() *run.Run {
		a, err := run.NewArchive(run.Schedule{Every: 1}, h)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	r := &Runner{Data: library}
	proven, err := r.Prove(context.Background(), archive(), 5)
	if err != nil || len(proven.Digests) < 2 || proven.Digests[0].Update != 0 || proven.Digests[1].Update != 5 {
		t.Fatalf("%+v, %v", proven.Digests, err)
	}
	a, err := run.NewArchive(run.Schedule{Every: 1}, h, proven)
	if err != nil {
		t.Fatal(err)
	}
	v, err := r.Replay(context.Background(), a, ReplayOptions{From: -1, To: 5})
	if err != nil || !v.Identical || v.Last != 5 {
		t.Errorf("%+v, %v", v, err)
	}
	layers := func(by float64) {
		for i := range h.Layers {
			h.Layers[i].Layers.Layers[0].Z.Std *= by
		}
	}
	layers(2)
	if _, err := r.Prove(context.Background(), archive(), 5); err == nil || !strings.Contains(err.Error(), "layer statistics differ") {
		t.Errorf("other layer statistics: %v", err)
	}
	layers(.5)
	for i := range h.Scores {
		h.Scores[i].Errors++
	}
	if _, err := r.Prove(context.Background(), archive(), 5); err == nil || !strings.Contains(err.Error(), "images are wrong") {
		t.Errorf("other errors: %v", err)
	}
	if _, err := r.Prove(context.Background(), archive(), 1000); err == nil || !strings.Contains(err.Error(), "has no record after 1000 updates") {
		t.Error(err)
	}
}
