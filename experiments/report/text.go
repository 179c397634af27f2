package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the table in columns of text.
func (t Table) WriteText(w io.Writer) error {
	var b bytes.Buffer
	columns := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(words []string) { fmt.Fprintln(columns, strings.Join(words, "\t")+"\t") }
	words := []string{t.Corner}
	for _, c := range t.Columns {
		words = append(words, strings.TrimSpace(c.Group+" "+c.Name))
	}
	line(words)
	for _, r := range t.Rows {
		words = []string{r.Name}
		for _, c := range r.Cells {
			words = append(words, c.Text)
		}
		line(words)
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// WriteJSON writes v as indented JSON, with &, < and > as they are.
func WriteJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
