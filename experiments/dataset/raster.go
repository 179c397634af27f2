package dataset

import "slices"

// span is a run of pixels of one scan line, both ends included.
type span struct{ y, x0, x1 int32 }

// raster fills polygons like pygame 1.8.1's draw.polygon, which the authors'
// generator called; later versions of pygame fill different pixels.
type raster struct {
	corners   [][2]int32
	crossings []int32 // [size, vertices]
	count     []int32 // [size], crossings of each line
	spans     []span
}

func newRaster(size, vertices int) raster {
	return raster{
		corners:   make([][2]int32, vertices),
		crossings: make([]int32, size*vertices),
		count:     make([]int32, size),
		spans:     make([]span, 0, size*(vertices/2+1)),
	}
}

// polygon returns the spans that fill a polygon, which must lie within the image.
// They are valid until the next call, and may share pixels. Vertices are
// truncated to whole pixels. Scan line y crosses the edges that begin at y or
// above it and end below it; the last line also crosses the edges that end there.
// It is filled between pairs of crossings.
func (r *raster) polygon(points []Point) []span {
	corners := r.corners[:len(points)]
	top, bottom := int32(points[0].Y), int32(points[0].Y)
	for i, p := range points {
		corners[i] = [2]int32{int32(p.X), int32(p.Y)}
		top, bottom = min(top, int32(p.Y)), max(bottom, int32(p.Y))
	}
	clear(r.count[top : bottom+1])
	from := corners[len(corners)-1]
	for _, to := range corners {
		r.cross(from, to, bottom)
		from = to
	}
	r.spans = r.spans[:0]
	stride := int32(cap(r.corners))
	for y := top; y <= bottom; y++ {
		line := r.crossings[y*stride : y*stride+r.count[y]]
		if len(line) == 2 {
			r.spans = append(r.spans, span{y, min(line[0], line[1]), max(line[0], line[1])})
			continue
		}
		slices.Sort(line)
		for k := 0; k+1 < len(line); k += 2 {
			r.spans = append(r.spans, span{y, line[k], line[k+1]})
		}
	}
	return r.spans
}

// cross records where the scan lines cross one edge.
func (r *raster) cross(a, b [2]int32, bottom int32) {
	if a[1] > b[1] {
		a, b = b, a
	}
	end := b[1]
	if end == bottom && a[1] < b[1] {
		end++
	}
	dx, dy := b[0]-a[0], b[1]-a[1]
	stride := int32(cap(r.corners))
	for y := a[1]; y < end; y++ {
		r.crossings[y*stride+r.count[y]] = a[0] + (y-a[1])*dx/dy
		r.count[y]++
	}
}

// paint sets the pixels of spans in an x-major image.
func paint(img []uint8, size int, spans []span, grey uint8) {
	for _, s := range spans {
		for i := int(s.x0)*size + int(s.y); i <= int(s.x1)*size+int(s.y); i += size {
			img[i] = grey
		}
	}
}
