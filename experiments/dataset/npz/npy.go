package npz

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

const (
	magic     = "\x93NUMPY"
	alignment = 64
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

// header returns all that precedes the elements, padded like numpy's.
func header(descr string, shape []int) []byte {
	dims := strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", ", "), "[]")
	if len(shape) == 1 {
		dims += ","
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, dims)
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
