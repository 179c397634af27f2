package graph

import (
	"math/rand/v2"
	"testing"
)

// TestHugePages shows that gathering a slice in huge pages changes neither its numbers nor its neighbours', whatever part
// of a page it begins and ends in.
func TestHugePages(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 3<<20)
	want := make([]float32, len(x))
	for i := range x {
		x[i] = r.Float32()
	}
	copy(want, x)
	for _, part := range [][]float32{nil, x[:1], x[5 : 600<<10], x[1<<20+3 : 2<<20], x} {
		hugePages(part)
	}
	for i := range x {
		if x[i] != want[i] {
			t.Fatalf("element %d was %v, is %v", i, want[i], x[i])
		}
	}
}
