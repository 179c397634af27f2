package report

import (
	"fmt"
	"image/color"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// shade is the colour of a value on a scale.
func shade(z, low, high float64) color.NRGBA {
	h := Heatmap{XNames: []string{"x"}, Z: []float64{z}, Low: low, High: high}
	return h.color(0, heatColors())
}

// The colours become darker in step with the value: CIE L* falls by the same for each tenth of the way. So they are in order in grey and
// for the colour-blind, and the eye sees equal differences as equal.
func TestHeatColorsAreLinearInLightness(t *testing.T) {
	first, last := lightness(shade(20, 20, 70)), lightness(shade(70, 20, 70))
	if first < 90 || last > 20 {
		t.Errorf("L* from %.0f to %.0f, want from 90 or more to 20 or less", first, last)
	}
	for k := range 11 {
		want := first + (last-first)*float64(k)/10
		// 0.5: a channel of 8 bits rounds L* by that.
		if got := lightness(shade(20+5*float64(k), 20, 70)); math.Abs(got-want) > 0.5 {
			t.Errorf("L* %.1f at %d tenths, want %.1f", got, k, want)
		}
	}
	if shade(-3, 20, 70) != shade(20, 20, 70) || shade(1e9, 20, 70) != shade(70, 20, 70) {
		t.Error("values beyond the ends have not the ends' colours")
	}
}

// Without ends of its own a map spans its numbers, or each column those of its own; one in which all are equal has the lightest colour.
func TestHeatmapSpan(t *testing.T) {
	colors := heatColors()
	h := Heatmap{XNames: []string{"a", "b"}, Z: []float64{3, nothing, -1, 2, 0, 50}}
	for i := range h.Z {
		if low, high := h.span(i); low != -1 || high != 50 {
			t.Errorf("span %v to %v, want -1 to 50", low, high)
		}
	}
	h.ByColumn, h.Low, h.High = true, -1000, 1000
	for i, want := range [][2]float64{{-1, 3}, {2, 50}, {-1, 3}, {2, 50}, {-1, 3}, {2, 50}} {
		if low, high := h.span(i); low != want[0] || high != want[1] {
			t.Errorf("cell %d: span %v to %v, want %v", i, low, high, want)
		}
	}
	if h.color(0, colors) != h.color(5, colors) || h.color(0, colors) == h.color(2, colors) {
		t.Error("the highest of each column have not the same colour, unlike that of the lowest")
	}
	flat := Heatmap{XNames: []string{"a", "b"}, Z: []float64{7, 7}}
	if got, want := flat.color(1, colors), shade(0, 0, 1); got != want {
		t.Errorf("colour %v, want the lightest, %v", got, want)
	}
}

// Every number has a contrast of 4.5 or more with its cell, as WCAG 2.1 asks of text.
func TestNumbersAreReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fill := shade(rapid.Float64Range(0, 1).Draw(t, "value"), 0, 1)
		if c := contrast(inkOn(fill), fill); c < 4.5 {
			t.Fatalf("contrast %.2f on %v", c, fill)
		}
	})
	for _, test := range []struct{ on, want color.NRGBA }{{White, Black}, {Black, White}, {Cyan, Black}, {Blue, White}} {
		if got := inkOn(test.on); got != test.want {
			t.Errorf("ink %v on %v", got, test.on)
		}
	}
	if c := contrast(White, Black); math.Abs(c-21) > 1e-12 { // (1 + 0.05) / (0 + 0.05)
		t.Errorf("contrast of black and white %v, want 21", c)
	}
}

// Names and numbers are made smaller until they fit, and no smaller.
func TestFitted(t *testing.T) {
	style := lettering(tickSize)
	texts := []string{"a", "softsign, normalized"}
	if got := fitted(style, texts, 1000); got.Font.Size != style.Font.Size {
		t.Errorf("size %v where all fits, want %v", got.Font.Size, style.Font.Size)
	}
	if w := widest(fitted(style, texts, 40), texts); math.Abs(float64(w)-40) > 0.5 {
		t.Errorf("width %v, want 40", w)
	}
}

// The drawing has every number and name where it is said to be: rows from the top, columns from the left.
func TestHeatmapNumbers(t *testing.T) {
	h := &Heatmap{XNames: []string{"left", "right"}, YNames: []string{"top", "bottom"}, Z: []float64{1.2, -2, nothing, 100}, Decimals: 1,
		Notes: [][]string{{"± 1"}, nil, {"diverged"}, nil}}
	svg, err := Figure{ID: "h", Panels: []Panel{{XLabel: "x axis", YLabel: "y axis", Heatmap: h}}}.svg()
	if err != nil {
		t.Fatal(err)
	}
	at := func(word string) (x, y float64) {
		t.Helper()
		i := strings.Index(svg, ">"+word+"</text>")
		if i < 0 || strings.Count(svg, ">"+word+"</text>") != 1 {
			t.Fatalf("%q is not there once", word)
		}
		tag := svg[strings.LastIndex(svg[:i], "<text"):i]
		if _, err := fmt.Sscanf(tag, `<text x="%g" y="%g"`, &x, &y); err != nil {
			t.Fatalf("%s: %v", tag, err)
		}
		return x, y // of the word's left end
	}
	x := map[string]float64{}
	y := map[string]float64{}
	for _, word := range []string{"1.2", "\u22122.0", "100.0", "± 1", "diverged", "left", "right", "top", "bottom", "x axis", "y axis"} {
		x[word], y[word] = at(word)
	}
	if !(x["top"] < x["1.2"] && x["1.2"] < x["\u22122.0"] && x["diverged"] < x["100.0"]) {
		t.Errorf("from the left: %v", x)
	}
	down := func(words ...string) {
		for i := 1; i < len(words); i++ {
			if !(y[words[i-1]] < y[words[i]]) {
				t.Errorf("%s at %v is not above %s at %v", words[i-1], y[words[i-1]], words[i], y[words[i]])
			}
		}
	}
	down("1.2", "± 1", "diverged", "left", "x axis")
	down("top", "bottom")
	down("\u22122.0", "100.0", "right")
	if strings.Contains(svg, "NaN") {
		t.Error("NaN is drawn")
	}
}
