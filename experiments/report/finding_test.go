package report

import (
	"fmt"
	"slices"
	"testing"
)

// What a claim comes to by the verdicts of its rows: of tests of the paper first, and of checks and fits after the bar.
func TestDecide(t *testing.T) {
	for _, c := range []struct {
		tests, others []Verdict
		want          Verdict
		test          bool
	}{
		{[]Verdict{Agrees}, nil, Agrees, true},
		{[]Verdict{Agrees, Agrees}, nil, Agrees, true},
		{[]Verdict{Agrees, Disagrees}, nil, InPart, true},
		{[]Verdict{Disagrees, Agrees, Undecided, NotRun, OneSeed}, nil, InPart, true},
		{[]Verdict{Disagrees}, nil, Disagrees, true},
		{[]Verdict{Undecided, Disagrees, NotRun, OneSeed}, nil, Disagrees, true},
		{[]Verdict{Agrees, Undecided}, nil, Undecided, true},
		{[]Verdict{Agrees, NotRun}, nil, Undecided, true},
		{[]Verdict{Agrees, OneSeed}, nil, Undecided, true},
		{[]Verdict{OneSeed}, nil, OneSeed, true},
		{[]Verdict{Undecided, OneSeed, NotRun}, nil, OneSeed, true},
		{[]Verdict{Undecided, NotRun}, nil, Undecided, true},
		{[]Verdict{NotRun, NotRun}, nil, NotRun, true},

		// Rows of other kinds decide nothing where there is a test, and everything where there is none.
		{[]Verdict{Agrees}, []Verdict{Disagrees}, Agrees, true},
		{[]Verdict{NotRun}, []Verdict{Agrees}, NotRun, true},
		{nil, []Verdict{Agrees, Disagrees}, InPart, false},
		{nil, []Verdict{Agrees}, Agrees, false},
	} {
		var rows []Claim
		for _, v := range c.others { // first, as their order must not matter
			rows = append(rows, Claim{ID: "C1", Kind: CodeCheck, Verdict: v, Text: "other"})
		}
		for _, v := range c.tests {
			rows = append(rows, Claim{ID: "C1", Kind: PaperTest, Verdict: v, Text: "test"})
		}
		all := Findings(rows)
		if len(all) != 1 || all[0].Verdict != c.want || all[0].Test != c.test || len(all[0].Rows) != len(rows) || (all[0].Text == "test") != c.test {
			t.Errorf("%q | %q: %+v, want %s", c.tests, c.others, all, c.want)
		}
	}
}

// Claims are counted once, whatever the number of their rows, and those that no test decides apart.
func TestCount(t *testing.T) {
	found := Findings([]Claim{
		{ID: "C1", Kind: PaperTest, Verdict: Agrees}, {ID: "C2", Kind: CodeCheck, Verdict: Agrees},
		{ID: "C1", Kind: PaperTest, Verdict: Disagrees}, {ID: "C3", Kind: PaperTest, Verdict: NotRun}, {ID: "C4", Kind: PaperTest, Verdict: NotRun},
	})
	var ids []string
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	c := Count(found)
	if !slices.Equal(ids, []string{"C1", "C2", "C3", "C4"}) || Total(c.Tests) != 3 || Total(c.Others) != 1 {
		t.Errorf("%v: %v", ids, c)
	}
	if got, want := VerdictWords(c.Tests), "1 agrees in part, 2 were not run"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if _, ok := c.Others[Disagrees]; !ok {
		t.Error("a verdict without a claim is not counted as 0")
	}
}

// A section whose rows test another statement than the claim's has that statement and the verdict on it; any other has the claim's.
func TestFindingInSection(t *testing.T) {
	p := Page{Sections: []Section{{ID: "a", Title: "A"}, {ID: "b", Title: "B"}}, Claims: []Claim{
		{ID: "C1", Figure: "a", Kind: PaperTest, Verdict: Agrees, Text: "It is so."},
		{ID: "C1", Figure: "b", Variant: "the numbers", Kind: PaperTest, Verdict: Disagrees, Text: "It is this much."},
		{ID: "C2", Figure: "b", Variant: "one", Kind: PaperTest, Verdict: Disagrees, Text: "Both."},
		{ID: "C2", Figure: "a", Variant: "two", Kind: PaperTest, Verdict: Agrees, Text: "Both."},
	}}
	v, err := p.view()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range v.Shown {
		for _, f := range s.Findings {
			got = append(got, fmt.Sprintf("%s %s %s: %s", s.ID, f.ID, f.Verdict, f.Text))
		}
	}
	want := []string{"a C1 in part: It is so.", "a C2 in part: Both.", "b C1 disagrees: It is this much.", "b C2 in part: Both."}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
