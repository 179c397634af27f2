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
	metrics := report.Section{ID: "metrics", Title: "Numbers", Tables: []report.Table{c.Table()}}
	for _, w := range c.Warnings {
		metrics.Text = append(metrics.Text, "Warning: "+w.Error()+".")
	}
	metrics.Text = append(metrics.Text, c.Sentences()...)
	if pairs := c.PairTable(); len(pairs.Rows) > 0 {
		metrics.Tables = append(metrics.Tables, pairs)
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
		p.Sections = append(p.Sections, report.Section{ID: f.ID, Title: f.Title, Figure: &f})
	}
	return p
}

// WriteText writes the groups, and a row for every metric and group.
func (c *Comparison) WriteText(w io.Writer) error {
	if err := c.GroupTable().WriteText(w); err != nil {
		return err
	}
	for _, sentence := range c.Sentences() {
		if _, err := fmt.Fprintf(w, "\n%s\n", sentence); err != nil {
			return err
		}
	}
	for _, table := range []report.Table{c.Table(), c.PairTable()} {
		if len(table.Rows) == 0 && table.ID == "pairs" {
			continue
		}
		fmt.Fprintln(w)
		if err := table.WriteText(w); err != nil {
			return err
		}
		for _, note := range append([]string{table.Caption}, table.Notes...) {
			if _, err := fmt.Fprintln(w, note); err != nil {
				return err
			}
		}
	}
	return nil
}
