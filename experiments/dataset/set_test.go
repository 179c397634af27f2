package dataset

import (
	"bytes"
	"image"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/sbinet/npyio/npz"
)

func smallSet(t testing.TB, n int) *Set {
	t.Helper()
	set, err := DefaultShapeset().Set(t.Context(), 5, n)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestScale(t *testing.T) {
	unit, centred := Scale{0, 1}.Table(), Scale{-1, 1}.Table()
	for g := range 256 {
		// The authors' formulas, grey/255.0 and grey/255.0*2-1 in float64.
		if want := float32(float64(g) / 255); unit[g] != want {
			t.Errorf("grey %d in [0, 1] is %v, want %v", g, unit[g], want)
		}
		if want := float32(float64(g)/255*2 - 1); centred[g] != want {
			t.Errorf("grey %d in [-1, 1] is %v, want %v", g, centred[g], want)
		}
	}
	for _, s := range []Scale{{1, 1}, {1, 0}, {math.NaN(), 1}, {0, math.NaN()}, {0, math.Inf(1)}, {math.Inf(-1), 1}} {
		if s.Validate() == nil {
			t.Errorf("scale %v is valid", s)
		}
	}
	if err := (Scale{-1, 1}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestBatch(t *testing.T) {
	set := smallSet(t, 20)
	scale := Scale{-1, 1}
	table := scale.Table()
	var b Batch
	set.Batch(scale, 3, 13, &b)
	if b.N != 10 || b.Features != 1024 || len(b.X) != 10*1024 {
		t.Fatalf("batch of %d x %d, %d inputs", b.N, b.Features, len(b.X))
	}
	for i, x := range b.X {
		if x != table[set.Images[3*1024+i]] {
			t.Fatalf("input %d is %v", i, x)
		}
	}
	if !slices.Equal(b.Labels, set.Labels[3:13]) {
		t.Errorf("labels %v, want %v", b.Labels, set.Labels[3:13])
	}
	if n := testing.AllocsPerRun(10, func() { set.Batch(scale, 0, 5, &b) }); n != 0 {
		t.Errorf("%v allocations for a smaller batch", n)
	}
	defer func() {
		if recover() == nil {
			t.Error("images 15 to 25 of 20 were given")
		}
	}()
	set.Batch(scale, 15, 25, &b)
}

func TestWriteNPZ(t *testing.T) {
	set := smallSet(t, 7)
	var file, again bytes.Buffer
	for _, w := range []io.Writer{&file, &again} {
		if err := WriteNPZ(w, set); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Error("the same set gave other bytes")
	}
	r, err := npz.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []npzArray{
		{"images.npy", []int{7, 1024}, set.Images},
		{"labels.npy", []int{7}, set.Labels},
	} {
		var got []uint8
		if err := r.Read(want.name, &got); err != nil {
			t.Fatal(err)
		}
		if shape := r.Header(want.name).Descr.Shape; !slices.Equal(shape, want.shape) || !bytes.Equal(got, want.data) {
			t.Errorf("%s has shape %v, or other bytes", want.name, shape)
		}
	}
}

// npzArray is what an npz file is to hold.
type npzArray struct {
	name  string
	shape []int
	data  []uint8
}

// Pixel (x, y) of image i is seen at its place on the sheet, x to the right.
func TestContactSheet(t *testing.T) {
	set := smallSet(t, 5)
	sheet, err := ContactSheet(set, 3)
	if err != nil {
		t.Fatal(err)
	}
	const step = 32 + 2
	if got, want := sheet.Bounds(), image.Rect(0, 0, 3*step+2, 2*step+2); got != want {
		t.Errorf("sheet is %v, want %v", got, want)
	}
	gray := sheet.(*image.Gray)
	for i := range step {
		for _, p := range []image.Point{{i, 1}, {i, step}, {0, i}, {step, i}} {
			if got := gray.GrayAt(p.X, p.Y).Y; got != sheetGrey {
				t.Errorf("line has grey %d at %v", got, p)
			}
		}
	}
	for i := range 5 {
		for x := range 32 {
			for y := range 32 {
				got := gray.GrayAt(2+i%3*step+x, 2+i/3*step+y).Y
				if want := set.Images[i*1024+x*32+y]; got != want {
					t.Fatalf("image %d, pixel (%d, %d) is %d, want %d", i, x, y, got, want)
				}
			}
		}
	}
}

func TestContactSheetErrors(t *testing.T) {
	for name, c := range map[string]struct {
		set     *Set
		columns int
	}{
		"not square": {&Set{Features: 10, Images: make([]uint8, 10), Labels: make([]uint8, 1)}, 1},
		"empty":      {&Set{Features: 4}, 1},
		"no columns": {smallSet(t, 1), 0},
	} {
		if _, err := ContactSheet(c.set, c.columns); err == nil {
			t.Errorf("%s: a sheet was made", name)
		}
	}
}
