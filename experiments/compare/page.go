package compare

import (
	"fmt"
	"io"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/run/atomicfile"
)

// Product describes the directory that [Comparison.Write] makes.
var Product = atomicfile.Product{Name: "comparison", Has: "compare.json", Files: []string{"compare.html", "compare.json", "compare.md", "figures"}}

// Write fills a directory with a page, its figures and the numbers. The page shows the command and the version of the program.
func (c *Comparison) Write(dir *atomicfile.Dir, command, version string) error {
	figures := c.Figures()
	page := c.page(report.Run{Command: command, Version: version}, figures)
	return dir.Fill(map[string]func(io.Writer) error{
		"compare.json": func(w io.Writer) error { return report.WriteJSON(w, c) },
		"compare.md":   func(w io.Writer) error { return report.WriteMarkdown(w, page) },
		"compare.html": func(w io.Writer) error { return report.WritePage(w, page) },
	}, report.FigureFolder(figures))
}

// page is the comparison as a page.
func (c *Comparison) page(run report.Run, figures []report.Figure) report.Page {
	var names []string
	for _, g := range c.Groups {
		names = append(names, g.Name())
	}
	metrics := report.Section{ID: "metrics", Title: "Numbers", Tables: c.tables(), Text: c.first()}
	for _, w := range c.Warnings {
		metrics.Text = append(metrics.Text, "Warning: "+w.Error()+".")
	}
	p := report.Page{
		Title: "Runs compared by " + strings.Join(c.Keys, " and "),
		Lead:  strings.Join(names, " against ") + ".",
		Run:   run,
		Sections: []report.Section{
			{ID: "groups", Title: "Groups", Tables: []report.Table{c.GroupTable()}}, metrics,
		},
	}
	if len(c.Keys) == 0 {
		p.Title = "Runs of one configuration"
	}
	for _, f := range figures {
		s := report.Section{ID: f.ID, Title: f.Title, Figure: &f}
		if f.ID == depthID && len(c.first()) <= mostPairs {
			for _, d := range depthMetrics {
				s.Text = append(s.Text, c.Sentences(d.name)...)
			}
		}
		p.Sections = append(p.Sections, s)
	}
	return p
}

// mostPairs is the number of pairs of groups about whose layers a page has sentences.
const mostPairs = 6

// first returns the sentences about the first metric.
func (c *Comparison) first() []string {
	if len(c.Metrics) == 0 {
		return nil
	}
	return c.Sentences(c.Metrics[0].Name)
}

// WriteText writes the groups, sentences on the first metric, and tables of all metrics and pairs.
func (c *Comparison) WriteText(w io.Writer) error {
	if err := c.GroupTable().WriteText(w); err != nil {
		return err
	}
	for _, sentence := range c.first() {
		if _, err := fmt.Fprintf(w, "\n%s\n", sentence); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return report.WriteTables(w, report.TableText, c.tables()...)
}

// WriteTables writes the tables of all metrics and pairs: as text with the groups above, in CSV as one table, in JSON as [Comparison.MarshalJSON].
func (c *Comparison) WriteTables(w io.Writer, format report.TableFormat) error {
	switch format {
	case report.TableText:
		return c.WriteText(w)
	case report.TableCSV:
		return report.WriteTables(w, format, c.joined())
	case report.TableJSON:
		return report.WriteJSON(w, c)
	}
	return report.WriteTables(w, format, c.tables()...)
}

// tables returns the table of metrics and, if there are pairs, theirs.
func (c *Comparison) tables() []report.Table {
	tables := []report.Table{c.Table()}
	if pairs := c.PairTable(); len(pairs.Rows) > 0 {
		tables = append(tables, pairs)
	}
	return tables
}
