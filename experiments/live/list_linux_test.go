package live

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"glorot/experiments/run"
)

// A list reads the head and the tail of a log of a megabyte, and not what is between them; that is why 2,000 runs open at once (BenchmarkList).
func TestListReadsEnds(t *testing.T) {
	const runs = 50
	root := manyRuns(t, runs)
	info, err := os.Stat(filepath.Join(root, "0000", run.LogFile))
	if err != nil || info.Size() < 700_000 {
		t.Fatal(info, err)
	}
	before := bytesRead(t)
	if heads, _, err := NewLister(root).List(context.Background(), noon); err != nil || len(heads) != runs {
		t.Fatal(len(heads), err)
	}
	if n := (bytesRead(t) - before) / runs; n < 1000 || n > 100_000 {
		t.Errorf("%d bytes are read of each run, and its log has %d", n, info.Size())
	}
}

// bytesRead is how many bytes this process has read from files since it began.
func bytesRead(t testing.TB) (n int64) {
	src, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Skip(err)
	}
	if _, err := fmt.Sscanf(string(src), "rchar: %d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}
