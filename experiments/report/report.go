// Package report draws figures described by plain structs and writes the
// self-contained HTML page that shows them beside the claims they test.
//
// It knows nothing of training: a [Figure] is panels of numbers, a [Claim] is
// a sentence with its verdict, a [Page] is both in the paper's order. The same
// structs always give the same bytes.
package report

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"regexp"
)

// A Figure is one figure of the paper: panels laid out row by row, and one
// legend below them.
type Figure struct {
	ID      string  // names its files (ID.png, ID.svg) and its place in the page: "fig6"
	Title   string  // drawn nowhere; the heading of the page and the SVG's title
	Caption string  // what is shown, with the paper's caption where it has one
	Details string  // how it was made, which a page folds
	Alt     string  // what a reader who cannot see it should know; the caption if empty
	Columns int     // panels side by side; 0 means 1, panels stacked as in the paper
	Aspect  float64 // height of a panel of series by its width; 0 means 0.54 of a panel alone in its row, else 0.86
	Size    Size    // in print
	Panels  []Panel // in reading order
}

// A Panel is one pair of axes, or one grid of images, one box of surfaces or one heat map.
//
// An axis whose two ends are equal, as in the zero Panel, fits itself to the
// data, and so does an end that is NaN.
type Panel struct {
	Title          string
	XLabel, YLabel string
	XMin, XMax     float64
	XLog           bool      // a logarithmic axis; its ends must be given, above 0
	XNames         []string  // instead of numbers: of x = 0, 1, …
	XTicks         []float64 // where there are numbers; round ones if nil
	YMin, YMax     float64
	YLog           bool      // a logarithmic axis; values that are not above 0 are gaps
	Series         []Series  // later ones lie above earlier ones, bands without a line under all of ours, Printed ones under all
	Images         *Images   // instead of Series
	Surfaces       *Surfaces // instead of Series
	Heatmap        *Heatmap  // instead of Series
}

// A Series is one curve or one set of points. NaN in Y is a gap.
//
// Series of one figure that share a name share one line of the legend. A
// series without points is drawn in the legend only; one without a name, and a
// band without a line, in the panel only.
type Series struct {
	Name      string
	Kind      Kind
	Style     Style
	X, Y      []float64
	Low, High []float64 // ends of the bars or of the band, absolute
	Printed   bool      // read off the paper: light, under ours, "paper" in the legend
	MarkEvery int       // a marker at each MarkEvery-th point; 0 means 1
	MarkFrom  int       // the first point that has a marker
}

// A Kind is the way a series is drawn.
type Kind int

// The kinds of series.
const (
	Line    Kind = iota // a line through the points
	Markers             // a marker at each point
	Marked              // both
	Bars                // a marked line, with a vertical bar from Low to High at each marker
	Band                // a band between Low and High, and a line through Y unless Y is nil
	Level               // a short horizontal tick with a marker: a height known only at one x
)

var kindNames = [...]string{"line", "markers", "marked", "bars", "band", "level"}

// String returns the kind's name.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}

// A Style is how a curve looks. The zero Style is a thin black line.
type Style struct {
	Color  color.NRGBA // the zero value is black
	Marker Marker
	Dashes []float64 // lengths of dash, gap, dash, ... in points; none is solid
	Width  float64   // of the line in points; 0 means 1.2
}

var validID = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Validate reports the first thing that makes the figure impossible to draw:
// an ID that cannot be a file name, no panel, columns of different
// lengths, an infinite value.
func (f Figure) Validate() error {
	if !validID.MatchString(f.ID) {
		return fmt.Errorf("report: figure id %q: want a lower-case letter, then letters, digits and hyphens", f.ID)
	}
	if len(f.Panels) == 0 {
		return fmt.Errorf("report: figure %s has no panels", f.ID)
	}
	if f.Columns < 0 {
		return fmt.Errorf("report: figure %s: columns %d is negative", f.ID, f.Columns)
	}
	for i, p := range f.Panels {
		if err := p.validate(); err != nil {
			return fmt.Errorf("report: figure %s, panel %d: %w", f.ID, i+1, err)
		}
	}
	return nil
}

func (p Panel) validate() error {
	kinds := 0
	for _, has := range []bool{len(p.Series) > 0, p.Images != nil, p.Surfaces != nil, p.Heatmap != nil} {
		if has {
			kinds++
		}
	}
	if kinds > 1 {
		return errors.New("has more than one of series, images, surfaces and a heat map")
	}
	for _, end := range []struct {
		name string
		v    float64
	}{{"XMin", p.XMin}, {"XMax", p.XMax}, {"YMin", p.YMin}, {"YMax", p.YMax}} {
		if math.IsInf(end.v, 0) {
			return fmt.Errorf("%s is %v: want a number, or NaN for automatic", end.name, end.v)
		}
	}
	if p.XMin > p.XMax || p.YMin > p.YMax {
		return errors.New("an axis ends before it begins")
	}
	if p.XLog && !(p.XMin > 0 && p.XMax > p.XMin) {
		return fmt.Errorf("a logarithmic axis from %v to %v: want ends above 0", p.XMin, p.XMax)
	}
	if p.YLog && (p.YMin != 0 || p.YMax != 0) && !(p.YMin > 0 && p.YMax > p.YMin) {
		return fmt.Errorf("a logarithmic y axis from %v to %v: want ends above 0, or none", p.YMin, p.YMax)
	}
	if p.XLog && p.XNames != nil {
		return errors.New("a logarithmic axis with names")
	}
	for i, v := range p.XTicks {
		if math.IsInf(v, 0) || math.IsNaN(v) || p.XLog && v <= 0 {
			return fmt.Errorf("XTicks[%d] is %v", i, v)
		}
	}
	switch {
	case p.Images != nil:
		return p.Images.validate()
	case p.Surfaces != nil:
		return p.Surfaces.validate()
	case p.Heatmap != nil:
		return p.Heatmap.validate()
	}
	for i, s := range p.Series {
		if err := s.validate(); err != nil {
			return fmt.Errorf("series %d %q: %w", i+1, s.Name, err)
		}
		for k, x := range s.X {
			if p.XLog && x <= 0 {
				return fmt.Errorf("series %d %q: x[%d] is %v on a logarithmic axis", i+1, s.Name, k, x)
			}
		}
	}
	return nil
}

func (s Series) validate() error {
	if s.Kind < Line || s.Kind > Level {
		return fmt.Errorf("unknown kind %v", s.Kind)
	}
	n := len(s.X)
	if len(s.Y) != n && (s.Kind != Band || s.Y != nil) {
		return fmt.Errorf("%d values of x and %d of y", n, len(s.Y))
	}
	if s.Kind == Bars || s.Kind == Band {
		if len(s.Low) != n || len(s.High) != n {
			return fmt.Errorf("%d values of x, %d of low and %d of high", n, len(s.Low), len(s.High))
		}
	}
	if s.MarkEvery < 0 || s.MarkFrom < 0 {
		return fmt.Errorf("markers every %d from %d: want neither negative", s.MarkEvery, s.MarkFrom)
	}
	for name, column := range map[string][]float64{"y": s.Y, "low": s.Low, "high": s.High} {
		for i, v := range column {
			if math.IsInf(v, 0) {
				return fmt.Errorf("%s[%d] is infinite", name, i)
			}
		}
	}
	for i, v := range s.X {
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return fmt.Errorf("x[%d] is %v", i, v)
		}
	}
	return nil
}
