package progress

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/runner"
)

// Where there is no terminal, as in a cluster's log, there is a line now and then: how far, how long, the update and the error.
func TestProgressWithoutTerminal(t *testing.T) {
	var out strings.Builder
	p := New(&out)
	at := runner.Point{Stage: runner.Training, Done: 250, All: 1000, Errors: &run.Errors{Test: run.Score{Error: 0.125}}}
	p.Training(at)
	if out.Len() > 0 {
		t.Errorf("printed %q at once", &out)
	}
	p.started, p.shown = time.Now().Add(-2*lineEvery), time.Now().Add(-lineEvery)
	p.Training(at)
	p.Training(at) // just after it there is nothing to say
	p.shown = time.Now().Add(-lineEvery)
	p.Training(runner.Point{Stage: runner.Training, Done: 1000, All: 1000}) // the summary follows
	p.Clear()
	want := regexp.MustCompile(`^glorot: 25 %, 6m0[01]s left  training, update 250 of 1000, test error 12\.50 %\n$`)
	if !want.MatchString(out.String()) {
		t.Errorf("printed %q, want %s", &out, want)
	}
}
