package page

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"glorot/experiments/report"
	"glorot/experiments/wording"
)

// WriteText writes a summary of at most 25 lines: the verdicts on the claims, the headline numbers beside the paper's, the sources of the
// trainings, what was not run, where the page is, and what to try next. A verbose summary begins with all rows of the claims, and lists every
// figure that was not run.
func (p Page) WriteText(w io.Writer, out string, verbose bool) error {
	if verbose {
		if err := p.writeRows(w); err != nil {
			return err
		}
	}
	lines := p.claimLines()
	if t := p.headlines(); t != nil {
		var b strings.Builder
		if err := t.WriteText(&b); err != nil {
			return err
		}
		lines = append(lines, "", strings.TrimRight(b.String(), "\n"))
		lines = append(lines, t.Notes...)
	}
	lines = append(lines, p.trained()...)
	lines = append(lines, p.absentLines(verbose)...)
	lines = append(lines, fmt.Sprintf("%s in %s", p.drawn(), filepath.Join(out, "index.html")))
	if next := p.next(); next != "" && !verbose {
		lines = append(lines, next)
	}
	_, err := fmt.Fprintln(w, strings.TrimLeft(strings.Join(lines, "\n"), "\n"))
	return err
}

// writeRows writes every row of the claims, and the number of rows of each kind and verdict.
func (p Page) writeRows(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range p.Results.Claims {
		text := c.Text
		if c.Variant != "" {
			text += " [" + c.Variant + "]"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.ID, c.Outcome(), text)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	rows := report.Summarize(p.Results.Claims)
	for _, kind := range report.ClaimKinds {
		var counts []string
		for _, v := range report.Verdicts {
			if n := rows[kind][v]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, v))
			}
		}
		if len(counts) > 0 {
			if _, err := fmt.Fprintf(w, "rows, %s: %s\n", kind.Plural(), strings.Join(counts, ", ")); err != nil {
				return err
			}
		}
	}
	return nil
}

// claimLines returns the tally of the verdicts, and lists the claims that disagree, wholly or in part.
func (p Page) claimLines() (lines []string) {
	found := report.Findings(p.Results.Claims)
	if len(found) == 0 {
		return nil
	}
	lines = strings.SplitAfter(report.Tally(report.Count(found), p.Asked), ". ")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	contradict := p.contradicted(found)
	var disagree, inPart []string
	for _, f := range found {
		switch {
		case !f.Test:
		case f.Verdict == report.InPart:
			inPart = append(inPart, f.ID)
		case f.Verdict == report.Disagrees && !slices.Contains(contradict, f.ID):
			disagree = append(disagree, f.ID)
		}
	}
	if len(disagree) > 0 {
		lines = append(lines, "  disagree: "+strings.Join(disagree, ", "))
	}
	if len(contradict) > 0 {
		lines = append(lines, "  disagree, because "+selfContradiction+":")
		for _, id := range contradict {
			i := slices.IndexFunc(p.Results.Claims, func(c report.Claim) bool { return c.ID == id && c.Verdict == report.Disagrees })
			lines = append(lines, fmt.Sprintf("    %s: %s", id, p.Results.Claims[i].Text))
		}
	}
	if len(inPart) > 0 {
		lines = append(lines, "  agree in part: "+strings.Join(inPart, ", "))
	}
	return lines
}

const selfContradiction = "the paper contradicts its own figures, tables or images"

// contradicted lists the claims that disagree in nothing but statements that the paper itself refutes.
func (p Page) contradicted(found []report.Finding) (ids []string) {
	for _, f := range found {
		if f.Test && f.Verdict == report.Disagrees && !slices.ContainsFunc(p.Results.Claims, func(c report.Claim) bool {
			return c.ID == f.ID && c.Verdict == report.Disagrees && c.Figure != contradictions
		}) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// because says which claims disagree since the paper itself refutes them; "" if there is none.
func (p Page) because() string {
	found := report.Findings(p.Results.Claims)
	switch ids := p.contradicted(found); len(ids) {
	case 0:
		return ""
	case report.Count(found).Tests[report.Disagrees]:
		return "because " + selfContradiction
	default:
		return strings.Join(ids, ", ") + " because " + selfContradiction
	}
}

// absentLines lists the figures that could not be drawn, with the reason for the first one, or for all.
func (p Page) absentLines(all bool) (lines []string) {
	var others []string
	for i, n := range p.Results.NotRun {
		if i == 0 || all {
			lines = append(lines, fmt.Sprintf("%s not run: %s", n.ID, n.Why))
		} else {
			others = append(others, n.ID)
		}
	}
	if len(others) > 0 {
		lines = append(lines, "also not run: "+strings.Join(others, ", ")+"; the page says why")
	}
	return lines
}

// drawn counts what the page shows: "2 figures and 3 tables".
func (p Page) drawn() string {
	text := wording.Plural(len(p.Results.Figures), "figure")
	if n := len(p.Results.Tables); n > 0 {
		text += " and " + wording.Plural(n, "table")
	}
	return text
}

// next suggests what to try next: the rows of a claim that does not agree, or of all claims.
func (p Page) next() string {
	found := report.Findings(p.Results.Claims)
	i := slices.IndexFunc(found, func(f report.Finding) bool { return f.Verdict == report.Disagrees || f.Verdict == report.InPart })
	switch {
	case len(found) == 0:
		return ""
	case i < 0:
		return "Next: --verbose lists every row of the claims"
	}
	return fmt.Sprintf("Next: --verbose lists every row of the claims; glorot reproduce %s shows one of them alone", found[i].ID)
}
