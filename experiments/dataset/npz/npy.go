package npz

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

const (
	magic     = "\x93NUMPY"
	alignment = 64
	maxHeader = 1 << 16
	maxCount  = 1 << 40 // elements; keeps sizes in bytes within int64
)

// chunk is the number of elements that are converted at once.
const chunk = 1 << 13

// WriteNPY writes an .npy file of version 1.0; the array's name is for errors.
func WriteNPY(w io.Writer, a Array) error {
	var err error
	switch data := a.Data.(type) {
	case []float32:
		err = write(w, "<f4", a.Shape, data)
	case []float64:
		err = write(w, "<f8", a.Shape, data)
	case []int64:
		err = write(w, "<i8", a.Shape, data)
	case []uint8:
		err = write(w, "|u1", a.Shape, data)
	default:
		err = fmt.Errorf("data is %T, must be []float32, []float64, []int64 or []uint8", a.Data)
	}
	if err != nil {
		return fmt.Errorf("npy: array %q: %w", a.Name, err)
	}
	return nil
}

func write[T any](w io.Writer, descr string, shape []int, data []T) error {
	n, err := count(shape)
	if err != nil {
		return err
	}
	if n != int64(len(data)) {
		return fmt.Errorf("%d elements for shape %v", len(data), shape)
	}
	if _, err := w.Write(header(descr, shape)); err != nil {
		return err
	}
	var buf []byte
	for len(data) > 0 {
		k := min(chunk, len(data))
		buf, err = binary.Append(buf[:0], binary.LittleEndian, data[:k])
		if err != nil {
			return err
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
		data = data[k:]
	}
	return nil
}

// header returns all that precedes the elements, padded as numpy does.
func header(descr string, shape []int) []byte {
	var dims strings.Builder
	for i, d := range shape {
		if i > 0 {
			dims.WriteString(", ")
		}
		dims.WriteString(strconv.Itoa(d))
	}
	if len(shape) == 1 {
		dims.WriteByte(',')
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, dims.String())
	prefix := len(magic) + 4
	pad := alignment - (prefix+len(dict)+1)%alignment
	dict += strings.Repeat(" ", pad%alignment) + "\n"
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	return append(b, dict...)
}

// count returns the number of elements of a shape.
func count(shape []int) (int64, error) {
	n := int64(1)
	for _, d := range shape {
		if d < 0 || d > 0 && n > maxCount/int64(d) {
			return 0, fmt.Errorf("shape %v has a negative dimension or more than %d elements", shape, int64(maxCount))
		}
		n *= int64(d)
	}
	return n, nil
}

// ReadNPY reads an .npy file of version 1 to 3 up to its end, which must be that
// of the array. It never takes more memory than the file justifies.
func ReadNPY(r io.Reader) (Array, error) {
	descr, shape, err := readHeader(r)
	if err != nil {
		return Array{}, fmt.Errorf("npy: %w", err)
	}
	n, err := count(shape)
	if err != nil {
		return Array{}, fmt.Errorf("npy: %w", err)
	}
	a := Array{Shape: shape}
	switch descr {
	case "<f4":
		a.Data, err = read[float32](r, n)
	case "<f8":
		a.Data, err = read[float64](r, n)
	case "<i8":
		a.Data, err = read[int64](r, n)
	case "|u1":
		a.Data, err = read[uint8](r, n)
	default:
		err = fmt.Errorf("elements are %q, must be <f4, <f8, <i8 or |u1", descr)
	}
	if err != nil {
		return Array{}, fmt.Errorf("npy: %w", err)
	}
	return a, nil
}

func read[T any](r io.Reader, n int64) ([]T, error) {
	data := make([]T, 0, min(n, chunk))
	part := make([]T, min(n, chunk))
	for left := n; left > 0; left -= int64(len(part)) {
		part = part[:min(left, chunk)]
		if err := binary.Read(r, binary.LittleEndian, part); err != nil {
			return nil, fmt.Errorf("after %d of %d elements: %w", len(data), n, noEOF(err))
		}
		data = append(data, part...)
	}
	switch k, err := io.CopyN(io.Discard, r, 1); {
	case k > 0:
		return nil, fmt.Errorf("there is more after the %d elements", n)
	case err != io.EOF:
		return nil, err // a checksum that does not hold
	}
	return data, nil
}

// noEOF turns the end of the file into an error that says it came too soon.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// dictionary is the form of header that numpy writes.
var dictionary = regexp.MustCompile(
	`^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(((?:\d+, ?)*\d*)\), \}\s*$`)

func readHeader(r io.Reader) (descr string, shape []int, err error) {
	text, err := readDictionary(r)
	if err != nil {
		return "", nil, err
	}
	m := dictionary.FindSubmatch(text)
	if m == nil {
		return "", nil, fmt.Errorf("header %.100q is not as numpy writes it", text)
	}
	for dim := range strings.SplitSeq(string(m[3]), ",") {
		if dim = strings.TrimSpace(dim); dim == "" {
			continue
		}
		d, err := strconv.Atoi(dim)
		if err != nil {
			return "", nil, fmt.Errorf("shape (%s): %w", m[3], err)
		}
		shape = append(shape, d)
	}
	if string(m[2]) == "True" && len(shape) > 1 {
		return "", nil, errors.New("array is in Fortran's order, must be in C's")
	}
	return string(m[1]), shape, nil
}

// readDictionary reads the magic, the version and the length, and returns the text
// that follows.
func readDictionary(r io.Reader) ([]byte, error) {
	start := make([]byte, len(magic)+2)
	if _, err := io.ReadFull(r, start); err != nil {
		return nil, fmt.Errorf("header: %w", noEOF(err))
	}
	major := start[len(magic)]
	if !bytes.HasPrefix(start, []byte(magic)) || major < 1 || major > 3 {
		return nil, errors.New("not an .npy file of version 1 to 3")
	}
	size := make([]byte, 4)
	if major == 1 {
		size = size[:2]
	}
	if _, err := io.ReadFull(r, size); err != nil {
		return nil, fmt.Errorf("header: %w", noEOF(err))
	}
	n := uint32(0)
	for i, b := range size {
		n |= uint32(b) << (8 * i)
	}
	if n > maxHeader {
		return nil, fmt.Errorf("header of %d bytes, must be at most %d", n, maxHeader)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, fmt.Errorf("header: %w", noEOF(err))
	}
	return text, nil
}
