package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"glorot/experiments/paper"
	"glorot/experiments/svm"
)

// smokeResult is what a script reads of a page.
type smokeResult struct {
	Claims []struct{ ID, Variant, Verdict, Note string }
	Tables []struct {
		ID   string
		Rows []struct{ Cells []struct{ Text string } }
	}
	Figures []struct{ ID string }
	NotRun  []struct{ ID, Why string } `json:"not_run"`
}

// With all data sets there, scale smoke draws every figure, fills every cell of the tables, and judges every claim; without them what needs
// them says the command that brings them. It takes minutes.
func TestSmoke(t *testing.T) {
	if !*long {
		t.Skip("minutes; -long runs it")
	}
	status, stdout, stderr := glorotAt(t, t.Context(), t.TempDir(), "reproduce", "--scale", "smoke", "--cache", "none", "--out", "DIR/page", "--json")
	if status != 0 {
		t.Fatalf("status %d, %s", status, stderr)
	}
	var got smokeResult
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	there := os.Getenv("GLOROT_DATA") != ""
	got.checkFigures(t, there)
	got.checkClaims(t, there)
	if len(got.Tables) != 4 {
		t.Errorf("%d tables, want Table 1, its choices and pairs, and the search", len(got.Tables))
	}
	for _, table := range got.Tables {
		for _, r := range table.Rows {
			for i, c := range r.Cells {
				if there && (c.Text == "" || c.Text == "not run") {
					t.Errorf("table %s, column %d is %q", table.ID, i, c.Text)
				}
			}
		}
	}
}

// checkFigures wants every figure, or how to run it if data is not there.
func (r smokeResult) checkFigures(t *testing.T, there bool) {
	t.Helper()
	known := make(map[string]bool)
	for _, f := range r.Figures {
		known[f.ID] = true
	}
	for _, n := range r.NotRun {
		known[n.ID] = true
		if there || !strings.Contains(n.Why, "; then glorot reproduce "+n.ID) {
			t.Errorf("%s was not run: %s", n.ID, n.Why)
		}
	}
	for _, name := range strings.Split(paper.Names(), ", ") {
		isFigure := strings.HasPrefix(name, "fig") || name == "jacobians" || name == "search"
		if isFigure && !known[name] {
			t.Errorf("nothing of %s", name)
		}
	}
}

// checkClaims wants a verdict on every claim, or how to run it if data or LIBSVM is not there.
func (r smokeResult) checkClaims(t *testing.T, there bool) {
	t.Helper()
	judged := make(map[string]bool)
	_, noSVM := svm.Find()
	for _, c := range r.Claims {
		judged[c.ID] = true
		if c.Verdict != "not run" || c.ID == "C38" && noSVM != nil {
			continue
		}
		if there || !strings.Contains(c.Note, "; then glorot reproduce "+c.ID) {
			t.Errorf("%s %s was not run: %s", c.ID, c.Variant, c.Note)
		}
	}
	for n := 1; n <= 46; n++ {
		if id := fmt.Sprintf("C%d", n); !judged[id] {
			t.Errorf("no verdict on %s", id)
		}
	}
}
