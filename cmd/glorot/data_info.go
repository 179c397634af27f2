package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"glorot/experiments/dataset"

	"github.com/urfave/cli/v2"
)

func infoCommand() *cli.Command {
	return &cli.Command{
		Name:      "info",
		Usage:     "describe the stored data sets",
		ArgsUsage: "[" + strings.Join(dataset.Names(), " ") + "]",
		Description: "Shows of each data set the images of every class in its three splits, the mean and the variance of the pixels (grey 255\n" +
			"being 1), the SHA-256 over all images and labels, however the files are packed, and the files. Without arguments it\n" +
			"says which are there; with arguments it fails if one of these is not.\n\n" +
			"Example:\n   glorot data info mnist --data data",
		Flags: []cli.Flag{dataFlag(), jsonFlag()},
		Action: func(c *cli.Context) error {
			dir, err := dataFolder(c)
			if err != nil {
				return err
			}
			names := c.Args().Slice()
			for _, name := range names {
				if !slices.Contains(dataset.Names(), name) {
					return wrongUse("unknown data set %q; want %s", name, strings.Join(dataset.Names(), ", "))
				}
			}
			if len(names) == 0 {
				names = dataset.Names()
			}
			return info(c, names, dir)
		},
	}
}

// found is what `glorot data info --json` prints of each data set.
type found struct {
	Name    string        `json:"name"`
	There   bool          `json:"there"`
	Problem string        `json:"problem,omitempty"` // what is missing or wrong, if it is not there
	Info    *dataset.Info `json:"info,omitempty"`
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
		if f.Info, err = dataset.Inspect(name, dir); err == nil {
			f.There = true
		} else {
			f.Problem = absent(err, name, dir).Error()
			if missing := new(dataset.MissingError); failed == nil && (c.Args().Present() || !errors.As(err, &missing)) {
				failed = absent(err, name, dir)
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
	if !f.There {
		_, err := fmt.Fprintf(w, "%s is not there; %s\n", f.Name, bringing(f.Name, dir))
		return err
	}
	colours := "grey"
	if f.Info.Channels == 3 {
		colours = "red, green and blue"
	}
	fmt.Fprintf(w, "%s: %dx%d, %s, %d classes, in %s\n", f.Name, f.Info.Height, f.Info.Width, colours, len(f.Info.Classes), filepath.Dir(f.Info.Files[0].Path))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, cell func(s dataset.SplitInfo) any) {
		fmt.Fprintf(t, "%s\t", name)
		for _, s := range f.Info.Splits {
			fmt.Fprintf(t, "%v\t", cell(s))
		}
		fmt.Fprintln(t)
	}
	row("", func(s dataset.SplitInfo) any { return s.Name })
	row("images", func(s dataset.SplitInfo) any { return s.Images })
	for k, class := range f.Info.Classes {
		row(class, func(s dataset.SplitInfo) any { return s.Counts[k] })
	}
	row("mean", func(s dataset.SplitInfo) any { return fmt.Sprintf("%.4f", s.Mean) })
	row("variance", func(s dataset.SplitInfo) any { return fmt.Sprintf("%.4f", s.Variance) })
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "checksum %s\n", f.Info.Checksum)
	for _, file := range f.Info.Files {
		note := ""
		if file.Published {
			note = ", as published"
		}
		fmt.Fprintf(w, "%s  %s, %d bytes%s\n", file.SHA256, filepath.Base(file.Path), file.Bytes, note)
	}
	return nil
}
