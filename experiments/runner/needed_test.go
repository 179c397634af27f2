package runner

import (
	"strings"
	"testing"

	"glorot/experiments/run"
)

// The measures of the last updates need a copy of the weights and one of their gradients, and others need none.
func TestMemoryOfMeasures(t *testing.T) {
	c := run.Default()
	m, err := Network(c, 100, 10)
	if err != nil {
		t.Fatal(err)
	}
	plain := needed(c, m)
	for measures, copies := range map[string]int64{"update_ratio": 1, "grad_cosine": 1, "update_ratio grad_cosine": 2, "dead": 0} {
		c.Observe.Measures = strings.Fields(measures)
		if got := needed(c, m) - plain; got != copies*4*m.Weights() {
			t.Errorf("%s: %d bytes, want %d copies of %d weights", measures, got, copies, m.Weights())
		}
	}
}
