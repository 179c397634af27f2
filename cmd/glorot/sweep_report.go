package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/sweep/outcome"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func sweepReportCommand() *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "report the errors of a sweep over seeds, as a table and as heat maps",
		ArgsUsage: "DIR",
		Description: "Prints one row per point (an entry of list with a combination of grid): how many of its runs are done, the test error at the end and\n" +
			"where the validation error was lowest (the mean over seeds and Student's 95 % interval of two seeds or more, as glorot\n" +
			"compare has them, on the logit scale), what the search chose, and what is missing. The sweep need not be finished.\n\n" +
			"--out makes a directory with report.html (a self-contained page), report.md, report.json and figures/: the test errors over the axes\n" +
			"of list and grid, and the validation errors over those of the search. One axis is drawn as a line, two as a heat map, more as\n" +
			"several heat maps.\n\n" +
			"Example:\n   glorot sweep report sweeps/a --out sweeps/a-report",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "make the report in `DIR`, which must be new, empty or an earlier report"},
			jsonFlag(),
		},
		Action: reportSweep,
	}
}

func reportSweep(c *cli.Context) error {
	dir, p, err := sweepArgument(c)
	if err != nil {
		return err
	}
	var out *atomicfile.Dir
	if c.IsSet("out") {
		if out, err = stage(c.String("out"), outcome.Product); err != nil {
			return err
		}
		defer out.Remove()
	}
	needsData := func(name string) bool { return needsFolder(name, "") != nil }
	command := "glorot sweep run " + work.Quote(dir)
	if slices.ContainsFunc(p.DataSets(), needsData) {
		command += " --data DIR"
	}
	r, err := outcome.NewReport(c.Context, dir, p, command)
	if err != nil {
		return err
	}
	if out != nil {
		made := report.Run{Command: "glorot sweep report " + work.Quote(dir), Version: run.ThisProgram().Version}
		if err := r.Write(out, made); err != nil {
			return err
		}
		if err := out.Finish(); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		return printJSON(c, r)
	}
	if err := r.WriteText(c.App.Writer); err != nil || out == nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "report in %s\n", filepath.Join(out.Out, "report.html"))
	return err
}
