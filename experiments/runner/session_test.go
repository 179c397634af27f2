package runner

import (
	"testing"

	"glorot/experiments/run"
	"glorot/models"
)

// Counted by hand: 20 weights of four bytes, twice; 15 + 8 values of each example of a mini-batch, and of each example that is observed.
func TestNeeded(t *testing.T) {
	c, m := run.Default(), models.Config{Inputs: 3, Hidden: []int{4}, Classes: 2}
	c.Train.Batch, c.Train.Optimizer, c.Observe.Examples = 10, "sgd", 300
	if got := needed(c, m); got != 4*(2*20+(10+300)*(15+8)) {
		t.Errorf("%d bytes", got)
	}
	c.Observe.Gradients = false
	if got := needed(c, m); got != 4*(2*20+10*(15+8)) {
		t.Errorf("%d bytes without gradients", got)
	}
}
