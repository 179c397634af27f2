package export

import "strconv"

// A table is what was measured in long form: a row for each number.
type table struct {
	keys []string // configuration keys in which the runs differ
	rows []row
}

type row struct {
	run      *Run
	update   int
	layer    int    // 1 is the first hidden layer; 0 the whole network
	quantity string // "z/std", "test/error"
	value    float64
}

func newTable(runs []*Run) table {
	t := table{keys: Differing(runs)}
	for _, r := range runs {
		for _, s := range r.Scores {
			t.rows = append(t.rows, row{r, s.Update, 0, s.Set + "/error", s.Error}, row{r, s.Update, 0, s.Set + "/nll", s.NLL})
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

// numeric tells whether all values of a key are numbers that a float64 holds exactly.
func numeric(key string, runs []*Run) bool {
	for _, r := range runs {
		f, err := strconv.ParseFloat(r.Value(key), 64)
		if err != nil || f > 1<<53 {
			return false
		}
	}
	return true
}
