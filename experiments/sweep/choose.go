package sweep

import (
	"fmt"

	"glorot/experiments/run"
	"glorot/experiments/run/score"
)

// A WaitError says that a cell waits for another one.
type WaitError struct {
	Cell   int // that is waited for
	Failed bool
}

// Error names the cell.
func (e *WaitError) Error() string {
	if e.Failed {
		return fmt.Sprintf("waits for cell %d, which has failed", e.Cell)
	}
	return fmt.Sprintf("waits for cell %d, which is not finished", e.Cell)
}

// Choose returns the cell with which one goes on: of those that it waits for the one with the lowest validation error at the end,
// the first of several; one that diverged is none. Glorot & Bengio (2010), section 2.3, choose the learning rate and the depth by
// the validation error after many updates. It is a [*WaitError] if not all are finished, a [*run.UsageError] if all diverged.
func (p *Plan) Choose(dir string, index int) (int, error) {
	best, lowest := -1, 0.0
	for _, f := range p.Cells[index].From {
		s, err := p.Status(dir, f)
		if err != nil {
			return 0, err
		}
		switch s.State {
		case Diverged:
			continue
		case Done:
		default:
			return 0, &WaitError{f, s.State == Failed}
		}
		e, err := validError(RunDir(dir, f), p.Search)
		if err != nil {
			return 0, err
		}
		if best < 0 || e < lowest {
			best, lowest = f, e
		}
	}
	if best < 0 {
		return 0, &run.UsageError{Problem: "the runs of all its candidates diverged, and it has none to go on with; a plan with a lower train.rate may"}
	}
	return best, nil
}

// validError is the share of wrong validation images of a run after so many updates.
func validError(dir string, update int) (float64, error) {
	r, err := run.Open(dir)
	if err != nil {
		return 0, err
	}
	log, err := r.ReadLog()
	if err != nil {
		return 0, err
	}
	scores, err := score.Read(log)
	if err != nil {
		return 0, err
	}
	for _, s := range scores {
		if s.Set == score.Valid && s.Update == update {
			return s.Error, nil
		}
	}
	return 0, fmt.Errorf("%s: its log has no validation error after %d updates", dir, update)
}
