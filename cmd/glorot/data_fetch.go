package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/report"

	"github.com/urfave/cli/v2"
)

func fetchCommand() *cli.Command {
	_, _, public := dataNames()
	return &cli.Command{
		Name:      "fetch",
		Usage:     "download MNIST or CIFAR-10",
		ArgsUsage: strings.Join(public, "|"),
		Description: "Downloads the files of a public data set to a folder of its name in --data, and makes sure of their published SHA-256.\n" +
			"What is there is left as it is, and what came before an interrupt is not asked for again.\n\n" +
			"Example:\n   glorot data fetch mnist --data data",
		Flags: []cli.Flag{
			dataFlag(),
			&cli.StringSliceFlag{Name: "from", Usage: "ask the folder at `URL` instead of the public sources; may be repeated"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return wrongUse("data fetch takes one data set, got %d arguments; want %s", c.NArg(), strings.Join(public, " or "))
			}
			name := c.Args().First()
			if !slices.Contains(public, name) {
				return wrongUse("no public source of %q; want %s", name, strings.Join(public, " or "))
			}
			dir, err := dataFolder(c)
			if err != nil {
				return err
			}
			return fetch(c, name, dir)
		},
	}
}

// fetched is what `glorot data fetch --json` prints.
type fetched struct {
	Downloaded int `json:"downloaded"` // files; 0 if the set was there
	*dataset.Info
}

func fetch(c *cli.Context, name, dir string) error {
	bar, file := newProgress(c.App.ErrWriter), ""
	downloaded, err := dataset.Fetch(c.Context, name, dir, c.StringSlice("from"), func(p dataset.Progress) {
		if p.File != file {
			bar.clear()
			bar, file = newProgress(c.App.ErrWriter), p.File
		}
		const mega = 1e6
		bar.show(float64(p.Done), float64(p.Total), fmt.Sprintf("%s, %.1f of %.1f MB", p.File, float64(p.Done)/mega, float64(p.Total)/mega))
	})
	bar.clear()
	if err != nil && c.Context.Err() != nil {
		return interrupted{"what has come is kept, and the same command goes on from there"}
	}
	if err != nil {
		return err
	}
	info, err := dataset.Inspect(c.Context, name, dir)
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c, fetched{downloaded, info})
	}
	_, err = fmt.Fprintln(c.App.Writer, fetched{downloaded, info})
	return err
}

func (f fetched) String() string {
	kind := "with the published SHA-256"
	if slices.ContainsFunc(f.Files, func(x dataset.FileInfo) bool { return !x.Published }) {
		kind = "other files than the published ones"
	}
	files, dir := report.Plural(len(f.Files), "file"), filepath.Dir(f.Files[0].Path)
	if f.Downloaded == 0 {
		return fmt.Sprintf("%s is there already: %s in %s, %s", f.Name, files, dir, kind)
	}
	return fmt.Sprintf("%s: %s downloaded, now %s in %s, %s", f.Name, report.Plural(f.Downloaded, "file"), files, dir, kind)
}
