package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An interrupt after the first archive does not say that nothing was written.
func TestArchivesInterrupted(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if status, _, stderr := glorotAt(t, t.Context(), dir, "train", "--set", "model.hidden=[5]", "--set", "train.updates=0", "--out", "DIR/"+name); status != 0 {
			t.Fatal(stderr)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var errs bytes.Buffer
	to := filepath.Join(dir, "archives")
	status := glorot(ctx, []string{"runs", "archive", filepath.Join(dir, "a"), filepath.Join(dir, "b"), "--to", to}, strings.NewReader(""), canceller(cancel), &errs)
	if status != exitInterrupted || errs.String() != "glorot: interrupted\n" {
		t.Errorf("status %d, %q", status, errs.String())
	}
	if made, err := os.ReadDir(to); err != nil || len(made) != 1 {
		t.Errorf("%d archives, %v", len(made), err)
	}
}

// A canceller ends a context when something is written.
type canceller func()

func (c canceller) Write(p []byte) (int, error) {
	c()
	return len(p), nil
}
