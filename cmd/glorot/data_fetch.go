package main

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/progress"

	"github.com/urfave/cli/v2"
)

func fetchCommand() *cli.Command {
	public := dataset.Names(dataset.Kind.Public)
	return &cli.Command{
		Name:      "fetch",
		Usage:     "download a public data set",
		ArgsUsage: strings.Join(public, "|"),
		Description: "Downloads the files of a public data set to a folder of its name in --data, and checks that they have the published SHA-256.\n" +
			"Files that exist are left as they are, and a download that was interrupted is continued.\n\n" +
			"Example:\n   glorot data fetch mnist --data data",
		Flags: []cli.Flag{
			dataFlag(),
			&cli.StringSliceFlag{Name: "from", Usage: "download from the folder at `URL` instead of the public sources; may be repeated"},
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

func fetch(c *cli.Context, name, dir string) error {
	bar, file := progress.New(c.App.ErrWriter), ""
	downloaded, err := dataset.Fetch(c.Context, name, dir, c.StringSlice("from"), func(p dataset.Progress) {
		if p.File != file {
			bar.Clear()
			bar, file = progress.New(c.App.ErrWriter), p.File
		}
		const mega = 1e6
		bar.Show(float64(p.Done), float64(p.Total), fmt.Sprintf("%s, %.1f of %.1f MB", p.File, float64(p.Done)/mega, float64(p.Total)/mega))
	})
	bar.Clear()
	if err != nil && c.Context.Err() != nil {
		return interrupted{"the downloaded part is kept, and the same command continues from there"}
	}
	if err != nil {
		return err
	}
	info, err := dataset.Inspect(c.Context, name, dir)
	if err != nil {
		return err
	}
	f := dataset.Fetched{Downloaded: downloaded, Info: info}
	return answer(c, f, "%s\n", f)
}
