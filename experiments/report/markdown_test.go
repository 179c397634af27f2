package report

import (
	"bytes"
	"strings"
	"testing"
)

// All that the page has is in the Markdown, each once where it belongs, and no text can break a table.
func TestWriteMarkdown(t *testing.T) {
	p := samplePage()
	p.Sections[0].Text = []string{"a | b * c_d <e> [f]\nnext"}
	var b bytes.Buffer
	if err := WriteMarkdown(&b, p); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		"# " + p.Title, "Made by `" + p.Run.Command + "`.", "Of 5 claims, 4 are tested against the paper: 1 agrees, 1 rests on one seed, 1 is undecided, 1 was not run. The other one checks our code or fits the paper's figures: 1 disagrees.\n",
		"\nNothing was trained.\n", "| std | 0.106 |",
		`a \| b \* c\_d &lt;e&gt; \[f\] next`,
		"\nNot run: glorot reproduce --scale paper fig11 runs it\n",
		"![", "](figures/densities.png)",
		"- **✗ disagrees**: C4 \\[eq. 16\\] With normalized initialization it hardly falls. Measured: 0.61. Expected: 1.0 ± 0.03. The paper's own figure: fails. A fit to the paper's own figure. The paper's own figure is not eq. 16 in every layer. Fig. 6 bottom.",
		"- **– not run**: C31 Order of the final test errors. Fig. 11.",
		"```yaml\n" + p.Run.Config + "```",
	} {
		if n := strings.Count(got, want); n == 0 || n > 1 && want != "![" {
			t.Errorf("%q is there %d times", want, n)
		}
	}
	for _, vary := range []string{p.Run.Started, p.Run.Took, p.Run.Version} {
		if strings.Contains(got, vary) {
			t.Errorf("%q differs from run to run", vary)
		}
	}
	// Every row of a table has as many cells as its heading.
	bars := func(line string) int { return strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") }
	want := 0
	for _, line := range strings.Split(got, "\n") {
		switch {
		case !strings.HasPrefix(line, "|"):
			want = 0
		case want == 0:
			want = bars(line)
		case bars(line) != want:
			t.Errorf("%q has %d bars, its heading %d", line, bars(line), want)
		}
	}
	if !strings.Contains(got, "**") || !strings.Contains(got, sampleTable().Caption) {
		t.Error("a table without its caption or its bold cells")
	}
	p.Claims[0].Figure = "nowhere"
	if err := WriteMarkdown(&b, p); err == nil {
		t.Error("a claim of no section is no error")
	}
}
