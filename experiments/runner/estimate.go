package runner

import (
	"context"
	"fmt"
	"io"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/wording"
)

// An Estimate says what a run would take.
type Estimate struct {
	Parameters int   `json:"parameters"` // learned numbers
	Memory     int64 `json:"memory"`     // bytes, without the data set
	Features   int   `json:"features"`   // inputs of the network
	Classes    int   `json:"classes"`

	Updates  int     `json:"updates"`
	Examples int     `json:"examples"` // of the training set; 0 if they are generated without end
	Passes   float64 `json:"passes"`   // over the training set

	Measured  int     `json:"measured"`          // how many updates were timed
	Update    float64 `json:"seconds_update"`    // of one update
	Recording float64 `json:"seconds_recording"` // of all tests and snapshots
	Seconds   float64 `json:"seconds"`           // of the whole run, without pre-training and checkpoints
}

// The updates that are timed: as many as fit into the time, after a few that are not typical.
const (
	warmUps    = 3
	mostTimed  = 1000
	timedLimit = time.Second
)

// Estimate measures the first updates of a run, one test and one snapshot, and returns what the whole run would take. It writes nothing. A
// network that diverges in these updates is a [*train.DivergedError]. Pre-training is left out.
func (r *Runner) Estimate(ctx context.Context, c run.Config) (e Estimate, err error) {
	if err := c.Validate(Allowed()); err != nil {
		return e, err
	}
	s, err := r.open(ctx, c)
	if err != nil {
		return e, err
	}
	defer s.close()
	if err := s.begin(nil); err != nil {
		return e, err
	}
	if err := s.makeLoop(); err != nil {
		return e, err
	}
	e = Estimate{Memory: needed(c, s.model), Features: s.model.Inputs, Classes: s.model.Classes, Updates: c.Train.Updates}
	for _, p := range s.params.List() {
		if p.Learned {
			e.Parameters += p.Value.Shape().TotalSize()
		}
	}
	if s.data.Train != nil {
		e.Examples = s.data.Train.Len()
		e.Passes = float64(e.Updates) * float64(c.Train.Batch) / float64(e.Examples)
	}
	if e.Update, e.Measured, err = s.timeUpdates(ctx, c.Train.Updates); err != nil {
		return e, err
	}
	if e.Recording, err = s.timeRecords(ctx); err != nil {
		return e, err
	}
	e.Seconds = float64(e.Updates)*e.Update + e.Recording
	return e, nil
}

// WriteText writes what the run of a configuration would take.
func (e Estimate) WriteText(w io.Writer, c run.Config) error {
	passes, without := "examples are generated without end", ""
	if e.Examples > 0 {
		passes = fmt.Sprintf("%.3g passes over %d examples", e.Passes, e.Examples)
	}
	if c.Pretrain.Updates > 0 {
		without = "; pre-training is not measured"
	}
	seconds := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	_, err := fmt.Fprintf(w, "%s\ninputs, classes  %d, %d\nparameters       %d\nmemory           %.1f MB, without the data set\n"+
		"updates          %d of %d examples: %s\ntime             about %s with %s: %s per update (%d measured), %s for all tests and snapshots%s\n",
		c.YAML(), e.Features, e.Classes, e.Parameters, float64(e.Memory)/1e6, e.Updates, c.Train.Batch, passes,
		wording.Duration(seconds(e.Seconds)), wording.Plural(c.Threads.Count(), "thread"), seconds(e.Update).Round(time.Microsecond), e.Measured, wording.Duration(seconds(e.Recording)), without)
	return err
}

// timeUpdates returns the mean seconds of the first updates, and how many they are.
func (s *session) timeUpdates(ctx context.Context, updates int) (seconds float64, n int, err error) {
	for range min(warmUps, updates) {
		if err := s.loop.Step(); err != nil {
			return 0, 0, err
		}
	}
	start := time.Now()
	for n < min(mostTimed, updates) && time.Since(start) < timedLimit {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		if err := s.loop.Step(); err != nil {
			return 0, 0, err
		}
		n++
	}
	return time.Since(start).Seconds() / float64(max(1, n)), n, nil
}

// timeRecords returns the seconds of all tests and snapshots, from one of each. Compiling their graphs is part of the first one.
func (s *session) timeRecords(ctx context.Context) (float64, error) {
	r, last := s.cfg.Recording(), s.cfg.Train.Updates
	total := 0.0
	for _, x := range []struct {
		count int
		do    func() error
	}{
		{r.Errors.Count(last), func() error { _, err := s.errors(ctx, 0, r.Images, 0, r.Confusion); return err }},
		{r.Layers.Count(last), func() error { _, err := s.layers(ctx, 0, r.Examples, r.Gradients, true, r.Measures); return err }},
		{r.Jacobians.Count(last), func() error { _, err := s.spectrum(ctx, 0); return err }},
	} {
		if x.count == 0 {
			continue
		}
		start := time.Now()
		if err := x.do(); err != nil {
			return 0, err
		}
		total += float64(x.count) * time.Since(start).Seconds()
	}
	return total, nil
}
