//go:build unix

package lab

import (
	"os/exec"
	"testing"
)

// A process is interrupted once. Another one that works on a run at the same path, whose leases begin at 1 again, is interrupted too.
func TestInterruptOnce(t *testing.T) {
	l := &Lab{interrupted: map[holder]bool{}}
	for range 2 {
		c := exec.Command("sleep", "60")
		if err := c.Start(); err != nil {
			t.Skip(err)
		}
		for range 2 {
			if err := l.interruptOnce(holder{"runs/a", 1, c.Process.Pid}); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Wait(); err == nil || err.Error() != "signal: interrupt" {
			t.Errorf("the process ended with %v", err)
		}
	}
	if len(l.interrupted) != 2 {
		t.Errorf("%d processes were interrupted, want 2", len(l.interrupted))
	}
}
