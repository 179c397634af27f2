package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
)

// The page is well-formed to the point of XML, ids are unique, every link and
// every label within the page leads somewhere, and nothing comes from
// elsewhere.
func TestPageStandsAlone(t *testing.T) {
	page, err := samplePageBytes()
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`<script[^>]*src|<iframe|import\(|fetch\(|XMLHttpRequest`).Find(page); m != nil {
		t.Errorf("the page has %s", m)
	}
	page = regexp.MustCompile(`(?s)<script.*?</script>`).ReplaceAll(page, nil) // is no XML
	ids, refs := make(map[string]int), []string{}
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, []string{"meta", "link"}, xml.HTMLEntity
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range element.Attr {
			switch a.Name.Local {
			case "id":
				ids[a.Value]++
			case "href", "src":
				switch {
				case strings.HasPrefix(a.Value, "#"):
					refs = append(refs, a.Value[1:])
				case !strings.HasPrefix(a.Value, "data:"):
					t.Errorf("%s refers to %s", element.Name.Local, a.Value)
				}
			case "aria-labelledby":
				refs = append(refs, strings.Fields(a.Value)...)
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %s is there %d times", id, n)
		}
	}
	if len(refs) < 20 {
		t.Errorf("only %d references were seen", len(refs))
	}
	for _, id := range refs {
		if ids[id] == 0 {
			t.Errorf("nothing has id %s", id)
		}
	}
	if m := regexp.MustCompile(`@import|url\(`).Find(page); m != nil {
		t.Errorf("the style sheet has %s", m)
	}
}

// Every part of the Page is on the page, in the order promised: the summary, then
// sections with their claims, those that are folded last, then all claims, then how it was run.
func TestPageOrder(t *testing.T) {
	page, err := samplePageBytes()
	if err != nil {
		t.Fatal(err)
	}
	rest := string(page)
	for _, want := range []string{
		"<h1>The difficulty", "Glorot &amp; Bengio (2010) as a running program",
		"<p class=\"tally\">Of 5 claims, 4 are tested against the paper: 1 agrees", "Nothing was trained.", `<dt class="verdict agrees">`, `<a href="#claim-c2">C2</a> With standard`, `<dt class="verdict not-run">`, `<dt class="verdict other">checks of our code, or fits`,
		`<th scope="row">std</th><td>0.106</td>`, `<nav aria-label="Contents">`, `<a href="#folded">The rest</a>`,
		`<section id="bars"`, `aria-label="Sigmoid activations"`, `<g data-key="0">`, `"name":"Layer 1"`, "<figcaption>Means and deviations.", `<a href="#claim-c19">C19</a>`, "undecided",
		`<section id="densities"`, `aria-label="Activations at initialization: standard initialization"`, `<span aria-hidden="true">✓</span>agrees`,
		`<section id="folded"`, `<details class="section" id="table1"`, `<th rowspan="2" scope="col">Network</th><th colspan="2" scope="colgroup">Shapeset</th><th colspan="1" scope="colgroup" class="group">MNIST`,
		`<tr><th scope="col">ours</th><th scope="col">paper</th><th scope="col" class="group">paper`,
		`<th scope="row">Softsign</th><td>not run</td><td>16.27</td><td class="group">1.64`,
		`<th scope="row">Tanh N</th><td><strong>15.6 ± 0.2</strong></td><td>15.60`, "One seed has no interval.",
		`<tr><th scope="col">Pair</th><th scope="col">p</th></tr>`,
		`not run</span> glorot reproduce --scale paper fig11`,
		`<section id="claims"`, `<details class="claim" id="claim-c2"`, `id="claim-c2-standard"`, "ratios 0.55 to 0.58", `id="claim-c4-eq-16"`, `<span aria-hidden="true">✗</span>disagrees`, "fit to the paper", "<dd>fails</dd>", "is not eq. 16 in every layer",
		`id="claim-c19"`, "epoch 97 to 105", "What would refute it: an escape before epoch 50", `id="claim-c31"`, "Sigmoid &gt; Tanh &gt; Softsign",
		`<section id="run"`, "glorot reproduce --scale quick", "1 2 3 4 5", "4 min 10 s", "activation: tanh", "prints no learning rate",
	} {
		i := strings.Index(rest, want)
		if i < 0 {
			t.Fatalf("no %q after what came before it", want)
		}
		rest = rest[i:]
	}
}

// The words of a page are words, not markup.
func TestPageEscapes(t *testing.T) {
	p := samplePage()
	p.Title = `<script>alert("1")</script>`
	p.Run.Config = "x: </pre><b>"
	p.Sections[1].Figure.Title = `<script>`
	p.Sections[1].Figure.Alt = `"<script>`
	p.Sections[1].Figure.Panels[0].Series[0].Name = `</script><script>alert("2")`
	p.Sections[1].Figure.Panels[0].XLabel = `<script>alert("3")`
	p.Claims[0].Measured = "<b>1</b>"
	var b strings.Builder
	if err := WritePage(&b, p); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "<script"); n != strings.Count(b.String(), `<script type="application/json">`)+1 {
		t.Errorf("the page has %d scripts", n)
	}
	for _, bad := range []string{"alert(\"1", "script>alert", "</pre><b>", "<b>1</b><"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
}

// A page without claims speaks of none.
func TestPageWithoutClaims(t *testing.T) {
	p := samplePage()
	p.Claims, p.Summary = nil, Summary{}
	var page, text strings.Builder
	if err := errors.Join(WritePage(&page, p), WriteMarkdown(&text, p)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"All claims", `"claims"`, `"summary"`, "agrees: 0", ">agrees<"} {
		if strings.Contains(page.String(), bad) || strings.Contains(text.String(), bad) {
			t.Errorf("%q is there", bad)
		}
	}
	if !strings.Contains(page.String(), `<section id="run"`) {
		t.Error("the page does not say how it was run")
	}
}

func TestPageErrors(t *testing.T) {
	for _, c := range []struct {
		change func(*Page)
		want   string
	}{
		{func(p *Page) { p.Sections[1].ID = p.Sections[0].ID }, `section id "images" is taken`},
		{func(p *Page) { p.Sections[1].ID = "main" }, `section id "main" is taken`},
		{func(p *Page) { p.Sections[1].ID = "claim-c2" }, "not claim-"},
		{func(p *Page) { p.Sections[1].ID = "" }, `section id ""`},
		{func(p *Page) { p.Sections[1].Figure = p.Sections[0].Figure }, "figure images is there twice"},
		{func(p *Page) { p.Sections[0].Figure.Panels = nil }, "figure images has no panels"},
		{func(p *Page) { p.Sections[9].Tables[0].Rows[1].Cells = nil }, `table table1: row "Tanh N" has 0 cells in 3 columns`},
		{func(p *Page) { p.Sections[9].Tables[0].ID = "" }, `table id ""`},
		{func(p *Page) { p.Sections[9].Tables[0].Columns = nil }, "table1 has no columns"},
		{func(p *Page) { p.Claims[0].Figure = "fig99" }, `claim C2 belongs to section "fig99"`},
		{func(p *Page) { p.Claims[0].Verdict = "maybe" }, `claim C2: verdict "maybe"`},
		{func(p *Page) { p.Claims[1] = p.Claims[0] }, "claim C2 standard is there twice"},
	} {
		p := samplePage()
		c.change(&p)
		if err := WritePage(io.Discard, p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want ... %s ...", err, c.want)
		}
	}
	if err := WritePage(full{}, samplePage()); !errors.Is(err, errFull) {
		t.Errorf("a full disk gives %v", err)
	}
}

var errFull = errors.New("no space left")

// full is a writer on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
