package main

import (
	"path/filepath"
	"strconv"

	"github.com/urfave/cli/v2"
)

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
		Flags: append(failureFlags(), append(clusterFlags("cell"),
			&cli.StringFlag{Name: "engine", Usage: "send to `ENGINE`: slurm or kubernetes"},
			&cli.IntFlag{Name: "threads", Value: 1, Usage: "give each cell `N` processors"},
			&cli.IntFlag{Name: "jobs", DefaultText: "as many as there is room for", Usage: "kubernetes: run `N` cells at a time"},
			dataFlag())...),
		Action: submitSweep,
	}
}

func submitSweep(c *cli.Context) error {
	dir, p, err := sweepArgument(c)
	if err != nil {
		return err
	}
	data := c.String("data")
	dir, err = filepath.Abs(dir)
	if err == nil && data != "" {
		data, err = filepath.Abs(data)
	}
	if err != nil {
		return err
	}
	return batch{
		tasks: p.In(dir), engine: "engine", noun: "cell", what: "the sweep", dir: dir, home: dir, data: data, threads: c.Int("threads"),
		worker: func(program string, more ...string) []string {
			return cellCommand(program, c.Int("threads"), data, dir, more...)
		},
	}.send(c)
}

// cellCommand is the worker of the sweep's cells, but for the cell's number.
func cellCommand(program string, threads int, data, dir string, more ...string) []string {
	list := append([]string{program, "sweep", "cell"}, more...)
	list = append(list, "--threads", strconv.Itoa(threads))
	if data != "" {
		list = append(list, "--data", data)
	}
	return append(list, "--", dir)
}
