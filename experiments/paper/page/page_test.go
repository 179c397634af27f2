package page

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/paper"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// keptNothing is a study of which nothing was trained.
func keptNothing(t *testing.T, only ...string) *paper.Results {
	t.Helper()
	scale := setup.Scale{Name: "none", Width: 5, Seeds: 1, Trained: 1, Updates: 10, Stored: 10, Observe: 5, Search: true, Side: true}
	s, err := paper.NewStudy(plan.Options{Scale: scale, Threads: 1, Only: only, KeptOnly: true, Store: results.NewStore(t.TempDir())})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The page knows the section of every claim, figure and table.
func TestSectionsAreKnown(t *testing.T) {
	r := keptNothing(t)
	for _, c := range placed(r.Claims) {
		if c.Figure == otherClaims {
			t.Errorf("claim %s belongs to a section that the page does not have", c.ID)
		}
	}
	known := func(id string) bool {
		return slices.ContainsFunc(sections, func(s section) bool { return s.figure == id })
	}
	for _, f := range r.Figures {
		if !known(f.ID) {
			t.Errorf("figure %s has no place in the page", f.ID)
		}
	}
	for _, n := range r.NotRun {
		if !known(n.ID) {
			t.Errorf("figure %s has no place in the page", n.ID)
		}
	}
	p := Page{Results: r}.ForReaders()
	tables := 0
	for _, s := range p.Sections {
		tables += len(s.Tables)
	}
	if tables != len(r.Tables) || tables == 0 {
		t.Errorf("the page has %d of %d tables", tables, len(r.Tables))
	}
	if len(r.Figures)+len(r.NotRun) < 13 || len(r.NotRun) < 8 {
		t.Errorf("%d figures, %d not run", len(r.Figures), len(r.NotRun))
	}
}

// What was not run has a section that says so and how to run it; a claim of no known section stands among the others.
func TestPageOfNothing(t *testing.T) {
	r := keptNothing(t, "fig11", "search", "table1")
	r.Claims = []report.Claim{{ID: "C99", Figure: "section-new", Kind: report.PaperTest, Verdict: report.NotRun}}
	p := Page{Results: r, Scale: setup.Scale{Name: "none"}}
	var b strings.Builder
	if err := report.WritePage(&b, p.ForReaders()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<section id="fig11"`, "not run</span> ", `<section id="table1"`, `<td>not run</td>`, `id="search"`, `id="section-other"`, `id="claim-c99"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page has no %s", want)
		}
	}
	for _, want := range []string{
		"has no training of it", "glorot reproduce fig11 --scale none runs it", "glorot reproduce search",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if r.Claims[0].Figure != "section-new" {
		t.Error("the results' own claims were changed")
	}

	var printed strings.Builder
	if err := p.WriteText(&printed, "out", false); err != nil || !strings.Contains(printed.String(), "0 figures and 3 tables in out/index.html\n") || !strings.Contains(printed.String(), "fig11 not run: ") {
		t.Errorf("printed %q, %v", printed.String(), err)
	}

	var written bytes.Buffer
	if err := report.WriteResults(&written, p.ForPrograms()); err != nil {
		t.Fatal(err)
	}
	var back report.Results
	if err := json.Unmarshal(written.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if len(back.NotRun) != 2 || len(back.Tables) != 3 || float64(*back.Tables[0].Rows[0].Cells[2].Value) != 16.27 {
		t.Errorf("programs read %+v, %d tables", back.NotRun, len(back.Tables))
	}
}
