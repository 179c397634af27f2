package dataset

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// filled draws a polygon of grey 1 on 0 and returns it x-major.
func filled(size int, points []Point) []uint8 {
	r := newRaster(size, len(points))
	img := make([]uint8, size*size)
	paint(img, size, r.polygon(points), 1)
	return img
}

// bruteForce asks every scan line for its crossings with every edge, as the C of
// pygame 1.8.1 does.
func bruteForce(size int, points []Point) []uint8 {
	img := make([]uint8, size*size)
	bottom := 0
	for _, p := range points {
		bottom = max(bottom, int(p.Y))
	}
	for y := range size {
		var crossings []int
		for i, b := range points {
			a := points[(i+len(points)-1)%len(points)]
			x1, y1, x2, y2 := int(a.X), int(a.Y), int(b.X), int(b.Y)
			if y1 > y2 {
				x1, y1, x2, y2 = x2, y2, x1, y1
			}
			if y1 < y2 && (y >= y1 && y < y2 || y == bottom && y > y1 && y <= y2) {
				crossings = append(crossings, (y-y1)*(x2-x1)/(y2-y1)+x1)
			}
		}
		slices.Sort(crossings)
		for k := 0; k < len(crossings); k += 2 {
			for x := crossings[k]; x <= crossings[k+1]; x++ {
				img[x*size+y] = 1
			}
		}
	}
	return img
}

// Polygons of any kind, also those that cross themselves or are flat.
func TestRasterAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 40).Draw(t, "size")
		coordinate := rapid.Float64Range(0, float64(size)-1e-9)
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Point {
			return Point{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")}
		}), 3, 20).Draw(t, "points")
		if got, want := filled(size, points), bruteForce(size, points); !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	})
}

// Drawn by hand from the rules: ends are included on every side, vertices are
// truncated, crossings are rounded towards the edge's upper end, and what is flat
// is not seen.
func TestRasterByHand(t *testing.T) {
	for _, c := range []struct {
		name   string
		points []Point
		rows   string
	}{
		{"square", []Point{{1, 1}, {3, 1}, {3, 3}, {1, 3}}, "..... .###. .###. .###. ....."},
		{"truncated square", []Point{{1.9, 1.9}, {3.9, 1.9}, {3.9, 3.9}, {1.9, 3.9}}, "..... .###. .###. .###. ....."},
		{"triangle", []Point{{0, 0}, {4, 4}, {0, 4}}, "#.... ##... ###.. ####. #####"},
		{"rightwards", []Point{{0, 0}, {1, 4}, {4, 4}, {4, 0}}, "##### ##### ##### ##### .####"},
		{"leftwards", []Point{{1, 0}, {0, 4}, {4, 4}, {4, 0}}, ".#### .#### .#### .#### #####"},
		{"apex below", []Point{{0, 0}, {4, 0}, {2, 2}}, "##### .###. ..#.. ..... ....."},
		{"flat", []Point{{0, 2}, {4, 2}, {2, 2}}, "..... ..... ..... ..... ....."},
		{"upright line", []Point{{2, 1}, {2, 3}, {2, 2}}, "..... ..#.. ..#.. ..#.. ....."},
	} {
		img := filled(5, c.points)
		var rows []string
		for y := range 5 {
			var row strings.Builder
			for x := range 5 {
				row.WriteByte(".#"[img[x*5+y]])
			}
			rows = append(rows, row.String())
		}
		if got := strings.Join(rows, " "); got != c.rows {
			t.Errorf("%s: %s, want %s", c.name, got, c.rows)
		}
	}
}
