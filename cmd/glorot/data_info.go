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
		Description: "Shows of each data set the images of every class in its three splits, the mean and the variance of the pixels (grey 255\n" +
			"being 1), the SHA-256 over all images and labels, however the files are packed, and the files. Without arguments it\n" +
			"says which are there, and fails if one is incomplete or broken; with arguments also if one of these is absent.\n\n" +
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

// found is what `glorot data info --json` prints of each data set.
type found struct {
	Name    string        `json:"name"`
	There   bool          `json:"there"`
	State   string        `json:"state"`             // there, absent, incomplete (without some of its files) or broken
	Problem string        `json:"problem,omitempty"` // what is missing or wrong, if it is not there
	Info    *dataset.Info `json:"info,omitempty"`
	note    string        // of a MissingError
}

// info prints what is there, and then fails because of what is damaged, or what is missing though it was asked for.
func info(c *cli.Context, names []string, dir string) error {
	var list []found
	var failed error
	for _, name := range names {
		if c.Context.Err() != nil {
			return c.Context.Err()
		}
		f := found{Name: name}
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

func (f found) print(w io.Writer, dir string) error {
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
