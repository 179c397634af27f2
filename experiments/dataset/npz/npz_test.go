package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

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

// What is written is read, bit for bit, NaNs too.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 4).Draw(t, "shape")
		count := 1
		for _, d := range shape {
			count *= d
		}
		var data any
		switch rapid.IntRange(0, 3).Draw(t, "type") {
		case 0:
			bits := rapid.SliceOfN(rapid.Uint32(), count, count).Draw(t, "bits")
			x := make([]float32, count)
			for i, b := range bits {
				x[i] = math.Float32frombits(b)
			}
			data = x
		case 1:
			data = rapid.SliceOfN(rapid.Float64(), count, count).Draw(t, "data")
		case 2:
			data = rapid.SliceOfN(rapid.Int64(), count, count).Draw(t, "data")
		case 3:
			data = rapid.SliceOfN(rapid.Uint8(), count, count).Draw(t, "data")
		}
		var file, again bytes.Buffer
		if err := Write(&file, Array{"x", shape, data}); err != nil {
			t.Fatal(err)
		}
		arrays, err := Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if err := Write(&again, arrays...); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(file.Bytes(), again.Bytes()) || reflect.TypeOf(arrays[0].Data) != reflect.TypeOf(data) {
			t.Errorf("%v of shape %v came back as %v", data, shape, arrays[0])
		}
	})
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
	file := archive(t, Array{"x", []int{len(x)}, x})
	arrays, err := Read(bytes.NewReader(file), int64(len(file)))
	if err != nil || !reflect.DeepEqual(arrays[0].Data, x) {
		t.Errorf("%d elements did not come back: %v", len(x), err)
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

// testdata/numpy.npz was written by numpy 2.4.6's savez_compressed.
func TestReadNumpy(t *testing.T) {
	f, err := os.Open("testdata/numpy.npz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	bytes := make([]uint8, 256)
	for i := range bytes {
		bytes[i] = uint8(i)
	}
	want := []Array{
		{"W", []int{2, 3}, []float32{0, .25, .5, .75, 1, 1.25}},
		{"d", []int{3}, []float64{1e300, math.Copysign(0, -1), math.Inf(1)}},
		{"n", []int{2, 1, 1}, []int64{math.MinInt64, math.MaxInt64}},
		{"g", []int{1, 256}, bytes},
		{"scalar", nil, []float64{2.5}},
		{"empty", []int{0, 4}, []float32{}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
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

func TestReadErrors(t *testing.T) {
	npy := func(dict, data string) string {
		return fmt.Sprintf("\x93NUMPY\x01\x00%c\x00%s%s", len(dict), dict, data)
	}
	fortran, err := os.ReadFile("testdata/fortran.npy")
	if err != nil {
		t.Fatal(err)
	}
	const f4 = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n"
	for name, c := range map[string]struct{ file, want string }{
		"empty":         {"", "unexpected EOF"},
		"other file":    {"\x89PNG\r\n\x1a\n0000", "not an .npy file"},
		"version":       {"\x93NUMPY\x04\x00", "not an .npy file of version 1 to 3"},
		"no length":     {"\x93NUMPY\x02\x00\x00", "unexpected EOF"},
		"long header":   {"\x93NUMPY\x02\x00\xff\xff\xff\xff", "must be at most 65536"},
		"short header":  {"\x93NUMPY\x01\x00\x20\x00{", "unexpected EOF"},
		"no dictionary": {npy("{}", ""), "not as numpy writes it"},
		"big endian":    {npy(strings.Replace(f4, "<f4", ">f4", 1), "12345678"), `elements are ">f4"`},
		"objects":       {npy(strings.Replace(f4, "<f4", "|O", 1), ""), `elements are "|O"`},
		"huge number":   {npy(strings.Replace(f4, "2,", "99999999999999999999,", 1), ""), "out of range"},
		"huge shape":    {npy(strings.Replace(f4, "2,", "4294967296, 4294967296", 1), ""), "more than"},
		"huge promise":  {npy(strings.Replace(f4, "2,", "1099511627776,", 1), "1234"), "after 0 of 1099511627776"},
		"truncated":     {npy(f4, "1234567"), "after 0 of 2 elements: unexpected EOF"},
		"too long":      {npy(f4, "123456789"), "more after the 2 elements"},
		"Fortran":       {string(fortran), "Fortran's order"},
	} {
		_, err := ReadNPY(strings.NewReader(c.file))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

func TestReadDamagedArchive(t *testing.T) {
	whole := archive(t, Array{"W1", []int{3}, []float32{1, 2, 3}})
	read := func(b []byte) error {
		_, err := Read(bytes.NewReader(b), int64(len(b)))
		return err
	}
	if err := read(whole); err != nil {
		t.Fatal(err)
	}
	if read(whole[:len(whole)-1]) == nil {
		t.Error("a truncated archive was read")
	}
	flipped := bytes.Clone(whole)
	flipped[bytes.Index(flipped, []byte{0, 0, 0x80, 0x3f})] ^= 1 // the number 1
	if err := read(flipped); err == nil || !strings.Contains(err.Error(), `"W1"`) {
		t.Errorf("a changed element gave %v, want an error that names W1", err)
	}
	var twice bytes.Buffer
	z := zip.NewWriter(&twice)
	for range 2 {
		w, err := z.Create("x.npy")
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteNPY(w, Array{"x", nil, []uint8{1}}); err != nil {
			t.Fatal(err)
		}
	}
	z.Close()
	if err := read(twice.Bytes()); err == nil || !strings.Contains(err.Error(), "used twice") {
		t.Errorf("a name used twice gave %v", err)
	}
}

// A file that is read can be written, and then reads the same.
func FuzzReadNPY(f *testing.F) {
	for _, data := range []any{[]float32{1, 2}, []float64{1, 2}, []int64{1, 2}, []uint8{1, 2}} {
		var b bytes.Buffer
		if err := WriteNPY(&b, Array{"x", []int{1, 2}, data}); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := ReadNPY(bytes.NewReader(file))
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := WriteNPY(&first, a); err != nil {
			t.Fatal(err)
		}
		b, err := ReadNPY(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteNPY(&second, b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Error("an array changed by writing and reading")
		}
	})
}

// Damaged archives give errors, never a panic.
func FuzzRead(f *testing.F) {
	f.Add(archive(f, Array{"W1", []int{2, 2}, []float32{1, 2, 3, 4}}, Array{"b1", []int{2}, []float64{1, 2}}))
	f.Fuzz(func(t *testing.T, file []byte) {
		arrays, err := Read(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		if err := Write(new(bytes.Buffer), arrays...); err != nil {
			t.Error(err)
		}
	})
}
