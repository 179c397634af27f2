package report

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"glorot/experiments/run/atomicfile"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
)

// dpi is the resolution of the PNG files: 1.4 times that of a sharp screen's
// 144 dots an inch.
const dpi = 200

// WritePNG draws the figure as a PNG image of 200 dots an inch, or 300 if it has a size in print.
func (f Figure) WritePNG(w io.Writer) error {
	if f.Size != (Size{}) {
		return f.writePNG(w, int(math.Round(printDPI*float64(f.Size.scale()))))
	}
	return f.writePNG(w, dpi)
}

func (f Figure) writePNG(w io.Writer, dpi int) error {
	if err := f.Validate(); err != nil {
		return err
	}
	p := f.plan()
	c := vgimg.NewWith(vgimg.UseWH(p.width, p.height), vgimg.UseDPI(dpi))
	p.draw(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

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
	p.draw(draw.NewCanvas(straightColors{c}, p.width, p.height))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	_, err := w.Write(pdfDates.ReplaceAll(b.Bytes(), []byte("/$1 (D:20000101000000"))) // as long as before, as its table of places needs
	return err
}

// straightColors gives vgpdf the colours as it takes them: not multiplied by their opacity, which it applies itself.
type straightColors struct{ *vgpdf.Canvas }

// SetColor implements vg.Canvas.
func (c straightColors) SetColor(of color.Color) {
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

// Formats are the endings of the names of the files that [Figure.WriteFile] writes.
func Formats() []string { return []string{".png", ".svg", ".pdf"} }

// WriteFile writes the figure to a file, in the format of the ending of its name; see [Formats].
func (f Figure) WriteFile(name string) error {
	write := map[string]func(io.Writer) error{".png": f.WritePNG, ".svg": f.WriteSVG, ".pdf": f.WritePDF}[filepath.Ext(name)]
	if write == nil {
		return fmt.Errorf("report: %s: want a name that ends in %s", name, strings.Join(Formats(), ", "))
	}
	return atomicfile.Write(name, write)
}

// Save writes ID.png and ID.svg in the directory, each whole or not at all,
// and returns their names.
func (f Figure) Save(dir string) ([]string, error) {
	var names []string
	for _, format := range []struct {
		extension string
		write     func(io.Writer) error
	}{{".png", f.WritePNG}, {".svg", f.WriteSVG}} {
		name := f.ID + format.extension
		if err := atomicfile.Write(filepath.Join(dir, name), format.write); err != nil {
			return nil, fmt.Errorf("report: figure %s: %w", f.ID, err)
		}
		names = append(names, name)
	}
	return names, nil
}

// FigureFolder returns a function that draws figures in a new folder figures of a directory, as PNG and SVG.
func FigureFolder(figures []Figure) func(dir string) error {
	return func(dir string) error {
		dir = filepath.Join(dir, "figures")
		if err := os.Mkdir(dir, 0o777); err != nil {
			return err
		}
		for _, f := range figures {
			if _, err := f.Save(dir); err != nil {
				return err
			}
		}
		return nil
	}
}
