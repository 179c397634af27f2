package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"glorot/experiments/dataset"

	"github.com/urfave/cli/v2"
)

func smallImageNetCommand() *cli.Command {
	return &cli.Command{
		Name:  "smallimagenet",
		Usage: "make a set of 37x37 greys from folders of pictures",
		Description: "The paper's Small-ImageNet was never published. This makes a set of its shape: each folder in --from is a class, and the\n" +
			"JPEG, PNG, GIF and BMP pictures in it, or in folders in it, are its examples, cut to their central square and resized.\n" +
			"All classes get the same number of images; of 11 of them, 9 are to train, 1 to validate and 1 to test. The same pictures\n" +
			"and seed give the same files.\n\n" +
			"Example:\n   glorot data smallimagenet --from pictures --to data/smallimagenet",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "from", Usage: "take the pictures in `DIR`, a folder of folders"},
			&cli.StringFlag{Name: "to", Usage: "make the set in `DIR`, which must not hold anything; without it, in smallimagenet of --data"},
			dataFlag(),
			&cli.Uint64Flag{Name: "seed", Usage: "of the choice and the split", Value: 1},
			&cli.IntFlag{Name: "per-class", Usage: "pictures of each class, 11 or more; 0 is as many as the smallest class has"},
			&cli.BoolFlag{Name: "leave-out", Usage: "leave out what cannot be read, and say what; without it the first attempt lists it and makes nothing"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
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
			if n := c.Int("per-class"); n != 0 && n < minPerClass {
				return wrongUse("--per-class %d; want 0, or %d or more", n, minPerClass)
			}
			if info, err := os.Stat(from); err != nil || !info.IsDir() {
				return wrongUse("--from %s is no folder; want one that has a folder of pictures for each class", from)
			}
			if entries, err := os.ReadDir(to); err == nil && len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
				return wrongUse("--to %s holds something already or is no folder; nothing is overwritten: choose another or remove it", to)
			}
			return makeSmallImageNet(c, from, to)
		},
	}
}

// minPerClass are 9 pictures to train, 1 to validate and 1 to test.
const minPerClass = 11

func makeSmallImageNet(c *cli.Context, from, to string) error {
	bar := newProgress(c.App.ErrWriter)
	options := dataset.ImageSetOptions{
		Seed:     c.Uint64("seed"),
		PerClass: c.Int("per-class"),
		Progress: func(done, total int) {
			bar.show(float64(done), float64(total), fmt.Sprintf("%d pictures of %d", done, total))
		},
	}
	if c.Bool("leave-out") {
		options.LeaveOut = func(bad dataset.BadPicture) { fmt.Fprintf(c.App.ErrWriter, "left out: %s: %v\n", bad.Path, bad.Err) }
	}
	err := dataset.MakeImageSet(c.Context, from, to, options)
	bar.clear()
	if err != nil && c.Context.Err() != nil {
		return interrupted{"nothing was made"}
	}
	if bad := new(dataset.BadPicturesError); errors.As(err, &bad) {
		return fmt.Errorf("%w; --leave-out makes the set without", err)
	}
	if err != nil {
		return err
	}
	info, err := dataset.Inspect(c.Context, "smallimagenet", to)
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c, info)
	}
	s := info.Splits
	_, err = fmt.Fprintf(c.App.Writer, "%d classes in %s: %d images to train, %d to validate, %d to test\n",
		len(info.Classes), to, s[0].Images, s[1].Images, s[2].Images)
	return err
}
