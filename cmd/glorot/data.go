package main

import (
	"math"
	"path/filepath"

	"glorot/experiments/dataset"

	"github.com/urfave/cli/v2"
)

func dataCommand() *cli.Command {
	return &cli.Command{
		Name:        "data",
		Usage:       "download, describe and make data sets",
		Description: "Example:\n   glorot data fetch mnist --data data",
		Subcommands: []*cli.Command{fetchCommand(), infoCommand(), shapesetCommand(), smallImageNetCommand()},
	}
}

func shapesetCommand() *cli.Command {
	return &cli.Command{
		Name:  "shapeset",
		Usage: "write the first images of a Shapeset-3x2 seed",
		Description: "An .npz file holds images, uint8 [N,1024] in the generator's order (pixel (x, y) at x*32+y), and labels, uint8 [N].\n" +
			"A .png file is a contact sheet. Seed 0 makes the test set, 4294967295 the validation set.\n\n" +
			"Example:\n   glorot data shapeset --seed 0 --count 10000 --out test.npz",
		Flags: []cli.Flag{
			&cli.Uint64Flag{Name: "seed", Usage: "of the generator, 0 to 4294967295", Value: 1},
			&cli.IntFlag{Name: "count", Usage: "number of images, 1 to 1000000", Value: 100},
			&cli.StringFlag{Name: "out", Usage: "`FILE`.npz or FILE.png"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := needs(c, "out"); err != nil {
				return err
			}
			seed, count, out := c.Uint64("seed"), c.Int("count"), c.String("out")
			if seed > math.MaxUint32 {
				return wrongUse("--seed %d; want 0 to %d", seed, uint32(math.MaxUint32))
			}
			if count < 1 || count > maxCount {
				return wrongUse("--count %d; want 1 to %d", count, maxCount)
			}
			kind := filepath.Ext(out)
			if kind != ".npz" && kind != ".png" {
				return wrongUse("--out %s; want a name that ends in .npz or .png", out)
			}
			if err := notThere(out); err != nil {
				return err
			}
			set, err := dataset.DefaultShapeset().Set(c.Context, uint32(seed), count)
			if err != nil {
				return ended(err)
			}
			if err := dataset.WriteSet(out, set); err != nil {
				return err
			}
			return answer(c, map[string]any{"file": out, "seed": seed, "count": count, "classes": set.Classes}, "%d images of seed %d in %s\n", count, seed, out)
		},
	}
}

// maxCount images take 1 GB.
const maxCount = 1_000_000
