package report

import "image/color"

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

var layerStyles = [...]Style{
	{Color: Red, Marker: Triangle, Width: 1.5},
	{Color: Green, Marker: Circle, Width: 1.2},
	{Color: Blue, Marker: Cross, Width: 1.2, Dashes: []float64{6, 2}},
	{Color: Black, Marker: Plus, Width: 1},
	{Color: Cyan, Marker: Square, Width: 1.5, Dashes: []float64{3, 1.5}},
}

// Layer returns the paper's style of hidden layer n, counted from 1: red
// triangle, green circle, blue x, black +, cyan square (Glorot & Bengio 2010,
// Figures 2 to 10). A sixth layer looks like the first, and so on.
//
// It panics if n is less than 1.
func Layer(n int) Style {
	if n < 1 {
		panic("report: layers count from 1")
	}
	return layerStyles[(n-1)%len(layerStyles)]
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
