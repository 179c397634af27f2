package outcome

import (
	"fmt"
	"slices"

	"glorot/experiments/run"
)

// readErrors reads the errors of a run after the given number of updates, and where the validation error was lowest up to there. The run may
// be longer.
func readErrors(dir string, updates int) (end, best run.Errors, err error) {
	r, err := run.Open(dir)
	if err != nil {
		return end, best, err
	}
	h, err := r.History()
	if err != nil {
		return end, best, err
	}
	all := slices.DeleteFunc(h.Errors(), func(e run.Errors) bool { return e.Update > updates })
	best, ok := run.Best(all)
	if !ok {
		return end, best, fmt.Errorf("%s: its log has no validation and test error after the same updates", dir)
	}
	return all[len(all)-1], best, nil
}
