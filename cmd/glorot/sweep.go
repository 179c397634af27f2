package main

import (
	"context"
	"fmt"

	"glorot/experiments/run"
	"glorot/experiments/sweep"
	"glorot/experiments/train"

	"github.com/urfave/cli/v2"
)

func sweepCommand() *cli.Command {
	return &cli.Command{
		Name:  "sweep",
		Usage: "plan many runs, and do what is not done of them",
		Description: "A sweep is a directory with plan.json, one cell a run. The cells' own directories are the truth of what is done: a second\n" +
			"run does only what is not.\n\n" +
			"Example:\n   glorot sweep plan --config SWEEP.yaml --out sweeps/a\n   glorot sweep run sweeps/a --jobs 2\n   glorot sweep status sweeps/a",
		Subcommands: []*cli.Command{
			sweepPlanCommand(),
			sweepRunCommand(),
			sweepSubmitCommand(),
			sweepStatusCommand(),
			sweepCellCommand(),
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return wrongUse("sweep: unknown command %q; see glorot sweep --help", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func sweepPlanCommand() *cli.Command {
	return &cli.Command{
		Name:  "plan",
		Usage: "make a sweep's directory from its description",
		Description: "The description is a YAML file: base, a configuration (see glorot train --help); grid, keys with the lists of their values, of\n" +
			"which every combination is made; list, settings that go together; seeds, each a replicate; search, the rates of which each\n" +
			"replicate goes on with the best after so many updates. All may be left out.\n\n" +
			"   base: {train.updates: 2500000}\n   grid: {model.init: [standard, normalized], model.activation: [tanh, softsign]}\n" +
			"   seeds: [1, 2, 3]\n   search: {rates: [0.1, 0.03], after: 500000}\n\n" +
			"A directory that has another plan already is refused, with the difference.\n\n" +
			"Example:\n   glorot sweep plan --config SWEEP.yaml --out sweeps/a",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "config", Usage: "read the description from a YAML `FILE`"},
			&cli.StringFlag{Name: "out", Usage: "make the sweep in `DIR`"},
			dataFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			for _, flag := range []string{"config", "out"} {
				if err := needs(c, flag); err != nil {
					return err
				}
			}
			s, err := sweep.Load(c.String("config"), allowed())
			if err != nil {
				return err
			}
			p, err := s.Plan(allowed(), identifier(c.Context, c.String("data")))
			if err != nil {
				return ended(err)
			}
			if err := p.Write(c.String("out")); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s in %s\n", plural(len(p.Cells), "cell"), c.String("out"))
			return err
		},
	}
}

// identifier tells the ids of runs on the data sets in a folder, of which it opens each once.
func identifier(ctx context.Context, data string) sweep.Identify {
	sets := map[string]*training{}
	return func(cfg run.Config) (string, error) {
		t := sets[cfg.Data.Name]
		if t == nil {
			s, err := openSets(ctx, cfg.Data.Name, data)
			if err != nil {
				return "", err
			}
			t = &training{sets: s}
			sets[cfg.Data.Name] = t
		}
		t.cfg = cfg
		if err := t.possible(); err != nil {
			return "", err
		}
		return cfg.ID(run.Origin{Numbers: train.Numbers, Data: t.images()}), nil
	}
}
