package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/export"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/query"
	"glorot/experiments/runner"
	"glorot/experiments/weights"
	"glorot/experiments/wording"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func exportCommand() *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write what runs have logged, or a run's weights, for other programs",
		ArgsUsage: "RUN|FOLDER|ARCHIVE…",
		Description: "csv and parquet are a table with one row per number, and columns for the keys in which the runs differ. npz and safetensors hold\n" +
			"arrays, including histograms. tensorboard is a directory with one event file per run, whose steps are updates. glorot help formats\n" +
			"lists the columns, arrays and tags; glorot help query explains how runs are selected.\n\n" +
			"--weights writes the weights at the end of one run instead, as float32: W1, b1, W2, … or, with --layout torch, the state_dict of a\n" +
			"torch.nn.Sequential, whose Python expression is printed. numpy.load reads .npz files and safetensors.torch.load_file .safetensors.\n\n" +
			"Example:\n   glorot export runs --where status=done --out runs.parquet\n" +
			"   glorot export runs/a --format tensorboard --out board && tensorboard --logdir board\n" +
			"   glorot export runs/a --weights weights.npz\n" +
			"   glorot export runs/a --weights weights.safetensors --layout torch",
		Flags: []cli.Flag{
			whereFlag(),
			&cli.StringSliceFlag{Name: "group-by", Usage: "make columns for `KEY,KEY` instead of all keys in which the runs differ; may be repeated"},
			&cli.StringSliceFlag{Name: "ignore", Usage: "make no columns for `KEY,KEY`; may be repeated"},
			&cli.StringFlag{Name: "format", Usage: "write what was logged as `FORMAT`: csv, parquet, npz, safetensors or tensorboard; the default follows from the name of --out"},
			&cli.StringFlag{Name: "out", Usage: "write to `PATH`, a new file or, for tensorboard, a new directory"},
			&cli.StringFlag{Name: "weights", Usage: "write the weights to `FILE`, whose name ends in .npz or .safetensors"},
			&cli.StringFlag{Name: "layout", Value: "glorot", Usage: "name the weights as in `LAYOUT`: glorot or torch"},
		},
		Action: func(c *cli.Context) error {
			switch {
			case c.IsSet("format") || c.IsSet("out"):
				return exportLog(c)
			case c.IsSet("weights"):
				return exportWeights(c)
			}
			return wrongUse("export needs --out or --weights")
		},
	}
}

// exportLog writes what was logged.
func exportLog(c *cli.Context) error {
	format, out := c.String("format"), c.String("out")
	if !c.IsSet("format") {
		format = strings.TrimPrefix(filepath.Ext(out), ".")
	}
	write, isFile := export.Formats[format]
	formats := wording.Or(export.FormatNames...)
	switch {
	case c.IsSet("layout"):
		return wrongUse("--layout with --format or --out; want --weights")
	case c.IsSet("weights"):
		return wrongUse("--weights with --format or --out; want one of the two")
	case !isFile && !c.IsSet("format"):
		return wrongUse("--out %s; want a name that ends in .csv, .parquet, .npz or .safetensors, or --format %s", out, formats)
	case !isFile && format != "tensorboard":
		return wrongUse("--format %s; want %s", format, formats)
	case c.NArg() == 0:
		return wrongUse("export takes one or more runs, got none")
	}
	if err := cmp.Or(needs(c, "out"), notThere(out)); err != nil {
		return err
	}
	columns, err := query.ParseProjection(sliceOf(c, "group-by"), c.StringSlice("ignore"))
	if err != nil {
		return err
	}
	runs, err := readRuns(c)
	if err != nil {
		return err
	}
	for _, r := range runs {
		warn(c.App.ErrWriter, r.Warning())
	}
	if isFile {
		err = atomicfile.Write(out, func(w io.Writer) error { return write(w, runs, query.Columns(columns, runs)) })
	} else {
		err = fill(out, export.Board, func(dir *atomicfile.Dir) error { return export.WriteBoard(dir, runs) })
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s in %s\n", wording.Plural(len(runs), "run"), out)
	return err
}

// exportWeights writes a run's weights at the end.
func exportWeights(c *cli.Context) error {
	out, layout := c.String("weights"), c.String("layout")
	if c.NArg() == 0 {
		return wrongUse("export takes one run, got none")
	}
	if !slices.Contains(weights.Extensions, filepath.Ext(out)) {
		return wrongUse("--weights %s; want a name that ends in %s", out, wording.Or(weights.Extensions...))
	}
	if !slices.Contains(weights.Layouts, layout) {
		return wrongUse("--layout %s; want %s", layout, wording.Or(weights.Layouts...))
	}
	if err := notThere(out); err != nil {
		return err
	}
	list, err := someRuns(c)
	if err != nil {
		return err
	}
	if len(list) != 1 {
		return wrongUse("--weights takes one run, got %d", len(list))
	}
	r, err := run.Open(list[0].Path)
	if err != nil {
		return err
	}
	defer r.Close()
	file, python, err := runner.Weights(r, layout)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; the run did not end, and glorot train --resume %s continues it", err, work.Quote(r.Dir()))
	}
	if err != nil {
		return err
	}
	if err := weights.WriteFile(out, file); err != nil {
		return err
	}
	if python != "" {
		python = fmt.Sprintf("They are the state_dict of %s.\n", python)
	}
	_, err = fmt.Fprintf(c.App.Writer, "%d arrays in %s\n%s", len(file.Tensors), out, python)
	return err
}
