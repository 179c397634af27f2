package run

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// disk is a directory on a disk of its own, of 64 KiB, where the system lets the test
// mount one.
func disk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("no tmpfs can be mounted: ", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill leaves so many bytes on the disk.
func fill(t *testing.T, dir string, left int) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 64<<10-left), 0o666); err != nil {
		t.Fatal(err)
	}
}

// On a full disk no run is made, and nothing of one stays.
func TestCreateOnFullDisk(t *testing.T) {
	dir := disk(t)
	fill(t, dir, 0)
	_, err := Create(filepath.Join(dir, "runs", "1"), Default(), Origin{})
	wantFailure(t, err, "cannot write "+filepath.Join(dir, "runs", "1", "lease", "000001.json")+": no space left on device")
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v, want the filler alone", entries, err)
	}
	// An empty directory that was there before stays, and stays empty.
	if err := os.Mkdir(filepath.Join(dir, "mine"), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(filepath.Join(dir, "mine"), Default(), Origin{}); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if entries, err := os.ReadDir(filepath.Join(dir, "mine")); err != nil || len(entries) != 0 {
		t.Errorf("got %v, %v, want nothing", entries, err)
	}
}

// A disk that gets full during a run takes no half of a line or of a file; when there is
// room again the run continues.
func TestRunOnFullDisk(t *testing.T) {
	dir := disk(t)
	r, err := Create(filepath.Join(dir, "run"), Default(), Origin{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Log(map[string]string{"event": "first"}); err != nil {
		t.Fatal(err)
	}
	fill(t, dir, 24<<10) // some pages are the run's
	before := files(t, r.Dir())
	long := map[string]string{"event": "long", "text": strings.Repeat("x", 32<<10)}
	err = r.Log(long)
	wantFailure(t, err, "cannot write "+r.Path(LogFile)+": no space left on device")
	if !errors.Is(err, syscall.ENOSPC) {
		t.Error("the cause is lost")
	}
	err = r.WriteFile(WeightsFile, func(w io.Writer) error {
		_, err := w.Write(make([]byte, 128<<10))
		return err
	})
	wantFailure(t, err, "cannot write "+r.Path(WeightsFile)+": no space left on device")
	if after := files(t, r.Dir()); after != before {
		t.Errorf("got %q, want %q", after, before)
	}
	if err := os.Remove(filepath.Join(dir, "filler")); err != nil {
		t.Fatal(err)
	}
	if err := r.Log(long); err != nil {
		t.Error(err)
	}
	if err := r.End(Done, "", 0, time.Time{}); err != nil {
		t.Error(err)
	}
	log, err := r.ReadLog()
	if err != nil || log.Warning != nil || len(log.Records) != 2 {
		t.Errorf("got %d records, %v, %v", len(log.Records), log.Warning, err)
	}
}
