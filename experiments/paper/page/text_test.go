package page

import (
	"fmt"
	"strings"
	"testing"

	"glorot/experiments/paper"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// studied is a study as full as it gets: claims of every verdict, all headline numbers, trainings of every source, figures that were not run.
func studied(t *testing.T) Page {
	t.Helper()
	r := keptNothing(t, "fig2", "fig3", "fig4", "fig9", "fig10", "fig11", "table1")
	values := map[string][]report.Value{}
	for _, h := range initialHeadlines {
		for _, v := range []printedValue{h.standard, h.normalized} {
			key := v.claim + v.variant
			values[key] = append(values[key], report.Value{Name: v.value, Value: report.Number(v.paper), Interval: &report.Interval{Low: report.Number(v.paper - .01), High: report.Number(v.paper + .01)}})
		}
	}
	r.Claims = nil
	for i := range 46 {
		id := fmt.Sprintf("C%d", i+1)
		verdict := report.Verdicts[i%len(report.Verdicts)]
		kind := report.PaperTest
		if i == 0 {
			kind = report.CodeCheck
		}
		for _, variant := range []string{"", "standard", inEveryLayer} {
			c := report.Claim{ID: id, Figure: "fig6", Kind: kind, Variant: variant, Verdict: verdict, Text: "A claim.", Values: values[id+variant]}
			if i == 41 {
				c.Figure = contradictions
			}
			r.Claims = append(r.Claims, c)
		}
		if i%7 == 0 {
			r.Claims[len(r.Claims)-1].Verdict = report.Agrees
		}
	}
	for i, table := range r.Tables {
		if table.ID == "table1" {
			for k := range table.Rows {
				for j := range table.Rows[k].Cells {
					r.Tables[i].Rows[k].Cells[j] = report.Figures("12.34 ± 0.56", 12.34)
				}
			}
		}
	}
	for i, network := range []string{"Tanh", "Tanh N", "Softsign", "Softsign N"} {
		k := plan.Training{Network: network, Data: "shapeset", Choice: setup.Choice{Rate: .03, Low: -1, High: 1}, Chosen: "by the search", Seed: 1, Updates: 100_000 * (i + 1), Source: plan.Stored}
		switch i {
		case 0:
			k.Source = plan.Computed
		case 1:
			k.Source, k.Verified = plan.Verified, 500
		case 2:
			k.Note = "its data set is not here"
		}
		r.Trainings = append(r.Trainings, k)
	}
	return Page{Results: r, Scale: setup.Scale{Name: "none", Updates: 400_000}}
}

// The terminal has a summary of 25 lines at most, and with --verbose every row.
func TestWriteText(t *testing.T) {
	p := studied(t)
	if len(p.Results.NotRun) < 5 {
		t.Fatalf("only %d figures were not run: the test tells little", len(p.Results.NotRun))
	}
	var short, long strings.Builder
	if err := p.WriteText(&short, "out", false); err != nil {
		t.Fatal(err)
	}
	if err := p.WriteText(&long, "out", true); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(short.String(), "\n"); n > 25 || n < 20 {
		t.Errorf("%d lines:\n%s", n, short.String())
	}
	for _, want := range []string{
		"Of 46 claims, 45 are tested against the paper: ", "  disagree: C2, C7, C12, C17, C27, C32, C37\n", "figures, tables or images:\n    C42: A claim.\n", "  agree in part: C22",
		"std of z, layer 5 by layer 1 ", "0.108 ± 0.01", "0.992 ± 0.01", "% test error, Shapeset-3x2, Tanh ", "12.34 ± 0.56",
		"100000, computed here; N 200000, 500 verified here\n", "% test error, CIFAR-10, Tanh ", "; the 0.99 and 1.3 of its figures need other weights",
		"4 trainings with 1 seed, of 100000 to 400000 updates (the paper's: 2500000): 1 computed here, 1 verified here (its first 500 updates), 2 kept.\n",
		"fig2 not run: ", "also not run: fig3, ", " in out/index.html\n", "Next: --verbose",
	} {
		if !strings.Contains(short.String(), want) {
			t.Errorf("no %q in\n%s", want, short.String())
		}
	}
	if n := strings.Count(long.String(), "A claim.") - strings.Count(short.String(), "A claim."); n != len(p.Results.Claims) {
		t.Errorf("--verbose has %d rows of %d", n, len(p.Results.Claims))
	}
	for _, n := range p.Results.NotRun {
		if !strings.Contains(long.String(), n.ID+" not run: ") {
			t.Errorf("--verbose does not say that %s was not run", n.ID)
		}
	}
	if got := p.ForReaders().Summary.Because; got != "C42 because the paper contradicts its own figures, tables or images" {
		t.Errorf("the page says why claims disagree: %q", got)
	}
	p.Asked, p.Results.Claims = true, p.Results.Claims[:9]
	short.Reset()
	if err := p.WriteText(&short, "out", false); err != nil || !strings.HasPrefix(short.String(), "Of the 3 claims asked for, 2 are tested against the paper: ") {
		t.Errorf("%v\n%s", err, short.String())
	}
}

// Every training has a row that says where it comes from, and the figures that draw it say so.
func TestTrainings(t *testing.T) {
	p := studied(t)
	p.Results.Figures = append(p.Results.Figures, report.Figure{ID: "fig11", Title: "Figure 11", Caption: "Errors.", Panels: []report.Panel{{Title: "x"}}})
	readers := p.ForReaders()
	last := readers.Sections[len(readers.Sections)-1]
	if last.ID != "trainings" || !last.Folded || len(last.Tables[0].Rows) != 4 {
		t.Fatalf("the last section is %+v", last)
	}
	for i, want := range []string{"computed here", "verified here, 500 updates", "kept", "kept"} {
		if got := last.Tables[0].Rows[i].Cells[6].Text; got != want {
			t.Errorf("training %d: %q, want %q", i, got, want)
		}
	}
	for _, s := range readers.Sections {
		switch {
		case s.ID == "fig11" && (s.Folded || s.Figure.Caption != "Errors. Trainings: 1 computed here, 1 verified here (its first 500 updates), 2 kept."):
			t.Errorf("Figure 11, folded %v: %s", s.Folded, s.Figure.Caption)
		case s.ID == "fig2" && !s.Folded:
			t.Error("Figure 2 is not folded")
		}
	}
	if p.Results.Figures[len(p.Results.Figures)-1].Caption != "Errors." {
		t.Error("the results' own figure was changed")
	}
	if first := readers.Sections[0].ID; first != "fig6" {
		t.Errorf("the page begins with %s", first)
	}
	p.Asked = true
	for _, s := range p.ForReaders().Sections {
		if s.Folded != (s.ID == "trainings") {
			t.Errorf("%s is folded though it was asked for", s.ID)
		}
	}
	p.Results.Trainings = nil
	if p.trainings() != nil || p.trained() != nil {
		t.Error("no trainings have a table")
	}
}

// Of trainings of different lengths and sources the headlines have the longest one, and all sources.
func TestUpdates(t *testing.T) {
	p := Page{Results: &paper.Results{Trainings: []plan.Training{
		{Network: "Tanh", Data: "shapeset", Updates: 60_000, Source: plan.Computed}, {Network: "Tanh", Data: "shapeset", Updates: 300_000, Source: plan.Verified, Verified: 500},
		{Network: "Tanh", Data: "mnist", Updates: 900_000, Source: plan.Stored}, {Network: "Tanh", Data: "shapeset", Updates: 100_000, Source: plan.Stored},
	}}}
	if got := p.updates("Tanh", "Shapeset-3x2"); got != "300000, 500 verified here, computed here, kept" {
		t.Errorf("%q", got)
	}
}

// Beside a network that was trained for less than the paper's length stands the paper's number at that length: Figure 11 has 38 % for Softsign after
// 3 million examples and 33.5 after 5 million.
func TestSameLength(t *testing.T) {
	table := report.Figures("16.27", 16.27)
	for updates, want := range map[int]string{500_000: "33.5 (at the end 16.27)", 400_000: "35.8 (at the end 16.27)", setup.PaperUpdates: "16.27"} {
		p := Page{Results: &paper.Results{Trainings: []plan.Training{{Network: "Softsign", Data: "shapeset", Updates: updates}}}}
		if got := p.sameLength("Softsign", "Shapeset-3x2", table).Text; got != want {
			t.Errorf("after %d updates: %q, want %q", updates, got, want)
		}
		if got := p.sameLength("Softsign", "MNIST", table).Text; got != "16.27" {
			t.Errorf("on MNIST: %q", got)
		}
	}
}
