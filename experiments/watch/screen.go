package watch

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// An ink is how a cell is written. The zero ink is the terminal's own.
type ink struct {
	color                color.Color // nil is the terminal's own; comparable
	bold, faint, reverse bool
}

var (
	strong = ink{bold: true}
	quiet  = ink{faint: true}
	chosen = ink{reverse: true}
)

// style is the ink for the library that writes to terminals, which leaves out colours that a terminal lacks.
func (i ink) style() lipgloss.Style {
	s := lipgloss.NewStyle().Bold(i.bold).Faint(i.faint).Reverse(i.reverse)
	if i.color != nil {
		s = s.Foreground(i.color)
	}
	return s
}

// seriesInks are those of runs: six of the 16 colours that every terminal has.
var seriesInks = []ink{
	{color: lipgloss.Cyan}, {color: lipgloss.Yellow}, {color: lipgloss.Magenta}, {color: lipgloss.Green}, {color: lipgloss.Red}, {color: lipgloss.BrightBlue},
}

// layerInk is the ink of a layer, from blue at the input to gold at the output.
func layerInk(layer, depth int) ink {
	ends := []color.Color{lipgloss.Color("#5b6ee1"), lipgloss.Color("#20a386"), lipgloss.Color("#d0a000")}
	shades := lipgloss.Blend1D(max(2, depth), ends...)
	return ink{color: shades[min(layer-1, len(shades)-1)]}
}

// A cell is a letter on the screen; 0 continues a wide letter.
type cell struct {
	letter rune
	ink    ink
}

// A screen is a grid of cells, or a part of one.
type screen struct {
	width, height int
	cells         [][]cell // rows, which parts share
	x, y          int      // of the part
}

func newScreen(width, height int) *screen {
	s := &screen{width: width, height: height, cells: make([][]cell, height)}
	all := make([]cell, width*height)
	for i := range all {
		all[i].letter = ' '
	}
	for y := range s.cells {
		s.cells[y] = all[y*width : (y+1)*width]
	}
	return s
}

// part returns a rectangle of the screen, as far as it lies inside.
func (s *screen) part(x, y, width, height int) *screen {
	x, y = min(max(x, 0), s.width), min(max(y, 0), s.height)
	return &screen{
		width: min(max(width, 0), s.width-x), height: min(max(height, 0), s.height-y), cells: s.cells, x: s.x + x, y: s.y + y,
	}
}

// set sets one cell, if it is on the screen.
func (s *screen) set(x, y int, letter rune, i ink) {
	if x >= 0 && x < s.width && y >= 0 && y < s.height {
		s.cells[s.y+y][s.x+x] = cell{letter, i}
	}
}

// text writes a text from x to the right, cut off at the edge, and returns where it ends. Control characters become visible.
func (s *screen) text(x, y int, i ink, text string) int {
	for _, letter := range text {
		if letter < ' ' || letter == 0x7f {
			letter = '\u00b7'
		}
		switch ansi.StringWidth(string(letter)) {
		case 1:
			s.set(x, y, letter, i)
			x++
		case 2:
			if x+1 < s.width {
				s.set(x, y, letter, i)
				s.set(x+1, y, 0, i)
			}
			x += 2
		}
	}
	return x
}

// right writes a text that ends before x.
func (s *screen) right(x, y int, i ink, text string) { s.text(x-ansi.StringWidth(text), y, i, text) }

// String returns the screen with its inks.
func (s *screen) String() string {
	var b, run strings.Builder
	styles := map[ink]lipgloss.Style{}
	for y := range s.height {
		if y > 0 {
			b.WriteByte('\n')
		}
		row := s.cells[s.y+y][s.x : s.x+s.width]
		for x, c := range row {
			if c.letter != 0 {
				run.WriteRune(c.letter)
			}
			if x+1 < len(row) && row[x+1].ink == c.ink {
				continue
			}
			style, ok := styles[c.ink]
			if !ok {
				style = c.ink.style()
				styles[c.ink] = style
			}
			if c.ink == (ink{}) {
				b.WriteString(run.String())
			} else {
				b.WriteString(style.Render(run.String()))
			}
			run.Reset()
		}
	}
	return b.String()
}
