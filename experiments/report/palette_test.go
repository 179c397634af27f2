package report

import (
	"image/color"
	"math"
	"testing"
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

// In grey, the five layers are at least 10 units of L* apart, and the lightest
// has a contrast with white of 2.5 or more.
func TestLayersDifferInGrey(t *testing.T) {
	for a := 1; a <= 5; a++ {
		la := lightness(Layer(a).Color)
		for b := 1; b < a; b++ {
			if lb := lightness(Layer(b).Color); math.Abs(la-lb) < 10 {
				t.Errorf("layers %d and %d have L* %.0f and %.0f", b, a, lb, la)
			}
		}
		y := math.Pow((la+16)/116, 3)
		if contrast := 1.05 / (y + 0.05); contrast < 2.5 {
			t.Errorf("layer %d has contrast %.1f on white", a, contrast)
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
