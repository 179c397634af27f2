package main

import (
	"fmt"
	"io"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/run/legacy"

	"github.com/urfave/cli/v2"
)

func convertCommand() *cli.Command {
	return &cli.Command{
		Name:      "convert",
		Usage:     "convert the trainings that earlier versions of glorot kept into archives of runs",
		ArgsUsage: "FOLDER",
		Description: "Earlier versions of glorot reproduce kept a file NAME-HASH.json for each training. An archive NAME-ID.jsonl.gz holds all trainings\n" +
			"of one trajectory, of whatever lengths, and answers what they answered; nothing is trained again. The files stay as they are.\n\n" +
			"Example:\n   glorot runs convert ~/.cache/glorot --to ~/.cache/glorot",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "write the archives into `DIR`, which may be FOLDER"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return wrongUse("want one folder; see glorot runs convert --help")
			}
			if err := needs(c, "to"); err != nil {
				return err
			}
			trainings, archives, err := legacy.Convert(c.Context, c.Args().First(), c.String("to"))
			if err != nil {
				return ended(err)
			}
			if c.Bool("json") {
				return printJSON(c, map[string]any{"to": c.String("to"), "trainings": trainings, "archives": archives})
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s became %s in %s\n", report.Plural(trainings, "training"), report.Plural(archives, "archive"), c.String("to"))
			return err
		},
	}
}

func archiveCommand() *cli.Command {
	return &cli.Command{
		Name:      "archive",
		Usage:     "write runs as archives, one compressed file each",
		ArgsUsage: "RUN|FOLDER…",
		Description: "An archive NAME-ID.jsonl.gz has the manifest of a run, what it recorded and what was measured afterwards, but no checkpoints and no\n" +
			"weights. Histograms are kept at the beginning and the end. If the folder has an archive of the same trajectory, what it knows is\n" +
			"kept as well, and must be the same where both know something.\n\n" +
			"Example:\n   glorot runs archive runs/a --to archives",
		Flags: []cli.Flag{&cli.StringFlag{Name: "to", Usage: "write the archives into `DIR`"}},
		Action: func(c *cli.Context) error {
			if err := needs(c, "to"); err != nil {
				return err
			}
			paths, err := run.Find(c.Args().Slice()...)
			if err != nil {
				return err
			}
			for _, path := range paths {
				if err := c.Context.Err(); err != nil {
					return err
				}
				r, err := run.Open(path)
				if err != nil {
					return err
				}
				name, err := r.ArchiveIn(c.String("to"))
				if err != nil {
					return err
				}
				fmt.Fprintln(c.App.Writer, name)
			}
			return nil
		},
	}
}

// warnOfEarlier warns of trainings in a store that an earlier version kept and that are not read.
func warnOfEarlier(w io.Writer, store string) error {
	paths, err := legacy.Unconverted(store)
	if err != nil || len(paths) == 0 {
		return err
	}
	_, err = fmt.Fprintf(w, "glorot: %s: an earlier version kept %s here that are not read; glorot runs convert %s --to %s converts them\n",
		store, report.Plural(len(paths), "training"), quoted(store), quoted(store))
	return err
}
