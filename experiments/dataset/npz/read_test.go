package npz

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What numpy wrote, of every type and order, is read as it was; see testdata/write_types.py.
func TestReadTypes(t *testing.T) {
	src, err := os.ReadFile("testdata/types.npz")
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	list := func(one func(i int) any) any {
		l := reflect.MakeSlice(reflect.SliceOf(reflect.TypeOf(one(0))), 0, 24)
		for i := range 24 {
			l = reflect.Append(l, reflect.ValueOf(one(i)))
		}
		return l.Interface()
	}
	want := map[string]any{
		"b":  list(func(i int) any { return int64(map[bool]int{true: 1}[i%3 == 0]) }),
		"i":  list(func(i int) any { return int64(i - 12) }),
		"u":  list(func(i int) any { return uint64(2 * i) }),
		"u1": list(func(i int) any { return uint8(2 * i) }),
		"f":  list(func(i int) any { return float32(i-12) / 4 }),
		"f8": list(func(i int) any { return float64(i-12) / 4 }),
		"S":  list(func(i int) any { return fmt.Sprint(i) }),
		"U":  list(func(i int) any { return fmt.Sprint(i) }),
	}
	typed := 0
	for _, name := range r.Names {
		a, err := r.Read(name)
		kind, _, isTyped := strings.Cut(name, "-")
		if err != nil || !isTyped {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		typed++
		data, ok := want[kind]
		if !ok {
			data = want[kind[:1]]
		}
		if !slices.Equal(a.Shape, []int{2, 3, 4}) || !reflect.DeepEqual(a.Data, data) {
			t.Errorf("%s: %v %v, want %v", name, a.Shape, a.Data, data)
		}
	}
	if typed != 56 {
		t.Errorf("%d arrays of the types", typed)
	}
	for name, want := range map[string]any{
		"half":    []float32{0, float32(math.Copysign(0, -1)), 1, -2.5, 65504, 1. / (1 << 24), 1. / (1 << 14), float32(math.Inf(1)), float32(math.Inf(-1))},
		"extreme": []uint64{math.MaxUint64, 1 << 63}, "scalar": []float64{7.5}, "empty": []float64{},
	} {
		if a, err := r.Read(name); err != nil || fmt.Sprint(a.Data) != fmt.Sprint(want) {
			t.Errorf("%s: %v, %v, want %v", name, a.Data, err, want)
		}
	}
	if _, err := r.Read("none"); err == nil {
		t.Error("an array that is not in the file is read")
	}
}

// The reader finds what this package writes.
func TestReadWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 4).Draw(t, "shape")
		n, _ := count(shape)
		floats := rapid.SliceOfN(rapid.Float32(), int(n), int(n)).Draw(t, "floats")
		var b bytes.Buffer
		if err := Write(&b, Array{"a", shape, floats}); err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		a, err := r.Read("a")
		if err != nil || !slices.Equal(a.Shape, shape) || !slices.Equal(a.Data.([]float32), floats) {
			t.Fatalf("%v, %v became %v, error %v", shape, floats, a, err)
		}
	})
}

// What cannot be read is refused in one line, without the memory that the header claims.
func TestReadRefuses(t *testing.T) {
	npy := func(dict string, data ...byte) []byte {
		b := append([]byte(magic), 1, 0, byte(len(dict)), 0)
		return append(append(b, dict...), data...)
	}
	dict := func(descr, shape string) string {
		return "{'descr': " + descr + ", 'fortran_order': False, 'shape': (" + shape + "), }\n"
	}
	for want, src := range map[string][]byte{
		"not in numpy's format":                         []byte("hello"),
		"not in numpy's":                                nil,
		"version 9 of numpy's format, must be 1 to 3":   append([]byte(magic), 9, 0, 1, 0),
		"its header is cut off":                         npy(dict("'<f4'", "3,"))[:20],
		"a header of 4294967295 bytes, must be at most": append([]byte(magic), 2, 0, 255, 255, 255, 255),
		"no descr, fortran_order and shape":             npy("{}\n"),
		"it has Python objects, which are not read":     npy(dict("'|O'", "3,")),
		"complex numbers (<c8)":                         npy(dict("'<c8'", "3,")),
		"records of several fields":                     npy(dict("[('a', '<f4')]", "3,")),
		"type <f16, must be integers":                   npy(dict("'<f16'", "3,")),
		"type <M8[ns], must be integers":                npy(dict("'<M8[ns]'", "3,")),
		`type "", must be integers`:                     npy(dict("''", "3,")),
		"text of type <U0, must have":                   npy(dict("'<U0'", "3,")),
		"ends after 5 of 12 bytes of data":              npy(dict("'<f4'", "3,"), 1, 2, 3, 4, 5),
		"continues after the end of its data":           npy(dict("'|u1'", "1,"), 1, 2),
		"needs about":                                   npy(dict("'<f8'", "1000000000, 1000")),
		"negative dimension or more than":               npy(dict("'<f8'", "1000000000, 1000000000, 1000000000")),
		"is too large":                                  npy(dict("'<f8'", "99999999999999999999")),
	} {
		if _, err := ReadNPY(bytes.NewReader(src)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Any bytes are read, or refused in one line.
func FuzzRead(f *testing.F) {
	f.Add(archive(f, Array{"x", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}}, Array{"y", []int{2}, []int64{0, 1}}))
	src, err := os.ReadFile("testdata/types.npz")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	f.Fuzz(func(t *testing.T, src []byte) {
		r, err := NewReader(bytes.NewReader(src), int64(len(src)))
		if err != nil {
			oneLine(t, err)
			return
		}
		for _, name := range r.Names {
			a, err := r.Read(name)
			whole(t, a, err)
		}
	})
}

// FuzzReadNPY is FuzzRead without the archive around an array.
func FuzzReadNPY(f *testing.F) {
	for _, a := range []Array{{"x", []int{2, 2}, []float32{1, 2, 3, 4}}, {"y", nil, []uint8{1}}, {"z", []int{3}, []int64{-1, 0, 1}}} {
		var b bytes.Buffer
		if err := WriteNPY(&b, a); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(bytes.Replace(b.Bytes(), []byte("False"), []byte("True "), 1))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		a, err := ReadNPY(bytes.NewReader(src))
		whole(t, a, err)
	})
}

// whole checks that an array has as many elements as its shape, or an error of one line.
func whole(t *testing.T, a Array, err error) {
	t.Helper()
	if err != nil {
		oneLine(t, err)
		return
	}
	if n, err := count(a.Shape); err != nil || int64(reflect.ValueOf(a.Data).Len()) != n {
		t.Fatalf("shape %v with %d elements", a.Shape, reflect.ValueOf(a.Data).Len())
	}
}

func oneLine(t *testing.T, err error) {
	t.Helper()
	if text := err.Error(); text == "" || strings.ContainsAny(text, "\r\n") {
		t.Fatalf("an error of %q", text)
	}
}
