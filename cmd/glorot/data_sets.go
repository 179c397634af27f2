package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/trial"

	"github.com/urfave/cli/v2"
)

// dataFolder is the value of --data, for a command that cannot do without.
func dataFolder(c *cli.Context) (string, error) {
	dir := c.String("data")
	if dir == "" {
		return "", wrongUse("%s needs --data DIR or GLOROT_DATA, the folder of the data sets; see %s --help", c.Command.Name, c.Command.HelpName)
	}
	return dir, nil
}

// dataNames are the data sets that a network may learn from.
func dataNames() []string { return append([]string{trial.Shapeset}, dataset.Names()...) }

// needsFolder refuses a data set of files without a folder to look for them.
func needsFolder(name, dir string) error {
	if name == trial.Shapeset || dir != "" {
		return nil
	}
	return wrongUse("data.name %s needs --data DIR or GLOROT_DATA, the folder of the data sets; %s", name, bringing(name, "DIR"))
}

// imageShape is the number of values of an image, and of classes, of a data set.
func imageShape(name, dir string) (features, classes int, err error) {
	if name == trial.Shapeset {
		s := dataset.DefaultShapeset()
		return s.Features(), s.Classes(), nil
	}
	if err := needsFolder(name, dir); err != nil {
		return 0, 0, err
	}
	s, err := dataset.Open(name, dir)
	if err != nil {
		return 0, 0, absent(err, name, dir)
	}
	return s.Train.Features, s.Train.Classes, nil
}

// openSets opens the data set of a configuration.
func openSets(ctx context.Context, name, dir string) (*trial.Sets, error) {
	if err := needsFolder(name, dir); err != nil {
		return nil, err
	}
	sets, err := trial.NewLibrary(dir).Sets(ctx, name)
	if err != nil {
		return nil, absent(err, name, dir)
	}
	return sets, ctx.Err()
}

// absent adds to an error about files that are not there the command that brings them.
func absent(err error, name, dir string) error {
	if missing := new(dataset.MissingError); errors.As(err, &missing) {
		return fmt.Errorf("%w; %s", err, bringing(name, dir))
	}
	return err
}

// bringing says which command brings a data set to the folder.
func bringing(name, dir string) string {
	if slices.Contains(dataset.Public(), name) {
		return bringCommand(name, dir) + " downloads it"
	}
	return bringCommand(name, dir) + " makes it"
}

// bringCommand is that command.
func bringCommand(name, dir string) string {
	if slices.Contains(dataset.Public(), name) {
		return fmt.Sprintf("glorot data fetch %s --data %s", name, quoted(dir))
	}
	return fmt.Sprintf("glorot data %s --from PICTURES --to %s", name, quoted(filepath.Join(dir, name)))
}

// quoted is a path as a shell takes it.
func quoted(path string) string {
	if strings.ContainsAny(path, " '\"$&;()*?|<>`\\") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
