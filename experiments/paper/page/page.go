// Package page presents the results of a study of the paper: for readers as a page with the paper's figures in their order, and for programs as
// JSON.
package page

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"glorot/experiments/paper"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/wording"
)

// A Page is the results of a study, and how they were made.
type Page struct {
	Results *paper.Results
	Asked   bool // figures and claims were named, and only those are in the results
	Scale   setup.Scale
	Command string // that made it
	Version string // of the program
	Started time.Time
	Took    time.Duration
}

// Product is what [Page.Write] makes.
var Product = atomicfile.Product{Name: "page", Has: "results.json", Files: []string{"figures", "index.html", "results.json", "results.md"}}

// A section is a heading of the page, with the results below it.
type section struct {
	report.Section
	figure string // ID of the figure, if it is not the section's
}

// leading are the sections that come first and open, with the results for which the paper is known.
var leading = []string{"fig6", "fig7", "fig11", "table1"}

// sections are the page's headings in the paper's order; what the paper has only in its text comes last.
var sections = []section{
	heading("fig1", "Figure 1: the images"),
	heading("fig2", "Figure 2: sigmoid activations during training"),
	heading("fig3", "Figure 3: tanh and softsign activations during training"),
	heading("fig4", "Figure 4: activations at the end of training"),
	heading("fig5", "Figure 5: cross entropy and quadratic cost"),
	heading("section-initialisation", "Section 4.2: the theory of initialisation",
		"Standard initialisation (eq. 1) draws W from U[-1/√n, 1/√n]. Normalized initialisation (eq. 16) draws it from ±√6/√(n_j + n_{j+1}), so that activations and back-propagated gradients keep their size from layer to layer."),
	heading("fig6", "Figure 6: activations before training"),
	heading("fig7", "Figure 7: back-propagated gradients before training"),
	heading("fig8", "Figure 8: weight gradients before training"),
	heading("fig9", "Figure 9: weight gradients during training"),
	heading("fig10", "Figure 10: tanh activations during training, normalized initialisation"),
	{heading("section-jacobians", "The layers' Jacobians",
		"The mean singular value of a layer's Jacobian is the average ratio of infinitesimal volumes mapped from one layer to the next: “With our normalized initialization, this ratio is around 0.8 whereas with the standard initialization, it drops down to 0.5.”").Section, "jacobians"},
	heading("fig11", "Figure 11: test error on Shapeset-3x2"),
	heading("fig12", "Figure 12: test error on MNIST and CIFAR-10"),
	heading("table1", "Table 1: test error with five hidden layers"),
	heading("search", "The search for rates and input scales",
		"The paper chose the learning rate of each network on the validation set and did not print it; it does not mention the scale of the inputs. Here both were searched for. The effect of the input scale is a result of this reproduction, not of the paper."),
	heading("section-training", "In the text: training"),
	heading("section-curvature", "In the text: second-order methods"),
	heading("section-widths", "In the text: layers that grow or shrink"),
	heading("section-depth", "In the text: the best depth"),
	heading("section-svm", "In the text: a support vector machine"),
	heading("section-pretraining", "In the text: unsupervised pre-training"),
	heading("section-datasets", "In the text: the other data sets"),
	heading("differences", "Where we differ from the paper's figures, at the same epoch"),
	heading(contradictions, "What in the paper cannot be true",
		"Statements that contradict the paper's own figures, or the images of its authors' generator."),
	heading(otherClaims, "Other claims"),
}

// contradictions is the section for statements that the paper itself refutes.
const contradictions = "section-contradictions"

// otherClaims is the section for claims whose section the page does not know.
const otherClaims = "section-other"

func heading(id, title string, text ...string) section {
	return section{report.Section{ID: id, Title: title, Text: text}, id}
}

const lead = "Glorot and Bengio (AISTATS 2010): its figures from networks that this program trained, the printed numbers light under ours, and a test of each claim."

var notes = []string{
	"A verdict compares the mean over seeds and its 95 % interval with an expected range. It agrees if the whole interval lies inside the range, disagrees if the whole interval lies outside, and is otherwise undecided. One training has no interval and no verdict: it lies inside, above or below. RANGES.md among the sources says when each range was chosen and changed, and what was known by then.",
	"A claim with several rows agrees if all rows that test the paper agree, disagrees if a row disagrees and none agrees, and agrees in part if one row disagrees and another one agrees.",
	"The paper's “normalized” panels of Figures 6, 7 and 10 are not what its eq. 16 in every layer gives. Both are shown: eq. 16 in every layer, and initial weights that give the printed panels (eq. 1 in the first and output layers, n Var[W] = 1.25 between hidden layers).",
	"Bands are 95 % intervals of a mean over seeds that stay within the possible values. They are computed on a logarithmic scale for standard deviations, and on a logit scale for percentiles, means and errors; for densities they are cut off at 0.",
	"The paper prints no learning rate, no seed and no input scale; those used here are in the table of the trainings.",
}

// ForReaders returns the page: a summary, the leading sections, and the remaining ones folded, in the paper's order. Empty sections are left out. If
// parts were asked for, no section is folded.
func (p Page) ForReaders() report.Page {
	out := report.Page{
		Title: "Understanding the difficulty of training deep feedforward neural networks, reproduced",
		Lead:  lead,
		Run: report.Run{
			Command: p.Command, Version: p.Version, Scale: p.Scale.Name, Seeds: p.Results.Seeds,
			Started: p.Started.Format("2006-01-02 15:04 MST"), Took: wording.Duration(p.Took), Config: p.configText(),
		},
		Summary: report.Summary{Text: p.trained(), Because: p.because(), Numbers: p.headlines()},
		Folded:  "Everything else, in the paper's order",
		Claims:  placed(p.Results.Claims),
		Asked:   p.Asked,
		Notes:   notes,
	}
	var folded []report.Section
	for _, s := range sections {
		if !p.fill(&s) && !slices.ContainsFunc(out.Claims, func(c report.Claim) bool { return c.Figure == s.ID }) {
			continue
		}
		if p.Asked || slices.Contains(leading, s.ID) {
			out.Sections = append(out.Sections, s.Section)
		} else {
			s.Folded = true
			folded = append(folded, s.Section)
		}
	}
	if t := p.trainings(); t != nil {
		folded = append(folded, report.Section{ID: "trainings", Title: "The trainings: what was computed, verified and kept", Tables: []report.Table{*t}, Folded: true})
	}
	out.Sections = append(out.Sections, folded...)
	return out
}

// fill adds the results that belong to the section, and reports whether there are any.
func (p Page) fill(s *section) bool {
	filled := false
	for i := range p.Results.Figures {
		if p.Results.Figures[i].ID == s.figure {
			f := p.Results.Figures[i]
			f.Caption += p.sources(s.figure)
			s.Figure, filled = &f, true
		}
	}
	for _, t := range p.Results.Tables {
		if t.ID == s.ID || strings.HasPrefix(t.ID, s.ID+"-") {
			t.Minor = len(s.Tables) > 0
			s.Tables, filled = append(s.Tables, t), true
		}
	}
	for _, n := range p.Results.NotRun {
		if n.ID == s.figure {
			s.NotRun, filled = n.Why, true
		}
	}
	return filled
}

// placed returns the claims, with those of an unknown section moved to the section for other claims.
func placed(claims []report.Claim) []report.Claim {
	claims = slices.Clone(claims)
	for i := range claims {
		known := slices.ContainsFunc(sections, func(s section) bool { return s.ID == claims[i].Figure })
		if !known {
			claims[i].Figure = otherClaims
		}
	}
	return claims
}

// setting is one line of the study's configuration.
type setting struct {
	key   string
	value any
}

// settings is everything that determines the results.
func (p Page) settings() []setting {
	return []setting{
		{"scale", p.Scale.Name}, {"seeds", p.Results.Seeds}, {"width", p.Scale.Width},
		{"trained_seeds", p.Scale.Trained}, {"batch", setup.Batch}, {"updates", p.Scale.Updates},
		{"observe_every", p.Scale.Observe}, {"test_every", p.Scale.Test}, {"examples", setup.Examples},
	}
}

func (p Page) configText() string {
	var b strings.Builder
	for _, s := range p.settings() {
		value := fmt.Sprint(s.value)
		if seeds, ok := s.value.([]uint64); ok {
			value = strings.ReplaceAll(fmt.Sprint(seeds), " ", ", ")
		}
		fmt.Fprintf(&b, "%s: %s\n", s.key, value)
	}
	return b.String()
}

// ForPrograms is the content of results.json.
func (p Page) ForPrograms() report.Results {
	config := make(map[string]any)
	for _, s := range p.settings() {
		config[s.key] = s.value
	}
	r := report.Results{
		Command: p.Command, Version: p.Version, Scale: p.Scale.Name, Seeds: p.Results.Seeds,
		Seconds: p.Took.Seconds(), Configuration: config, Claims: p.Results.Claims, Tables: p.Results.Tables,
	}
	for _, f := range p.Results.Figures {
		r.Figures = append(r.Figures, report.FigureFiles{ID: f.ID, Title: f.Title, Files: []string{
			path.Join("figures", f.ID+".png"), path.Join("figures", f.ID+".svg"),
		}})
	}
	for _, n := range p.Results.NotRun {
		r.NotRun = append(r.NotRun, report.Absence{ID: n.ID, Why: n.Why})
	}
	return r
}

// Write fills a directory with the page, its Markdown, its numbers and its figures.
func (p Page) Write(dir *atomicfile.Dir) error {
	readers := p.ForReaders()
	return dir.Fill(map[string]func(io.Writer) error{
		"results.json": func(w io.Writer) error { return report.WriteResults(w, p.ForPrograms()) },
		"results.md":   func(w io.Writer) error { return report.WriteMarkdown(w, readers) },
		"index.html":   func(w io.Writer) error { return report.WritePage(w, readers) },
	}, report.FigureFolder(p.Results.Figures))
}
