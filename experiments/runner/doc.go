// Package runner answers requests for runs: it trains, resumes interrupted runs, extends finished ones, measures afterwards what was not
// recorded, forks and replays. Whatever it does, and in whichever order, the weights and the log are those of an undisturbed run, bit for bit.
//
//	r := &runner.Runner{Data: dataset.NewLibrary("")}
//	c := run.Default()
//	c.Train.Updates = 2000
//	trace, err := r.Do(ctx, "runs/a", c, nil)
package runner
