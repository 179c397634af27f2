package runner

import (
	"context"
	"fmt"
	"io"
	"os"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
)

// GivenWeights returns the checksum of the weights with which runs of a configuration on an open data set begin, or "" if they are drawn. The
// error is a [*run.UsageError] if they do not suit the network.
func GivenWeights(c run.Config, data *dataset.Data) (string, error) {
	if c.Model.From == "" {
		return "", nil
	}
	model, err := Network(c, data.Test.Features, data.Test.Classes)
	if err != nil {
		return "", err
	}
	s := &session{cfg: c, data: data, model: model}
	err = s.draw()
	return s.given, err
}

// sameWeights returns an error if a request begins with weights other than those of a run. A file at another place may have the same.
func (r *Runner) sameWeights(ctx context.Context, old *run.Run, c run.Config) error {
	was, sum := old.Config().Model.From, ""
	if c.Model.From == was {
		return nil
	}
	if c.Model.From != "" {
		data, err := r.Data.Choose(ctx, c.Data.Choice())
		if err != nil {
			return err
		}
		if sum, err = GivenWeights(c, data); err != nil {
			return err
		}
	}
	if sum == old.Manifest().Weights {
		return nil
	}
	return &run.UsageError{Place: run.Place{File: old.Dir()}, Key: "model.from", Problem: fmt.Sprintf("got %q, but the run that the directory holds has the weights of %q", c.Model.From, was)}
}

// copied returns the run's copy of the weights that it was given, or "" if it has none.
func (w *worker) copied() string {
	path := w.run.Path(run.InitialFile)
	if _, err := os.Lstat(path); err != nil { // as in an archive
		return ""
	}
	return path
}

// copy keeps the weights that a new run was given, so that it can be replayed after their file has changed. A run that was killed before reads
// the file again, and compares the checksum.
func (w *worker) copy(s *session) error {
	if s.given == "" {
		return nil
	}
	file := safetensors.File{Tensors: train.Tensors(s.params)}
	return w.run.WriteFile(run.InitialFile, func(to io.Writer) error { return safetensors.Write(to, file) })
}
