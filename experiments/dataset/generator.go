package dataset

import "math"

// Point is a position in pixels; x goes right and y goes down.
type Point struct{ X, Y float64 }

// Object is a polygon of a [Scene].
type Object struct {
	Shape  int   // index into Shapeset.Vertices
	Grey   uint8 // 0 to 255
	K1, K3 int   // rotations before and after the scaling, in steps of 1/Angles of the circle
	Scale  Point // lengths of the two axes in pixels, the longer one first
	Center Point
	Points []Point // vertices
}

// Scene is what an image shows.
type Scene struct {
	Background uint8
	Objects    []Object // in the order of drawing, the last on top
	Label      uint8
	Rejections int  // positions that covered too much of the first object
	Dropped    bool // the second object was dropped after too many of them
}

// Tally counts what a generator has made since it was seeded.
type Tally struct{ Images, Rejections, Dropped int64 }

// Generator is the endless sequence of images of one seed. It is not safe for
// use by several goroutines at once.
type Generator struct {
	set     Shapeset
	tables  tables
	rng     mt19937
	tally   Tally
	scene   Scene
	objects []Object // memory of the scene's objects
	raster  raster
	mask    []uint8 // [Size, Size], for Cover
}

// NewGenerator returns the images of a seed from the first one on. It returns
// the error of [Shapeset.Validate].
func (s Shapeset) NewGenerator(seed uint32) (*Generator, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	s.Vertices = append([]int(nil), s.Vertices...)
	g := &Generator{set: s, tables: s.tables()}
	g.rng.seed(seed)
	most := 0
	for _, n := range s.Vertices {
		most = max(most, n)
	}
	g.objects = make([]Object, s.MaxObjects)
	for i := range g.objects {
		g.objects[i].Points = make([]Point, 0, most)
	}
	g.raster = newRaster(s.Size, most)
	g.mask = make([]uint8, s.Features())
	return g, nil
}

// Next draws the next image and returns its label. The image has Features
// pixels, x-major as in the authors' generator: pixel (x, y) is img[x*Size+y].
// It panics if img is shorter.
func (g *Generator) Next(img []uint8) (label uint8) {
	scene := g.NextScene()
	g.Draw(img, scene)
	return scene.Label
}

// Tally returns what was made since the generator was seeded.
func (g *Generator) Tally() Tally { return g.tally }

// NextScene samples the next scene without drawing it. The scene belongs to the
// generator and is valid until the next call.
//
// The random numbers are drawn in the authors' order: the swap of the colours,
// the number of objects, the background; then for each object its shape, its
// first and its second rotation, axes and centre until they are accepted, and
// last its grey.
func (g *Generator) NextScene() *Scene {
	sc, t := &g.scene, &g.tables
	background, foreground := t.background, t.foreground
	if !(g.rng.float64() > g.set.Swap) {
		background, foreground = foreground, background
	}
	n := g.rng.intn(g.set.MinObjects, g.set.MaxObjects+1)
	sc.Background = uint8(g.rng.intn(background[0], background[1]+1))
	sc.Objects, sc.Rejections, sc.Dropped = g.objects[:0], 0, false
	for len(sc.Objects) < n && !sc.Dropped {
		o := &g.objects[len(sc.Objects)]
		g.sample(o, sc)
		sc.Dropped = sc.Rejections >= g.set.RejectionMax
		if !sc.Dropped {
			o.Grey = uint8(g.rng.intn(foreground[0], foreground[1]+1))
			sc.Objects = g.objects[:len(sc.Objects)+1]
		}
	}
	sc.Label = t.label(sc.Objects)

	g.tally.Images++
	g.tally.Rejections += int64(sc.Rejections)
	if sc.Dropped {
		g.tally.Dropped++
	}
	return sc
}

// sample draws everything about an object except its grey.
func (g *Generator) sample(o *Object, sc *Scene) {
	t := &g.tables
	o.Shape = g.rng.intn(0, len(t.shapes))
	shape := &t.shapes[o.Shape]
	tilt := &shape.tilts[g.rng.intn(0, len(shape.tilts))]
	o.K1 = tilt.index
	o.K3 = t.turn[0]
	if t.turn[0] < t.turn[1] {
		o.K3 = g.rng.intn(t.turn[0], t.turn[1])
	}
	for {
		g.deform(o, tilt)
		g.place(o)
		if len(sc.Objects) == 0 || sc.Rejections > g.set.RejectionMax || !g.hides(o, &sc.Objects[0]) {
			return
		}
		sc.Rejections++
	}
}

// deform draws the lengths of the axes and sets the vertices around (0, 0).
func (g *Generator) deform(o *Object, tilt *tilt) {
	size := float64(g.set.Size)
	long := g.rng.uniform(g.set.Scales.Low, g.set.Scales.High) * size
	short := long
	if g.set.Deformation != Regular {
		short = g.rng.uniform(g.set.Scales.Low, g.set.Scales.High) * size
	}
	if short > long {
		long, short = short, long
	}
	o.Scale = Point{long, short}

	// The base of the tilted and scaled polygon is turned back by the arc tangent
	// of slope, so that it is level again, and then the whole polygon is turned.
	slope := short / long * tilt.tan
	hypot := math.Sqrt(1 + float64(slope*slope))
	turn := rotation{1 / hypot, -slope / hypot}.then(g.tables.rotations[o.K3])
	o.Points = o.Points[:len(tilt.points)]
	for i, p := range tilt.points {
		o.Points[i] = turn.apply(Point{p.X * long, p.Y * short})
	}
}

// place draws the centre, so that the object keeps one pixel of margin, and moves
// the vertices there.
func (g *Generator) place(o *Object) {
	low, high := o.Points[0], o.Points[0]
	for _, p := range o.Points[1:] {
		low = Point{min(low.X, p.X), min(low.Y, p.Y)}
		high = Point{max(high.X, p.X), max(high.Y, p.Y)}
	}
	o.Center.X = g.center(low.X, high.X)
	o.Center.Y = g.center(low.Y, high.Y)
	for i := range o.Points {
		o.Points[i].X += o.Center.X
		o.Points[i].Y += o.Center.Y
	}
}

// center draws one coordinate of an object that reaches from low to high of it.
func (g *Generator) center(low, high float64) float64 {
	size := float64(g.set.Size)
	from := max(g.set.Position.Low, -(low-1)/size)
	to := min(g.set.Position.High, 1-(high+1)/size)
	return g.rng.uniform(from, to) * size
}

// hides reports whether o would cover too much of the older object.
func (g *Generator) hides(o, older *Object) bool { return g.overlap(o, older) > g.set.Overlap }

// Overlap returns the share of the first object's area that the second hides, as
// the generator estimates it; 0 for a scene of one object.
func (g *Generator) Overlap(sc *Scene) float64 {
	if len(sc.Objects) < 2 {
		return 0
	}
	return g.overlap(&sc.Objects[1], &sc.Objects[0])
}

// overlap estimates the share of the older object's area that o covers, from how
// far the two extend towards each other along the line between their centres:
// nothing if they do not touch, half of o's area if they extend over twice the
// distance. The authors' generator stores the older centre as integers.
func (g *Generator) overlap(o, older *Object) float64 {
	old := Point{math.Trunc(older.Center.X), math.Trunc(older.Center.Y)}
	v := Point{o.Center.X - old.X, o.Center.Y - old.Y}
	distance := math.Sqrt(float64(v.X*v.X) + float64(v.Y*v.Y))
	reach := extent(older.Points, old, v)/distance + extent(o.Points, o.Center, Point{-v.X, -v.Y})/distance
	if !(reach >= distance) {
		return 0
	}
	covered := 1 - math.Exp(-(reach-distance)/(distance/math.Ln2))
	return g.area(o) * covered / g.area(older)
}

// extent returns the largest product of v and a vertex relative to center.
func extent(points []Point, center, v Point) float64 {
	most := math.Inf(-1)
	for _, p := range points {
		most = max(most, float64((p.X-center.X)*v.X)+float64((p.Y-center.Y)*v.Y))
	}
	return most
}

// area is the area of an object up to a constant factor.
func (g *Generator) area(o *Object) float64 {
	return o.Scale.X * o.Scale.Y * g.tables.shapes[o.Shape].area
}

// Draw fills img with a scene of this generator, x-major as [Generator.Next].
func (g *Generator) Draw(img []uint8, sc *Scene) {
	img = img[:g.set.Features()]
	for i := range img {
		img[i] = sc.Background
	}
	for i := range sc.Objects {
		paint(img, g.set.Size, g.raster.polygon(sc.Objects[i].Points), sc.Objects[i].Grey)
	}
}
