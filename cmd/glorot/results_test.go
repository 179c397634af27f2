package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/cmpimg"
)

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
	rows, figures := map[string]bool{}, map[string][]byte{}
	commands := regexp.MustCompile(`(?m)^    glorot (reproduce .*--kept.*)$`).FindAllStringSubmatch(string(src), -1)
	for _, m := range commands {
		args := strings.Fields(strings.Replace(m[1], "--cache results", "--cache "+filepath.Join(root, "results"), 1))
		out := filepath.Join(t.TempDir(), "page")
		if i := slices.Index(args, "--out"); i >= 0 {
			args[i+1] = out
		} else {
			args = append(args, "--out", out)
		}
		if status, _, stderr := glorotAt(t, context.Background(), t.TempDir(), args...); status != 0 {
			t.Fatalf("glorot %s: %s", m[1], stderr)
		}
		readPage(t, out, rows, figures)
	}
	made := 0
	for line := range strings.Lines(string(src)) {
		if isMade(line) {
			made++
			if !rows[line] {
				t.Errorf("no command of RESULTS.md makes this line:\n%s", line)
			}
		}
	}
	for _, m := range regexp.MustCompile(`\]\((results/figures/([a-z0-9-]+\.png))\)`).FindAllStringSubmatch(string(src), -1) {
		kept, err := os.ReadFile(filepath.Join(root, m[1]))
		if err != nil {
			t.Error(err)
		}
		// 0.05 lets other processors round a shade of an edge otherwise.
		if same, err := cmpimg.EqualApprox("png", kept, figures[m[2]], 0.05); !same || err != nil {
			t.Errorf("%s is not what the commands of RESULTS.md draw (%v)", m[1], err)
		}
	}
	if len(commands) == 0 || made == 0 {
		t.Errorf("%d commands and %d lines that they make in RESULTS.md", len(commands), made)
	}
}

// isMade tells a row of a table and a verdict from what somebody has written.
func isMade(line string) bool {
	return strings.HasPrefix(line, "|") || regexp.MustCompile(`^- \*\*[✓✗?–] `).MatchString(line)
}

// readPage adds the lines and the figures that reproduce made.
func readPage(t *testing.T, dir string, rows map[string]bool, figures map[string][]byte) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, "results.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(src)) {
		if isMade(line) {
			rows[line] = true
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "figures", "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if figures[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
}
