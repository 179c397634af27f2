package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

// A Page is one self-contained HTML document: how it was run, the verdicts,
// and a section for each figure and table of the paper, in its order.
type Page struct {
	Title    string
	Lead     string // one paragraph: what this is
	Run      Run
	Sections []Section
	Claims   []Claim // each is shown in the section its Figure names, and in one table
	Notes    []string
}

// A Run is how the page came to be.
type Run struct {
	Command string // as typed
	Version string
	Scale   string
	Seeds   []uint64
	Started string // a date and a time, already written
	Took    string // a duration, already written
	Config  string // the resolved configuration as YAML
}

// A Section is one heading of the page. What was not run has no figure and no
// tables, and NotRun says what would run it.
type Section struct {
	ID     string // as in Claim.Figure: "fig6", "table1", "jacobians"
	Title  string
	Text   []string // paragraphs above the figure
	NotRun string   // why there is nothing to see, and the command that brings it; "" if there is
	Figure *Figure
	Tables []Table
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

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"svg": func(f *Figure) (template.HTML, error) {
		svg, err := f.svg()
		return template.HTML(svg), err // every text in it is escaped by vgsvg and openingTag
	},
	"groups": Table.groups,
	"starts": Table.starts,
	"seeds":  func(seeds []uint64) string { return strings.Trim(fmt.Sprint(seeds), "[]") },
}).Parse(pageHTML))

// WritePage writes the page: no scripts, nothing loaded from elsewhere, so
// that it opens from a file. It fails if a figure is invalid, if two sections
// or two claims share an id, if a claim belongs to no section, or if w does.
func WritePage(w io.Writer, p Page) error {
	view, err := p.view()
	if err != nil {
		return err
	}
	return pageTemplate.Execute(w, view)
}

// pageView is a Page as its template wants it.
type pageView struct {
	Page
	Summary  []kindCount
	Sections []sectionView
	Claims   []claimView
}

type sectionView struct {
	Section
	Claims []claimView
}

type claimView struct {
	Claim
	Anchor, Class, Sign, SectionTitle string
}

// kindCount is the verdicts of one kind of claims.
type kindCount struct {
	Kind   ClaimKind
	Counts []verdictCount
}

type verdictCount struct {
	Verdict     Verdict
	Class, Sign string
	Count       int
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
	for _, s := range p.Sections {
		v.Sections = append(v.Sections, sectionView{Section: s})
	}
	for _, c := range p.Claims {
		i, ok := place[c.Figure]
		if !ok {
			return v, fmt.Errorf("report: claim %s belongs to section %q, which the page does not have", c.ID, c.Figure)
		}
		cv := claimView{c, c.anchor(), c.Verdict.class(), c.Verdict.sign(), p.Sections[i].Title}
		v.Claims = append(v.Claims, cv)
		v.Sections[i].Claims = append(v.Sections[i].Claims, cv)
	}
	n := Summarize(p.Claims)
	for _, kind := range ClaimKinds {
		if n[kind] == nil {
			continue
		}
		k := kindCount{Kind: kind}
		for _, verdict := range Verdicts {
			k.Counts = append(k.Counts, verdictCount{verdict, verdict.class(), verdict.sign(), n[kind][verdict]})
		}
		v.Summary = append(v.Summary, k)
	}
	return v, nil
}

// places returns the index of each section by its id. No two sections or
// figures may have the same, nor one that the page itself or a claim has.
func (p Page) places() (map[string]int, error) {
	place := make(map[string]int)
	figures := make(map[string]bool)
	for i, s := range p.Sections {
		if !validID.MatchString(s.ID) || strings.HasPrefix(s.ID, "claim-") {
			return nil, fmt.Errorf("report: section id %q: want a lower-case letter, then letters, digits and hyphens, not claim-", s.ID)
		}
		if _, twice := place[s.ID]; twice || s.ID == "main" || s.ID == "claims" || s.ID == "run" {
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
