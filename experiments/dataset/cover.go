package dataset

// Cover counts the pixels of a scene's objects, each as if no other object lay
// on top of it.
type Cover struct{ First, Second, Both int }

// Share returns the share of the first object's pixels that the second hides, and
// 0 for a single object.
func (c Cover) Share() float64 {
	if c.Both == 0 {
		return 0
	}
	return float64(c.Both) / float64(c.First)
}

// Cover counts the pixels of a scene of this generator.
func (g *Generator) Cover(sc *Scene) Cover {
	const first, second = 1, 2
	clear(g.mask)
	mark := uint8(first)
	for i := range sc.Objects {
		for _, s := range g.raster.polygon(sc.Objects[i].Points) {
			for x := int(s.x0); x <= int(s.x1); x++ {
				g.mask[x*g.set.Size+int(s.y)] |= mark
			}
		}
		mark = second
	}
	var count [4]int
	for _, m := range g.mask {
		count[m]++
	}
	return Cover{
		First:  count[first] + count[first|second],
		Second: count[second] + count[first|second],
		Both:   count[first|second],
	}
}
