package paper

import (
	"regexp"
	"testing"

	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
)

// Before the paper's own scale, and on a terminal, the program says how long it will take.
func TestAnnounce(t *testing.T) {
	scale, err := setup.ScaleByName("paper")
	if err != nil {
		t.Fatal(err)
	}
	study, err := NewStudy(plan.Options{Scale: scale, Seed: 1, Only: []string{"fig3"}, Store: results.NewStore(t.TempDir())})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := study.Announce(t.Context(), 2); err != nil || !regexp.MustCompile(`^this takes about [0-9]+h[0-9]{2}m on 2 threads\n$`).MatchString(got) {
		t.Errorf("announced %q, %v; want hours and minutes", got, err)
	}
}
