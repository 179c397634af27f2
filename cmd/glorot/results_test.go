package main

import (
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/cmpimg"
)

var updateResults = flag.Bool("update-results", false, "write what its commands make into RESULTS.md: tables, verdicts and figures")

// RESULTS.md is what its commands make of the kept results: each row of a table there is a row of a page's, each verdict and each figure
// that page's. The commands with --kept are run as they stand; the others train.
func TestResults(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(root, "RESULTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GLOROT_DATA", "") // the results are enough
	t.Chdir(root)               // commands are told with the folders as they were typed
	made := madePages{tables: map[string][]string{}, verdicts: map[string]string{}, figures: map[string][]byte{}}
	for _, m := range regexp.MustCompile(`(?m)^    glorot (reproduce .*--kept.*)$`).FindAllStringSubmatch(string(src), -1) {
		args := strings.Fields(m[1])
		out := filepath.Join(t.TempDir(), "page")
		if i := slices.Index(args, "--out"); i >= 0 {
			args[i+1] = out
		} else {
			args = append(args, "--out", out)
		}
		if status, _, stderr := glorotAt(t, context.Background(), t.TempDir(), args...); status != 0 {
			t.Fatalf("glorot %s: %s", m[1], stderr)
		}
		made.read(t, out)
	}
	want, parts := made.written(string(src))
	if parts == 0 {
		t.Error("RESULTS.md has no table or verdict that its commands make")
	}
	if *updateResults {
		if err := os.WriteFile(filepath.Join(root, "RESULTS.md"), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(src) {
		t.Error("RESULTS.md is not what its commands make; -update-results writes it")
		for line := range strings.Lines(string(src)) {
			if !strings.Contains(want, line) {
				t.Logf("no command makes this line:\n%s", line)
			}
		}
		for line := range strings.Lines(want) {
			if !strings.Contains(string(src), line) {
				t.Logf("RESULTS.md lacks this line:\n%s", line)
			}
		}
	}
	for _, m := range regexp.MustCompile(`\]\((experiments/paper/results/figures/([a-z0-9-]+\.png))\)`).FindAllStringSubmatch(string(src), -1) {
		made.checkFigure(t, filepath.Join(root, m[1]), made.figures[m[2]])
	}
}

// checkFigure compares a kept figure with the one that a command drew, or keeps that one with -update-results.
func (m madePages) checkFigure(t *testing.T, path string, drawn []byte) {
	t.Helper()
	kept, err := os.ReadFile(path)
	if err != nil && !*updateResults {
		t.Error(err)
	}
	// 0.05 lets other processors round a shade of an edge otherwise.
	same, err := cmpimg.EqualApprox("png", kept, drawn, 0.05)
	switch {
	case same && err == nil:
	case !*updateResults || drawn == nil:
		t.Errorf("%s is not what the commands of RESULTS.md draw (%v)", path, err)
	default:
		if err := os.WriteFile(path, drawn, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// madePages is what commands made: tables by their first lines, verdicts by their claims, figures by their files' names.
type madePages struct {
	tables   map[string][]string
	verdicts map[string]string
	figures  map[string][]byte
}

// A verdict's line begins with its mark and the claim, up to what was measured.
var verdictLine = regexp.MustCompile(`^- \*\*[✓✗◦?–] .*?\*\*: (C\d+ .*?)( Measured:|\n)`)

// read adds what reproduce made in dir.
func (m madePages) read(t *testing.T, dir string) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, "results.md"))
	if err != nil {
		t.Fatal(err)
	}
	header := ""
	for line := range strings.Lines(string(src)) {
		if !strings.HasPrefix(line, "|") {
			header = ""
		} else if header == "" {
			header, m.tables[line] = line, nil
		}
		if header != "" {
			m.tables[header] = append(m.tables[header], line)
		}
		if v := verdictLine.FindStringSubmatch(line); v != nil {
			m.verdicts[v[1]] = line
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "figures", "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if m.figures[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
}

// written returns text with its tables and verdicts as they were made, and how many of them it has. Those that nobody made are left out;
// verdicts on what was run that the text has not are put after its last one.
func (m madePages) written(text string) (want string, parts int) {
	var b strings.Builder
	inTable := false
	last := 0 // of b, after the last verdict
	left := maps.Clone(m.verdicts)
	for line := range strings.Lines(text) {
		switch v := verdictLine.FindStringSubmatch(line); {
		case strings.HasPrefix(line, "|"):
			if !inTable {
				b.WriteString(strings.Join(m.tables[line], ""))
				parts++
			}
			inTable = true
			continue
		case v != nil:
			b.WriteString(m.verdicts[v[1]])
			delete(left, v[1])
			last = b.Len()
			parts++
		default:
			b.WriteString(line)
		}
		inTable = false
	}
	more := ""
	for _, claim := range slices.Sorted(maps.Keys(left)) {
		if !strings.HasPrefix(left[claim], "- **– ") {
			more += left[claim]
		}
	}
	return b.String()[:last] + more + b.String()[last:], parts
}
