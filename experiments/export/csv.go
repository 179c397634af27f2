package export

import (
	"encoding/csv"
	"io"
	"strconv"
)

// CSV writes the scalars of the runs as a table in long form (RFC 4180), with a header: run, status, the keys, update, layer (1 is the
// first hidden layer, 0 the whole network), quantity, value. Undefined values are NaN.
func CSV(w io.Writer, runs []*Run, keys []string) error {
	t := newTable(runs, keys)
	c := csv.NewWriter(w)
	if err := c.Write(append(t.keys[:len(t.keys):len(t.keys)], "update", "layer", "quantity", "value")); err != nil {
		return err
	}
	for _, r := range t.rows {
		var line []string
		for _, k := range t.keys {
			line = append(line, r.run.Value(k))
		}
		line = append(line, strconv.Itoa(r.update), strconv.Itoa(r.layer), r.quantity, strconv.FormatFloat(r.value, 'g', -1, 64))
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
