package report

import (
	"bytes"
	"image/color"
	"io"
	"regexp"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgpdf"
)

// pdfDates are the times in a PDF document, without the time zone.
var pdfDates = regexp.MustCompile(`/(CreationDate|ModDate) \(D:\d{14}`)

// WritePDF draws the figure as a PDF document, with its fonts. The document says that it is from the year 2000, so that it depends on the figure
// alone, unless there are images in it.
func (f Figure) WritePDF(w io.Writer) error {
	if err := f.Validate(); err != nil {
		return err
	}
	p := f.plan()
	scale := f.Size.scale()
	c := vgpdf.New(p.width*scale, p.height*scale)
	c.EmbedFonts(true)
	c.Scale(float64(scale), float64(scale))
	p.draw(draw.NewCanvas(pdfCanvas{c}, p.width, p.height))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	_, err := w.Write(pdfDates.ReplaceAll(b.Bytes(), []byte("/$1 (D:20000101000000"))) // as long as before, as its table of places needs
	return err
}

// pdfCanvas draws what vgpdf gets wrong: half transparent colours, and letters beyond Latin-1.
type pdfCanvas struct{ *vgpdf.Canvas }

// SetColor implements vg.Canvas. vgpdf applies the opacity itself, to colours that are multiplied by it already.
func (c pdfCanvas) SetColor(of color.Color) {
	if n, ok := of.(color.NRGBA); ok {
		of = straight(n)
	}
	c.Canvas.SetColor(of)
}

// A straight colour is not multiplied by its opacity.
type straight color.NRGBA

// RGBA implements color.Color, except for the multiplication.
func (s straight) RGBA() (r, g, b, a uint32) {
	const wide = 0x101 // from 8 to 16 bits
	return uint32(s.R) * wide, uint32(s.G) * wide, uint32(s.B) * wide, uint32(s.A) * wide
}

// FillString implements vg.Canvas. The fonts of vgpdf are encoded in the code page 1252, where Latin-1 has its own numbers, and vgpdf passes on
// strings in UTF-8. What is not Latin-1, such as a minus sign or Greek, is drawn as outlines.
func (c pdfCanvas) FillString(face font.Face, at vg.Point, text string) {
	if latin, ok := latin1(text); ok {
		c.Canvas.FillString(face, at, latin)
		return
	}
	for i, r := range text {
		if outline, ok := glyph(face, r, vg.Point{X: at.X + face.Width(text[:i]), Y: at.Y}); ok {
			c.Fill(outline)
		}
	}
}

// latin1 encodes a text in Latin-1, and reports whether that is possible.
func latin1(text string) (string, bool) {
	var b []byte
	for _, r := range text {
		if r > 0xff || r >= 0x7f && r < 0xa0 {
			return "", false
		}
		b = append(b, byte(r))
	}
	return string(b), true
}

// glyph returns the outline of a letter at a point.
func glyph(face font.Face, r rune, at vg.Point) (outline vg.Path, ok bool) {
	const scale = 64 // for the precision of the outline
	var b sfnt.Buffer
	index, err := face.Face.GlyphIndex(&b, r)
	if err != nil {
		return nil, false
	}
	segments, err := face.Face.LoadGlyph(&b, index, fixed.Int26_6(float64(face.Font.Size)*64*scale), nil)
	if err != nil {
		return nil, false
	}
	point := func(p fixed.Point26_6) vg.Point {
		return vg.Point{X: at.X + vg.Length(p.X)/(64*scale), Y: at.Y - vg.Length(p.Y)/(64*scale)}
	}
	for i, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				outline.Close()
			}
			outline.Move(point(s.Args[0]))
		case sfnt.SegmentOpLineTo:
			outline.Line(point(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			outline.QuadTo(point(s.Args[0]), point(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			outline.CubeTo(point(s.Args[0]), point(s.Args[1]), point(s.Args[2]))
		}
	}
	if len(outline) > 0 {
		outline.Close()
	}
	return outline, len(outline) > 0
}
