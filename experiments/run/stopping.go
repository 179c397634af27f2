package run

import (
	"fmt"
	"math"
)

// A Stop says after which update train.patience ends a training, and after which one the validation error was lowest.
type Stop struct {
	Update int `json:"update"`
	Lowest int `json:"lowest"`
}

// String is a sentence about the stop.
func (s Stop) String() string {
	return fmt.Sprintf("stopped after %d updates: the validation error was lowest after %d", s.Update, s.Lowest)
}

// Stopping finds out when train.patience ends a training. The zero value has no test yet.
type Stopping struct {
	Patience int   // tests without a lower validation error after which the training ends; 0 means never
	Stop     *Stop // the first one; nil if there is none yet

	tests  int
	lowest float64
	at     int // the update with the lowest error, the first one
	since  int // tests after it
}

// Test takes the validation error after an update. Tests come in the order of the updates.
func (s *Stopping) Test(update int, valid float64) {
	s.since++
	if valid < s.Lowest() {
		s.lowest, s.at, s.since = valid, update, 0
	}
	s.tests++
	if s.Patience > 0 && s.since >= s.Patience && s.Stop == nil {
		s.Stop = &Stop{Update: update, Lowest: s.at}
	}
}

// Lowest returns the lowest validation error so far, or infinity before the first test.
func (s *Stopping) Lowest() float64 {
	if s.tests == 0 {
		return math.Inf(1)
	}
	return s.lowest
}
