package main

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/sweep"
)

// page is the report for readers.
func (r sweepReport) page() report.Page {
	p := report.Page{
		Title: "What came out of the sweep " + r.Sweep,
		Lead:  fmt.Sprintf("%s in %s: %s.", plural(len(r.plan.Cells), "run"), plural(len(r.Points), "point"), countWords(r.Cells)),
		Run: report.Run{Command: "glorot sweep report " + quoted(r.Sweep), Version: buildVersions().Version, Seeds: r.seeds(),
			Config: r.common()},
		Sections: []report.Section{{ID: "points", Title: "Test errors", Text: r.Next, Tables: []report.Table{r.Table()}}},
		Notes: []string{
			"A mean is over seeds. Its interval is Student's, of 95 %, and speaks of further seeds; one seed has none.",
			"A run that diverged has no error, and is in no mean.",
			"The configuration is what all runs that make results have in common.",
		},
	}
	for _, f := range r.Figures() {
		s := report.Section{ID: f.ID, Title: f.Title, Figure: &f}
		if f.ID == "search" {
			s.Tables = r.SearchTable()
		}
		p.Sections = append(p.Sections, s)
	}
	if tables := r.SearchTable(); tables != nil && p.Sections[len(p.Sections)-1].ID != "search" {
		p.Sections = append(p.Sections, report.Section{ID: "search", Title: "The search", Tables: tables})
	}
	return p
}

// seeds are those of the sweep, in its order.
func (r sweepReport) seeds() []uint64 {
	var all []uint64
	for _, c := range r.plan.Cells {
		if !slices.Contains(all, c.Seed) {
			all = append(all, c.Seed)
		}
	}
	return all
}

// common is the configuration that all runs that make results have in common, as YAML.
func (r sweepReport) common() string {
	var results []sweep.Cell
	for _, c := range r.plan.Cells {
		if !c.Search {
			results = append(results, c)
		}
	}
	var b strings.Builder
	for _, k := range run.Keys(run.Allowed{}) {
		first, planned := results[0].Config[k.Name]
		if planned && !slices.ContainsFunc(results, func(c sweep.Cell) bool { return c.Config[k.Name] != first }) {
			fmt.Fprintf(&b, "%s: %s\n", k.Name, first)
		}
	}
	return b.String()
}
