package outcome

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/sweep"
	"glorot/experiments/wording"
)

// Page shows the outcome of the plan's sweep to readers, with the name of the sweep, the number of cells in each state, and what to do
// next.
func (o *Outcome) Page(plan *sweep.Plan, name, cells string, next []string, made report.Run) report.Page {
	made.Seeds, made.Config = seeds(plan), common(plan)
	p := report.Page{
		Title:    "Results of the sweep " + name,
		Lead:     fmt.Sprintf("%s in %s: %s.", wording.Plural(plan.Len(), "run"), wording.Plural(len(o.Points), "point"), cells),
		Run:      made,
		Sections: []report.Section{{ID: "points", Title: "Test errors", Text: next, Tables: []report.Table{o.Table()}}},
		Notes: []string{
			"Means are over seeds, on the logit scale, as those of glorot compare. Intervals are Student's 95 % intervals, and are about further seeds. One seed has none, nor have seeds " +
				"with equal errors, which vary by less than one image.",
			"A run that diverged has no error and is not part of any mean.",
			"The configuration has the keys that all runs with results have in common.",
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

// seeds returns the seeds of the sweep in order.
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

// common returns the keys that all runs with results have in common, as YAML.
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
