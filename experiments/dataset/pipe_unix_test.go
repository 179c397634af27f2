//go:build unix

package dataset

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A named pipe, to which nobody may ever write, is refused as one's own data and as a part of them.
func TestPipeRefused(t *testing.T) {
	dir := t.TempDir()
	classes := filepath.Join(dir, "classes")
	for _, c := range []string{"a", "b"} {
		if err := os.MkdirAll(filepath.Join(classes, c), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "train.csv"), filepath.Join(classes, "a", "1.png")} {
		if err := syscall.Mkfifo(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "train.csv"), dir, classes} {
		_, err := OpenOwn(context.Background(), path, OwnOptions{})
		if broken := new(BrokenError); !errors.As(err, &broken) || path != classes && !strings.HasSuffix(err.Error(), "train.csv: it is neither a file nor a folder") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
