package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"glorot/experiments/dataset/npz"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/safetensors"

	"github.com/urfave/cli/v2"
)

func exportCommand() *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write a run's weights for other programs",
		ArgsUsage: "RUN",
		Description: "The file holds W1, b1, W2, …: float32, weights row-major [in, out]. numpy.load reads it.\n\n" +
			"Example:\n   glorot export runs/a --weights weights.npz",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "weights", Usage: "write the weights to `FILE`.npz"},
		},
		Action: func(c *cli.Context) error {
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
		},
	}
}

// notThere refuses to overwrite a file.
func notThere(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return wrongUse("%s is there already; nothing is overwritten", path)
	}
	return nil
}
