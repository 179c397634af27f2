package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// On a disk that is full the old file stays, nothing is left over, and the error says so.
// The disk is a real one, of 64 KiB, where the system lets the test mount it.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("no tmpfs can be mounted: ", err)
	}
	defer syscall.Unmount(dir, 0)
	path := filepath.Join(dir, "a")
	if err := Write(path, text("old")); err != nil {
		t.Fatal(err)
	}
	err := Write(path, func(w io.Writer) error {
		_, err := w.Write(make([]byte, 1<<20))
		return err
	})
	if !errors.Is(err, syscall.ENOSPC) || err.Error() != "cannot write "+path+": no space left on device" {
		t.Error(err)
	}
	holds(t, dir, "a=old")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	// Small enough for the buffer: the disk is only met when that is flushed.
	if err := os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 64<<10), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, text("new")); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Error(entries)
	}
}
