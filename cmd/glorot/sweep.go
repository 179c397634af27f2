package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/sweep"
	"glorot/experiments/wording"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func sweepCommand() *cli.Command {
	return &cli.Command{
		Name:  "sweep",
		Usage: "plan many runs, do them, and report on them",
		Description: "A sweep is a directory with plan.json and many runs, which are its cells. The directories of the runs show what has been done, so\n" +
			"that a command which is repeated does only the rest.\n\n" +
			"Example:\n   glorot sweep plan --config SWEEP.yaml --out sweeps/a\n   glorot sweep run sweeps/a --jobs 2\n   glorot sweep status sweeps/a\n" +
			"   glorot sweep report sweeps/a --out sweeps/a-report",
		Subcommands: []*cli.Command{
			sweepPlanCommand(),
			sweepRunCommand(),
			sweepSubmitCommand(),
			sweepStatusCommand(),
			sweepReportCommand(),
			sweepCellCommand(),
		},
	}
}

func sweepPlanCommand() *cli.Command {
	return &cli.Command{
		Name:  "plan",
		Usage: "make a sweep's directory from its description",
		Description: "The description is a YAML file with these keys, all of which may be left out:\n\n" +
			"   base    a configuration (see glorot help config)\n" +
			"   grid    keys with lists of values: every combination is a point\n" +
			"   list    settings that belong together: each entry is a point, with every combination of the grid\n" +
			"   seeds   the seeds with which each point is repeated\n" +
			"   search  a grid: each point and seed tries every combination for the given number of updates (after), and extends the\n" +
			"           one with the lowest validation error. rungs: [{after: 125000, keep: 2}, {after: 500000, keep: 1}] keeps two, then one;\n" +
			"           within: [data.low] does so for each value of data.low; rates: [0.1, 0.03] is short for grid: {train.rate: [0.1, 0.03]}\n\n" +
			"   base: {train.updates: 2500000}\n   grid: {model.init: [standard, normalized], model.activation: [tanh, softsign]}\n" +
			"   seeds: [1, 2, 3]\n   search: {grid: {train.rate: [0.1, 0.03], data.low: [0, -1]}, after: 500000}\n\n" +
			"A sweep has at most " + strconv.Itoa(sweep.MostCells) + " cells. If the directory has another plan, the command fails and shows the difference.\n\n" +
			"Example:\n   glorot sweep plan --config SWEEP.yaml --out sweeps/a",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "config", Usage: "read the description from a YAML `FILE`"},
			&cli.StringFlag{Name: "out", Usage: "make the sweep in `DIR`"},
			dataFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := needs(c, "config", "out"); err != nil {
				return err
			}
			s, err := sweep.Load(c.Context, c.String("config"), runner.Allowed())
			if err != nil {
				return ended(err)
			}
			p, _, err := planOf(c, s)
			if err != nil {
				return ended(err)
			}
			if err := p.Write(c.String("out")); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s in %s\n", wording.Plural(p.Len(), "cell"), c.String("out"))
			return err
		},
	}
}

// planOf plans a sweep, and returns its data by their names. If several data sets are missing, the error lists all of them.
func planOf(c *cli.Context, s *sweep.Sweep) (*sweep.Plan, map[string]*dataset.Data, error) {
	dir := c.String("data")
	p, data, err := s.PlanOn(c.Context, runner.Allowed(), func(ctx context.Context, d run.Data) (*dataset.Data, error) { return openData(ctx, d, dir) })
	missing := new(sweep.MissingError)
	if !errors.As(err, &missing) {
		return p, data, err
	}
	if len(missing.Names) == 1 {
		return nil, nil, missing.First
	}
	var brings []string
	for _, name := range missing.Names {
		brings = append(brings, bringing(name, cmp.Or(dir, "DIR")))
	}
	if dir == "" {
		return nil, nil, wrongUse("data.name %s needs --data DIR or GLOROT_DATA, the folder of the data sets; %s", missing, strings.Join(brings, "; "))
	}
	return nil, nil, fmt.Errorf("%s: missing or incomplete: %s; %s", dir, missing, strings.Join(brings, "; "))
}

func sweepStatusCommand() *cli.Command {
	return &cli.Command{
		Name:      "status",
		Usage:     "show the state of every cell of a sweep",
		ArgsUsage: "DIR",
		Description: "Reads the directories of the cells. For unfinished cells that were sent to Slurm it also shows the state of the job, if Slurm\n" +
			"can be asked.\n\n" +
			"Example:\n   glorot sweep status sweeps/a",
		Flags: []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			dir, p, err := sweepArgument(c)
			if err != nil {
				return err
			}
			list, err := p.Statuses(c.Context, dir)
			if err != nil {
				return err
			}
			queued, err := work.Queued(c.Context, dir)
			if err != nil { // without Slurm the directories are all there is
				warn(c.App.ErrWriter, err)
			}
			for i := range list {
				if !list[i].Finished() {
					list[i].Engine = queued[i].State
				}
			}
			if c.Bool("json") {
				return printJSON(c, list)
			}
			return work.WriteText(c.App.Writer, dir, list)
		},
	}
}
