package main

import (
	"cmp"

	"github.com/urfave/cli/v2"
)

func forkCommand() *cli.Command {
	return &cli.Command{
		Name:      "fork",
		Usage:     "branch off from a run at an update, with another configuration",
		ArgsUsage: "RUN",
		Description: "Makes a new run that shares the weights, images and log of RUN up to an update, and continues from there with another configuration.\n" +
			"If RUN has no checkpoint of that update, its state there is recomputed and checked against the digests in the log. Settings that\n" +
			"made the past cannot be changed: seed, data.seed, data.name, model.hidden, model.init and pretrain.\n\n" +
			"Example:\n   glorot fork runs/a --at 20000 --set train.rate=0.1 --out runs/faster",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "at", Usage: "share the past up to `UPDATE`"},
			&cli.StringSliceFlag{Name: "set", Usage: "change one `KEY=VALUE` of the configuration; may be repeated"},
			dataFlag(),
			&cli.StringFlag{Name: "out", Usage: "make the new run in `DIR`, which must be new or empty"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := cmp.Or(takes(c, "one run"), needs(c, "out")); err != nil {
				return err
			}
			if !c.IsSet("at") || c.Int("at") < 0 {
				return wrongUse("fork needs --at UPDATE, 0 or more; see glorot fork --help")
			}
			r := newRunner(c)
			r.Resumed = nil
			cfg, err := r.Fork(c.Context, c.Args().First(), c.Int("at"), c.StringSlice("set"), c.String("out"))
			if err != nil {
				return trainError(c, c.String("out"), cfg, err)
			}
			return trainRun(c, c.String("out"), cfg)
		},
	}
}
