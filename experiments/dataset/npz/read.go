package npz

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"glorot/experiments/memory"
)

// A Reader reads the arrays of an .npz file of any numeric type, byte order and memory order. The file may be damaged.
type Reader struct {
	Names []string // of the arrays, in the order of the file
	files map[string]*zip.File
}

// NewReader reads the directory of an .npz file of the given size.
func NewReader(file io.ReaderAt, size int64) (*Reader, error) {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return nil, fmt.Errorf("not an .npz file, or an incomplete one: %w", err)
	}
	r := &Reader{files: map[string]*zip.File{}}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		if r.files[name] != nil {
			return nil, fmt.Errorf("array %s is in the file twice", name)
		}
		r.files[name], r.Names = f, append(r.Names, name)
	}
	if len(r.Names) == 0 {
		return nil, errors.New("the archive has no arrays, which are files that end in .npy")
	}
	return r, nil
}

// Read returns the array of that name in row-major order. Data is a []uint8 for bytes, a []string for words, a []int64 for signed integers and
// booleans, a []uint64 for the other unsigned integers, and a []float64 or, for floats of 32 or 16 bits, a []float32 for floats.
func (r *Reader) Read(name string) (Array, error) {
	f := r.files[name]
	if f == nil {
		return Array{}, fmt.Errorf("there is no array %s", name)
	}
	m, err := f.Open()
	if err != nil {
		return Array{}, fmt.Errorf("array %s: %w", name, err)
	}
	defer m.Close()
	a, err := ReadNPY(m)
	if err != nil {
		return Array{}, fmt.Errorf("array %s: %w", name, err)
	}
	a.Name = name
	return a, nil
}

// ReadNPY reads an .npy file up to its end, which must be that of the array. It takes little more memory than the length of r justifies.
func ReadNPY(r io.Reader) (Array, error) {
	h, err := readHeader(r)
	if err != nil {
		return Array{}, err
	}
	n, err := count(h.shape)
	if err != nil {
		return Array{}, err
	}
	need := n * int64(h.size)
	if err := memory.Check(3 * need); err != nil { // the bytes, the numbers and what a caller makes of them
		return Array{}, fmt.Errorf("shape %v %w", h.shape, err)
	}
	raw, err := io.ReadAll(io.LimitReader(r, need+1))
	switch {
	case err != nil:
		return Array{}, err
	case int64(len(raw)) < need:
		return Array{}, fmt.Errorf("ends after %d of %d bytes of data", len(raw), need)
	case int64(len(raw)) > need:
		return Array{}, errors.New("continues after the end of its data")
	}
	a := Array{Shape: h.shape, Data: h.decode(raw)}
	if h.fortran && len(h.shape) > 1 {
		a.Data = rowMajor(a.Data, h.shape)
	}
	return a, nil
}

// npyHeader is what precedes the elements.
type npyHeader struct {
	order   binary.ByteOrder
	kind    byte // as in numpy: b bool, i, u, f, S bytes, U text
	size    int  // bytes of an element
	fortran bool
	shape   []int
}

// The keys of a header, which is a dictionary as Python prints it.
var (
	descrKey   = regexp.MustCompile(`['"]descr['"]\s*:\s*(\[|['"]([^'"]*)['"])`)
	fortranKey = regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`)
	shapeKey   = regexp.MustCompile(`['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)`)
	typeWord   = regexp.MustCompile(`^([<>|=]?)([a-zA-Z])([0-9]*)(\[.*\])?$`)
)

// maxHeader is more than numpy itself reads.
const maxHeader = 1 << 16

func readHeader(r io.Reader) (npyHeader, error) {
	var h npyHeader
	start := make([]byte, len(magic)+4)
	if _, err := io.ReadFull(r, start); err != nil || string(start[:len(magic)]) != magic {
		return h, errors.New("not in numpy's format")
	}
	length := int(binary.LittleEndian.Uint16(start[len(magic)+2:]))
	switch major := start[len(magic)]; major {
	case 1:
	case 2, 3:
		more := make([]byte, 2)
		if _, err := io.ReadFull(r, more); err != nil {
			return h, errors.New("its header is cut off")
		}
		length |= int(binary.LittleEndian.Uint16(more)) << 16
	default:
		return h, fmt.Errorf("version %d of numpy's format, must be 1 to 3", major)
	}
	if length > maxHeader {
		return h, fmt.Errorf("a header of %d bytes, must be at most %d", length, maxHeader)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, errors.New("its header is cut off")
	}
	descr, fortran, shape := descrKey.FindSubmatch(text), fortranKey.FindSubmatch(text), shapeKey.FindSubmatch(text)
	switch {
	case descr == nil || fortran == nil || shape == nil:
		return h, errors.New("its header has no descr, fortran_order and shape")
	case string(descr[1]) == "[":
		return h, errors.New("records of several fields are not read; save every field as an array of its own")
	}
	h.fortran = string(fortran[1]) == "True"
	for word := range strings.SplitSeq(string(shape[1]), ",") {
		word = strings.TrimSuffix(strings.TrimSpace(word), "L")
		if word == "" {
			continue
		}
		d, err := strconv.Atoi(word)
		if err != nil {
			return h, fmt.Errorf("dimension %s is too large", word)
		}
		h.shape = append(h.shape, d)
	}
	return h, h.setType(string(descr[2]))
}

// sizes are the allowed sizes of an element of each kind.
var sizes = map[byte][]int{'b': {1}, 'i': {1, 2, 4, 8}, 'u': {1, 2, 4, 8}, 'f': {2, 4, 8}}

// setType sets the type of the elements from numpy's word for it.
func (h *npyHeader) setType(word string) error {
	const allowed = "must be integers, floats of up to 64 bits, booleans or text"
	m := typeWord.FindStringSubmatch(word)
	if m == nil {
		return fmt.Errorf("type %q, %s", word, allowed)
	}
	h.order = binary.LittleEndian
	if m[1] == ">" {
		h.order = binary.BigEndian
	}
	h.kind = m[2][0]
	h.size, _ = strconv.Atoi("0" + m[3])
	const most = 1 << 10 // letters
	switch h.kind {
	case 'O':
		return errors.New("it has Python objects, which are not read; save numbers, as with numpy.asarray(x, dtype=float)")
	case 'c':
		return fmt.Errorf("complex numbers (%s), %s", word, allowed)
	case 'S', 'U':
		if h.kind == 'U' {
			h.size *= 4
		}
		if h.size < 1 || h.size > most {
			return fmt.Errorf("text of type %s, must have 1 to %d bytes", word, most)
		}
		return nil
	}
	for _, size := range sizes[h.kind] {
		if size == h.size {
			return nil
		}
	}
	return fmt.Errorf("type %s, %s", word, allowed)
}

// decode converts the bytes of all elements.
func (h *npyHeader) decode(raw []byte) any {
	switch {
	case h.kind == 'u' && h.size == 1:
		return raw
	case h.kind == 'S' || h.kind == 'U':
		return convert(raw, h.size, h.text)
	case h.kind == 'b':
		return convert(raw, h.size, func(b []byte) int64 { return int64(min(b[0], 1)) })
	case h.kind == 'f' && h.size == 8:
		return convert(raw, h.size, func(b []byte) float64 { return math.Float64frombits(h.order.Uint64(b)) })
	case h.kind == 'f' && h.size == 4:
		return convert(raw, h.size, func(b []byte) float32 { return math.Float32frombits(h.order.Uint32(b)) })
	case h.kind == 'f':
		return convert(raw, h.size, func(b []byte) float32 { return half(h.order.Uint16(b)) })
	case h.kind == 'u':
		return convert(raw, h.size, h.bits)
	}
	shift := 64 - 8*h.size
	return convert(raw, h.size, func(b []byte) int64 { return int64(h.bits(b)<<shift) >> shift })
}

func convert[T any](raw []byte, size int, one func([]byte) T) []T {
	list := make([]T, len(raw)/size)
	for i := range list {
		list[i] = one(raw[i*size : (i+1)*size])
	}
	return list
}

// bits returns an integer without its sign.
func (h *npyHeader) bits(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(h.order.Uint16(b))
	case 4:
		return uint64(h.order.Uint32(b))
	}
	return h.order.Uint64(b)
}

// text returns a word, which zeros pad.
func (h *npyHeader) text(b []byte) string {
	if h.kind == 'S' {
		return strings.TrimRight(string(b), "\x00")
	}
	var word []rune
	for ; len(b) > 0; b = b[4:] {
		word = append(word, rune(h.order.Uint32(b)))
	}
	return strings.TrimRight(string(word), "\x00")
}

// half converts a number of IEEE 754's binary16.
func half(b uint16) float32 {
	sign, exponent, fraction := uint32(b>>15)<<31, uint32(b>>10&31), uint32(b&1023)
	switch exponent {
	case 0:
		x := float32(fraction) / (1 << 24)
		return math.Float32frombits(sign | math.Float32bits(x))
	case 31:
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+112)<<23 | fraction<<13)
}

// rowMajor reorders an array in Fortran's order, where the first dimension runs fastest.
func rowMajor(data any, shape []int) any {
	switch x := data.(type) {
	case []uint8:
		return reorder(x, shape)
	case []int64:
		return reorder(x, shape)
	case []uint64:
		return reorder(x, shape)
	case []float32:
		return reorder(x, shape)
	case []float64:
		return reorder(x, shape)
	}
	return reorder(data.([]string), shape)
}

func reorder[T any](x []T, shape []int) []T {
	strides := make([]int, len(shape))
	stride := 1
	for i, d := range shape {
		strides[i] = stride
		stride *= d
	}
	list, index := make([]T, len(x)), make([]int, len(shape))
	from := 0
	for to := range list {
		list[to] = x[from]
		for i := len(shape) - 1; i >= 0; i-- { // the next index, in row-major order
			index[i]++
			if from += strides[i]; index[i] < shape[i] {
				break
			}
			from -= index[i] * strides[i]
			index[i] = 0
		}
	}
	return list
}
