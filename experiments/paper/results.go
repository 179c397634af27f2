package paper

import (
	"embed"
	"io/fs"

	"glorot/experiments/run"
)

// results are the trainings that the project keeps, an archive for each trajectory, and what was measured of networks before training.
//
//go:embed results/*.gz results/*.json
var results embed.FS

// ResultsDir is where the kept trainings lie in the project.
const ResultsDir = "experiments/paper/results"

// Kept returns the folder of the kept trainings, which the program carries.
func Kept() fs.FS {
	dir, err := fs.Sub(results, "results")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return dir
}

// NewStore returns the store in a folder, with the kept trainings behind it; "" is these alone.
func NewStore(dir string) *run.Store {
	return run.NewStore(dir, run.Archives{FS: Kept(), Name: ResultsDir})
}
