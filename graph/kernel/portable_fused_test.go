package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestFuses demands the fused loop of the compilers that are known to fuse it. A loop that they no longer fuse is right, and slow.
func TestFuses(t *testing.T) {
	if compilerFuses && !canFuse {
		t.Error("the compiler does not fuse all multiply-adds of fusedTiles")
	}
}

// TestFusedTiles holds the fused loop to exact arithmetic, with every kind of operands and strides.
func TestFusedTiles(t *testing.T) {
	if !canFuse {
		t.Skip("this compiler does not fuse")
	}
	r := rand.New(rand.NewPCG(21, 22))
	for trial := range 2000 {
		draw := []func(*rand.Rand) float32{normal, tiny, anyFloat}[trial%3]
		cols, depth := fusedCols*(1+r.IntN(3)), r.IntN(7)
		aStep, bStep := fusedRows+r.IntN(3), cols+r.IntN(3)
		a, b := operand(r, depth*aStep, draw), operand(r, depth*bStep, draw)
		got, want := make([]float32, fusedRows*cols), make([]float32, fusedRows*cols)
		for i := range got {
			got[i] = draw(r)
			want[i] = got[i]
			for d := range depth {
				want[i] = bigFMA(a[d*aStep+i/cols], b[d*bStep+i%cols], want[i])
			}
		}
		fusedTiles(tileRows(got, cols), a, aStep, b, bStep)
		compare(t, fmt.Sprintf("%d columns, %d steps", cols, depth), got, want)
	}
}

// TestFusedPlaces shows with every compiler that what is around the fused loop takes each number from its place: small whole numbers have
// the same sums with one rounding and with two.
func TestFusedPlaces(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	whole := func(r *rand.Rand) float32 { return float32(r.IntN(17) - 8) }
	for range 100 {
		rows, cols, depth := 1+r.IntN(portableRows), 1+r.IntN(2*portablePanel), 1+r.IntN(2*packDepth)
		a, b, bias := operand(r, rows*depth, whole), operand(r, depth*cols, whole), operand(r, cols, whole)
		for resume := range 2 {
			start := operand(r, rows*cols, whole)
			got, alive := target(t, r, rows*cols)
			copy(got, start)
			fusedChain(&chainTile{
				c: got, a: a, b: b, bias: bias, cRow: cols, bDepth: cols, bPanel: portablePanel, depth: depth, cols: cols, resume: resume,
			}, rows, depth, 1, cols)
			alive()
			want := make([]float32, rows*cols)
			for i := range want {
				want[i] = start[i]*float32(resume) + bias[i%cols]
				for d := range depth {
					want[i] += a[i/cols*depth+d] * b[d*cols+i%cols]
				}
			}
			compare(t, fmt.Sprintf("chain of %d x %d x %d", rows, depth, cols), got, want)
		}
		checkFusedDots(t, r, rows, 1+r.IntN(dotStrip), 1+r.IntN(dotBlock), whole)
	}
}

// checkFusedDots is the part of TestFusedPlaces for products of rows with rows.
func checkFusedDots(t *testing.T, r *rand.Rand, rows, groups, cols int, draw func(*rand.Rand) float32) {
	a, b := operand(r, rows*cols, draw), operand(r, groups*cols, draw)
	for resume := range 2 {
		start := operand(r, rows*groups, draw)
		got, alive := target(t, r, rows*groups)
		copy(got, start)
		fusedDots(&dotTile{c: got, a: a, b: b, cRow: groups, aRow: cols, bRow: cols, cols: cols, groups: groups, resume: resume}, rows)
		alive()
		want := make([]float32, rows*groups)
		for i := range want {
			want[i] = start[i] * float32(resume)
			for j := range cols {
				want[i] += a[i/groups*cols+j] * b[i%groups*cols+j]
			}
		}
		compare(t, fmt.Sprintf("%d rows with %d of %d columns", rows, groups, cols), got, want)
	}
}
