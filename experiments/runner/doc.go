// Package runner answers requests for runs: it trains, resumes interrupted runs, extends finished ones, measures afterwards what was not
// recorded, forks and replays. In whatever order it does this, the weights and the log have the same bits as those of an undisturbed run.
//
//	r := &runner.Runner{Data: dataset.NewLibrary("")}
//	c := run.Default()
//	c.Train.Updates = 2000
//	trace, err := r.Do(ctx, "runs/a", c, nil)
package runner
