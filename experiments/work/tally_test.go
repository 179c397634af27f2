package work

import "testing"

// A diverged task is finished, like one that is done, and a failed one is left.
func TestTally(t *testing.T) {
	tally := Count([]Status{{State: Done}, {State: Done}, {State: Diverged}, {State: Failed}, {State: Running}, {State: Waiting}})
	if got := tally.Left(); got != 3 {
		t.Errorf("%d are left, want 3", got)
	}
	if got := tally.String(); got != "2 done, 1 diverged, 1 running, 1 failed, 1 waiting" {
		t.Errorf("%s", got)
	}
}
