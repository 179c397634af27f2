package report

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// WriteSVG draws the figure as an SVG document with a title and a description
// for screen readers. Their ids begin with the figure's, so that several
// figures can stand in one page.
func (f Figure) WriteSVG(w io.Writer) error {
	svg, err := f.svg()
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+svg)
	return err
}

// svg returns the svg element.
func (f Figure) svg() (string, error) {
	if err := f.Validate(); err != nil {
		return "", err
	}
	p := f.plan()
	drawing, err := svgOf(p.width, p.height, p.draw)
	return p.openingTag() + strings.ReplaceAll(drawing, seriesGroup, "<g>") + "</svg>\n", err
}

// svgOf returns what is drawn on a canvas of that size, without the svg element around it.
func svgOf(width, height vg.Length, draws func(draw.Canvas)) (string, error) {
	c := vgsvg.New(width, height)
	draws(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	drawing := b.String()
	// vgsvg's own prelude ends with the svg element's opening tag.
	start := strings.Index(drawing, "<svg")
	start += strings.Index(drawing[start:], ">") + len(">")
	return fixWidths(tidySVG.Replace(drawing[start:strings.LastIndex(drawing, "</svg>")])), nil
}

// seriesGroup begins what is drawn of one series: vgsvg opens a group for a translation, here of nothing.
const seriesGroup = `<g transform="translate(0, 0)">`

// textElement is a text as vgsvg writes it, with its size and its letters.
var textElement = regexp.MustCompile(`<text ([^>]*font-size:([0-9.]+)px[^>]*)>([^<]*)</text>`)

// fixWidths gives every text the width that the layout has it at, also where a page is shown with a wider font.
func fixWidths(svg string) string {
	return textElement.ReplaceAllStringFunc(svg, func(element string) string {
		m := textElement.FindStringSubmatch(element)
		size, err := strconv.ParseFloat(m[2], 64)
		if err != nil || m[3] == "" {
			return element
		}
		width := lettering(size).Width(html.UnescapeString(m[3])).Points()
		return fmt.Sprintf(`<text %s textLength="%.5g" lengthAdjust="spacingAndGlyphs">%s</text>`, m[1], width, m[3])
	})
}

func (f plan) openingTag() string {
	scale := f.Size.scale()
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%.5[6]gpt" height="%.5[7]gpt" viewBox="0 0 %.5[1]g %.5[2]g" role="img" aria-labelledby="%[3]s-title %[3]s-desc">
<title id="%[3]s-title">%[4]s</title>
<desc id="%[3]s-desc">%[5]s</desc>`,
		f.width.Points(), f.height.Points(), f.ID, html.EscapeString(f.Title), html.EscapeString(f.alt()), (scale * f.width).Points(), (scale * f.height).Points())
}

// alt is the description for a reader who cannot see the figure.
func (f Figure) alt() string {
	if f.Alt != "" {
		return f.Alt
	}
	return f.Caption
}

// tidySVG gives the drawing fonts of the same widths where Liberation is not
// installed, the right type for its PNG images, and square-edged pixels.
var tidySVG = strings.NewReplacer(
	"font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif",
	`xlink:href="data:image/jpg;`, `style="image-rendering:pixelated" xlink:href="data:image/png;`,
)
