package dataset

import "math"

// tables holds what depends only on the constants.
type tables struct {
	shapes                 []shape
	rotations              []rotation // by k/Angles of a full circle
	turn                   [2]int     // K3 is drawn from turn[0] to turn[1]-1
	background, foreground [2]int     // greys, both ends included
	labels                 [][]uint8
}

// shape is a regular polygon.
type shape struct {
	area  float64 // as a share of the circle around it
	tilts []tilt
}

// tilt is a rotation before the scaling. It decides which triangle or
// parallelogram results.
type tilt struct {
	index  int // of tables.rotations
	tan    float64
	points []Point // the rotated regular polygon
}

// rotation turns row vectors: p' = p [[cos, sin], [-sin, cos]].
type rotation struct{ cos, sin float64 }

func (r rotation) apply(p Point) Point {
	return Point{
		float64(p.X*r.cos) - float64(p.Y*r.sin),
		float64(p.X*r.sin) + float64(p.Y*r.cos),
	}
}

// then returns the rotation by r followed by q.
func (r rotation) then(q rotation) rotation {
	p := q.apply(Point{r.cos, r.sin})
	return rotation{p.X, p.Y}
}

func (s Shapeset) tables() tables {
	t := tables{
		background: greys(s.Background),
		foreground: greys(s.Foreground),
		labels:     s.labels(),
	}
	for k := range s.Angles {
		sin, cos := math.Sincos(s.angle(k))
		t.rotations = append(t.rotations, rotation{cos, sin})
	}
	last := float64(s.Angles - 1)
	t.turn = [2]int{int(s.Rotation.Low * last), int(s.Rotation.High * last)}
	for _, n := range s.Vertices {
		t.shapes = append(t.shapes, s.shape(n, t.rotations))
	}
	return t
}

// angle returns rotation k in radians.
func (s Shapeset) angle(k int) float64 { return float64(k) * (2 * math.Pi / float64(s.Angles)) }

func greys(r Range) [2]int { return [2]int{int(r.Low * 255), int(r.High * 255)} }

// shape makes the regular polygon of n vertices in a circle of diameter 1 with a
// level base, and its tilts. As the polygon looks the same after 1/n of a circle,
// the tilts cover about 1/(2n) to either side.
func (s Shapeset) shape(n int, rotations []rotation) shape {
	base := make([]Point, n)
	for i := range base {
		sin, cos := math.Sincos(2 * math.Pi * (float64(i)/float64(n) + 1/float64(2*n) + .25))
		base[i] = Point{.5 * cos, .5 * sin}
	}
	sh := shape{area: float64(n) * math.Sin(2*math.Pi/float64(n)) / (2 * math.Pi)}
	count := 1
	if s.Deformation == Affine {
		count = s.Angles / n
	}
	for k := range count {
		if k > (s.Angles-1)/(2*n) {
			k = min(s.Angles-(s.Angles-1)/n+k, s.Angles-1)
		}
		t := tilt{index: k, tan: math.Tan(s.angle(k))}
		for _, p := range base {
			t.points = append(t.points, rotations[k].apply(p))
		}
		sh.tilts = append(sh.tilts, t)
	}
	return sh
}

// label names the shapes of one or two objects.
func (t *tables) label(objects []Object) uint8 {
	first, second := objects[0].Shape, len(t.shapes)
	if len(objects) == 2 {
		second = objects[1].Shape
	}
	return t.labels[first][second]
}
