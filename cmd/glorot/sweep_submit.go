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
		Description: "--engine slurm sends the cells that are not done, and are not in the queue, to Slurm as job arrays, cut into chunks below the\n" +
			"cluster's MaxArraySize. DIR, the data sets and this program must be at the same paths on the nodes. A cell whose job is\n" +
			"requeued or pre-empted, comes to the end of its time (it stops two minutes before), is killed, or loses its node goes on from\n" +
			"its last checkpoint. What was cancelled, or Slurm gave up, the same command sends again. --dry-run shows the scripts.\n\n" +
			"--engine kubernetes --dry-run prints an Indexed Job of all cells for kubectl apply, of Kubernetes 1.29 or newer. A cell that is\n" +
			"done ends at once, one that waits for others is begun again every 10 s to 10 min. DIR and --data are in the folder of --mount,\n" +
			"which the claim holds, and which has the same path in the pods.\n\n" +
			"Examples:\n   glorot sweep submit sweeps/a --engine slurm --threads 4 --sbatch --time=10:00:00 --dry-run\n" +
			"   glorot sweep submit /shared/a --engine kubernetes --image registry.example/glorot:1 --claim shared --mount /shared \\\n" +
			"      --threads 4 --dry-run | kubectl apply -f -",
		Flags: append(failureFlags(),
			&cli.StringFlag{Name: "engine", Usage: "send to `ENGINE`: slurm or kubernetes"},
			&cli.BoolFlag{Name: "dry-run", Usage: "show what would be sent, and send nothing"},
			&cli.IntFlag{Name: "threads", Value: 1, Usage: "give each cell `N` processors"},
			&cli.StringSliceFlag{Name: "sbatch", Usage: "slurm: add an `OPTION` of sbatch, such as --partition=main; may be repeated"},
			&cli.StringFlag{Name: "image", Usage: "kubernetes: run the `IMAGE` of a container that has glorot in its PATH"},
			&cli.StringFlag{Name: "claim", Usage: "kubernetes: find the sweep in the PersistentVolumeClaim of this `NAME`"},
			&cli.StringFlag{Name: "mount", DefaultText: "the sweep's", Usage: "kubernetes: the claim holds this `FOLDER`, and the pods have it at the same path"},
			&cli.IntFlag{Name: "jobs", DefaultText: "as many as there is room for", Usage: "kubernetes: run `N` cells at a time"},
			dataFlag()),
		Action: submitSweep,
	}
}

// engineFlags are the flags of submit that one engine alone has.
var engineFlags = map[string][]string{"slurm": {"sbatch"}, "kubernetes": {"image", "claim", "mount", "jobs"}}

func submitSweep(c *cli.Context) error {
	dir, p, err := sweepArgument(c)
	if err != nil {
		return err
	}
	engine := c.String("engine")
	if engineFlags[engine] == nil {
		return wrongUse("--engine %q; want slurm or kubernetes", engine)
	}
	for other, flags := range engineFlags {
		for _, flag := range flags {
			if other != engine && c.IsSet(flag) {
				return wrongUse("--%s is for --engine %s, not for %s", flag, other, engine)
			}
		}
	}
	if c.Int("threads") < 1 {
		return wrongUse("--threads %d; want 1 or more", c.Int("threads"))
	}
	data := c.String("data")
	dir, err = filepath.Abs(dir)
	if err == nil && data != "" {
		data, err = filepath.Abs(data)
	}
	if err != nil {
		return err
	}
	if engine == "kubernetes" {
		return showKubernetes(c, p, sweep.Kubernetes{Dir: dir, Data: data, Threads: c.Int("threads")})
	}
	return submitSlurm(c, p, sweep.Slurm{Dir: dir, Data: data, Threads: c.Int("threads"), Options: c.StringSlice("sbatch")})
}

// submitSlurm sends a plan to Slurm, by this program on the nodes.
func submitSlurm(c *cli.Context, p *sweep.Plan, slurm sweep.Slurm) (err error) {
	if slurm.Program, err = os.Executable(); err != nil {
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
	jobs := sweep.Pending(p, queued)
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
