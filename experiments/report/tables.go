package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A TableFormat is a way to write tables.
type TableFormat string

// The formats of tables.
const (
	TableText     TableFormat = "table"    // columns of text
	TableMarkdown TableFormat = "markdown" // as GitHub has it
	TableLaTeX    TableFormat = "latex"    // floats with the rules of the package booktabs
	TableCSV      TableFormat = "csv"      // numbers with all their digits
	TableJSON     TableFormat = "json"
)

// TableFormats lists all formats.
var TableFormats = []TableFormat{TableText, TableMarkdown, TableLaTeX, TableCSV, TableJSON}

// WriteTables writes tables with their captions and notes, which CSV does not have. Between two tables is an empty line.
func WriteTables(w io.Writer, format TableFormat, tables ...Table) error {
	for _, t := range tables {
		if err := t.Validate(); err != nil {
			return err
		}
	}
	if format == TableJSON {
		return WriteJSON(w, tables)
	}
	for i, t := range tables {
		if i > 0 {
			if _, err := fmt.Fprintln(w); err != nil {
				return err
			}
		}
		if err := t.write(w, format); err != nil {
			return err
		}
	}
	return nil
}

func (t Table) write(w io.Writer, format TableFormat) error {
	switch format {
	case TableText:
		if err := t.WriteText(w); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, strings.Join(append([]string{t.Caption}, t.Notes...), "\n"))
		return err
	case TableMarkdown:
		_, err := fmt.Fprintln(w, strings.TrimSpace(markdownBlock(t)))
		return err
	case TableLaTeX:
		_, err := io.WriteString(w, latexTable(t))
		return err
	case TableCSV:
		return writeCSV(w, t)
	}
	return fmt.Errorf("report: unknown format %q of tables", format)
}

// latexTable returns a table environment.
func latexTable(t Table) string {
	b := new(strings.Builder)
	fmt.Fprintf(b, "\\begin{table}[htbp]\n\\centering\n\\caption{%s}\n\\label{tab:%s}\n\\begin{tabular}{l", LaTeX(t.Caption), t.ID)
	for i := range t.Columns {
		if t.numbers(i) {
			b.WriteString("r")
		} else {
			b.WriteString("l")
		}
	}
	b.WriteString("}\n\\toprule\n")
	if groups := t.groups(); groups != nil {
		at, rules := 2, ""
		for _, g := range groups {
			if g.Name == "" {
				b.WriteString(strings.Repeat(" &", g.Columns))
			} else {
				fmt.Fprintf(b, " & \\multicolumn{%d}{c}{%s}", g.Columns, LaTeX(g.Name))
				rules += fmt.Sprintf("\\cmidrule(lr){%d-%d}", at, at+g.Columns-1)
			}
			at += g.Columns
		}
		fmt.Fprintf(b, " \\\\\n%s\n", rules)
	}
	b.WriteString(LaTeX(t.Corner))
	for _, c := range t.Columns {
		b.WriteString(" & " + LaTeX(c.Name))
	}
	b.WriteString(" \\\\\n\\midrule\n")
	for _, r := range t.Rows {
		b.WriteString(LaTeX(r.Name))
		for _, c := range r.Cells {
			text := LaTeX(c.Text)
			if c.Bold && text != "" {
				text = `\textbf{` + text + `}`
			}
			b.WriteString(" & " + text)
		}
		b.WriteString(" \\\\\n")
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n")
	for _, n := range t.Notes {
		fmt.Fprintf(b, "\n\\smallskip\\noindent{\\footnotesize %s}\n", LaTeX(n))
	}
	b.WriteString("\\end{table}\n")
	return b.String()
}

// numbers reports whether every cell of a column with a text shows a number.
func (t Table) numbers(column int) bool {
	return len(t.Rows) > 0 && !slices.ContainsFunc(t.Rows, func(r Row) bool {
		c := r.Cells[column]
		return c.Value == nil && c.Text != "" && c.Text != "-"
	})
}

var latexEscapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "#", `\#`, "$", `\$`, "%", `\%`, "&", `\&`, "_", `\_`, "~", `\textasciitilde{}`, "^", `\textasciicircum{}`,
	"<", `\textless{}`, ">", `\textgreater{}`, "|", `\textbar{}`, `"`, "''", "[", "{[}", "]", "{]}", "\n", " ",
	"±", `$\pm$`, "≥", `$\ge$`, "≤", `$\le$`, "×", `$\times$`, "√", `$\surd$`, "−", "$-$", "…", `\dots{}`,
	"⁰", `\textsuperscript{0}`, "¹", `\textsuperscript{1}`, "²", `\textsuperscript{2}`, "³", `\textsuperscript{3}`, "⁴", `\textsuperscript{4}`,
	"⁵", `\textsuperscript{5}`, "⁶", `\textsuperscript{6}`, "⁷", `\textsuperscript{7}`, "⁸", `\textsuperscript{8}`, "⁹", `\textsuperscript{9}`)

// minus finds the signs of negative numbers.
var minus = regexp.MustCompile(`(^|[ (\[])-([0-9.])`)

// LaTeX returns a text in which what LaTeX would take for its own is escaped, and with real minus signs.
func LaTeX(s string) string {
	return latexEscapes.Replace(minus.ReplaceAllString(s, "$1−$2"))
}

// writeCSV writes one line for each row. A column with numbers has these; one with intervals has two columns.
func writeCSV(w io.Writer, t Table) error {
	c := csv.NewWriter(w)
	words := []string{t.Corner}
	for i, column := range t.Columns {
		name := strings.TrimSpace(column.Group + " " + column.Name)
		if t.intervals(i) {
			words = append(words, name+" low", name+" high")
		} else {
			words = append(words, name)
		}
	}
	if err := c.Write(words); err != nil {
		return err
	}
	for _, r := range t.Rows {
		words = []string{r.Name}
		for i, cell := range r.Cells {
			switch {
			case t.intervals(i) && cell.Interval == nil:
				words = append(words, "", "")
			case t.intervals(i):
				words = append(words, digits(cell.Interval.Low), digits(cell.Interval.High))
			case cell.Value != nil:
				words = append(words, digits(*cell.Value))
			default:
				words = append(words, cell.Text)
			}
		}
		if err := c.Write(words); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// intervals reports whether a column shows intervals.
func (t Table) intervals(column int) bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool { c := r.Cells[column]; return c.Interval != nil && c.Value == nil })
}

// digits writes all digits of a number, nothing where it is not finite.
func digits(n Number) string {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
