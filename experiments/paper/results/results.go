// Package results has the trainings that the project keeps, an archive for each trajectory, and what was measured of networks before training. The
// program carries them.
package results

import (
	"embed"

	"glorot/experiments/run"
)

// FS is the folder of the kept trainings.
//
//go:embed *.gz *.json
var FS embed.FS

// Dir is where the kept trainings lie in the project.
const Dir = "experiments/paper/results"

// NewStore returns the store in a folder, with the kept trainings behind it; "" is these alone.
func NewStore(dir string) *run.Store {
	return run.NewStore(dir, run.Archives{FS: FS, Name: Dir})
}
