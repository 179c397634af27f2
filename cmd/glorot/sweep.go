package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/sweep"
	"glorot/experiments/train"

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
			if err := noArguments(c); err != nil {
				return err
			}
			for _, flag := range []string{"config", "out"} {
				if err := needs(c, flag); err != nil {
					return err
				}
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
			_, err = fmt.Fprintf(c.App.Writer, "%s in %s\n", report.Plural(p.Len(), "cell"), c.String("out"))
			return err
		},
	}
}

// planOf plans a sweep, and returns its data sets by their names.
func planOf(c *cli.Context, s *sweep.Sweep) (*sweep.Plan, map[string]*dataset.Data, error) {
	folder := imageFolder{ctx: c.Context, data: c.String("data"), sets: map[string]*dataset.Data{}, checksums: map[string]string{}, weights: map[string]string{}}
	p, err := s.Plan(c.Context, runner.Allowed(), folder.check)
	if err == nil {
		err = folder.missing()
	}
	if err != nil {
		return nil, nil, err
	}
	p.Numbers, p.Images = train.Numbers, folder.checksums
	if len(folder.weights) > 0 {
		p.Weights = folder.weights
	}
	return p, folder.sets, nil
}

// imageFolder opens each data set of a folder once.
type imageFolder struct {
	ctx       context.Context
	data      string
	sets      map[string]*dataset.Data // nil for one that is missing
	checksums map[string]string        // of those that exist
	weights   map[string]string        // checksums of the weights in the files of model.from
	absent    []string                 // the missing ones, in the order of the cells
	err       error                    // about the first missing one
}

// check returns an error if a configuration does not suit its images. It notes a missing data set, so that all missing ones can be
// reported together.
func (i *imageFolder) check(cfg run.Config) error {
	name := cfg.Data.Content()
	set, known := i.sets[name]
	if !known {
		sets, err := openData(i.ctx, cfg.Data, i.data)
		missing, wrong := new(dataset.MissingError), usageError{}
		switch {
		case errors.As(err, &missing), errors.As(err, &wrong):
			i.absent, i.err = append(i.absent, name), cmp.Or(i.err, err)
		case err != nil:
			return err
		default:
			set = sets
		}
		i.sets[name] = set
	}
	if set == nil {
		return nil
	}
	i.checksums[name] = set.Checksum()
	if err := runner.Check(cfg, set); err != nil || cfg.Model.From == "" {
		return err
	}
	sum, err := runner.GivenWeights(cfg, set)
	i.weights[cfg.Model.From] = sum
	return err
}

// missing returns an error that lists the missing data sets.
func (i *imageFolder) missing() error {
	if len(i.absent) < 2 {
		return i.err
	}
	var brings []string
	for _, name := range i.absent {
		brings = append(brings, bringing(name, cmp.Or(i.data, "DIR")))
	}
	names := strings.Join(i.absent, ", ")
	if i.data == "" {
		return wrongUse("data.name %s needs --data DIR or GLOROT_DATA, the folder of the data sets; %s", names, strings.Join(brings, "; "))
	}
	return fmt.Errorf("%s: missing or incomplete: %s; %s", i.data, names, strings.Join(brings, "; "))
}
