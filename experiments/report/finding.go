package report

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/wording"
)

// A Finding is the outcome of one claim of the paper over all its rows: its variants and data sets.
type Finding struct {
	ID      string // "C3"
	Test    bool   // a test of the paper decides it, rather than a check of our code or a fit
	Verdict Verdict
	Text    string // of the first row that decides it
	Refuted string // what would refute it
	Rows    []Claim
}

// Findings gathers the rows of each claim, in the order of their first rows.
func Findings(rows []Claim) []Finding {
	var all []Finding
	for _, r := range rows {
		i := slices.IndexFunc(all, func(f Finding) bool { return f.ID == r.ID })
		if i < 0 {
			i = len(all)
			all = append(all, Finding{ID: r.ID, Refuted: r.Refuted})
		}
		all[i].Rows = append(all[i].Rows, r)
	}
	for i := range all {
		f := &all[i]
		deciding := decisive(f.Rows)
		f.Test, f.Text, f.Verdict = deciding[0].Kind == PaperTest, deciding[0].Text, decide(deciding)
	}
	return all
}

// decisive returns the rows that decide a claim: its tests of the paper, or all if it has none.
func decisive(rows []Claim) []Claim {
	tests := slices.DeleteFunc(slices.Clone(rows), func(r Claim) bool { return r.Kind != PaperTest })
	if len(tests) == 0 {
		return rows
	}
	return tests
}

// decide returns the verdict on a claim with these decisive rows. It agrees if all rows agree. It disagrees if a row disagrees and none agrees,
// and is InPart if a row disagrees and another one agrees. If no row disagrees, it is OneSeed if only single trainings say anything about it,
// NotRun if no row was run, and Undecided otherwise: as long as some rows are open, agreement in the rest does not decide the claim.
func decide(rows []Claim) Verdict {
	n := make(map[Verdict]int)
	for _, r := range rows {
		n[r.Verdict]++
	}
	switch {
	case n[Agrees] == len(rows):
		return Agrees
	case n[Disagrees] > 0 && n[Agrees] > 0:
		return InPart
	case n[Disagrees] > 0:
		return Disagrees
	case n[NotRun] == len(rows):
		return NotRun
	case n[OneSeed] > 0 && n[Agrees] == 0:
		return OneSeed
	}
	return Undecided
}

// Counts is the number of claims of each verdict, separately for claims that a test of the paper decides and for the others, which check our code
// or fit the paper's figures.
type Counts struct {
	Tests  map[Verdict]int `json:"tests_of_the_paper"`
	Others map[Verdict]int `json:"checks_and_fits"`
}

// Count counts each claim once, regardless of the number of its rows. Verdicts without a claim are 0.
func Count(findings []Finding) Counts {
	c := Counts{Tests: make(map[Verdict]int), Others: make(map[Verdict]int)}
	for _, v := range FindingVerdicts {
		c.Tests[v], c.Others[v] = 0, 0
	}
	for _, f := range findings {
		if f.Test {
			c.Tests[f.Verdict]++
		} else {
			c.Others[f.Verdict]++
		}
	}
	return c
}

// Tally reports the verdicts on all claims, or on those that were asked for: "Of the 3 claims asked for, 2 are tested against the paper: 1 agrees,
// 1 is undecided. The other one checks our code or fits the paper's figures: 1 agrees."; "" without claims.
func Tally(c Counts, asked bool) string {
	tests, others := Total(c.Tests), Total(c.Others)
	text := "Of " + wording.Plural(tests+others, "claim")
	if asked {
		text = "Of the " + wording.Plural(tests+others, "claim") + " asked for"
	}
	switch {
	case tests+others == 0:
		return ""
	case others == 0:
		return text + ": " + VerdictWords(c.Tests) + "."
	case tests > 0:
		rest := fmt.Sprintf("The other %d check our code or fit", others)
		if others == 1 {
			rest = "The other one checks our code or fits"
		}
		return text + fmt.Sprintf(", %d are tested against the paper: %s. %s the paper's figures: %s.", tests, VerdictWords(c.Tests), rest, VerdictWords(c.Others))
	}
	return text + ", which check our code or fit the paper's figures: " + VerdictWords(c.Others) + "."
}

// VerdictWords counts the verdicts in words: "12 agree, 1 disagrees, 3 are undecided". Verdicts without a claim are left out.
func VerdictWords(n map[Verdict]int) string {
	var parts []string
	for _, v := range FindingVerdicts {
		if n[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[v], v.verb(n[v])))
		}
	}
	return strings.Join(parts, ", ")
}

// Total is the number of claims.
func Total(n map[Verdict]int) (total int) {
	for _, k := range n {
		total += k
	}
	return total
}

// verb is the verdict as a verb for n claims.
func (v Verdict) verb(n int) string {
	one, many := "is "+string(v), "are "+string(v)
	switch v {
	case Agrees:
		one, many = "agrees", "agree"
	case InPart:
		one, many = "agrees in part", "agree in part"
	case Disagrees:
		one, many = "disagrees", "disagree"
	case OneSeed:
		one, many = "rests on one seed", "rest on one seed"
	case NotRun:
		one, many = "was not run", "were not run"
	}
	if n == 1 {
		return one
	}
	return many
}
