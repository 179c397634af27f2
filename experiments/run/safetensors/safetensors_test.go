package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sample is what testdata/reference.safetensors holds, which the reference
// implementation wrote (Python, safetensors 0.8.0 with numpy 2.4.6):
//
//	save_file({"W1": np.array([[1, -2.5, 3], [np.nan, np.inf, -0.0]], dtype=np.float32),
//	           "b1": np.array([0.5, 0.25, 0.125], dtype=np.float32),
//	           "mean": np.array([np.pi, 1e-300]),
//	           "cursor": np.array(-9007199254740993, dtype=np.int64),
//	           "state": np.arange(5, dtype=np.uint8)},
//	          "reference.safetensors", metadata={"update": "20000"})
func sample() File {
	return File{
		Metadata: map[string]string{"update": "20000"},
		Tensors: []Tensor{
			{"mean", []int{2}, []float64{math.Pi, 1e-300}},
			{"cursor", []int{}, []int64{-9007199254740993}},
			{"W1", []int{2, 3}, []float32{1, -2.5, 3, float32(math.NaN()), float32(math.Inf(1)), float32(math.Copysign(0, -1))}},
			{"b1", []int{3}, []float32{0.5, 0.25, 0.125}},
			{"state", []int{5}, []uint8{0, 1, 2, 3, 4}},
		},
	}
}

func marshal(t interface{ Fatal(...any) }, f File) []byte {
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The file of the reference implementation is read, and the same tensors in its order
// are written as the same bytes.
func TestReference(t *testing.T) {
	path := filepath.Join("testdata", "reference.safetensors")
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := marshal(t, f); !bytes.Equal(got, want) {
		t.Errorf("written again:\n%q\nwant\n%q", got, want)
	}
	for _, x := range sample().Tensors {
		var err error
		switch d := x.Data.(type) {
		case []float32:
			err = same(f, x, d)
		case []float64:
			err = same(f, x, d)
		case []int64:
			err = same(f, x, d)
		case []uint8:
			err = same(f, x, d)
		}
		if err != nil {
			t.Error(err)
		}
	}
	if !reflect.DeepEqual(f.Metadata, sample().Metadata) {
		t.Errorf("metadata %v", f.Metadata)
	}
}

// same compares bits, so that NaN and -0 count.
func same[T Element](f File, x Tensor, want []T) error {
	got, err := Get[T](f, x.Name, x.Shape...)
	if err != nil {
		return err
	}
	a, _ := binary.Append(nil, binary.LittleEndian, got)
	b, _ := binary.Append(nil, binary.LittleEndian, want)
	if !bytes.Equal(a, b) {
		return errors.New(x.Name + ": other bits")
	}
	return nil
}

// What is written is read back, every tensor is aligned to its elements, and the order
// of the tensors is as Write promises.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := File{Metadata: rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "metadata")}
		for _, name := range rapid.SliceOfDistinct(rapid.String(), rapid.ID[string]).Draw(t, "names") {
			if name == metadataKey {
				continue
			}
			f.Tensors = append(f.Tensors, drawTensor(t, name))
		}
		src := marshal(t, f)
		if n := binary.LittleEndian.Uint64(src); n%8 != 0 {
			t.Fatalf("header of %d bytes", n)
		}
		got, err := Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Metadata) != len(f.Metadata) || len(f.Metadata) > 0 && !reflect.DeepEqual(got.Metadata, f.Metadata) {
			t.Fatalf("metadata %q, want %q", got.Metadata, f.Metadata)
		}
		offset := 0
		for i, x := range sorted(f.Tensors) {
			if !reflect.DeepEqual(got.Tensors[i], x) {
				t.Fatalf("got %v, want %v", got.Tensors[i], x)
			}
			size := dtypeOf(x.Data).size
			if offset%size != 0 {
				t.Fatalf("%q begins at %d", x.Name, offset)
			}
			offset += size * length(x.Data)
		}
	})
}

func drawTensor(t *rapid.T, name string) Tensor {
	x := Tensor{Name: name, Shape: rapid.SliceOfN(rapid.IntRange(0, 4), 0, 3).Draw(t, "shape")}
	n, _ := elements(x.Shape, 8)
	switch rapid.IntRange(0, 3).Draw(t, "dtype") {
	case 0:
		x.Data = rapid.SliceOfN(rapid.Float32(), n, n).Draw(t, "data")
	case 1:
		x.Data = rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "data")
	case 2:
		x.Data = rapid.SliceOfN(rapid.Int64(), n, n).Draw(t, "data")
	default:
		x.Data = rapid.SliceOfN(rapid.Uint8(), n, n).Draw(t, "data")
	}
	return x
}

// A tensor longer than the pieces that Write cuts comes back whole.
func TestLarge(t *testing.T) {
	data := make([]float32, 3<<14+7)
	for i := range data {
		data[i] = float32(i)
	}
	f, err := Parse(marshal(t, File{Tensors: []Tensor{{"W", []int{len(data)}, data}}}))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Get[float32](f, "W", len(data)); err != nil || !reflect.DeepEqual(got, data) {
		t.Errorf("%v, %v…", err, got[:3])
	}
}

// Every file that is cut short, or has a byte too many, is refused.
func TestTruncated(t *testing.T) {
	src := marshal(t, sample())
	for n := range src {
		if _, err := Parse(src[:n]); err == nil {
			t.Errorf("no error after %d of %d bytes", n, len(src))
		}
	}
	if _, err := Parse(append(src, 0)); err == nil {
		t.Error("no error for a byte too many")
	}
}

func TestParseErrors(t *testing.T) {
	const a = `"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}`
	for _, test := range []struct {
		header, data, want string
	}{
		{`[]`, ``, `header: expected: a JSON object`},
		{` {}`, ``, `header: expected: a JSON object`},
		{``, ``, `header: expected: a JSON object`},
		{`{` + a, `xy`, `header: the JSON is cut off`},
		{`{"a":`, `xy`, `header: tensor "a": the JSON is cut off`},
		{`{` + a + `}{}`, `xy`, `header: got 2 bytes after the JSON object, allowed: spaces`},
		{`{` + a + `,` + a + `}`, `xy`, `header: the name "a" is used twice`},
		{`{"__metadata__":{"a":1}}`, ``, `header: __metadata__: json: cannot unmarshal number into Go value of type string`},
		{`{"a":{"dtype":"U8","shape":[2],"offsets":[0,2]}}`, `xy`, `header: tensor "a": json: unknown field "offsets"`},
		{`{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}`, `xy`, `header: tensor "a": json: cannot unmarshal number -2 into Go struct field entry.shape of type uint64`},
		{`{"a":{"dtype":"U8","data_offsets":[0,2]}}`, `xy`, `tensor "a": expected: dtype, shape and two data_offsets`},
		{`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1,2]}}`, `xy`, `tensor "a": expected: dtype, shape and two data_offsets`},
		{`{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}`, `xy`, `tensor "a": got the dtype "F16", allowed: F32, F64, I64, U8`},
		{`{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}}`, `xy`, `tensor "a": got 2 bytes for U8 [3]`},
		{`{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}`, ``, `tensor "a": got 0 bytes for F32 [4611686018427387904 4]`},
		{`{"a":{"dtype":"U8","shape":[18446744073709551615,0],"data_offsets":[0,0]}}`, ``, `tensor "a": got 0 bytes for U8 [18446744073709551615 0]`},
		{`{"a":{"dtype":"U8","shape":[0,18446744073709551615],"data_offsets":[0,0]}}`, ``, `tensor "a": got the dimension 18446744073709551615, allowed: 9223372036854775807`},
		{`{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, `xyz`, `tensor "a": begins at 1, expected: 0, where the one before it ends`},
		{`{` + a + `,"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, `xyz`, `tensor "b": begins at 1, expected: 2, where the one before it ends`},
		{`{` + a + `,"b":{"dtype":"U8","shape":[0],"data_offsets":[2,1]}}`, `xyz`, `tensor "b": ends at 1, before its beginning at 2`},
		{`{` + a + `}`, `x`, `tensor "a": is cut off, its bytes end at 2 and the file's at 1`},
		{`{` + a + `}`, `xyz`, `got 1 bytes after the last tensor, expected: the file's end`},
	} {
		src := binary.LittleEndian.AppendUint64(nil, uint64(len(test.header)))
		_, err := Parse([]byte(string(src) + test.header + test.data))
		if err == nil || err.Error() != test.want {
			t.Errorf("%s\n got %v\nwant %s", test.header, err, test.want)
		}
	}
	long := binary.LittleEndian.AppendUint64(nil, math.MaxUint64)
	if _, err := Parse(long); err == nil || err.Error() != "is not a safetensors file: its header would have 18446744073709551615 bytes, allowed: 100000000" {
		t.Error(err)
	}
}

func TestReadFileErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadFile(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	path := filepath.Join(dir, "short")
	if err := os.WriteFile(path, []byte("abc"), 0o666); err != nil {
		t.Fatal(err)
	}
	want := path + ": is cut off after 3 bytes, expected: the 8 bytes of the header's length"
	if _, err := ReadFile(path); err == nil || err.Error() != want {
		t.Error(err)
	}
}

// Nothing is written of a file that would be wrong.
func TestWriteErrors(t *testing.T) {
	for _, test := range []struct {
		file File
		want string
	}{
		{File{Tensors: []Tensor{{"a", []int{2}, []float32{1}}}}, `tensor "a": got 1 elements for the shape [2]`},
		{File{Tensors: []Tensor{{"a", []int{-1, -1}, []float32{1}}}}, `tensor "a": got 1 elements for the shape [-1 -1]`},
		{File{Tensors: []Tensor{{"a", []int{-1}, []float32{}}}}, `tensor "a": got 0 elements for the shape [-1]`},
		{File{Tensors: []Tensor{{"a", []int{1}, []int{1}}}}, `tensor "a": got data of type []int, allowed: []float32, []float64, []int64, []uint8`},
		{File{Tensors: []Tensor{{"a", []int{0}, []uint8{}}, {"a", []int{0}, []uint8{}}}}, `tensor "a": the name is used already, or is not UTF-8`},
		{File{Tensors: []Tensor{{"__metadata__", []int{0}, []uint8{}}}}, `tensor "__metadata__": the name is used already, or is not UTF-8`},
		{File{Tensors: []Tensor{{"\xff", []int{0}, []uint8{}}}}, `tensor "\xff": the name is used already, or is not UTF-8`},
		{File{Metadata: map[string]string{"a": "\xff"}}, `metadata "a": "\xff" is not UTF-8`},
	} {
		var b bytes.Buffer
		if err := Write(&b, test.file); err == nil || err.Error() != test.want || b.Len() > 0 {
			t.Errorf("got %v after %d bytes, want %s", err, b.Len(), test.want)
		}
	}
}

// An error of the writer at any byte is handed on.
func TestWriteFails(t *testing.T) {
	for n := range len(marshal(t, sample())) {
		if err := Write(&full{n}, sample()); !errors.Is(err, errFull) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
}

var errFull = errors.New("full")

// full takes that many bytes more.
type full struct{ left int }

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return len(b) + f.left, errFull
	}
	return len(b), nil
}

func TestGetErrors(t *testing.T) {
	f := sample()
	for _, test := range []struct {
		get  func() error
		want string
	}{
		{func() error { _, err := Get[float32](f, "W9"); return err }, `there is no tensor "W9"`},
		{func() error { _, err := Get[float32](f, "W1", 3, 2); return err }, `tensor "W1": got F32 [2 3], expected: F32 [3 2]`},
		{func() error { _, err := Get[float64](f, "W1", 2, 3); return err }, `tensor "W1": got F32 [2 3], expected: F64 [2 3]`},
	} {
		if err := test.get(); err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// What is read from any bytes at all can be written, and read again as the same.
func FuzzParse(f *testing.F) {
	src := marshal(f, sample())
	f.Add(src)
	f.Add([]byte(strings.Replace(string(src), `[2]`, `[3]`, 1)))
	f.Add(marshal(f, File{}))
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := Parse(src)
		if err != nil {
			return
		}
		again := marshal(t, file)
		back, err := Parse(again)
		if err != nil || !bytes.Equal(marshal(t, back), again) {
			t.Fatalf("%v: %q from %q", err, again, src)
		}
	})
}
