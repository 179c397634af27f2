package report

import (
	"fmt"
	"image/color"
)

// The paper's hues in shades that differ in lightness, so that they stay
// apart in grey and for the colour-blind: CIE L* of 0, 31, 43, 55 and 66 for
// black, blue, red, green and cyan.
var (
	Black   = color.NRGBA{R: 0x00, G: 0x00, B: 0x00, A: 0xff}
	Blue    = color.NRGBA{R: 0x1f, G: 0x3a, B: 0xb0, A: 0xff}
	Red     = color.NRGBA{R: 0xc2, G: 0x28, B: 0x1b, A: 0xff}
	Green   = color.NRGBA{R: 0x1f, G: 0x96, B: 0x54, A: 0xff}
	Cyan    = color.NRGBA{R: 0x1a, G: 0xb0, B: 0xd0, A: 0xff}
	Magenta = color.NRGBA{R: 0xb0, G: 0x3a, B: 0xa8, A: 0xff}
	Gray    = color.NRGBA{R: 0x80, G: 0x80, B: 0x80, A: 0xff}
	White   = color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}
)

// layerStyles are ordered: viridis from 0 to 0.7, lighter with the depth for everybody, in steps that the colour-blind can
// tell apart.
// Its lighter end is too faint for lines on white.
//
// Reference: Smith and van der Walt, "A better default colormap for Matplotlib", SciPy 2015.
var layerStyles = [...]Style{
	{Color: color.NRGBA{R: 0x44, G: 0x01, B: 0x54, A: 0xff}, Marker: Triangle},
	{Color: color.NRGBA{R: 0x41, G: 0x44, B: 0x87, A: 0xff}, Marker: Circle},
	{Color: color.NRGBA{R: 0x2d, G: 0x70, B: 0x8e, A: 0xff}, Marker: Cross},
	{Color: color.NRGBA{R: 0x21, G: 0x91, B: 0x8c, A: 0xff}, Marker: Plus},
	{Color: color.NRGBA{R: 0x37, G: 0xb8, B: 0x78, A: 0xff}, Marker: Square},
}

// Layer returns the style of hidden layer n, counted from 1: the deeper, the lighter. The markers are the paper's: triangle, circle, x, +,
// square (Glorot & Bengio 2010, Figures 2 to 10). A sixth layer looks like the first, and so on.
//
// It panics if n is less than 1.
func Layer(n int) Style { return nth(layerStyles[:], n) }

var categoryStyles = [...]Style{
	{Color: Red, Marker: Triangle, Width: 1.5},
	{Color: Green, Marker: Circle, Width: 1.2},
	{Color: Blue, Marker: Cross, Width: 1.2, Dashes: []float64{6, 2}},
	{Color: Black, Marker: Plus, Width: 1},
	{Color: Cyan, Marker: Square, Width: 1.5, Dashes: []float64{3, 1.5}},
}

// Category returns the style of the n-th of several things without an order, counted from 1. A sixth looks like the first, and so on.
//
// It panics if n is less than 1.
func Category(n int) Style { return nth(categoryStyles[:], n) }

func nth(styles []Style, n int) Style {
	if n < 1 {
		panic("report: styles count from 1")
	}
	return styles[(n-1)%len(styles)]
}

// light returns c mixed with white, as the paper's numbers are drawn.
func light(c color.NRGBA) color.NRGBA {
	const ours = 0.38
	mix := func(v uint8) uint8 { return uint8(ours*float64(v) + (1-ours)*255 + 0.5) }
	return color.NRGBA{R: mix(c.R), G: mix(c.G), B: mix(c.B), A: c.A}
}

// faint returns c with the opacity of a band.
func faint(c color.NRGBA) color.NRGBA {
	c.A = 0x38
	return c
}

// hex is the colour as style sheets have it.
func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
