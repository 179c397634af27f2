package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

// dataFolder is the value of --data, for a command that requires it.
func dataFolder(c *cli.Context) (string, error) {
	dir := c.String("data")
	if dir == "" {
		return "", wrongUse("%s needs --data DIR or GLOROT_DATA, the folder of the data sets; see %s --help", c.Command.Name, c.Command.HelpName)
	}
	return dir, nil
}

// needsFolder returns an error if a data set consists of files and there is no folder of data sets.
func needsFolder(name, dir string) error {
	if name == dataset.OwnName {
		return nil
	}
	k, err := dataset.KindByName(name)
	if err != nil || k.Generated || dir != "" {
		return err
	}
	return wrongUse("data.name %s needs --data DIR or GLOROT_DATA, the folder of the data sets; %s", name, bringing(name, "DIR"))
}

// openData opens the data of a configuration.
func openData(ctx context.Context, d run.Data, dir string) (*dataset.Data, error) {
	if err := needsFolder(d.Name, dir); err != nil {
		return nil, err
	}
	data, err := dataset.NewLibrary(dir).Choose(ctx, d.Choice())
	if err != nil {
		return nil, absent(err, d.Name, dir)
	}
	return data, ctx.Err()
}

// absent adds to an error about missing or broken files the command that downloads or makes them.
func absent(err error, name, dir string) error {
	if _, unknown := dataset.KindByName(name); unknown != nil { // one's own data
		return err
	}
	if missing := new(dataset.MissingError); errors.As(err, &missing) {
		return fmt.Errorf("%w; %s", err, bringing(name, dir))
	}
	if broken := new(dataset.BrokenError); errors.As(err, &broken) {
		return fmt.Errorf("%w; move it away, and %s", err, bringing(name, dir))
	}
	return err
}

// bringing says which command downloads or makes a data set in the folder.
func bringing(name, dir string) string {
	if k, err := dataset.KindByName(name); err == nil && k.Public() {
		return bringCommand(name, dir) + " downloads it"
	}
	return bringCommand(name, dir) + " makes it"
}

// bringCommand is that command.
func bringCommand(name, dir string) string {
	if k, err := dataset.KindByName(name); err == nil && k.Public() {
		return fmt.Sprintf("glorot data fetch %s --data %s", name, work.Quote(dir))
	}
	return fmt.Sprintf("glorot data %s --from PICTURES --to %s", name, work.Quote(filepath.Join(dir, name)))
}
