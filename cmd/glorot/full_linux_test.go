package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A training whose disk gets full fails with what it has, and is resumed when there is room again. The disk is a real one, of 512 KiB,
// where the system lets the test mount it.
func TestFullDisk(t *testing.T) {
	dir, disk := t.TempDir(), t.TempDir()
	storedSet(t, dir)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=512k"); err != nil {
		t.Skip("no tmpfs can be mounted: ", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
	trained(t, dir, append([]string{"train", "--out", "DIR/whole"}, settings(5000)...)...)
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 190<<10), 0o666); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"train", "--out", disk + "/run"}, settings(5000)...)
	status, _, stderr := glorotAt(t, t.Context(), dir, args...)
	if status != exitFailure || !strings.Contains(stderr, ".safetensors: no space left on device; make room, then glorot train --resume "+disk+"/run continues from its newest checkpoint") || strings.Count(stderr, "\n") != 1 {
		t.Fatalf("status %d, stderr %q; want 1 and that a checkpoint cannot be written", status, stderr)
	}
	if left, err := filepath.Glob(filepath.Join(disk, "run", "*", ".*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %q, %v", left, err)
	}
	if status, stdout, _ := glorotAt(t, t.Context(), dir, "runs", disk+"/run"); status != 0 || !strings.Contains(stdout, " failed ") {
		t.Errorf("status %d, %q; want that it failed", status, stdout)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if stderr := trained(t, dir, "train", "--resume", disk+"/run", "--data", "DIR/data"); !strings.Contains(stderr, "run resumes at update ") || strings.HasSuffix(stderr, "at update 0\n") {
		t.Errorf("stderr %q; want it to resume from a checkpoint", stderr)
	}
	sameRun(t, filepath.Join(disk, "run"), filepath.Join(dir, "whole"))
}
