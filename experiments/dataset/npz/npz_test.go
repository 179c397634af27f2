package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/sbinet/npyio/npz"
	"pgregory.net/rapid"
)

func archive(t testing.TB, arrays ...Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, arrays...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An independent reader finds what was written, bit for bit, NaNs too.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 30), 1, 4).Draw(t, "shape") // the reader takes neither scalars nor empty arrays
		count := 1
		for _, d := range shape {
			count *= d
		}
		floats := make([]float32, count)
		for i, b := range rapid.SliceOfN(rapid.Uint32(), count, count).Draw(t, "bits") {
			floats[i] = math.Float32frombits(b)
		}
		wide := rapid.SliceOfN(rapid.Float64(), count, count).Draw(t, "floats")
		integers := rapid.SliceOfN(rapid.Int64(), count, count).Draw(t, "integers")
		bytes := rapid.SliceOfN(rapid.Uint8(), count, count).Draw(t, "bytes")
		r := reader(t, Array{"a", shape, floats}, Array{"b", shape, wide}, Array{"c", shape, integers}, Array{"d", shape, bytes})
		if got := read[float32](t, r, "a", shape); !slices.EqualFunc(got, floats, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) }) {
			t.Errorf("%v became %v", floats, got)
		}
		if got := read[float64](t, r, "b", shape); !slices.Equal(got, wide) {
			t.Errorf("%v became %v", wide, got)
		}
		if got := read[int64](t, r, "c", shape); !slices.Equal(got, integers) {
			t.Errorf("%v became %v", integers, got)
		}
		if got := read[uint8](t, r, "d", shape); !slices.Equal(got, bytes) {
			t.Errorf("%v became %v", bytes, got)
		}
	})
}

// reader opens what Write writes.
func reader(t rapid.TB, arrays ...Array) *npz.Reader {
	t.Helper()
	var file bytes.Buffer
	if err := Write(&file, arrays...); err != nil {
		t.Fatal(err)
	}
	r, err := npz.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// read reads an array, which must have the shape.
func read[T any](t rapid.TB, r *npz.Reader, name string, shape []int) (data []T) {
	t.Helper()
	if got := r.Header(name + ".npy").Descr.Shape; !slices.Equal(got, shape) {
		t.Errorf("%s has shape %v, want %v", name, got, shape)
	}
	if err := r.Read(name+".npy", &data); err != nil {
		t.Fatal(err)
	}
	return data
}

// Nothing of the time of writing is in the file.
func TestDates(t *testing.T) {
	file := archive(t, Array{"x", nil, []uint8{1}}, Array{"y", nil, []uint8{2}})
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if y, m, d := f.Modified.UTC().Date(); y != 1980 || m != 1 || d != 1 {
			t.Errorf("%s is dated %v", f.Name, f.Modified)
		}
	}
}

// Arrays longer than what is converted at once.
func TestLongArray(t *testing.T) {
	x := make([]float32, 3*chunk+5)
	for i := range x {
		x[i] = float32(i)
	}
	if got := read[float32](t, reader(t, Array{"x", []int{len(x)}, x}), "x", []int{len(x)}); !slices.Equal(got, x) {
		t.Errorf("%d elements did not come back", len(x))
	}
}

// The bytes before the elements, as numpy.lib.format describes them: magic,
// version 1.0, length of the text (118 = 0x76), and the text up to byte 128.
func TestHeader(t *testing.T) {
	var b bytes.Buffer
	if err := WriteNPY(&b, Array{"x", []int{2}, []float32{1, -2}}); err != nil {
		t.Fatal(err)
	}
	text := "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
	want := "\x93NUMPY\x01\x00\x76\x00" + text + strings.Repeat(" ", 117-len(text)) + "\n" +
		"\x00\x00\x80\x3f\x00\x00\x00\xc0"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	// Elements begin at a multiple of 64 bytes, for every length of the text.
	for d := 1; d < 1e9; d *= 10 {
		for n := range 12 {
			shape := make([]int, n)
			for i := range shape {
				shape[i] = d
			}
			if h := header("<f8", shape); len(h)%alignment != 0 {
				t.Errorf("header of %v is %d bytes long", shape, len(h))
			}
		}
	}
}

func TestWriteErrors(t *testing.T) {
	x := []float32{1, 2}
	for want, arrays := range map[string][]Array{
		`name "" is empty or used twice`:      {{"", []int{2}, x}},
		`name "x" is empty or used twice`:     {{"x", []int{2}, x}, {"x", []int{2}, x}},
		`array "x": 2 elements for shape [3]`: {{"x", []int{3}, x}},
		`array "x": shape [-2] has a neg`:     {{"x", []int{-2}, x}},
		`array "x": data is []int, must be`:   {{"x", []int{1}, []int{1}}},
		`[2147483647 2147483647] has`:         {{"x", []int{math.MaxInt32, math.MaxInt32}, x}},
	} {
		err := Write(new(bytes.Buffer), arrays...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// full is a device with room for n bytes.
type full struct{ n int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.n {
		return 0, errFull
	}
	f.n -= len(p)
	return len(p), nil
}

func TestWriteFull(t *testing.T) {
	a := Array{"x", []int{4 * chunk}, make([]float64, 4*chunk)}
	size := len(archive(t, a))
	for n := 0; n < size; n += size / 50 {
		if err := Write(&full{n}, a); !errors.Is(err, errFull) {
			t.Errorf("with room for %d of %d bytes: %v", n, size, err)
		}
	}
}
