package plan

import (
	"fmt"
	"strconv"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
)

// Options declare a Study.
type Options struct {
	Scale   setup.Scale
	Seed    uint64     // networks have the seeds Seed, Seed+1, …
	Threads int        // the number of jobs at a time; 0 means all processors. Results do not depend on it
	Only    []string   // figures ("fig6"), "table1", claims ("C4") or "claims" for all of them; empty means everything
	Data    string     // folder of the stored data sets; missing ones are not run
	Store   *run.Store // keeps the trainings

	// Commands is for the hints where something was not run.
	Commands observed.Commands

	// KeptOnly draws and judges the trainings in the store, and trains nothing. Networks whose search in the store's folder is complete use its
	// choice. The rest use the kept candidate with the lowest validation error at a fifth of the length: the trainings that the project keeps
	// were made with that choice.
	KeptOnly bool

	// Verify is the number of updates of each drawn training that are recomputed to compare the digests of the weights, for a Scale with Drawn. VerifyAll
	// recomputes whole trainings with everything that was recorded, 0 nothing. If a digest differs, Run fails with a *DifferenceError.
	Verify int

	VerifySearch bool // verifies the candidates of the kept search as well

	// Warn is called with problems that do no harm, such as a damaged kept result that is computed again. It may be nil.
	Warn func(err error)

	// Progress is called, by one goroutine at a time, with the work done and all the work, in the units of Work, and the name of the job that
	// began, advanced or ended. It may be nil.
	Progress func(done, all float64, what string)
}

// ParseVerify returns Verify and VerifySearch of Options from a number of updates, "search", "all" or "". The error is a [*run.UsageError].
func ParseVerify(text string) (updates int, search bool, err error) {
	switch text {
	case "", "search":
		return DefaultVerify(), text != "", nil
	case "all":
		return VerifyAll, false, nil
	}
	if updates, err = strconv.Atoi(text); err != nil || updates < 0 {
		return 0, false, &run.UsageError{Problem: fmt.Sprintf("--verify %s; want a number of updates, search or all", text)}
	}
	return updates, false, nil
}
