package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"glorot/experiments/dataset"
	"glorot/experiments/progress"

	"github.com/urfave/cli/v2"
)

func smallImageNetCommand() *cli.Command {
	return &cli.Command{
		Name:  "smallimagenet",
		Usage: "make a set of 37x37 grey images from folders of pictures",
		Description: "The paper's Small-ImageNet was never published. This command makes a set like it: each folder in --from is a class, and the JPEG,\n" +
			"PNG, GIF and BMP pictures in it and in its subfolders are its examples, cut to their central square and resized. All classes get the\n" +
			"same number of images. Of every 11 images 9 are for training, 1 for validation and 1 for testing. The same pictures and seed give\n" +
			"the same files.\n\n" +
			"Example:\n   glorot data smallimagenet --from pictures --to data/smallimagenet",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "from", Usage: "take the pictures in `DIR`, a folder of folders"},
			&cli.StringFlag{Name: "to", Usage: "make the set in `DIR`, which must be new or empty; the default is the folder smallimagenet in --data"},
			dataFlag(),
			&cli.Uint64Flag{Name: "seed", Usage: "seed of the choice of pictures and of the split", Value: 1},
			&cli.IntFlag{Name: "per-class", Usage: "pictures per class, 11 or more; 0 means as many as the smallest class has"},
			&cli.BoolFlag{Name: "leave-out", Usage: "leave out and list files that cannot be read; otherwise the command lists them and makes nothing"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := needs(c, "from"); err != nil {
				return err
			}
			from, to := c.String("from"), c.String("to")
			if to == "" && c.String("data") != "" {
				to = filepath.Join(c.String("data"), "smallimagenet")
			}
			if to == "" {
				return wrongUse("%s needs --to or --data; see %s --help", c.Command.Name, c.Command.HelpName)
			}
			if n := c.Int("per-class"); n != 0 && n < dataset.MinPerClass {
				return wrongUse("--per-class %d; want 0, or %d or more", n, dataset.MinPerClass)
			}
			if info, err := os.Stat(from); err != nil || !info.IsDir() {
				return wrongUse("--from %s is not a folder; want one that has a folder of pictures for each class", from)
			}
			if entries, err := os.ReadDir(to); err == nil && len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
				return wrongUse("--to %s is not an empty folder; nothing is overwritten: choose another folder or remove it", to)
			}
			return makeSmallImageNet(c, from, to)
		},
	}
}

func makeSmallImageNet(c *cli.Context, from, to string) error {
	bar := progress.New(c.App.ErrWriter)
	options := dataset.ImageSetOptions{
		Seed:     c.Uint64("seed"),
		PerClass: c.Int("per-class"),
		Progress: func(done, total int) {
			bar.Show(float64(done), float64(total), fmt.Sprintf("%d pictures of %d", done, total))
		},
	}
	if c.Bool("leave-out") {
		options.LeaveOut = func(bad dataset.BadPicture) { fmt.Fprintf(c.App.ErrWriter, "left out: %s: %v\n", bad.Path, bad.Err) }
	}
	err := dataset.MakeImageSet(c.Context, from, to, options)
	bar.Clear()
	if err != nil && c.Context.Err() != nil {
		return interrupted{"nothing was made"}
	}
	if bad := new(dataset.BadPicturesError); errors.As(err, &bad) {
		return fmt.Errorf("%w; --leave-out makes the set without them", err)
	}
	if err != nil {
		return err
	}
	info, err := dataset.Inspect(c.Context, "smallimagenet", to)
	if err != nil {
		return err
	}
	n := info.Splits
	return answer(c, info, "%d classes in %s: %d images for training, %d for validation, %d for testing\n", len(info.Classes), to, n[0].Images, n[1].Images, n[2].Images)
}
