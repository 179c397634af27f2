package export

import (
	"io"

	"glorot/experiments/run/query"
)

// Formats are the formats that write all runs into one file. Tables have columns for the keys. TensorBoard's format, which is a directory,
// is [WriteBoard].
var Formats = map[string]func(w io.Writer, runs []*Run, keys []string) error{
	"csv": CSV, "parquet": Parquet,
	"npz":         func(w io.Writer, runs []*Run, _ []string) error { return NPZ(w, runs) },
	"safetensors": func(w io.Writer, runs []*Run, _ []string) error { return Safetensors(w, runs) },
}

// FormatNames are the names of Formats, and "tensorboard" for [WriteBoard].
var FormatNames = []string{"csv", "parquet", "npz", "safetensors", "tensorboard"}

// A table has the measurements in long form: one row per number.
type table struct {
	keys []string // the columns run and status, then keys of the configuration
	rows []row
}

type row struct {
	run      *Run
	update   int
	layer    int    // 1 is the first hidden layer; 0 the whole network
	quantity string // "z/std", "test/error"
	value    float64
}

func newTable(runs []*Run, keys []string) table {
	t := table{keys: append([]string{query.Run, query.Status}, keys...)}
	for _, r := range runs {
		for _, s := range r.Scores {
			for _, x := range ofSet(s) {
				t.rows = append(t.rows, row{r, s.Update, 0, x.name, x.value})
			}
		}
		for _, snapshot := range r.Snapshots {
			for _, l := range snapshot.Layers {
				for _, s := range scalars(l) {
					t.rows = append(t.rows, row{r, snapshot.Update, l.Layer, s.name, s.value})
				}
			}
		}
	}
	return t
}
