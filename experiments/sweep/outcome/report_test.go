package outcome

import (
	"slices"
	"testing"

	"glorot/experiments/work"
)

// What is missing comes with the command that does it. Failures are apart.
func TestReportSaysWhatIsNext(t *testing.T) {
	left := []work.Status{{Task: 1, State: work.Ready}, {Task: 2, Name: "seed=3", State: work.Failed, Reason: "no space"}, {Task: 3, State: work.Ready}}
	o := &Outcome{Missing: left, Damaged: []string{"seed=1: no log"}}
	want := []string{"not finished: 2 ready; glorot sweep run 'a b' continues", "1 cell failed; glorot sweep run 'a b' --retry-failed tries again",
		"cell 2, seed=3: no space", "left out: seed=1: no log"}
	if got := o.next("glorot sweep run 'a b'"); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
