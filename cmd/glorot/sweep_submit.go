package main

import (
	"fmt"
	"os"
	"path/filepath"

	"glorot/experiments/sweep"

	"github.com/urfave/cli/v2"
)

// usualMaxArraySize is Slurm's default, for a script that is only shown where there is no cluster to ask.
const usualMaxArraySize = 1001

func sweepSubmitCommand() *cli.Command {
	return &cli.Command{
		Name:      "submit",
		Usage:     "send what is not done of a sweep to a cluster",
		ArgsUsage: "DIR",
		Description: "Sends the cells that are not done, and are not in the queue, to Slurm as job arrays, cut into chunks below the cluster's\n" +
			"MaxArraySize. DIR, the data sets and this program must be at the same paths on the nodes. A cell whose job is requeued or\n" +
			"pre-empted, comes to the end of its time (it stops two minutes before), is killed, or loses its node goes on from its last\n" +
			"checkpoint. What was cancelled, or Slurm gave up, the same command sends again. --dry-run shows the scripts.\n\n" +
			"Example:\n   glorot sweep submit sweeps/a --engine slurm --threads 4 --sbatch --time=10:00:00 --dry-run",
		Flags: append(failureFlags(),
			&cli.StringFlag{Name: "engine", Usage: "send to `ENGINE`: slurm"},
			&cli.BoolFlag{Name: "dry-run", Usage: "show what would be sent, and send nothing"},
			&cli.IntFlag{Name: "threads", Value: 1, Usage: "give each cell `N` processors"},
			&cli.StringSliceFlag{Name: "sbatch", Usage: "add an `OPTION` of sbatch, such as --partition=main; may be repeated"},
			dataFlag()),
		Action: submitSweep,
	}
}

func submitSweep(c *cli.Context) error {
	dir, p, err := sweepArgument(c)
	if err != nil {
		return err
	}
	if e := c.String("engine"); e != "slurm" {
		return wrongUse("--engine %q; want slurm", e)
	}
	if c.Int("threads") < 1 {
		return wrongUse("--threads %d; want 1 or more", c.Int("threads"))
	}
	slurm := sweep.Slurm{Threads: c.Int("threads"), Options: c.StringSlice("sbatch"), Data: c.String("data")}
	if slurm.Program, err = os.Executable(); err == nil {
		slurm.Dir, err = filepath.Abs(dir)
	}
	if err == nil && slurm.Data != "" {
		slurm.Data, err = filepath.Abs(slurm.Data)
	}
	if err != nil {
		return err
	}
	size, err := sweep.MaxArraySize(c.Context)
	if err != nil {
		if !c.Bool("dry-run") {
			return err
		}
		size = usualMaxArraySize
		warn(c.App.ErrWriter, fmt.Errorf("%w; arrays are cut at Slurm's default, MaxArraySize=%d", err, size))
	}
	return sendSweep(c, slurm, p, size)
}

// sendSweep sends, or shows, the arrays of a plan: those that wait for others after those.
func sendSweep(c *cli.Context, slurm sweep.Slurm, p *sweep.Plan, size int) error {
	list, err := p.Statuses(slurm.Dir)
	if err != nil {
		return err
	}
	queued, err := sweep.Queued(c.Context, slurm.Dir)
	if err != nil && !c.Bool("dry-run") {
		return err // what is in the queue would be sent twice
	}
	first, then := p.ToSend(list, queued, c.Bool("retry-failed"))
	jobs, err := sweep.Pending(p, slurm.Dir, queued)
	if err != nil {
		return err
	}
	var after []string
	for _, cells := range [][]int{first, then} {
		for _, a := range sweep.Arrays(cells, size) {
			if c.Bool("dry-run") {
				a.Job = fmt.Sprintf("JOB%d", len(jobs)+1)
				fmt.Fprint(c.App.Writer, slurm.Script(a, after))
			} else if a, err = slurm.Submit(c.Context, a, after); err != nil {
				return err
			} else {
				fmt.Fprintf(c.App.Writer, "job %s: %s, array %s, offset %d\n", a.Job, plural(len(a.Cells), "cell"), a.Indexes(), a.Offset)
			}
			jobs = append(jobs, a.Job)
		}
		after = jobs
	}
	if len(first)+len(then) == 0 {
		fmt.Fprintf(c.App.Writer, "nothing to send; %s\n", counted(list))
	}
	return nil
}
