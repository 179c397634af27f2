package runner

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
)

// copied returns the run's copy of the weights that it was given, or "" if it has none.
func (w *worker) copied() string {
	path := w.run.Path(run.InitialFile)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
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
