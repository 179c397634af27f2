package main

import (
	"cmp"
	"fmt"

	"glorot/experiments/run"
	"glorot/experiments/run/legacy"
	"glorot/experiments/wording"

	"github.com/urfave/cli/v2"
)

func convertCommand() *cli.Command {
	return &cli.Command{
		Name:      "convert",
		Usage:     "convert the trainings that earlier versions of glorot kept into archives of runs",
		ArgsUsage: "FOLDER",
		Description: "Earlier versions of glorot reproduce kept a file NAME-HASH.json for each training. This command writes one archive, NAME-ID.jsonl.gz,\n" +
			"for all trainings of one trajectory, of any lengths, with the same records. Nothing is trained again, and the old files stay.\n\n" +
			"Example:\n   glorot runs convert ~/.cache/glorot --to ~/.cache/glorot",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "write the archives into `DIR`, which may be FOLDER"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return wrongUse("want one folder; see glorot runs convert --help")
			}
			if err := needs(c, "to"); err != nil {
				return err
			}
			trainings, archives, err := legacy.Convert(c.Context, c.Args().First(), c.String("to"))
			if err != nil {
				return ended(err)
			}
			return answer(c, map[string]any{"to": c.String("to"), "trainings": trainings, "archives": archives},
				"%s became %s in %s\n", wording.Plural(trainings, "training"), wording.Plural(archives, "archive"), c.String("to"))
		},
	}
}

func archiveCommand() *cli.Command {
	return &cli.Command{
		Name:      "archive",
		Usage:     "write runs as archives, one compressed file each",
		ArgsUsage: "RUN|FOLDER…",
		Description: "An archive NAME-ID.jsonl.gz has the manifest and all records of a run, but no checkpoints and no weights. Histograms are kept at the\n" +
			"beginning and the end. If the folder has an archive of the same trajectory, its records are kept; they must agree with the run's.\n" +
			"--prove retrains each run up to its first record after N updates or more, compares it, and adds the digests of the weights on the way.\n\n" +
			"Example:\n   glorot runs archive runs/a --to archives",
		Flags: []cli.Flag{&cli.StringFlag{Name: "to", Usage: "write the archives into `DIR`"},
			&cli.IntFlag{Name: "prove", Usage: "add digests every `N` updates, of weights that lead to what was recorded; 0 adds none"}, dataFlag()},
		Action: func(c *cli.Context) error {
			if err := cmp.Or(needs(c, "to"), atLeast(c, 0, "prove")); err != nil {
				return err
			}
			paths, err := run.Find(c.Args().Slice()...)
			if err != nil {
				return err
			}
			if len(paths) == 0 {
				return wrongUse("runs archive takes one or more runs, got none")
			}
			for i, path := range paths {
				name, err := newRunner(c).Archive(c.Context, path, c.String("to"), c.Int("prove"))
				if err != nil && i == 0 {
					return ended(err)
				}
				if err != nil { // the names of those before it are printed
					return err
				}
				fmt.Fprintln(c.App.Writer, name)
			}
			return nil
		},
	}
}
