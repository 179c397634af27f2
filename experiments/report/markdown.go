package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteMarkdown writes the page for readers of a repository: the verdicts, then
// each section with its figure from figures/ID.png, its tables and its claims.
// What differs from one run to the next though the results are the same (when,
// how long, which version) is left out. It fails like WritePage.
func WriteMarkdown(w io.Writer, p Page) error {
	view, err := p.view()
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n%s\n\nMade by `%s`.\n", p.Title, Markdown(p.Lead), p.Run.Command)
	if view.Tally != "" {
		fmt.Fprintf(b, "\n%s\n", Markdown(view.Tally))
	}
	for _, text := range p.Summary.Text {
		fmt.Fprintf(b, "\n%s\n", Markdown(text))
	}
	if p.Summary.Numbers != nil {
		b.WriteString(markdownBlock(*p.Summary.Numbers))
	}
	for _, s := range slices.Concat(view.Shown, view.Closed) {
		writeSection(b, s)
	}
	if len(p.Notes) > 0 {
		fmt.Fprint(b, "\n## How to read this\n\n")
	}
	for _, n := range p.Notes {
		fmt.Fprintf(b, "- %s\n", Markdown(n))
	}
	fmt.Fprintf(b, "\n## Configuration\n\n```yaml\n%s```\n", p.Run.Config)
	return b.Flush()
}

func writeSection(b *bufio.Writer, s sectionView) {
	fmt.Fprintf(b, "\n## %s\n", Markdown(s.Title))
	for _, text := range s.Text {
		fmt.Fprintf(b, "\n%s\n", Markdown(text))
	}
	if s.NotRun != "" {
		fmt.Fprintf(b, "\nNot run: %s\n", Markdown(s.NotRun))
	}
	if f := s.Figure; f != nil {
		alt := f.Alt
		if alt == "" {
			alt = f.Title
		}
		fmt.Fprintf(b, "\n![%s](figures/%s.png)\n\n%s\n", Markdown(alt), f.ID, Markdown(strings.TrimSpace(f.Caption+" "+f.Details)))
	}
	for _, t := range s.Tables {
		b.WriteString(markdownBlock(t))
	}
	if len(s.Claims) > 0 {
		fmt.Fprintln(b)
	}
	for _, c := range s.Claims {
		name := c.ID
		if c.Variant != "" {
			name += " [" + c.Variant + "]"
		}
		fmt.Fprintf(b, "- **%s %s**: %s %s", c.Sign, c.Outcome(), Markdown(name), Markdown(c.Text))
		if c.Verdict != NotRun {
			fmt.Fprintf(b, " Measured: %s. Expected: %s.", Markdown(c.Measured), Markdown(c.Expected))
			if c.Printed != "" {
				fmt.Fprintf(b, " The paper's own figure: %s.", Markdown(c.Printed))
			}
		}
		for _, more := range []string{sentenceKind(c.Kind), c.Note, c.Source} {
			if more != "" {
				fmt.Fprintf(b, " %s.", Markdown(strings.TrimSuffix(more, ".")))
			}
		}
		fmt.Fprintln(b)
	}
}

// sentenceKind tells a claim's kind where it is not the usual one.
func sentenceKind(k ClaimKind) string {
	if k == PaperTest {
		return ""
	}
	return "A " + string(k)
}

// markdownBlock returns a table with its caption and notes.
func markdownBlock(t Table) string {
	block := fmt.Sprintf("\n%s\n\n%s", Markdown(t.Caption), MarkdownTable(t))
	for _, n := range t.Notes {
		block += fmt.Sprintf("\n%s\n", Markdown(n))
	}
	return block
}

// MarkdownTable returns the rows of a table in Markdown; the name of a column's group stands before its own.
func MarkdownTable(t Table) string {
	b := new(strings.Builder)
	fmt.Fprintf(b, "| %s |", Markdown(t.Corner))
	for _, c := range t.Columns {
		fmt.Fprintf(b, " %s |", Markdown(strings.TrimSpace(c.Group+" "+c.Name)))
	}
	fmt.Fprintf(b, "\n|---|%s\n", strings.Repeat("---|", len(t.Columns)))
	for _, r := range t.Rows {
		fmt.Fprintf(b, "| %s |", Markdown(r.Name))
		for _, c := range r.Cells {
			text := Markdown(c.Text)
			if c.Bold && text != "" {
				text = "**" + text + "**"
			}
			fmt.Fprintf(b, " %s |", text)
		}
		fmt.Fprintln(b)
	}
	return b.String()
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", "&lt;", ">", "&gt;", "|", `\|`, "[", `\[`, "]", `\]`, "\n", " ")

// Markdown returns a text in which what Markdown would take for its own is escaped.
func Markdown(s string) string { return markdownEscapes.Replace(s) }
