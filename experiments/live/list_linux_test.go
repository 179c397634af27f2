package live

import (
	"context"
	"syscall"
	"testing"
	"time"
)

// The first list of 2,000 runs with logs of a megabyte takes less than 300 ms of one processor, when nothing has to come from the disk.
func TestListIsFast(t *testing.T) {
	root := manyRuns(t, 2000)
	least := time.Hour
	for range 3 {
		before := processorTime(t)
		if heads, _, err := NewLister(root).List(context.Background(), noon); err != nil || len(heads) != 2000 {
			t.Fatal(len(heads), err)
		}
		least = min(least, processorTime(t)-before)
	}
	if t.Logf("%v", least); least > 300*time.Millisecond {
		t.Errorf("2,000 runs take %v", least)
	}
}

// processorTime is the time for which this process has computed, which other processes do not change.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
