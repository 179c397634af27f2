package report

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// trickyTable has every kind of cell, and text that each format would take for its own.
func trickyTable() Table {
	low, high := Number(-0.1), Number(0.30000000000000004)
	return Table{
		ID: "errors", Caption: "Errors in % of a_b & c", Corner: "Init", Columns: []Column{{Name: "N"}, {Group: "Test", Name: "error"}, {Group: "Test", Name: "interval"}, {Name: "Verdict"}},
		Rows: []Row{
			{Name: "he_normal", Cells: []Cell{Figures("3", 3), Figures("-12.5 %", -0.125), {Text: "-10.0 % to 30.0 %", Interval: &Interval{Low: low, High: high}}, Words("differs")}},
			{Name: `a, "b" \ {c}`, Cells: []Cell{Figures("5", 5), Figures("-", math.NaN()), Words("unknown"), {Text: "no difference shown ¹", Bold: true}}},
		},
		Notes: []string{"¹ need >= 2 runs"},
	}
}

func written(t *testing.T, format TableFormat, tables ...Table) string {
	t.Helper()
	var b strings.Builder
	if err := WriteTables(&b, format, tables...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLaTeXTable(t *testing.T) {
	want := `\begin{table}[htbp]
\centering
\caption{Errors in \% of a\_b \& c}
\label{tab:errors}
\begin{tabular}{lrrll}
\toprule
 & & \multicolumn{2}{c}{Test} & \\
\cmidrule(lr){3-4}
Init & N & error & interval & Verdict \\
\midrule
he\_normal & 3 & $-$12.5 \% & $-$10.0 \% to 30.0 \% & differs \\
a, ''b'' \textbackslash{} \{c\} & 5 & - & unknown & \textbf{no difference shown \textsuperscript{1}} \\
\bottomrule
\end{tabular}

\smallskip\noindent{\footnotesize \textsuperscript{1} need \textgreater{}= 2 runs}
\end{table}
`
	if got := written(t, TableLaTeX, trickyTable()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Whatever the text, LaTeX reads its escapes as single characters: without the commands that LaTeX writes, no character of its own is left, and braces are balanced.
func TestLaTeXEscapes(t *testing.T) {
	commands := regexp.MustCompile(`\\text(backslash|asciitilde|asciicircum|less|greater|bar)\{\}|\\textsuperscript\{\d\}|\$(-|\\pm|\\ge|\\le|\\times|\\surd)\$|\\dots\{\}|\\[{}#$%&_]|\{[][]\}`)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(`\{}#$%&_~^<>|"[]-1 az±≥¹…`+"\n")), 0, 30, -1).Draw(t, "text")
		if rest := commands.ReplaceAllString(LaTeX(text), ""); strings.ContainsAny(rest, "\\{}#$%&_~^<>|\"[]±≥¹…\n") {
			t.Fatalf("%q became %q, which leaves %q", text, LaTeX(text), rest)
		}
	})
	for text, want := range map[string]string{"-1 to -.5": "$-$1 to $-$.5", "test/error-at-best 3-4": "test/error-at-best 3-4", "(-2)": "($-$2)", "- -": "- -"} {
		if got := LaTeX(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// CSV has all digits of numbers and of both ends of intervals, and reads back.
func TestCSVTable(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(written(t, TableCSV, trickyTable()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.Join(r, ";"))
	}
	want := "Init;N;Test error;Test interval low;Test interval high;Verdict\nhe_normal;3;-0.125;-0.1;0.30000000000000004;differs\n" +
		`a, "b" \ {c};5;;;;no difference shown ¹`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestWriteTables(t *testing.T) {
	if got := written(t, TableText, trickyTable(), trickyTable()); strings.Count(got, "Errors in % of a_b & c\n¹ need >= 2 runs\n") != 2 || !strings.Contains(got, "runs\n\nInit ") {
		t.Errorf("text: %s", got)
	}
	if got := written(t, TableMarkdown, trickyTable()); !strings.HasPrefix(got, `Errors in % of a\_b & c`+"\n\n| Init | N | Test error | Test interval | Verdict |\n|---|---|---|---|---|\n") || !strings.HasSuffix(got, "|\n\n¹ need &gt;= 2 runs\n") {
		t.Errorf("Markdown: %s", got)
	}
	var tables []Table
	if err := json.Unmarshal([]byte(written(t, TableJSON, trickyTable())), &tables); err != nil || len(tables) != 1 || float64(*tables[0].Rows[0].Cells[1].Value) != -0.125 {
		t.Errorf("JSON: %+v, %v", tables, err)
	}
	var b strings.Builder
	if err := WriteTables(&b, "roff", trickyTable()); err == nil {
		t.Error("roff is written")
	}
	if err := WriteTables(&b, TableCSV, Table{ID: "x"}); err == nil {
		t.Error("a table without columns is written")
	}
}
