package outcome

import (
	"fmt"

	"glorot/experiments/run"
	"glorot/experiments/run/score"
)

// readErrors reads from the log of a run its errors at the end, and where the validation error was lowest.
func readErrors(dir string) (end, best score.Pair, err error) {
	r, err := run.Open(dir)
	if err != nil {
		return end, best, err
	}
	log, err := r.ReadLog()
	if err != nil {
		return end, best, err
	}
	scores, err := score.Read(log)
	if err != nil {
		return end, best, err
	}
	pairs := score.Pairs(scores)
	best, ok := score.Best(pairs)
	if !ok {
		return end, best, fmt.Errorf("%s: its log has no validation and test error after the same updates", dir)
	}
	return pairs[len(pairs)-1], best, nil
}
