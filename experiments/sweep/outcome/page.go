package outcome

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/sweep"
)

// Page is the outcome of the plan's sweep for readers. It tells the sweep's name, how many cells are in which state, and what is next.
func (o *Outcome) Page(plan *sweep.Plan, name, cells string, next []string, made report.Run) report.Page {
	made.Seeds, made.Config = seeds(plan), common(plan)
	p := report.Page{
		Title:    "What came out of the sweep " + name,
		Lead:     fmt.Sprintf("%s in %s: %s.", report.Plural(plan.Len(), "run"), report.Plural(len(o.Points), "point"), cells),
		Run:      made,
		Sections: []report.Section{{ID: "points", Title: "Test errors", Text: next, Tables: []report.Table{o.Table()}}},
		Notes: []string{
			"A mean is over seeds. Its interval is Student's, of 95 %, and speaks of further seeds; one seed has none.",
			"A run that diverged has no error, and is in no mean.",
			"The configuration is what all runs that make results have in common.",
		},
	}
	for _, f := range o.Figures() {
		s := report.Section{ID: f.ID, Title: f.Title, Figure: &f}
		if f.ID == "search" {
			s.Tables = o.SearchTable()
		}
		p.Sections = append(p.Sections, s)
	}
	if tables := o.SearchTable(); tables != nil && p.Sections[len(p.Sections)-1].ID != "search" {
		p.Sections = append(p.Sections, report.Section{ID: "search", Title: "The search", Tables: tables})
	}
	return p
}

// seeds are those of the sweep, in its order.
func seeds(p *sweep.Plan) []uint64 {
	var all []uint64
	seen := map[uint64]bool{}
	for _, c := range p.All() {
		if !seen[c.Seed] {
			seen[c.Seed], all = true, append(all, c.Seed)
		}
	}
	return all
}

// common is the configuration that all runs that make results have in common, as YAML.
func common(p *sweep.Plan) string {
	var common map[string]string
	for _, c := range p.All() {
		if c.Search {
			continue
		}
		if common == nil {
			common = maps.Clone(c.Config)
		}
		maps.DeleteFunc(common, func(key, value string) bool { return c.Config[key] != value })
	}
	var b strings.Builder
	for _, key := range run.Ordered(slices.Collect(maps.Keys(common))) {
		fmt.Fprintf(&b, "%s: %s\n", key, common[key])
	}
	return b.String()
}
