package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// metadataKey is a name in the header that tensors may not have.
const metadataKey = "__metadata__"

// alignment of the first tensor, in bytes from the file's beginning.
const alignment = 8

// entry is the description of a tensor in the header.
type entry struct {
	DType   string   `json:"dtype"`
	Shape   []uint64 `json:"shape"`
	Offsets []uint64 `json:"data_offsets"` // begin and end in the bytes after the header
}

// Write writes f. Tensors with larger elements come first, so that all are aligned in memory; the
// header lists the metadata by key, and then the tensors as they lie in the file. Nothing is
// written if f is invalid: two tensors with the same name, a shape that does not fit the data, an
// unsupported type of data, or text that is not UTF-8.
func Write(w io.Writer, f File) error {
	tensors := sorted(f.Tensors)
	header, err := header(f.Metadata, tensors)
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, t := range tensors {
		if err := writeData(w, t.Data); err != nil {
			return err
		}
	}
	return nil
}

// header returns the length of the JSON, the JSON, and spaces up to the alignment.
func header(metadata map[string]string, tensors []Tensor) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 8)) // the length goes here
	b.WriteByte('{')
	if len(metadata) > 0 {
		for k, v := range metadata {
			if !utf8.ValidString(k) || !utf8.ValidString(v) {
				return nil, fmt.Errorf("metadata %q: %q is not UTF-8", k, v)
			}
		}
		if err := member(b, metadataKey, metadata); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{metadataKey: true}
	offset := uint64(0)
	for _, t := range tensors {
		if seen[t.Name] || !utf8.ValidString(t.Name) {
			return nil, fmt.Errorf("tensor %q: the name is used already, or is not UTF-8", t.Name)
		}
		seen[t.Name] = true
		e, err := describe(t, offset)
		if err != nil {
			return nil, err
		}
		if err := member(b, t.Name, e); err != nil {
			return nil, err
		}
		offset = e.Offsets[1]
	}
	b.WriteByte('}')
	for b.Len()%alignment != 0 {
		b.WriteByte(' ')
	}
	binary.LittleEndian.PutUint64(b.Bytes(), uint64(b.Len()-8))
	return b.Bytes(), nil
}

// describe returns the entry of a tensor whose data begins at offset.
func describe(t Tensor, offset uint64) (entry, error) {
	dt := dtypeOf(t.Data)
	if dt.size == 0 {
		return entry{}, fmt.Errorf("tensor %q: got data of type %s, allowed: []float32, []float64, []int64, []uint8", t.Name, dt.name)
	}
	n := length(t.Data)
	if want, ok := elements(t.Shape, dt.size); !ok || want != n {
		return entry{}, fmt.Errorf("tensor %q: got %d elements for the shape %v", t.Name, n, t.Shape)
	}
	shape := make([]uint64, len(t.Shape))
	for i, d := range t.Shape {
		shape[i] = uint64(d)
	}
	return entry{dt.name, shape, []uint64{offset, offset + uint64(n*dt.size)}}, nil
}

// member appends a name and its value to a JSON object that has been begun.
func member(b *bytes.Buffer, name string, value any) error {
	n, err := json.Marshal(name)
	if err != nil {
		return err
	}
	v, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if b.Bytes()[b.Len()-1] != '{' {
		b.WriteByte(',')
	}
	b.Write(n)
	b.WriteByte(':')
	b.Write(v)
	return nil
}

func writeData(w io.Writer, data any) error {
	switch d := data.(type) {
	case []float32:
		return writeSlice(w, d)
	case []float64:
		return writeSlice(w, d)
	case []int64:
		return writeSlice(w, d)
	case []uint8:
		_, err := w.Write(d)
		return err
	}
	return fmt.Errorf("data of type %T", data)
}

// writeSlice writes in pieces, so that a large tensor is not held twice.
func writeSlice[T Element](w io.Writer, data []T) error {
	for part := range slices.Chunk(data, 1<<14) {
		if err := binary.Write(w, binary.LittleEndian, part); err != nil {
			return err
		}
	}
	return nil
}
