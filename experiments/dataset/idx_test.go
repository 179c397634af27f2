package dataset

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// idx are the bytes of an IDX file, by the format's description: two zeros, the
// type, the number of dimensions, the dimensions in 32 big-endian bits, the data.
func idx(kind byte, dims []int, data []byte) []byte {
	b := []byte{0, 0, kind, byte(len(dims))}
	for _, d := range dims {
		b = append(b, byte(d>>24), byte(d>>16), byte(d>>8), byte(d))
	}
	return append(b, data...)
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// write makes a file and the folders it is in.
func write(t testing.TB, data []byte, path ...string) string {
	t.Helper()
	file := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// refused tells that there is an error of one line with those words in it.
func refused(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one of %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error has several lines: %q", err)
	}
}

func TestReadIDX(t *testing.T) {
	data := []byte{1, 2, 3, 4, 5, 6}
	a, err := ReadIDX(bytes.NewReader(idx(8, []int{1, 2, 3}, data)), 0, 2, 0)
	if err != nil || !slices.Equal(a.Dims, []int{1, 2, 3}) || !bytes.Equal(a.Data, data) {
		t.Errorf("got %v, %v", a, err)
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":            {nil, "header ends after 0 of 16 bytes"},
		"magic cut":        {[]byte{0, 0, 8}, "header ends after 3 of 16 bytes"},
		"header cut":       {idx(8, []int{1, 2}, []byte{0, 0})[:10], "magic is 0x00000802, must be 0x00000803: unsigned bytes in 3 dimensions"},
		"dimensions cut":   {idx(8, []int{1, 2, 3}, nil)[:14], "header ends after 14 of 16 bytes"},
		"floats":           {idx(0x0d, []int{1, 2, 3}, make([]byte, 24)), "magic is 0x00000d03"},
		"other dimension":  {idx(8, []int{1, 3, 3}, make([]byte, 9)), "dimension 1 is 3, must be 2"},
		"no rows":          {idx(8, []int{1, 2, 0}, nil), "dimension 2 is 0"},
		"no images":        {idx(8, []int{0, 2, 3}, nil), "dimension 0 is 0, must be 1 or more"},
		"truncated":        {idx(8, []int{1, 2, 3}, data[:5]), "data ends after 5 of 6 bytes"},
		"no data":          {idx(8, []int{1, 2, 3}, nil), "data ends after 0 of 6 bytes"},
		"trailing":         {idx(8, []int{1, 2, 3}, append(data, 0)), "continues after the end of its data"},
		"too much":         {idx(8, []int{1 << 16, 2, 1 << 16}, data), "dimension 2 is 65536, which makes more than 2147483647 bytes"},
		"negative count":   {idx(8, []int{-1, 2, 3}, data), "dimension 0 is 4294967295, which makes more"},
		"a lie of a count": {idx(8, []int{1 << 20, 2, 512}, data), "data ends after 6 of 1073741824 bytes"},
	} {
		_, err := ReadIDX(bytes.NewReader(c.file), 0, 2, 0)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %q, want %q", name, err, c.want)
		}
	}
	broken := errors.New("broken disk")
	for _, n := range []int64{2, 17} { // in the header and in the data
		_, err = ReadIDX(io.MultiReader(io.LimitReader(bytes.NewReader(idx(8, []int{1, 2, 3}, data)), n), iotest.ErrReader(broken)), 0, 2, 0)
		if !errors.Is(err, broken) {
			t.Errorf("error %v after %d bytes", err, n)
		}
	}
}

// A count that is a lie takes no more memory than twice the file.
func TestReadIDXMemory(t *testing.T) {
	file := idx(8, []int{1 << 30}, make([]byte, 1<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ReadIDX(bytes.NewReader(file), 0)
	runtime.ReadMemStats(&after)
	refused(t, err, "data ends after 1048576 of 1073741824 bytes")
	size := after.TotalAlloc - before.TotalAlloc
	if size > 4<<20 { // all the sizes on the way to 2 MiB together
		t.Errorf("%d bytes for a file of %d", size, len(file))
	}
}

func TestWriteIDX(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := IDX{Dims: rapid.SliceOfN(rapid.IntRange(1, 40), 1, 4).Draw(t, "dims")}
		size := 1
		for _, d := range a.Dims {
			size *= d
		}
		a.Data = make([]uint8, size)
		for i := range a.Data {
			a.Data[i] = uint8(i * 7)
		}
		var b bytes.Buffer
		if err := WriteIDX(&b, a); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), idx(8, a.Dims, a.Data)) {
			t.Fatal("not the format's bytes")
		}
		got, err := ReadIDX(&b, make([]int, len(a.Dims))...)
		if err != nil || !slices.Equal(got.Dims, a.Dims) || !bytes.Equal(got.Data, a.Data) {
			t.Fatalf("read back with error %v", err)
		}
	})
	for _, a := range []IDX{{nil, []uint8{1}}, {[]int{2}, []uint8{1}}, {[]int{0}, nil}, {[]int{1 << 20, 1 << 20}, nil}} {
		if err := WriteIDX(io.Discard, a); err == nil {
			t.Errorf("%v was written", a)
		}
	}
}

func FuzzReadIDX(f *testing.F) {
	f.Add(idx(8, []int{2, 2, 2}, make([]byte, 8)))
	f.Add(idx(8, []int{1 << 30, 2, 2}, make([]byte, 8)))
	f.Add(idx(8, []int{2, 2}, make([]byte, 4)))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := ReadIDX(bytes.NewReader(file), 0, 2, 0)
		if err != nil {
			if cap(a.Data) > 0 {
				t.Error("an array and an error")
			}
			return
		}
		if !bytes.Equal(idx(8, a.Dims, a.Data), file) || a.Dims[1] != 2 {
			t.Errorf("dimensions %v, %d bytes are not the file", a.Dims, len(a.Data))
		}
	})
}
