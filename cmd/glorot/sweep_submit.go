package main

import (
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func sweepSubmitCommand() *cli.Command {
	return &cli.Command{
		Name:      "submit",
		Usage:     "send the remaining cells of a sweep to a cluster",
		ArgsUsage: "DIR",
		Description: "--engine slurm sends the cells that are neither done nor in the queue to Slurm, as job arrays below the cluster's MaxArraySize.\n" +
			"DIR, the data sets and this program must be at the same paths on the nodes. A cell continues from its last checkpoint if its job is\n" +
			"requeued, pre-empted or killed, loses its node, or reaches its time limit, two minutes before which it stops. Run the same command\n" +
			"again to send cells whose jobs were cancelled or given up by Slurm. --dry-run shows the scripts.\n\n" +
			"--engine kubernetes --dry-run prints an Indexed Job of all cells for kubectl apply (Kubernetes 1.29 or newer). A cell that is done\n" +
			"ends at once; one that waits for others is started again after 10 s to 10 min. DIR and --data must be in the folder of --mount,\n" +
			"which the claim holds and which has the same path in the pods.\n\n" +
			"Examples:\n   glorot sweep submit sweeps/a --engine slurm --threads 4 --sbatch --time=10:00:00 --dry-run\n" +
			"   glorot sweep submit /shared/a --engine kubernetes --image registry.example/glorot:1 --claim shared --mount /shared \\\n" +
			"      --threads 4 --dry-run | kubectl apply -f -",
		Flags: append(failureFlags(), append(clusterFlags("cell"),
			&cli.StringFlag{Name: "engine", Usage: "send to `ENGINE`: slurm or kubernetes"},
			&cli.IntFlag{Name: "threads", Value: 1, Usage: "give each cell `N` processors"},
			&cli.IntFlag{Name: "jobs", DefaultText: "all that fit", Usage: "kubernetes: run `N` cells at a time"},
			dataFlag())...),
		Action: submitSweep,
	}
}

func submitSweep(c *cli.Context) error {
	dir, p, err := sweepArgument(c)
	if err != nil {
		return err
	}
	return send(c, "engine", cellWorker, work.Batch{Tasks: p.In(dir), What: "the sweep", Dir: dir, Home: dir, Data: c.String("data"), Threads: c.Int("threads")})
}
