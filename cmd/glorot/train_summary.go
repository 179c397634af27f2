package main

import (
	"fmt"

	"glorot/experiments/run"
	"glorot/experiments/run/score"
)

// summary is what `glorot train --json` prints.
type summary struct {
	Run        string  `json:"run"`
	Updates    int     `json:"updates"`
	ValidError float64 `json:"valid_error"` // share of the validation images
	TestError  float64 `json:"test_error"`  // share of the test images
	TestNLL    float64 `json:"test_nll"`    // nats
	Best       tested  `json:"best"`
}

// tested is the errors after some updates.
type tested struct {
	Update     int     `json:"update"`
	ValidError float64 `json:"valid_error"`
	TestError  float64 `json:"test_error"`
}

func (s summary) String() string {
	return fmt.Sprintf("%d updates, test error %.2f %%; lowest validation error %.2f %% after %d updates, test error there %.2f %%; in %s",
		s.Updates, 100*s.TestError, 100*s.Best.ValidError, s.Best.Update, 100*s.Best.TestError, s.Run)
}

// summarize reads from the log of a run the last errors, and those where the validation error was lowest, the first time if that was
// so several times. The past of a child, and what was logged before a run was resumed, count.
func summarize(dir string) (summary, error) {
	r, err := run.Open(dir)
	if err != nil {
		return summary{}, err
	}
	log, err := r.ReadLog()
	if err != nil {
		return summary{}, err
	}
	scores, err := score.Read(log)
	if err != nil {
		return summary{}, err
	}
	pairs := score.Pairs(scores)
	best, ok := score.Best(pairs)
	if !ok {
		return summary{Run: dir}, nil
	}
	last := pairs[len(pairs)-1]
	return summary{
		Run: dir, Updates: last.Update, ValidError: last.Valid.Error, TestError: last.Test.Error, TestNLL: last.Test.NLL,
		Best: tested{best.Update, best.Valid.Error, best.Test.Error},
	}, nil
}
