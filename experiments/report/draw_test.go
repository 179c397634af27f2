package report

import (
	"bytes"
	"encoding/xml"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot/cmpimg"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// Every kind of panel and series looks as it did when somebody last looked at
// it. The goldens are of screen resolution, so that they stay small.
func TestGolden(t *testing.T) {
	for _, f := range samples() {
		t.Run(f.ID, func(t *testing.T) {
			var got bytes.Buffer
			if err := f.writePNG(&got, 60); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", f.ID+".png")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			// 0.05 lets other processors round a shade of an edge otherwise.
			same, err := cmpimg.EqualApprox("png", got.Bytes(), want, 0.05)
			if err != nil {
				t.Fatal(err)
			}
			if !same {
				t.Errorf("%s differs from what is drawn now; look at both, then run with -update", golden)
			}
		})
	}
}

// The same figure gives the same bytes, in every format.
func TestDrawingIsDeterministic(t *testing.T) {
	for _, write := range []func(Figure, io.Writer) error{
		func(f Figure, w io.Writer) error { return f.writePNG(w, 60) }, Figure.WriteSVG, Figure.WritePDF} {
		for _, i := range []int{0, 4, 5, 8} {
			var a, b bytes.Buffer
			if err := write(samples()[i], &a); err != nil {
				t.Fatal(err)
			}
			if bytes.HasPrefix(a.Bytes(), []byte("%PDF")) { // whose dates have seconds
				if i == 0 {
					continue // the places of images in a document vary
				}
				time.Sleep(1100 * time.Millisecond)
			}
			if err := write(samples()[i], &b); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s differs from one drawing to the next", samples()[i].ID)
			}
		}
	}
}

// WritePNG keeps its promise of 200 dots an inch: the figure of one column is
// 384 points wide.
func TestPNGSize(t *testing.T) {
	var b bytes.Buffer
	if err := sampleBars().WritePNG(&b); err != nil {
		t.Fatal(err)
	}
	c, err := png.DecodeConfig(&b)
	if err != nil {
		t.Fatal(err)
	}
	if want := 384 * 200 / 72; c.Width < want || c.Width > want+1 {
		t.Errorf("width %d pixels, want %d", c.Width, want)
	}
}

// Each SVG is well-formed, has a title and a description that it names as its
// label, and loads nothing.
func TestSVG(t *testing.T) {
	for _, f := range samples() {
		f.Title += " <of 5 & more>"
		var b strings.Builder
		if err := f.WriteSVG(&b); err != nil {
			t.Fatal(err)
		}
		svg := b.String()
		if strings.Contains(svg, "%!") {
			t.Errorf("%s: a number was not formatted", f.ID)
		}
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.ID, err)
			}
		}
		for _, want := range []string{
			`role="img" aria-labelledby="` + f.ID + `-title ` + f.ID + `-desc"`,
			`<title id="` + f.ID + `-title">` + strings.TrimSuffix(f.Title, "<of 5 & more>") + "&lt;of 5 &amp; more&gt;</title>",
			`<desc id="` + f.ID + `-desc">` + f.Caption + "</desc>",
		} {
			if !strings.Contains(svg, want) {
				t.Errorf("%s: no %s", f.ID, want)
			}
		}
		if pictures := strings.Count(svg, "<image"); pictures != strings.Count(svg, `style="image-rendering:pixelated" xlink:href="data:image/png;`) {
			t.Errorf("%s: not all of its %d pictures are square-edged PNG", f.ID, pictures)
		}
		if m := regexp.MustCompile(`(href|src)="[^d#]|url\(`).FindString(svg); m != "" {
			t.Errorf("%s: refers elsewhere: %s", f.ID, m)
		}
	}
}

// What lies outside the ranges of a panel is not drawn: the SVG's coordinates
// stay on the figure.
func TestClipped(t *testing.T) {
	far := []float64{-1e4, 0, 1e4}
	var all []Series
	for kind := Line; kind <= Level; kind++ {
		all = append(all, Series{Kind: kind, Style: Layer(1), X: far, Y: far, Low: []float64{-2e4, -1, 0}, High: []float64{-1e4, 1, 2e4}})
	}
	svg, err := Figure{ID: "clip", Panels: []Panel{{XMin: -1, XMax: 1, YMin: -1, YMax: 1, Series: all}}}.svg()
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`[ML,]-?\d{4,}`).FindString(svg); m != "" {
		t.Errorf("a line runs to %s", m)
	}
}

// Missing values leave gaps rather than lines to nowhere.
func TestGaps(t *testing.T) {
	nan := sampleBars().Panels[0].Series[0]
	nan.X, nan.Y = []float64{0, 1, 2, 3, 4}, []float64{1, 2, nothing, 2, 1}
	nan.Low, nan.High = []float64{0, 1, nothing, 1, 0}, []float64{2, 3, nothing, 3, 2}
	for kind := Line; kind <= Level; kind++ {
		nan.Kind = kind
		svg, err := Figure{ID: "gaps", Panels: []Panel{{Series: []Series{nan}}}}.svg()
		if err != nil {
			t.Fatalf("%v: %v", kind, err)
		}
		if strings.Contains(svg, "NaN") {
			t.Errorf("%v: NaN is drawn", kind)
		}
	}
}

// Every text of a page has the width that the layout gave it, whatever font shows it: that of Liberation Sans, in which "0" is .556 em wide.
func TestSVGTextWidths(t *testing.T) {
	svg, err := Figure{ID: "w", Panels: []Panel{{Title: `a "b" & c`, XMax: 1, Series: []Series{{X: []float64{0, 1}, Y: []float64{0, 1}}}}}}.svg()
	if err != nil {
		t.Fatal(err)
	}
	if texts, fixed := strings.Count(svg, "<text "), strings.Count(svg, ` textLength="`); texts == 0 || fixed != texts {
		t.Errorf("%d of %d texts have a width", fixed, texts)
	}
	if !regexp.MustCompile(`<text [^>]*font-size:9px" textLength="5\.00[0-9]*" [^>]*>0</text>`).MatchString(svg) {
		t.Errorf("0 at 9 points is not 5.00 wide in %s", svg)
	}
}
