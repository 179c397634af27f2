package report

import (
	"image/color"
	"math"
	"testing"

	"github.com/lucasb-eyer/go-colorful"
)

// lightness is CIE L* of an sRGB colour (IEC 61966-2-1, CIE 15).
func lightness(c color.NRGBA) float64 {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	y := 0.2126*r + 0.7152*g + 0.0722*b
	if y <= 216.0/24389 {
		return y * 24389 / 27
	}
	return 116*math.Cbrt(y) - 16
}

func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

// In grey, the five layers get lighter by at least 10 units of L* from one to the next, and the lightest
// has a contrast with white of 2.5 or more.
func TestLayersDifferInGrey(t *testing.T) {
	for a := 1; a <= 5; a++ {
		la := lightness(Layer(a).Color)
		if a > 1 {
			if lb := lightness(Layer(a - 1).Color); la < lb+10 {
				t.Errorf("layers %d and %d have L* %.0f and %.0f", a-1, a, lb, la)
			}
		}
		y := math.Pow((la+16)/116, 3)
		if contrast := 1.05 / (y + 0.05); contrast < 2.5 {
			t.Errorf("layer %d has contrast %.1f on white", a, contrast)
		}
	}
}

// Simulations of dichromacy on linear RGB, at severity 1.
//
// Reference: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency", IEEE Transactions
// on Visualization and Computer Graphics 15 (2009), and the matrices that its authors publish.
var dichromacy = map[string][3][3]float64{
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// seenBy simulates how a colour is seen.
func seenBy(m [3][3]float64, c color.NRGBA) colorful.Color {
	in := [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	var out [3]float64
	for i, row := range m {
		for j, k := range row {
			out[i] += float64(k * in[j])
		}
		out[i] = min(max(out[i], 0), 1)
	}
	return colorful.LinearRgb(out[0], out[1], out[2])
}

// To everybody, layers that are neighbours differ by 10 units of CIEDE2000 or more (1 is just to be seen).
func TestLayersDifferForTheColourBlind(t *testing.T) {
	least := func(m [3][3]float64, style func(n int) Style) float64 {
		least := math.Inf(1)
		for n := 1; n < 5; n++ {
			least = min(least, 100*seenBy(m, style(n).Color).DistanceCIEDE2000(seenBy(m, style(n+1).Color)))
		}
		return least
	}
	for name, m := range dichromacy {
		got := least(m, Layer)
		t.Logf("%s: %.1f", name, got)
		if got < 10 {
			t.Errorf("%s: neighbouring layers are %.1f apart", name, got)
		}
	}
}

// Layers, and curves of one figure, never share a marker.
func TestLayersDifferInMarker(t *testing.T) {
	want := []Marker{Triangle, Circle, Cross, Plus, Square} // Figures 2 to 10
	for i, m := range want {
		if got := Layer(i + 1).Marker; got != m {
			t.Errorf("layer %d has marker %v, want %v", i+1, got, m)
		}
	}
	if Layer(6).Marker != Layer(1).Marker {
		t.Error("layer 6 does not look like layer 1")
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for layer 0")
		}
	}()
	Layer(0)
}

// The paper's numbers are lighter than ours and still visible on white.
func TestLight(t *testing.T) {
	for i := 1; i <= 5; i++ {
		c := Layer(i).Color
		if l := lightness(light(c)); l < lightness(c)+15 || l > 90 {
			t.Errorf("layer %d: L* %.0f, light %.0f", i, lightness(c), l)
		}
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		Bars.String(): "bars", Kind(-1).String(): "Kind(-1)",
		Cross.String(): "x", Marker(42).String(): "Marker(42)",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
