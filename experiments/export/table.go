package export

import (
	"io"

	"glorot/experiments/run/query"
)

// Formats write all runs into one file, tables with columns of the keys; TensorBoard's, which is a directory, is [WriteBoard].
var Formats = map[string]func(w io.Writer, runs []*Run, keys []string) error{
	"csv": CSV, "parquet": Parquet,
	"npz":         func(w io.Writer, runs []*Run, _ []string) error { return NPZ(w, runs) },
	"safetensors": func(w io.Writer, runs []*Run, _ []string) error { return Safetensors(w, runs) },
}

// A table is what was measured in long form: a row for each number.
type table struct {
	keys []string // the columns run, status, then those of the configuration
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
			t.rows = append(t.rows, row{r, s.Update, 0, s.Event + "/error", s.Error}, row{r, s.Update, 0, s.Event + "/nll", s.NLL})
		}
		for _, look := range r.Looks {
			for _, l := range look.Layers {
				for _, s := range scalars(l) {
					t.rows = append(t.rows, row{r, look.Update, l.Layer, s.name, s.value})
				}
			}
		}
	}
	return t
}
