package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"glorot/experiments/dataset"

	"github.com/urfave/cli/v2"
)

func infoCommand() *cli.Command {
	_, stored, _ := dataNames()
	return &cli.Command{
		Name:      "info",
		Usage:     "describe the stored data sets",
		ArgsUsage: "[" + strings.Join(stored, " ") + "]",
		Description: "Shows for each data set the number of images of every class in its three splits, the mean and the variance of the pixels (from 0\n" +
			"to 1), the SHA-256 of all images and labels, which does not depend on how the files are packed, and the files. Without arguments\n" +
			"it shows which data sets exist, and fails if one is incomplete or broken. With arguments it also fails if one of these is absent.\n\n" +
			"Example:\n   glorot data info mnist --data data",
		Flags: []cli.Flag{dataFlag(), jsonFlag()},
		Action: func(c *cli.Context) error {
			dir, err := dataFolder(c)
			if err != nil {
				return err
			}
			names := c.Args().Slice()
			for _, name := range names {
				if !slices.Contains(stored, name) {
					return wrongUse("unknown data set %q; want %s", name, strings.Join(stored, ", "))
				}
			}
			if len(names) == 0 {
				names = stored
			}
			return info(c, names, dir)
		},
	}
}

// dataSetInfo is what `glorot data info --json` prints for each data set.
type dataSetInfo struct {
	Name    string        `json:"name"`
	There   bool          `json:"there"`
	State   string        `json:"state"`             // there, absent, incomplete (some of its files are missing) or broken
	Problem string        `json:"problem,omitempty"` // what is missing or wrong, unless the state is there
	Info    *dataset.Info `json:"info,omitempty"`
	note    string        // of a MissingError
}

// info prints the existing data sets, and then fails if one is damaged, or if one that was asked for is missing.
func info(c *cli.Context, names []string, dir string) error {
	var list []dataSetInfo
	var failed error
	for _, name := range names {
		if c.Context.Err() != nil {
			return c.Context.Err()
		}
		f := dataSetInfo{Name: name}
		var err error
		if f.Info, err = dataset.Inspect(c.Context, name, dir); err == nil {
			f.There, f.State = true, dataset.There
		} else {
			f.State, f.note = dataset.StateOf(err)
			err = absent(err, name, dir)
			f.Problem = err.Error()
			if failed == nil && (c.Args().Present() || f.State != dataset.Absent) {
				failed = err
			}
		}
		list = append(list, f)
	}
	if c.Bool("json") {
		if err := printJSON(c, list); err != nil {
			return err
		}
		return failed
	}
	for i, f := range list {
		if i > 0 {
			fmt.Fprintln(c.App.Writer)
		}
		if err := f.print(c.App.Writer, dir); err != nil {
			return err
		}
	}
	return failed
}

func (f dataSetInfo) print(w io.Writer, dir string) error {
	switch f.State {
	case dataset.Absent:
		if f.note != "" {
			f.note += "; "
		}
		_, err := fmt.Fprintf(w, "%s is not there; %s%s\n", f.Name, f.note, bringing(f.Name, dir))
		return err
	case dataset.Incomplete, dataset.Broken:
		_, err := fmt.Fprintf(w, "%s is %s: %s\n", f.Name, f.State, strings.TrimPrefix(f.Problem, f.Name+": "))
		return err
	}
	return f.Info.WriteText(w)
}
