package export

import (
	"io"

	"glorot/experiments/run/safetensors"
)

// Safetensors writes the arrays of [NPZ] as safetensors. The metadata have each run's configuration as YAML.
func Safetensors(w io.Writer, runs []*Run) error {
	list, err := arrays(runs)
	if err != nil {
		return err
	}
	f := safetensors.File{Metadata: map[string]string{}}
	for _, r := range runs {
		f.Metadata[r.Name] = string(r.Config.YAML())
	}
	for _, a := range list {
		f.Tensors = append(f.Tensors, safetensors.Tensor{Name: a.name, Shape: a.shape, Data: a.data})
	}
	return safetensors.Write(w, f)
}
