package main

import (
	"cmp"
	"path/filepath"

	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

// clusterFlags are the flags of a command that sends tasks to a cluster, except for the one that names its kind.
func clusterFlags(noun string) []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "dry-run", Usage: "show what would be sent, and send nothing"},
		&cli.StringSliceFlag{Name: "sbatch", Usage: "slurm: add an `OPTION` of sbatch, such as --partition=main; may be repeated"},
		&cli.StringFlag{Name: "image", Usage: "kubernetes: run the `IMAGE` of a container that has glorot in its PATH"},
		&cli.StringFlag{Name: "claim", Usage: "kubernetes: the PersistentVolumeClaim `NAME` has everything that a " + noun + " reads and writes"},
		&cli.StringFlag{Name: "mount", DefaultText: "the folder that is written to", Usage: "kubernetes: the claim holds this `FOLDER`, and the pods have it at the same path"},
	}
}

// engineFlags are the flags that apply to only one kind of cluster.
var engineFlags = map[string][]string{"slurm": {"sbatch"}, "kubernetes": {"image", "claim", "mount", "jobs"}}

// send sends tasks to the cluster that a flag names. The batch says what they are called, and has their directories.
func send(c *cli.Context, flag string, w worker, b work.Batch) (err error) {
	if b.Flag, b.Engine = "--"+flag, c.String(flag); engineFlags[b.Engine] == nil {
		return wrongUse("--%s %q; want slurm or kubernetes", flag, b.Engine)
	}
	for other, flags := range engineFlags {
		for _, name := range flags {
			if other != b.Engine && c.IsSet(name) {
				return wrongUse("--%s is for --%s %s, not for %s", name, flag, other, b.Engine)
			}
		}
	}
	if b.DryRun = c.Bool("dry-run"); b.Engine == "kubernetes" && b.DryRun {
		if err := cmp.Or(needs(c, "image", "claim"), atLeast(c, 1, "jobs")); err != nil {
			return err
		}
	}
	if c.IsSet("jobs") {
		b.Jobs = c.Int("jobs")
	}
	for _, path := range []*string{&b.Dir, &b.Home, &b.Data} {
		if *path != "" && err == nil {
			*path, err = filepath.Abs(*path)
		}
	}
	if err != nil {
		return err
	}
	b.RetryFailed, b.Sbatch, b.Image, b.Claim, b.Mount = c.Bool("retry-failed"), c.StringSlice("sbatch"), c.String("image"), c.String("claim"), c.String("mount")
	b.Noun, b.Worker, b.Out = w.noun, w.command(b.Threads, b.Data, b.Dir), c.App.Writer
	b.Note = note(c)
	b.Warn = func(err error) { warn(c.App.ErrWriter, err) }
	return b.Send(c.Context)
}
