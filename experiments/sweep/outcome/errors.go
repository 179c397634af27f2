package outcome

import (
	"fmt"

	"glorot/experiments/run"
)

// runErrors are those of one run, as shares of the images.
type runErrors struct {
	end, endValid   float64 // at the end: test, validation
	best, bestValid float64 // where the validation error was lowest, the first time if that was so several times
}

// readErrors reads from the log of a run its errors. The past of a child counts.
func readErrors(dir string) (runErrors, error) {
	var e runErrors
	r, err := run.Open(dir)
	if err != nil {
		return e, err
	}
	log, err := r.ReadLog()
	if err != nil {
		return e, err
	}
	valid := map[int]float64{} // by update
	tests := 0
	for _, record := range log.Records {
		if record.Event != "valid" && record.Event != "test" {
			continue
		}
		var score struct {
			Update int     `json:"update"`
			Error  float64 `json:"error"`
		}
		if err := record.Decode(&score); err != nil {
			return e, err
		}
		if record.Event == "valid" {
			valid[score.Update] = score.Error
			continue
		}
		v, ok := valid[score.Update]
		if !ok {
			return e, fmt.Errorf("%s: its log has a test error after %d updates, and no validation error before it", dir, score.Update)
		}
		e.end, e.endValid = score.Error, v
		if tests == 0 || v < e.bestValid {
			e.best, e.bestValid = score.Error, v
		}
		tests++
	}
	if tests == 0 {
		return e, fmt.Errorf("%s: its log has no test error", dir)
	}
	return e, nil
}
