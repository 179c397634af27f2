package report

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func sampleResults() Results {
	return Results{
		Command: "glorot reproduce", Scale: "quick", Seeds: []uint64{1, 2}, Seconds: 12.5,
		Configuration: map[string]any{"seed": 1, "model": map[string]any{"activation": "tanh"}},
		Claims:        samplePage().Claims,
		Figures:       []FigureFiles{{ID: "fig6", Title: "Activations", Files: []string{"fig6.png", "fig6.svg"}}},
		Tables:        []Table{sampleTable()},
		NotRun:        []Absence{{ID: "fig12", Why: "no data"}},
	}
}

// The file that scripts read keeps its fields, their names and their order.
func TestResultsGolden(t *testing.T) {
	var b bytes.Buffer
	if err := WriteResults(&b, sampleResults()); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "results.json")
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("got\n%s\nwant %s:\n%s", b.Bytes(), golden, want)
	}
}

// What is written can be read back; NaN comes back as NaN.
func TestResultsRoundTrip(t *testing.T) {
	var b bytes.Buffer
	if err := WriteResults(&b, sampleResults()); err != nil {
		t.Fatal(err)
	}
	var r Results
	if err := json.Unmarshal(b.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if v := r.Claims[0].Values[0]; v.Value != 0.308 || *v.Interval != (Interval{0.301, 0.315}) {
		t.Errorf("value %+v", v)
	}
	if v := r.Claims[2].Values[0].Value; !math.IsNaN(float64(v)) {
		t.Errorf("NaN came back as %v", v)
	}
	if c := r.Tables[0].Rows[1].Cells[0]; *c.Value != 15.6 || *c.Interval != (Interval{15.4, 15.8}) || !c.Bold {
		t.Errorf("cell %+v", c)
	}
	for _, v := range Verdicts {
		kind, other := PaperTest, FigureFit
		if v == Disagrees {
			kind, other = other, kind
		}
		if r.Summary[kind][v] != 1 || r.Summary[other][v] != 0 {
			t.Errorf("%d claims of verdict %s, want 1", r.Summary[kind][v], v)
		}
	}
}

// Nothing is [], not null; a wrong verdict is an error.
func TestResultsEdges(t *testing.T) {
	var b strings.Builder
	if err := WriteResults(&b, Results{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"seeds": []`, `"claims": []`, `"figures": []`, `"tables": []`, `"summary": {}`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
	if err := WriteResults(&b, Results{Claims: []Claim{{ID: "C1"}}}); err == nil || !strings.Contains(err.Error(), `verdict ""`) {
		t.Errorf("no verdict gives %v", err)
	}
	if err := WriteResults(&b, Results{Claims: []Claim{{ID: "C1", Verdict: Agrees}}}); err == nil || !strings.Contains(err.Error(), `kind ""`) {
		t.Errorf("no kind gives %v", err)
	}
	if err := WriteResults(&b, Results{Tables: []Table{{ID: "t"}}}); err == nil {
		t.Error("a table without columns is written")
	}
	if inf, err := json.Marshal(Number(math.Inf(-1))); err != nil || string(inf) != "null" {
		t.Errorf("-Inf is %s, %v", inf, err)
	}
}
