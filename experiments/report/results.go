package report

import (
	"fmt"
	"io"
	"slices"
)

// Results is the content of results.json: the page for programs.
type Results struct {
	Command       string        `json:"command"`
	Version       string        `json:"version,omitempty"`
	Scale         string        `json:"scale"`
	Seeds         []uint64      `json:"seeds"`
	Seconds       float64       `json:"seconds"`
	Configuration any           `json:"configuration"` // anything encoding/json takes
	Summary       RowCounts     `json:"summary"`       // of rows; WriteResults counts it
	Counts        Counts        `json:"claim_counts"`  // of claims; WriteResults counts it
	Claims        []Claim       `json:"claims"`
	Figures       []FigureFiles `json:"figures"`
	Tables        []Table       `json:"tables"`
	NotRun        []Absence     `json:"not_run,omitempty"`
}

// An Absence is a figure that was asked for and could not be drawn.
type Absence struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

// FigureFiles names the files of one figure.
type FigureFiles struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	Files []string `json:"files"`
}

// WriteResults writes the results as indented JSON, in the order of the
// structs' fields, with the number of claims of each kind and verdict as the
// summary.
func WriteResults(w io.Writer, r Results) error {
	r.Summary, r.Counts = Summarize(r.Claims), Count(Findings(r.Claims))
	// Readers get [] rather than null.
	r.Seeds = append([]uint64{}, r.Seeds...)
	r.Claims = append([]Claim{}, r.Claims...)
	r.Figures = append([]FigureFiles{}, r.Figures...)
	r.Tables = append([]Table{}, r.Tables...)
	for _, t := range r.Tables {
		if err := t.Validate(); err != nil {
			return err
		}
	}
	if err := checkClaims(r.Claims); err != nil {
		return err
	}
	return WriteJSON(w, r)
}

// RowCounts is the number of rows of each kind and verdict.
type RowCounts map[ClaimKind]map[Verdict]int

// Summarize counts the rows of claims; kinds without a claim are left out, verdicts without one are 0.
func Summarize(claims []Claim) RowCounts {
	s := make(RowCounts)
	for _, c := range claims {
		if s[c.Kind] == nil {
			s[c.Kind] = make(map[Verdict]int, len(Verdicts))
			for _, v := range Verdicts {
				s[c.Kind][v] = 0
			}
		}
		s[c.Kind][c.Verdict]++
	}
	return s
}

// checkClaims reports a claim without a known kind or verdict, or two that the page
// could not tell apart.
func checkClaims(claims []Claim) error {
	seen := make(map[string]bool)
	for _, c := range claims {
		if !slices.Contains(Verdicts[:], c.Verdict) {
			return fmt.Errorf("report: claim %s: verdict %q: want one of %q", c.ID, c.Verdict, Verdicts)
		}
		if !slices.Contains(ClaimKinds[:], c.Kind) {
			return fmt.Errorf("report: claim %s: kind %q: want one of %q", c.ID, c.Kind, ClaimKinds)
		}
		if seen[c.anchor()] {
			return fmt.Errorf("report: claim %s %s is there twice", c.ID, c.Variant)
		}
		seen[c.anchor()] = true
	}
	return nil
}
