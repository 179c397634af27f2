package weights

import (
	"io"
	"path/filepath"

	"glorot/experiments/dataset/npz"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/safetensors"
)

// Extensions are the ends of the names of files with weights.
var Extensions = []string{".npz", ".safetensors"}

// Layouts are the names that weights may have: W1, b1, … or those of a state_dict.
var Layouts = []string{"glorot", "torch"}

// WriteFile writes weights into a file whose name ends in one of the Extensions.
func WriteFile(path string, file safetensors.File) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		if filepath.Ext(path) == ".safetensors" {
			return safetensors.Write(w, file)
		}
		var arrays []npz.Array
		for _, t := range file.Tensors {
			arrays = append(arrays, npz.Array{Name: t.Name, Shape: t.Shape, Data: t.Data})
		}
		return npz.Write(w, arrays...)
	})
}
