package main

import (
	"glorot/experiments/run"
	"glorot/experiments/runner"

	"github.com/urfave/cli/v2"
)

// configFlags choose the configuration of a run.
func configFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "config", Usage: "read the configuration from a YAML `FILE`"},
		&cli.StringSliceFlag{Name: "set", Usage: "set one `KEY=VALUE` of the configuration; may be repeated"},
	}
}

// configuration resolves defaults, --config and --set.
func configuration(c *cli.Context) (run.Config, error) {
	return run.Load(c.String("config"), c.StringSlice("set"), runner.Allowed())
}
