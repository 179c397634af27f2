// Package bench measures how fast this machine trains: an update of a network, the cost of hooks, the forward pass over
// the examples that hooks observe, the making of Shapeset images, stock Gorgonia on the same graph, and the machine's peak
// speed.
//
// [Compare] measures training steps of other networks, on Gorgonia's tape machine and on graph.Machine.
//
// The pieces take turns in one process, since a machine's speed drifts; each is timed many times.
package bench

import (
	"math"
	"slices"
	"time"
)

// Times are the durations of one piece of work, measured many times, in milliseconds.
type Times struct {
	Mean   float64 `json:"mean_ms"`
	Min    float64 `json:"min_ms"`
	Median float64 `json:"median_ms"`
	P90    float64 `json:"p90_ms"`
	Runs   int     `json:"runs"`
}

// clock collects the durations of one piece.
type clock struct{ ms []float64 }

// time runs f, which does the piece n times, and notes the duration of one.
func (c *clock) time(n int, f func() error) error {
	start := time.Now()
	if err := f(); err != nil {
		return err
	}
	c.ms = append(c.ms, float64(time.Since(start))/float64(time.Millisecond)/float64(n))
	return nil
}

func (c *clock) times() Times {
	if len(c.ms) == 0 {
		return Times{Mean: math.NaN(), Min: math.NaN(), Median: math.NaN(), P90: math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(c.ms))
	sum := 0.0
	for _, x := range sorted {
		sum += x
	}
	n := len(sorted)
	return Times{Mean: sum / float64(n), Min: sorted[0], Median: sorted[n/2], P90: sorted[n*9/10], Runs: n}
}
