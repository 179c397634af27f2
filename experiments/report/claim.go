package report

import (
	"encoding/json"
	"math"
	"strings"
)

// A Verdict is what a claim came to.
type Verdict string

// The verdicts.
const (
	Agrees    Verdict = "agrees"
	Disagrees Verdict = "disagrees"
	Undecided Verdict = "undecided"
	NotRun    Verdict = "not run"
)

// Verdicts are all verdicts, in the order of the summary.
var Verdicts = [...]Verdict{Agrees, Disagrees, Undecided, NotRun}

// class names the verdict in the page's style sheet.
func (v Verdict) class() string { return strings.ReplaceAll(string(v), " ", "-") }

// sign is the shape that marks the verdict beside its word.
func (v Verdict) sign() string {
	switch v {
	case Agrees:
		return "✓"
	case Disagrees:
		return "✗"
	case Undecided:
		return "?"
	}
	return "–"
}

// A Claim is one sentence of the paper as a test, and what came out of it.
type Claim struct {
	ID       string  `json:"id"`                   // "C3"
	Figure   string  `json:"figure"`               // ID of the section it belongs to: "fig6"
	Text     string  `json:"claim"`                // one sentence
	Source   string  `json:"source"`               // where the claim and its threshold come from
	Refuted  string  `json:"refuted_by,omitempty"` // what would refute it
	Variant  string  `json:"variant,omitempty"`    // of the initialisation, where a claim is tested for several
	Verdict  Verdict `json:"verdict"`
	Measured string  `json:"measured"`
	Expected string  `json:"expected"`
	Values   []Value `json:"values,omitempty"` // the measured numbers, for programs
	Note     string  `json:"note,omitempty"`
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
}

// An Interval is the ends of a confidence interval.
type Interval struct {
	Low  Number `json:"low"`
	High Number `json:"high"`
}

// A Number is a float64 whose NaN and infinities are null in JSON, which has
// no word for them.
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
