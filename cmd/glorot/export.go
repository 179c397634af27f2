package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"glorot/experiments/dataset/npz"
	"glorot/experiments/export"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/safetensors"

	"github.com/urfave/cli/v2"
)

// exportFormats write all runs into one file; tensorboard, which makes a directory, is apart.
var exportFormats = map[string]func(io.Writer, []*export.Run) error{
	"csv": export.CSV, "parquet": export.Parquet, "npz": export.NPZ, "safetensors": export.Safetensors,
}

func exportCommand() *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write what runs have logged, or a run's weights, for other programs",
		ArgsUsage: "RUN…",
		Description: "csv and parquet are a table in long form, a row for each number: run, the configuration keys in which the runs differ, update,\n" +
			"layer (1 is the first hidden layer, 0 the whole network), quantity (test/error, z/std, dcost_dw/std, …), value.\n" +
			"npz and safetensors hold arrays, histograms too: RUN/update [looks], RUN/layer1/z/std [looks],\n" +
			"RUN/layer1/z/counts [looks, bins], RUN/layer1/z/range [looks, 2], RUN/layer1/z/outside [looks, 2], RUN/test/update,\n" +
			"RUN/test/error [scores].\n" +
			"tensorboard is a directory, --out, with one of event files for each run: scalars test/error, layer1/z/std, …, and histograms\n" +
			"layer1/z, layer1/dcost_ds, layer1/dcost_dw. The step is the update; the log has no times, and the wall time is the run's start\n" +
			"and a second for each update.\n\n" +
			"--weights writes one run's weights instead: W1, b1, W2, …: float32, row-major [in, out]. numpy.load reads it.\n\n" +
			"Example:\n   glorot export runs/a runs/b --format parquet --out runs.parquet\n" +
			"   glorot export runs/a --format tensorboard --out board && tensorboard --logdir board\n" +
			"   glorot export runs/a --weights weights.npz",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Usage: "write what was logged as `FORMAT`: csv, parquet, npz, safetensors, tensorboard"},
			&cli.StringFlag{Name: "out", Usage: "write to `PATH`, a new file, or for tensorboard a new directory"},
			&cli.StringFlag{Name: "weights", Usage: "write the weights to `FILE`.npz"},
		},
		Action: func(c *cli.Context) error {
			if c.IsSet("format") {
				return exportLog(c)
			}
			return exportWeights(c)
		},
	}
}

// exportLog writes what was logged.
func exportLog(c *cli.Context) error {
	format, out := c.String("format"), c.String("out")
	write, isFile := exportFormats[format]
	switch {
	case !isFile && format != "tensorboard":
		return wrongUse("--format %s; want csv, parquet, npz, safetensors or tensorboard", format)
	case c.IsSet("weights"):
		return wrongUse("--weights with --format; want one of the two")
	case c.NArg() == 0:
		return wrongUse("export takes one or more runs, got none")
	}
	if err := needs(c, "out"); err != nil {
		return err
	}
	if err := notThere(out); err != nil {
		return err
	}
	runs, err := export.Read(c.Args().Slice())
	if err != nil {
		return err
	}
	if isFile {
		err = atomicfile.Write(out, func(w io.Writer) error { return write(w, runs) })
	} else {
		err = exportBoard(out, runs)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s in %s\n", plural(len(runs), "run"), out)
	return err
}

// exportBoard makes a directory with one for each run.
func exportBoard(out string, runs []*export.Run) error {
	s, err := stage(out)
	if err != nil {
		return err
	}
	defer s.remove()
	for _, r := range runs {
		dir := filepath.Join(s.dir, strings.ReplaceAll(r.Name, "/", "-"))
		if err := os.Mkdir(dir, 0o777); err != nil {
			return cannotMake(out, err)
		}
		if err := atomicfile.Write(filepath.Join(dir, r.EventFile()), r.TensorBoard); err != nil {
			return err
		}
	}
	return s.finish()
}

// exportWeights writes a run's weights at the end.
func exportWeights(c *cli.Context) error {
	if c.NArg() != 1 {
		return wrongUse("export takes one run, got %d arguments", c.NArg())
	}
	if err := needs(c, "weights"); err != nil {
		return err
	}
	out := c.String("weights")
	if filepath.Ext(out) != ".npz" {
		return wrongUse("--weights %s; want a name that ends in .npz", out)
	}
	if err := notThere(out); err != nil {
		return err
	}
	r, err := run.Open(c.Args().First())
	if err != nil {
		return err
	}
	defer r.Close()
	file, err := safetensors.ReadFile(r.Path(run.WeightsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; the run did not end, and glorot train --resume %s goes on with it", err, quoted(r.Dir()))
	}
	if err != nil {
		return err
	}
	var arrays []npz.Array
	for _, t := range file.Tensors {
		arrays = append(arrays, npz.Array{Name: t.Name, Shape: t.Shape, Data: t.Data})
	}
	if err := atomicfile.Write(out, func(w io.Writer) error { return npz.Write(w, arrays...) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "%d arrays in %s\n", len(arrays), out)
	return err
}

// notThere refuses to overwrite a file.
func notThere(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return wrongUse("%s is there already; nothing is overwritten", path)
	}
	return nil
}
