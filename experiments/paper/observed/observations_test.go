package observed

import (
	"testing"

	"glorot/experiments/paper/setup"
)

// The best cell has the lowest validation error; the common scale is that of the lowest sum of the best at each.
func TestChoice(t *testing.T) {
	cell := func(rate, low, valid float64) Cell {
		return Cell{Choice: setup.Choice{Rate: rate, Low: low, High: 1}, Valid: valid, Test: 0, Updates: 0}
	}
	a := []Cell{cell(.01, 0, .5), cell(.1, 0, .4), cell(.01, -1, .3), cell(.1, -1, .3)}
	b := []Cell{cell(.01, 0, .1), cell(.1, 0, .2), cell(.01, -1, .5), cell(.1, -1, .9)}
	if c, ok := Best(a, AnyChoice); !ok || c != a[2] {
		t.Errorf("best %+v, %v", c, ok)
	}
	if _, ok := Best(nil, AnyChoice); ok {
		t.Error("the best of nothing")
	}
	if low := CommonLow([][]Cell{a, b}); low != 0 { // .4+.1 against .3+.5
		t.Errorf("common scale from %v", low)
	}
	if low := CommonLow([][]Cell{a, b[2:]}); low != -1 { // b was not tried at 0
		t.Errorf("common scale from %v", low)
	}
}
