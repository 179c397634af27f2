package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"glorot/experiments/sweep"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func sweepRunCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "do the remaining cells of a sweep in processes on this machine",
		ArgsUsage: "DIR",
		Description: "Works on every cell that is not done, each in its own process, glorot sweep cell, whose messages go to worker.log in the directory\n" +
			"of the cell. A cell that was killed or interrupted continues from its last checkpoint. After a failure the running cells finish and\n" +
			"no other cell begins, unless --keep-going or --fail-fast is given. Ctrl-C or a SIGTERM stops every process with a checkpoint.\n\n" +
			"The exit status is 0 if all cells are done, 75 if other processes work on the remaining ones, and 1 if a cell failed, now or before.\n\n" +
			"Example:\n   glorot sweep run sweeps/a --jobs 4",
		Flags: append(failureFlags(),
			&cli.IntFlag{Name: "jobs", Value: 1, Usage: "run `N` cells at a time; they share the processors"},
			keepGoingFlag(),
			&cli.BoolFlag{Name: "fail-fast", Usage: "stop all other cells after a failure"},
			dataFlag()),
		Action: runSweep,
	}
}

func keepGoingFlag() cli.Flag {
	return &cli.BoolFlag{Name: "keep-going", Usage: "begin further cells after a failure"}
}

// failureFlags decide what happens to cells that failed before.
func failureFlags() []cli.Flag {
	return []cli.Flag{&cli.BoolFlag{Name: "retry-failed", Usage: "try cells again that failed before"}}
}

func runSweep(c *cli.Context) error {
	dir, p, err := sweepArgument(c)
	if err != nil {
		return err
	}
	local, err := localCells(c, dir, p)
	if err != nil {
		return err
	}
	_, err = local.Run(c.Context, p.In(dir))
	return errors.Join(err, afterRun(c, dir, p))
}

// localCells runs the cells of a sweep in processes of this machine.
func localCells(c *cli.Context, dir string, p *sweep.Plan) (work.Local, error) {
	jobs := c.Int("jobs")
	if jobs < 1 {
		return work.Local{}, wrongUse("--jobs %d; want 1 or more", jobs)
	}
	if c.Bool("keep-going") && c.Bool("fail-fast") {
		return work.Local{}, wrongUse("--keep-going and --fail-fast; want one of them")
	}
	self, err := os.Executable()
	return work.Local{
		Jobs: jobs, RetryFailed: c.Bool("retry-failed"), KeepGoing: c.Bool("keep-going"), FailFast: c.Bool("fail-fast"),
		Command: func(cell int) *exec.Cmd {
			args := cellCommand(os.Args[0], work.Share(runtime.NumCPU(), jobs), c.String("data"), dir)
			return &exec.Cmd{Path: self, Args: append(args, strconv.Itoa(cell))}
		},
		Ended: func(cell, exit int) {
			fmt.Fprintf(c.App.ErrWriter, "glorot: cell %d, %s: %s\n", cell, p.Name(cell), endWords(dir, p, cell, exit))
		},
	}, err
}

// endWords says how a cell's process ended.
func endWords(dir string, p *sweep.Plan, cell, exit int) string {
	s, err := p.Status(dir, cell)
	switch {
	case err != nil:
		return err.Error()
	case exit == work.ExitAgain:
		return fmt.Sprintf("stopped after %d updates", s.Updates)
	case exit < 0:
		return fmt.Sprintf("was killed after %d updates or more", s.Updates)
	case s.Reason != "":
		return s.State + ": " + s.Reason
	}
	return fmt.Sprintf("%s after %d updates", s.State, s.Updates)
}

// afterRun reports the remaining cells, and returns an error if there are any.
func afterRun(c *cli.Context, dir string, p *sweep.Plan) error {
	list, err := p.Statuses(context.WithoutCancel(c.Context), dir)
	if err != nil {
		return err
	}
	count := counts(list)
	left := len(list) - count[work.Done] - count[work.Diverged]
	switch {
	case c.Context.Err() != nil:
		return interrupted{fmt.Sprintf("%s: %s; glorot sweep run %s continues", dir, counted(list), quoted(dir))}
	case left == 0:
		_, err = fmt.Fprintf(c.App.Writer, "%s: %s\n", dir, counted(list))
		return err
	case count[work.Running] > 0 && count[work.Failed] == 0:
		return work.Again(fmt.Errorf("%s: %s", dir, counted(list)))
	}
	return fmt.Errorf("%s: %s", dir, counted(list))
}

// sweepArgument reads the sweep that is the only argument of a command.
func sweepArgument(c *cli.Context) (string, *sweep.Plan, error) {
	if c.NArg() != 1 {
		return "", nil, wrongUse("sweep %s takes the directory of one sweep, got %d arguments", c.Command.Name, c.NArg())
	}
	p, err := sweep.Read(c.Args().First())
	return c.Args().First(), p, err
}

func counts(list []work.Status) map[string]int {
	n := map[string]int{}
	for _, s := range list {
		n[s.State]++
	}
	return n
}

// counted returns "3 done, 1 failed".
func counted(list []work.Status) string { return countWords(counts(list)) }

func countWords(n map[string]int) string {
	var words []string
	for _, state := range work.States {
		if n[state] > 0 {
			words = append(words, fmt.Sprintf("%d %s", n[state], state))
		}
	}
	return strings.Join(words, ", ")
}
