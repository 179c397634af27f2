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

// sections are the page's headings in the paper's order; figures bring their own titles.
var sections = []report.Section{
	{ID: "fig1", Title: "Figure 1: Shapeset-3x2 images"},
	{ID: "fig2", Title: "Figure 2: sigmoid activations during training"},
	{ID: "fig3", Title: "Figure 3: tanh and softsign activations during training"},
	{ID: "fig5", Title: "Figure 5: cross entropy and quadratic cost"},
	{ID: "section-initialisation", Title: "Section 4.2: the theory of initialisation", Text: []string{
		"Standard initialisation (eq. 1) draws W from U[-1/√n, 1/√n]. Normalized initialisation (eq. 16) draws it from ±√6/√(n_j + n_{j+1}), so that neither activations nor back-propagated gradients change their size from layer to layer.",
	}},
	{ID: "fig6", Title: "Figure 6: activations before training"},
	{ID: "fig7", Title: "Figure 7: back-propagated gradients before training"},
	{ID: "fig8", Title: "Figure 8: weight gradients before training"},
	{ID: "fig10", Title: "Figure 10: tanh activations during training, normalized initialisation"},
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
		Claims: p.results.Claims,
		Notes:  notes,
	}
	for _, s := range sections {
		wanted := slices.ContainsFunc(p.results.Claims, func(c report.Claim) bool { return c.Figure == s.ID })
		for i := range p.results.Figures {
			if p.results.Figures[i].ID == s.ID {
				s.Figure, wanted = &p.results.Figures[i], true
			}
		}
		if wanted {
			out.Sections = append(out.Sections, s)
		}
	}
	return out
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
		Seconds: p.took.Seconds(), Configuration: config, Claims: p.results.Claims,
	}
	for _, f := range p.results.Figures {
		r.Figures = append(r.Figures, report.FigureFiles{ID: f.ID, Title: f.Title, Files: []string{
			path.Join("figures", f.ID+".png"), path.Join("figures", f.ID+".svg"),
		}})
	}
	return r
}
