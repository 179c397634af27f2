package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/runner"

	"github.com/urfave/cli/v2"
)

func infoCommand() *cli.Command {
	stored := dataset.Names(dataset.Kind.Stored)
	return &cli.Command{
		Name:      "info",
		Usage:     "describe the stored data sets, or data of your own",
		ArgsUsage: "[PATH " + strings.Join(stored, " ") + "]",
		Description: "Shows for each data set the number of examples of every class in its three splits, the mean, the variance and the range of the values\n" +
			"(the mean and the variance of levels from 0 to 1), what may be wrong (duplicates across splits, missing and unbalanced classes,\n" +
			"constant features), the SHA-256 of all values and labels, which does not depend on how the files are packed, and the files. Without\n" +
			"arguments it shows which data sets exist, and fails if one is incomplete or broken. With arguments it also fails if one of these is\n" +
			"absent. PATH is a file or folder for data.path: an .npz or .csv file, a folder with pairs of IDX files, or with a folder of pictures\n" +
			"for each class. --set changes how it is read, such as --set data.split=[0.6,0.2,0.2].\n\n" +
			"Example:\n   glorot data info mnist --data data\n   glorot data info measurements.csv",
		Flags: []cli.Flag{
			dataFlag(),
			&cli.StringSliceFlag{Name: "set", Usage: "set `KEY=VALUE` of data.split, data.seed, data.size or data.channels for PATH; may be repeated"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			names, dir := c.Args().Slice(), c.String("data")
			known := func(name string) bool { return slices.Contains(stored, name) }
			for _, name := range names {
				if _, err := os.Stat(name); !known(name) && err != nil {
					return wrongUse("there is no file, folder or data set %q; want the path of one's own data, or %s", name, strings.Join(stored, ", "))
				}
			}
			if len(names) == 0 {
				names = stored
			}
			if slices.ContainsFunc(names, known) && dir == "" {
				_, err := dataFolder(c)
				return err
			}
			return info(c, names, dir)
		},
	}
}

// inspect describes a known data set, or data of one's own.
func inspect(c *cli.Context, name, dir string) (*dataset.Info, error) {
	if _, err := dataset.KindByName(name); err == nil {
		return dataset.Inspect(c.Context, name, dir)
	}
	cfg := run.Default()
	cfg.Data.Name, cfg.Data.Path = dataset.OwnName, name
	if err := cfg.SetAll(c.StringSlice("set"), runner.Allowed()); err != nil {
		return nil, err
	}
	return dataset.InspectOwn(c.Context, name, cfg.Data.Choice().Own)
}

// info prints the existing data sets, and then fails if one is damaged, or if one that was asked for is missing.
func info(c *cli.Context, names []string, dir string) error {
	var list []dataset.State
	var failed error
	for _, name := range names {
		if c.Context.Err() != nil {
			return c.Context.Err()
		}
		i, err := inspect(c, name, dir)
		s := dataset.NewState(name, i, absent(err, name, dir))
		if failed == nil && (c.Args().Present() || s.State != dataset.Absent) {
			failed = absent(err, name, dir)
		}
		list = append(list, s)
	}
	if c.Bool("json") {
		return cmp.Or(printJSON(c, list), failed)
	}
	for i, s := range list {
		if i > 0 {
			fmt.Fprintln(c.App.Writer)
		}
		if err := s.WriteText(c.App.Writer, bringing(s.Name, dir)); err != nil {
			return err
		}
	}
	return failed
}
