package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"glorot/experiments/dataset/npz"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/runner"
	"glorot/experiments/weights"

	"github.com/urfave/cli/v2"
)

// layouts are the names that weights may have.
var layouts = []string{"glorot", "torch"}

// exportWeights writes a run's weights at the end.
func exportWeights(c *cli.Context) error {
	out, layout := c.String("weights"), c.String("layout")
	switch {
	case c.NArg() == 0:
		return wrongUse("export takes one run, got none")
	case !slices.Contains([]string{".npz", ".safetensors"}, filepath.Ext(out)):
		return wrongUse("--weights %s; want a name that ends in .npz or .safetensors", out)
	case !slices.Contains(layouts, layout):
		return wrongUse("--layout %s; want glorot or torch", layout)
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
	if err := r.MustBeOwn(); err != nil {
		return err
	}
	file, err := safetensors.ReadFile(r.Path(run.WeightsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; the run did not end, and glorot train --resume %s continues it", err, quoted(r.Dir()))
	}
	if err != nil {
		return err
	}
	python := ""
	if layout == "torch" {
		if file.Tensors, python, err = state(r.Config(), file.Tensors); err != nil {
			return fmt.Errorf("%s: %w", r.Dir(), err)
		}
	}
	if err := atomicfile.Write(out, func(w io.Writer) error { return writeWeights(w, filepath.Ext(out), file) }); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c.App.Writer, "%d arrays in %s\n", len(file.Tensors), out); err != nil || python == "" {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "They are the state_dict of %s.\n", python)
	return err
}

// state returns a run's weights as the state_dict of a torch.nn.Sequential, and how to make that.
func state(cfg run.Config, tensors []safetensors.Tensor) ([]safetensors.Tensor, string, error) {
	shape := func(name string) []int {
		i := slices.IndexFunc(tensors, func(t safetensors.Tensor) bool { return t.Name == name })
		if i < 0 || len(tensors[i].Shape) != 2 {
			return []int{0, 0}
		}
		return tensors[i].Shape
	}
	model, err := runner.Network(cfg, shape("W1")[0], shape(fmt.Sprintf("W%d", len(cfg.Model.Hidden)+1))[1])
	if err != nil {
		return nil, "", err
	}
	return weights.Sequential(model, tensors)
}

func writeWeights(w io.Writer, ext string, file safetensors.File) error {
	if ext == ".safetensors" {
		return safetensors.Write(w, file)
	}
	var arrays []npz.Array
	for _, t := range file.Tensors {
		arrays = append(arrays, npz.Array{Name: t.Name, Shape: t.Shape, Data: t.Data})
	}
	return npz.Write(w, arrays...)
}
