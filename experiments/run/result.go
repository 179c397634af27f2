package run

import "fmt"

// A Result summarises the errors of a run.
type Result struct {
	Run        string      `json:"run"`
	Updates    int         `json:"updates"`
	ValidError float64     `json:"valid_error"` // share of the validation images
	TestError  float64     `json:"test_error"`  // share of the test images
	TestNLL    float64     `json:"test_nll"`    // nats
	Best       Tested      `json:"best"`
	Diverged   *Divergence `json:"diverged,omitempty"`
	Stopped    *Stop       `json:"stopped,omitempty"`
}

// Tested has the errors after some number of updates.
type Tested struct {
	Update     int     `json:"update"`
	ValidError float64 `json:"valid_error"`
	TestError  float64 `json:"test_error"`
}

// String returns the result in one line.
func (s Result) String() string {
	length := fmt.Sprintf("%d updates", s.Updates)
	if s.Stopped != nil {
		length += fmt.Sprintf(" (stopped: no lower validation error since update %d)", s.Stopped.Lowest)
	}
	return fmt.Sprintf("%s, test error %.2f %%; lowest validation error %.2f %% after %d updates, test error there %.2f %%; in %s",
		length, 100*s.TestError, 100*s.Best.ValidError, s.Best.Update, 100*s.Best.TestError, s.Run)
}

// Result returns the last errors, and the errors where the validation error was lowest for the first time.
func (t *Trace) Result(dir string) Result {
	s := Result{Run: dir, Diverged: t.Diverged, Stopped: t.Stopped}
	if best, ok := t.Best(); ok {
		last := t.Errors[len(t.Errors)-1]
		s.Updates, s.ValidError, s.TestError, s.TestNLL = last.Update, last.Valid.Error, last.Test.Error, last.Test.NLL
		s.Best = Tested{best.Update, best.Valid.Error, best.Test.Error}
	}
	return s
}

// In says where and when a network with that many hidden layers diverged.
func (d *Divergence) In(hidden int) string {
	where := "the network"
	switch {
	case d.Layer == hidden+1:
		where = "the output layer"
	case d.Layer > 0:
		where = fmt.Sprintf("hidden layer %d", d.Layer)
	}
	return fmt.Sprintf("%v first arose at update %d, in %s (%s)", d.Value, d.Update, where, d.Node)
}
