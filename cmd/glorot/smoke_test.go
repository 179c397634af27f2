package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/paper"
	"glorot/experiments/svm"
)

// With all data sets there, scale smoke draws every figure, fills every cell of the tables, and judges every claim; without them what needs
// them says the command that brings them. It takes minutes.
func TestSmoke(t *testing.T) {
	if !*long {
		t.Skip("minutes; -long runs it")
	}
	data := os.Getenv("GLOROT_DATA")
	status, stdout, stderr := glorotAt(t, t.Context(), t.TempDir(), "reproduce", "--scale", "smoke", "--cache", "none", "--out", "DIR/page", "--json")
	if status != 0 {
		t.Fatalf("status %d, %s", status, stderr)
	}
	var got struct {
		Claims []struct{ ID, Variant, Verdict, Note string }
		Tables []struct {
			ID   string
			Rows []struct{ Cells []struct{ Text string } }
		}
		Figures []struct{ ID string }
		NotRun  []struct{ ID, Why string } `json:"not_run"`
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	var figures []string
	for _, f := range got.Figures {
		figures = append(figures, f.ID)
	}
	for _, n := range got.NotRun {
		t.Errorf("%s was not run: %s", n.ID, n.Why)
	}
	for _, name := range strings.Split(paper.Names(), ", ") {
		isFigure := strings.HasPrefix(name, "fig") || name == "jacobians" || name == "search"
		if isFigure && !slices.Contains(figures, name) {
			t.Errorf("no %s among %v", name, figures)
		}
	}
	judged := make(map[string]bool)
	_, noSVM := svm.Find()
	for _, c := range got.Claims {
		judged[c.ID] = true
		if c.Verdict != "not run" || c.ID == "C38" && noSVM != nil {
			continue
		}
		if data != "" || !strings.Contains(c.Note, "; then glorot reproduce "+c.ID) {
			t.Errorf("%s %s was not run: %s", c.ID, c.Variant, c.Note)
		}
	}
	for n := 1; n <= 46; n++ {
		if id := fmt.Sprintf("C%d", n); !judged[id] {
			t.Errorf("no verdict on %s", id)
		}
	}
	if len(got.Tables) != 4 {
		t.Errorf("%d tables, want Table 1, its choices and pairs, and the search", len(got.Tables))
	}
	for _, table := range got.Tables {
		for _, r := range table.Rows {
			for i, c := range r.Cells {
				if data != "" && (c.Text == "" || c.Text == "not run") {
					t.Errorf("table %s, column %d is %q", table.ID, i, c.Text)
				}
			}
		}
	}
}
