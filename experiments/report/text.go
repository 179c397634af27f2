package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
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

// Duration writes a duration to two units at most: 4s, 3m20s, 2h10m.
func Duration(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d < time.Minute:
		return d.String()
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// Plural counts things: "1 figure", "2 figures".
func Plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Or lists words as alternatives: "a, b or c".
func Or(words ...string) string {
	if n := len(words) - 1; n > 0 {
		return strings.Join(words[:n], ", ") + " or " + words[n]
	}
	return strings.Join(words, "")
}
