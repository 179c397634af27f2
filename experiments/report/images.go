package report

import (
	"errors"
	"fmt"
	"image"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Images is a grid of grey pictures, row by row, all of one size.
type Images struct {
	Width, Height int       // of one picture in pixels
	Columns       int       // pictures in a row
	Pixels        [][]uint8 // one picture each: grey 0..255, row-major [Height, Width]
	ColumnLabels  []string  // none, or one above each column
}

// Pixels of the white gap between pictures, and of a picture's pixel in the
// drawn image: the enlargement keeps pixels square-edged where the viewer
// would blur them.
const (
	imageGap    = 2
	enlargement = 4
)

func (g *Images) validate() error {
	if g.Width < 1 || g.Height < 1 || g.Columns < 1 || len(g.Pixels) == 0 {
		return fmt.Errorf("images: %d pictures of %dx%d in %d columns: want at least one of each", len(g.Pixels), g.Width, g.Height, g.Columns)
	}
	for i, p := range g.Pixels {
		if len(p) != g.Width*g.Height {
			return fmt.Errorf("images: picture %d has %d pixels: want %dx%d", i+1, len(p), g.Width, g.Height)
		}
	}
	if n := len(g.ColumnLabels); n > 0 && n != g.Columns {
		return errors.New("images: want a label for each column, or none")
	}
	return nil
}

func (g *Images) rows() int { return (len(g.Pixels) + g.Columns - 1) / g.Columns }

// size returns the size of the sheet in pictures' pixels.
func (g *Images) size() (width, height int) {
	return g.Columns*(g.Width+imageGap) - imageGap, g.rows()*(g.Height+imageGap) - imageGap
}

// sheet returns all pictures on one white image.
func (g *Images) sheet() *image.Gray {
	w, h := g.size()
	sheet := image.NewGray(image.Rect(0, 0, w*enlargement, h*enlargement))
	for i := range sheet.Pix {
		sheet.Pix[i] = 0xff
	}
	for i, pixels := range g.Pixels {
		left, top := i%g.Columns*(g.Width+imageGap), i/g.Columns*(g.Height+imageGap)
		for y := range g.Height * enlargement {
			for x := range g.Width * enlargement {
				grey := pixels[y/enlargement*g.Width+x/enlargement]
				sheet.SetGray(left*enlargement+x, top*enlargement+y, color.Gray{Y: grey})
			}
		}
	}
	return sheet
}

// height returns the height of the drawing when it is that wide.
func (g *Images) height(width vg.Length) vg.Length {
	w, h := g.size()
	return width*vg.Length(h)/vg.Length(w) + g.labelHeight()
}

func (g *Images) labelHeight() vg.Length {
	if len(g.ColumnLabels) == 0 {
		return 0
	}
	return lineHeight
}

// draw fills the canvas's width from its top down.
func (g *Images) draw(c draw.Canvas) {
	width := c.Max.X - c.Min.X
	style := centred(lettering(columnLabelSize), draw.YCenter)
	for i, name := range g.ColumnLabels {
		x := c.Min.X + width*(vg.Length(i)+0.5)/vg.Length(g.Columns)
		c.FillText(style, vg.Point{X: x, Y: c.Max.Y - g.labelHeight()/2}, name)
	}
	c.DrawImage(vg.Rectangle{
		Min: vg.Point{X: c.Min.X, Y: c.Max.Y - g.height(width)},
		Max: vg.Point{X: c.Max.X, Y: c.Max.Y - g.labelHeight()},
	}, g.sheet())
}

// columnLabelSize lets ten names of the paper's Figure 1 stand side by side.
const columnLabelSize = 6.5
