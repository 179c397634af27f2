package report

import (
	"encoding/json"
	"math"
	"strings"
)

// A Verdict is the outcome of a claim.
type Verdict string

// The verdicts. A single training shows no variation over seeds, so it neither agrees nor disagrees: its verdict is OneSeed, and
// Claim.Side says on which side of the expected range it lies.
const (
	Agrees    Verdict = "agrees"
	Disagrees Verdict = "disagrees"
	OneSeed   Verdict = "one seed"
	Undecided Verdict = "undecided"
	NotRun    Verdict = "not run"

	InPart Verdict = "in part" // only for a claim with several rows: one agrees and another one does not
)

// Verdicts are the verdicts of a row, in the order of the summary.
var Verdicts = [...]Verdict{Agrees, Disagrees, OneSeed, Undecided, NotRun}

// FindingVerdicts are the verdicts of a claim, in the order of the summary.
var FindingVerdicts = [...]Verdict{Agrees, InPart, Disagrees, OneSeed, Undecided, NotRun}

// class names the verdict in the page's style sheet.
func (v Verdict) class() string { return strings.ReplaceAll(string(v), " ", "-") }

// Sign is the shape that marks the verdict beside its word.
func (v Verdict) Sign() string {
	switch v {
	case Agrees:
		return "✓"
	case InPart:
		return "≈"
	case Disagrees:
		return "✗"
	case OneSeed:
		return "◦"
	case Undecided:
		return "?"
	}
	return "–"
}

// A ClaimKind says what a claim's verdict is evidence of. The kinds are counted separately.
type ClaimKind string

// The kinds of claims.
const (
	PaperTest ClaimKind = "test of the paper"             // a statement or a number of the paper
	CodeCheck ClaimKind = "check of our code"             // a formula or a simulation that correct code cannot miss
	FigureFit ClaimKind = "fit to the paper's own figure" // a recipe that was derived from the numbers with which it is compared
)

// Plural names several claims of the kind.
func (k ClaimKind) Plural() string { return strings.Replace(string(k), " ", "s ", 1) }

// ClaimKinds are all kinds, in the order of the summary.
var ClaimKinds = [...]ClaimKind{PaperTest, CodeCheck, FigureFit}

// A Side says where a number lies relative to its expected range; "" if the number is unknown.
type Side string

// The sides. A claim of several numbers has Mixed if some lie above and some below.
const (
	Inside Side = "inside"
	Above  Side = "above"
	Below  Side = "below"
	Mixed  Side = "above and below"
)

// A Claim is one sentence of the paper as a test, with its outcome.
type Claim struct {
	ID       string    `json:"id"`     // "C3"
	Figure   string    `json:"figure"` // ID of the section it belongs to: "fig6"
	Kind     ClaimKind `json:"kind"`
	Text     string    `json:"claim"`                // one sentence
	Source   string    `json:"source"`               // where the claim and its threshold come from
	Refuted  string    `json:"refuted_by,omitempty"` // what would refute it
	Variant  string    `json:"variant,omitempty"`    // of the initialisation, where a claim is tested for several
	Verdict  Verdict   `json:"verdict"`
	Side     Side      `json:"side,omitempty"` // if the verdict is OneSeed
	Measured string    `json:"measured"`
	Expected string    `json:"expected"`
	Values   []Value   `json:"values,omitempty"` // the measured numbers, for programs
	Printed  string    `json:"papers_figure"`    // whether the paper's own printed numbers pass the same check
	Note     string    `json:"note,omitempty"`
}

// Outcome is the verdict in words: "agrees", or "one seed: above the range".
func (c Claim) Outcome() string {
	if c.Verdict == OneSeed && c.Side != "" {
		return string(c.Verdict) + ": " + string(c.Side) + " the range"
	}
	return string(c.Verdict)
}

// anchor is the claim's place in the page.
func (c Claim) anchor() string {
	words := strings.FieldsFunc(strings.ToLower("claim "+c.ID+" "+c.Variant), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// A Value is one measured number, with its interval over seeds if there is one.
type Value struct {
	Name     string    `json:"name"`
	Value    Number    `json:"value"`
	Interval *Interval `json:"interval,omitempty"`
	Side     Side      `json:"side,omitempty"` // of the value itself, regardless of its interval; "" without an expected range
}

// An Interval is the ends of a confidence interval.
type Interval struct {
	Low  Number `json:"low"`
	High Number `json:"high"`
}

// A Number is a float64 whose NaN and infinities are null in JSON, which cannot
// express them.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	if f := float64(n); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON implements json.Unmarshaler; null becomes NaN.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}
