package main

import (
	"fmt"

	"glorot/experiments/run"
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
	s := summary{Run: dir}
	var valid scoreRecord
	first := true
	for _, record := range log.Records {
		switch record.Event {
		case "valid":
			if err := record.Decode(&valid); err != nil {
				return summary{}, err
			}
		case "test":
			var test scoreRecord
			if err := record.Decode(&test); err != nil {
				return summary{}, err
			}
			s.Updates, s.ValidError, s.TestError, s.TestNLL = test.Update, valid.Error, test.Error, test.NLL
			if first || valid.Error < s.Best.ValidError {
				s.Best = tested{test.Update, valid.Error, test.Error}
			}
			first = false
		}
	}
	return s, nil
}
