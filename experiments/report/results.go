package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// Results is the content of results.json: the page for programs.
type Results struct {
	Command       string          `json:"command"`
	Version       string          `json:"version,omitempty"`
	Scale         string          `json:"scale"`
	Seeds         []uint64        `json:"seeds"`
	Seconds       float64         `json:"seconds"`
	Configuration any             `json:"configuration"` // anything encoding/json takes
	Summary       map[Verdict]int `json:"summary"`       // WriteResults counts it
	Claims        []Claim         `json:"claims"`
	Figures       []FigureFiles   `json:"figures"`
	Tables        []Table         `json:"tables"`
	NotRun        []Absence       `json:"not_run,omitempty"`
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
// structs' fields, with each verdict's number of claims as the summary.
func WriteResults(w io.Writer, r Results) error {
	r.Summary = count(r.Claims)
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
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// count returns the number of claims of each verdict, zeros included.
func count(claims []Claim) map[Verdict]int {
	n := make(map[Verdict]int, len(Verdicts))
	for _, v := range Verdicts {
		n[v] = 0
	}
	for _, c := range claims {
		n[c.Verdict]++
	}
	return n
}

// checkClaims reports a claim without a known verdict, or two that the page
// could not tell apart.
func checkClaims(claims []Claim) error {
	known := count(nil)
	seen := make(map[string]bool)
	for _, c := range claims {
		if _, ok := known[c.Verdict]; !ok {
			return fmt.Errorf("report: claim %s: verdict %q: want one of %q", c.ID, c.Verdict, Verdicts)
		}
		if seen[c.anchor()] {
			return fmt.Errorf("report: claim %s %s is there twice", c.ID, c.Variant)
		}
		seen[c.anchor()] = true
	}
	return nil
}
