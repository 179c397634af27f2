package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"glorot/experiments/report"

	"gonum.org/v1/plot/cmpimg"
)

var updateResults = flag.Bool("update-results", false, "write RESULTS.md, and its parts of README.md, from their template and what its commands compute")

// The parts of the README that are computed: what the first command prints, and the findings, which the template of RESULTS.md has.
var (
	readmeSummary  = regexp.MustCompile("(?ms)^```text\n\\$ glorot reproduce\n(.*?)^```$")
	readmeFindings = regexp.MustCompile("(?ms)^## What came out\n\n(.*?)^\n<img ")
)

// resultsTemplate is RESULTS.md with the places of its numbers.
const resultsTemplate = "cmd/glorot/testdata/RESULTS.md.tmpl"

// RESULTS.md is its template, filled with what two commands compute from the kept trainings: so every digit in it that is not the template's own is
// computed. Those that are the template's own are listed.
func TestResults(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GLOROT_DATA", "") // the archives are enough
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(resultsTemplate)))
	if err != nil {
		t.Fatal(err)
	}
	pages := t.TempDir()
	long, printed := computed(t, filepath.Join(pages, "long"), "--verify", "20") // as slow processors do, which takes less
	readme := filepath.Join(root, "README.md")
	printed = regexp.MustCompile(`tables in \S+/index.html`).ReplaceAllString(printed, "tables in reproduction/index.html")
	usual := strings.NewReplacer("first 20 updates", "first 500 updates", " 20 verified here", " 500 verified here") // where no length is given
	checkPart(t, readme, readmeSummary, usual.Replace(printed))
	short, _ := computed(t, filepath.Join(pages, "short"), "table1", "--kept", "--scale", "300000", "--passes", "20", "--search-passes", "1", "--seeds", "3")
	tmpl, err := template.New("RESULTS.md").Funcs(resultFuncs(long, short)).Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	var want, findings bytes.Buffer
	if err := errors.Join(tmpl.Execute(&want, nil), tmpl.ExecuteTemplate(&findings, "README.md", nil)); err != nil {
		t.Fatal(err)
	}
	checkPart(t, readme, readmeFindings, findings.String())
	path := filepath.Join(root, "RESULTS.md")
	if *updateResults {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("RESULTS.md is not its template filled with what its commands compute; -update-results writes it")
		differences(t, string(got), want.String())
	}
	for _, m := range regexp.MustCompile(`\]\((experiments/paper/results/figures/([a-z0-9-]+\.png))\)`).FindAllStringSubmatch(string(got), -1) {
		checkFigure(t, filepath.Join(root, filepath.FromSlash(m[1])), filepath.Join(pages, "long", "figures", m[2]))
	}
	if n := len(strings.Fields(strings.ReplaceAll(string(got), "|", " "))); n >= 4000 {
		t.Errorf("RESULTS.md has %d words", n)
	}
	skipped := regexp.MustCompile(`[0-9][0-9.,]*`).FindAllString(regexp.MustCompile(`(?s)\{\{.*?\}\}`).ReplaceAllString(string(text), ""), -1)
	t.Logf("numbers of RESULTS.md that are not computed, but the paper's, a setting or a name: %s", strings.Join(skipped, " "))
}

// checkFigure compares a kept figure with the one that the command drew, or replaces it with -update-results.
func checkFigure(t *testing.T, kept, made string) {
	t.Helper()
	drawn, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	old, _ := os.ReadFile(kept)
	// 0.05 lets other processors round a shade of an edge otherwise.
	same, err := cmpimg.EqualApprox("png", old, drawn, 0.05)
	switch {
	case same && err == nil:
	case *updateResults:
		if err := os.WriteFile(kept, drawn, 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not what the command draws (%v); -update-results writes it", kept, err)
	}
}

// differences logs the lines that only one of two texts has.
func differences(t *testing.T, got, want string) {
	t.Helper()
	for line := range strings.Lines(got) {
		if !strings.Contains(want, line) {
			t.Logf("is there: %s", line)
		}
	}
	for line := range strings.Lines(want) {
		if !strings.Contains(got, line) {
			t.Logf("computed: %s", line)
		}
	}
}

// computed is what reproduce computes with the arguments, in a folder, and what it prints.
func computed(t *testing.T, out string, args ...string) (r report.Results, printed string) {
	t.Helper()
	status, printed, stderr := glorotAt(t, context.Background(), t.TempDir(), append([]string{"reproduce", "--out", out}, args...)...)
	if status != 0 {
		t.Fatal(stderr)
	}
	src, err := os.ReadFile(filepath.Join(out, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(src, &r); err != nil {
		t.Fatal(err)
	}
	return r, printed
}

// checkPart holds the part of the README that is a pattern's group to what is computed, or writes it with -update-results.
func checkPart(t *testing.T, readme string, pattern *regexp.Regexp, computed string) {
	t.Helper()
	src, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	part := pattern.FindSubmatchIndex(src)
	if part == nil {
		t.Fatalf("the README has nothing like %s", pattern)
	}
	switch said := string(src[part[2]:part[3]]); {
	case said == computed:
	case *updateResults:
		if err := os.WriteFile(readme, slices.Concat(src[:part[2]], []byte(computed), src[part[3]:]), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("computed is\n%s\nand the README says\n%s", computed, said)
	}
}

// resultFuncs look numbers up. What is not there is an error.
func resultFuncs(long, short report.Results) template.FuncMap {
	cell := func(r report.Results, table, row, column string) (string, error) {
		t, err := tableOf(r, table)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(t.Rows, func(r report.Row) bool { return r.Name == row })
		j := slices.IndexFunc(t.Columns, func(c report.Column) bool { return strings.TrimSpace(c.Group+" "+c.Name) == column })
		if i < 0 || j < 0 || t.Rows[i].Cells[j].Text == "" {
			return "", fmt.Errorf("table %s has no row %q with a cell in column %q", table, row, column)
		}
		return t.Rows[i].Cells[j].Text, nil
	}
	inLong := func(table, row, column string) (string, error) { return cell(long, table, row, column) }
	number := func(id, variant, name string, format []string, factor float64) (string, error) {
		v, err := valueOf(long, id, variant, name)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf(append(format, "%.3g")[0], factor*float64(v)), nil
	}
	return template.FuncMap{
		"cell":  inLong,
		"short": func(row, column string) (string, error) { return cell(short, "table1", row, column) },
		"ours": func(table, row, column string) (string, error) {
			both, err := inLong(table, row, column)
			ours, _, _ := strings.Cut(both, " (")
			return ours, err
		},
		"paper": func(table, row, column string) (string, error) {
			both, err := inLong(table, row, column)
			_, paper, _ := strings.Cut(both, " (")
			return strings.TrimSuffix(paper, ")"), err
		},
		"row": func(table, row string) (string, error) {
			var all []string
			for k := 1; k <= 5; k++ {
				c, err := inLong(table, row, fmt.Sprintf("Layer %d", k))
				if err != nil {
					return "", err
				}
				all = append(all, c)
			}
			return strings.Join(all, ", "), nil
		},
		"best": func(row string, low int) (string, error) {
			lowest := ""
			for _, rate := range []string{"0.003", "0.01", "0.03", "0.1"} {
				c, err := inLong("search-cells", row, fmt.Sprintf("inputs in [%d, 1] rate %s", low, rate))
				if err != nil {
					return "", err
				}
				if lowest == "" || len(c) == len(lowest) && c < lowest {
					lowest = c
				}
			}
			return lowest, nil
		},
		"minus": func(a, b string) (string, error) {
			var x, y float64
			_, err1 := fmt.Sscan(a, &x)
			_, err2 := fmt.Sscan(b, &y)
			if err1 != nil || err2 != nil {
				return "", fmt.Errorf("%q minus %q", a, b)
			}
			return fmt.Sprintf("%.2f", x-y), nil
		},
		"value": func(id, variant, name string, format ...string) (string, error) {
			return number(id, variant, name, format, 1)
		},
		"percent": func(id, variant, name string, format ...string) (string, error) {
			return number(id, variant, name, format, 100)
		},
		"negative": func(id, variant, name string, format ...string) (string, error) {
			return number(id, variant, name, format, -1)
		},
		"note": func(id, variant, pattern string) (string, error) {
			for _, c := range long.Claims {
				if m := regexp.MustCompile(pattern).FindStringSubmatch(c.Note); c.ID == id && c.Variant == variant && m != nil {
					return m[1], nil
				}
			}
			return "", fmt.Errorf("%s has no note with %q", id, pattern)
		},
		"tally":    func() string { return strings.TrimSuffix(report.Tally(long.Counts, false), ".") },
		"verdicts": func() string { return verdictTable(long.Claims) },
		"table": func(id string, columns ...string) (string, error) {
			t, err := tableOf(long, id)
			return strings.TrimSpace(report.MarkdownTable(only(t, columns))), err
		},
		"tableWithCaption": func(id string, without ...string) (string, error) { // rows whose names contain one of these
			t, err := tableOf(long, id)
			t.Rows = slices.DeleteFunc(t.Rows, func(r report.Row) bool {
				return slices.ContainsFunc(without, func(w string) bool { return strings.Contains(r.Name, w) })
			})
			return report.Markdown(t.Caption) + "\n\n" + strings.TrimSpace(report.MarkdownTable(t)), err
		},
	}
}

func tableOf(r report.Results, id string) (report.Table, error) {
	i := slices.IndexFunc(r.Tables, func(t report.Table) bool { return t.ID == id })
	if i < 0 {
		return report.Table{}, fmt.Errorf("there is no table %s", id)
	}
	return r.Tables[i], nil
}

func valueOf(r report.Results, id, variant, name string) (report.Number, error) {
	var names []string
	for _, c := range r.Claims {
		if c.ID != id || c.Variant != variant {
			continue
		}
		for _, v := range c.Values {
			if v.Name == name {
				return v.Value, nil
			}
			names = append(names, v.Name)
		}
	}
	return 0, fmt.Errorf("%s [%s] has no number %q, but %q", id, variant, name, names)
}

// only returns the columns of a table that have one of the names; all if there are no names.
func only(t report.Table, names []string) report.Table {
	if len(names) == 0 {
		return t
	}
	kept := report.Table{ID: t.ID, Corner: t.Corner}
	for _, r := range t.Rows {
		kept.Rows = append(kept.Rows, report.Row{Name: r.Name})
	}
	for j, c := range t.Columns {
		if !slices.Contains(names, c.Name) {
			continue
		}
		if !slices.Contains(names, "paper") { // one column of each group: its name says nothing
			c.Name = ""
		}
		kept.Columns = append(kept.Columns, c)
		for i, r := range t.Rows {
			kept.Rows[i].Cells = append(kept.Rows[i].Cells, r.Cells[j])
		}
	}
	return kept
}

// verdictTable has a line for each claim: its verdict, and the mark of each of its rows.
func verdictTable(rows []report.Claim) string {
	t := report.Table{ID: "claims", Corner: "Claim", Columns: []report.Column{{Name: "Verdict"}, {Name: "Rows"}, {Name: "What it says"}}}
	for _, f := range report.Findings(rows) {
		marks := ""
		for _, r := range f.Rows {
			if mark := r.Verdict.Sign(); r.Kind == report.PaperTest {
				marks += mark
			} else {
				marks += "(" + mark + ")"
			}
		}
		t.Rows = append(t.Rows, report.Row{Name: f.ID, Cells: []report.Cell{report.Words(string(f.Verdict)), report.Words(marks), report.Words(f.Text)}})
	}
	return strings.TrimSpace(report.MarkdownTable(t))
}
