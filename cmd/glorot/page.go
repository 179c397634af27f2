package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"glorot/experiments/paper"
	"glorot/experiments/report"
)

// page is a study's results, for readers and for programs.
type page struct {
	results *paper.Results
	scale   paper.Scale
	command string
	started time.Time
	took    time.Duration
	threads int
}

// A section is a heading of the page, and what of the results stands below it.
type section struct {
	report.Section
	figure string // ID of the figure, if it is not the section's
}

// sections are the page's headings in the paper's order; what the paper has only in its text comes last.
var sections = []section{
	heading("fig1", "Figure 1: the images"),
	heading("fig2", "Figure 2: sigmoid activations during training"),
	heading("fig3", "Figure 3: tanh and softsign activations during training"),
	heading("fig4", "Figure 4: activations at the end of training"),
	heading("fig5", "Figure 5: cross entropy and quadratic cost"),
	heading("section-initialisation", "Section 4.2: the theory of initialisation",
		"Standard initialisation (eq. 1) draws W from U[-1/√n, 1/√n]. Normalized initialisation (eq. 16) draws it from ±√6/√(n_j + n_{j+1}), so that neither activations nor back-propagated gradients change their size from layer to layer."),
	heading("fig6", "Figure 6: activations before training"),
	heading("fig7", "Figure 7: back-propagated gradients before training"),
	heading("fig8", "Figure 8: weight gradients before training"),
	heading("fig9", "Figure 9: weight gradients during training"),
	heading("fig10", "Figure 10: tanh activations during training, normalized initialisation"),
	{heading("section-jacobians", "The layers' Jacobians",
		"The mean singular value of a layer's Jacobian is the mean ratio of the volumes that it maps from and to: “With our normalized initialization, this ratio is around 0.8 whereas with the standard initialization, it drops down to 0.5.”").Section, "jacobians"},
	heading("fig11", "Figure 11: test error on Shapeset-3x2"),
	heading("fig12", "Figure 12: test error on MNIST and CIFAR-10"),
	heading("table1", "Table 1: test error with five hidden layers"),
	heading("search", "The search for rates and input scales",
		"The paper chose the learning rate of each network on the validation set and printed none; of the scale of the inputs it says nothing. Both were searched for here. What the input scale does is a result of this reproduction, not of the paper."),
	heading("section-training", "In the text: training"),
	heading("section-curvature", "In the text: second-order methods"),
	heading("section-widths", "In the text: layers that grow or shrink"),
	heading("section-depth", "In the text: the best depth"),
	heading("section-svm", "In the text: a support vector machine"),
	heading("section-pretraining", "In the text: unsupervised pre-training"),
	heading("section-datasets", "In the text: the other data sets"),
	heading("section-contradictions", "What in the paper cannot be so",
		"Statements that contradict the paper's own figures, or the images that its authors' generator makes."),
	heading(otherClaims, "Other claims"),
}

// otherClaims has the claims whose section the page does not know.
const otherClaims = "section-other"

func heading(id, title string, text ...string) section {
	return section{report.Section{ID: id, Title: title, Text: text}, id}
}

const lead = "Glorot and Bengio's “Understanding the difficulty of training deep feedforward neural networks” (AISTATS 2010), run again: its figures drawn from networks trained and looked into here, with the paper's printed numbers drawn light under ours, and its claims as tests with a verdict."

var notes = []string{
	"A verdict compares the mean over seeds, and its 95 % interval, with a range that was fixed beforehand: “agrees” and “disagrees” say what they say, “undecided” that more seeds or updates are needed.",
	"The paper's “normalized” panels of Figures 6, 7 and 10 are not what its eq. 16 in every layer gives. Both are shown: eq. 16 in every layer, and the variant that reproduces the printed panels (eq. 1 in the first and output layers, n Var[W] = 1.25 between hidden layers).",
	"The paper prints no learning rate, no seed and no input scale; those used here are in the configuration.",
}

func (p page) forReaders() report.Page {
	out := report.Page{
		Title: "Understanding the difficulty of training deep feedforward neural networks, reproduced",
		Lead:  lead,
		Run: report.Run{
			Command: p.command, Version: buildVersions().Version, Scale: p.scale.Name, Seeds: p.results.Seeds,
			Started: p.started.Format("2006-01-02 15:04 MST"), Took: short(p.took), Config: p.configText(),
		},
		Claims: placed(p.results.Claims),
		Notes:  notes,
	}
	for _, s := range sections {
		if p.fill(&s) || slices.ContainsFunc(out.Claims, func(c report.Claim) bool { return c.Figure == s.ID }) {
			out.Sections = append(out.Sections, s.Section)
		}
	}
	return out
}

// fill puts into the section what there is for it, and reports whether there is anything.
func (p page) fill(s *section) bool {
	filled := false
	for i := range p.results.Figures {
		if p.results.Figures[i].ID == s.figure {
			s.Figure, filled = &p.results.Figures[i], true
		}
	}
	for _, t := range p.results.Tables {
		if t.ID == s.ID || strings.HasPrefix(t.ID, s.ID+"-") {
			s.Tables, filled = append(s.Tables, t), true
		}
	}
	for _, n := range p.results.NotRun {
		if n.ID == s.figure {
			s.NotRun, filled = n.Why, true
		}
	}
	return filled
}

// placed returns the claims, those of an unknown section among the others.
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
func (p page) settings() []setting {
	return []setting{
		{"scale", p.scale.Name}, {"seeds", p.results.Seeds}, {"width", p.scale.Width},
		{"trained_seeds", p.scale.Trained}, {"batch", paper.Batch}, {"updates", p.scale.Updates},
		{"observe_every", p.scale.Observe}, {"test_every", p.scale.Test}, {"examples", paper.Examples},
	}
}

func (p page) configText() string {
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

func (p page) forPrograms() report.Results {
	config := make(map[string]any)
	for _, s := range p.settings() {
		config[s.key] = s.value
	}
	r := report.Results{
		Command: p.command, Version: buildVersions().Version, Scale: p.scale.Name, Seeds: p.results.Seeds,
		Seconds: p.took.Seconds(), Configuration: config, Claims: p.results.Claims, Tables: p.results.Tables,
	}
	for _, f := range p.results.Figures {
		r.Figures = append(r.Figures, report.FigureFiles{ID: f.ID, Title: f.Title, Files: []string{
			path.Join("figures", f.ID+".png"), path.Join("figures", f.ID+".svg"),
		}})
	}
	for _, n := range p.results.NotRun {
		r.NotRun = append(r.NotRun, report.Absence{ID: n.ID, Why: n.Why})
	}
	return r
}
