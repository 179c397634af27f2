package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

// A Page is one self-contained HTML document: a summary, sections with figures and tables, the claims with their verdicts, and how it was
// made.
type Page struct {
	Title    string
	Lead     string // one paragraph: what this is
	Run      Run
	Summary  Summary
	Sections []Section
	Folded   string  // heading above the sections that are folded
	Claims   []Claim // each is named in the section its Figure names, and shown in one table
	Asked    bool    // Claims are those that were asked for, not all
	Notes    []string
}

// A Summary is the first screen of a page, together with the verdicts.
type Summary struct {
	Text    []string // how it came to be
	Because string   // why claims disagree
	Numbers *Table   // beside the paper's
}

// A Run is how the page came to be.
type Run struct {
	Command string // that made it
	Version string
	Scale   string
	Seeds   []uint64
	Started string // a date and a time, already written
	Took    string // a duration, already written
	Config  string // the resolved configuration as YAML
}

// A Section is one heading of the page. If it was not run it has no figure and
// no tables, and NotRun says how to run it.
type Section struct {
	ID     string // as in Claim.Figure: "fig6", "table1", "jacobians"
	Title  string
	Text   []string // paragraphs above the figure
	NotRun string   // why there is nothing to show, and the command that makes it; "" if there is something
	Figure *Figure
	Tables []Table
	Folded bool // closed, until a reader opens it; such sections come last
}

// Figures are those of the sections, in their order.
func (p Page) Figures() (list []Figure) {
	for _, s := range p.Sections {
		if s.Figure != nil {
			list = append(list, *s.Figure)
		}
	}
	return list
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"pageFigure": newPageFigure, // every text in a drawing is escaped by vgsvg
	"groups":     Table.groups,
	"starts":     Table.starts,
	"seeds":      func(seeds []uint64) string { return strings.Trim(fmt.Sprint(seeds), "[]") },
	"css":        func() template.CSS { return template.CSS(pageCSS) },
	"js":         func() template.JS { return template.JS(pageJS) },
}).Parse(pageHTML))

// WritePage writes the page: nothing is loaded from elsewhere, so that it opens from a file, and it is complete without its script, which
// adds the numbers under the pointer and lines that can be hidden. It fails if a figure is invalid, if two sections or two claims share an
// id, if a claim belongs to no section, or if w does.
func WritePage(w io.Writer, p Page) error {
	view, err := p.view()
	if err != nil {
		return err
	}
	return pageTemplate.Execute(w, view)
}

// pageView is a Page in the form that its template needs.
type pageView struct {
	Page
	Tally    string
	Quoted   []verdictList // the verdicts on claims that are quoted
	Named    []verdictList // the others
	Shown    []sectionView
	Closed   []sectionView
	Findings []findingView
}

type sectionView struct {
	Section
	Findings []findingView
	Claims   []claimView
}

type claimView struct {
	Claim
	Anchor, Class, Sign string
}

type findingView struct {
	Finding
	Anchor, Class, Sign string
	Rows                []claimView
}

// verdictList is the claims of one verdict, or those that no test of the paper decides.
type verdictList struct {
	Name, Class, Sign string
	Because           string
	Findings          []findingView
}

// in returns the finding as a section shows it. If the rows of that section are about another statement, it has that statement and the verdict on it.
func (f findingView) in(section string) findingView {
	var rows []Claim
	for _, c := range f.Finding.Rows {
		if c.Figure == section {
			rows = append(rows, c)
		}
	}
	rows = decisive(rows)
	if slices.ContainsFunc(rows, func(c Claim) bool { return c.Text == f.Text }) {
		return f
	}
	verdict := decide(rows)
	f.Text, f.Verdict, f.Class, f.Sign = rows[0].Text, verdict, verdict.class(), verdict.Sign()
	return f
}

func (p Page) view() (pageView, error) {
	v := pageView{Page: p}
	if err := checkClaims(p.Claims); err != nil {
		return v, err
	}
	place, err := p.places()
	if err != nil {
		return v, err
	}
	sections := make([]sectionView, len(p.Sections))
	for i, s := range p.Sections {
		sections[i].Section = s
	}
	for _, f := range Findings(p.Claims) {
		view := findingView{Finding: f, Anchor: "claim-" + strings.ToLower(f.ID), Class: f.Verdict.class(), Sign: f.Verdict.Sign()}
		named := make(map[int]bool)
		for _, c := range f.Rows {
			i, ok := place[c.Figure]
			if !ok {
				return v, fmt.Errorf("report: claim %s belongs to section %q, which the page does not have", c.ID, c.Figure)
			}
			row := claimView{c, c.anchor(), c.Verdict.class(), c.Verdict.Sign()}
			view.Rows, named[i] = append(view.Rows, row), true
			sections[i].Claims = append(sections[i].Claims, row)
		}
		v.Findings = append(v.Findings, view)
		for i := range named {
			sections[i].Findings = append(sections[i].Findings, view.in(p.Sections[i].ID))
		}
	}
	v.Tally = Tally(Count(Findings(p.Claims)), p.Asked)
	v.Quoted, v.Named = p.Summary.verdictLists(v.Findings)
	for _, s := range sections {
		if s.Folded {
			v.Closed = append(v.Closed, s)
		} else {
			v.Shown = append(v.Shown, s)
		}
	}
	return v, nil
}

// verdictLists sorts the claims by verdict, and those that no test of the paper decides into a last list. Claims on which there is a verdict are
// quoted.
func (s Summary) verdictLists(all []findingView) (quoted, named []verdictList) {
	add := func(lists *[]verdictList, l verdictList, belongs func(f findingView) bool) {
		for _, f := range all {
			if belongs(f) {
				l.Findings = append(l.Findings, f)
			}
		}
		if len(l.Findings) > 0 {
			*lists = append(*lists, l)
		}
	}
	for _, verdict := range FindingVerdicts {
		l, lists := verdictList{Name: string(verdict), Class: verdict.class(), Sign: verdict.Sign()}, &named
		switch verdict {
		case Agrees, InPart:
			lists = &quoted
		case Disagrees:
			l.Because, lists = s.Because, &quoted
		}
		add(lists, l, func(f findingView) bool { return f.Test && f.Verdict == verdict })
	}
	add(&named, verdictList{Name: "checks of our code, or fits", Class: "other"}, func(f findingView) bool { return !f.Test })
	return quoted, named
}

// places returns the index of each section by its id. The ids of sections and
// figures must be unique, and differ from those of the page itself and of claims.
func (p Page) places() (map[string]int, error) {
	place := make(map[string]int)
	figures := make(map[string]bool)
	for i, s := range p.Sections {
		if !validID.MatchString(s.ID) || strings.HasPrefix(s.ID, "claim-") {
			return nil, fmt.Errorf("report: section id %q: want a lower-case letter, then letters, digits and hyphens, not claim-", s.ID)
		}
		if _, twice := place[s.ID]; twice || slices.Contains([]string{"main", "summary", "folded", "claims", "run"}, s.ID) {
			return nil, fmt.Errorf("report: section id %q is taken", s.ID)
		}
		place[s.ID] = i
		for _, t := range s.Tables {
			if err := t.Validate(); err != nil {
				return nil, err
			}
		}
		if s.Figure != nil {
			if figures[s.Figure.ID] {
				return nil, fmt.Errorf("report: section %s: figure %s is there twice", s.ID, s.Figure.ID)
			}
			figures[s.Figure.ID] = true
		}
	}
	return place, nil
}
