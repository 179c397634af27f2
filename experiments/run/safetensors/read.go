package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

// maxHeader is the longest header that the reference implementation reads, in bytes.
const maxHeader = 100_000_000

// ReadFile reads the file at path; an error names it.
func ReadFile(path string) (File, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return File{}, err
	}
	f, err := Parse(src)
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Parse reads a whole file. Every byte of src must be accounted for: it is an error if a tensor
// overlaps another, leaves a gap, or has other bytes than its shape needs, and if src is shorter or
// longer than its header says.
func Parse(src []byte) (File, error) {
	if len(src) < 8 {
		return File{}, fmt.Errorf("is cut off after %d bytes, expected: the 8 bytes of the header's length", len(src))
	}
	n := binary.LittleEndian.Uint64(src)
	rest := src[8:]
	if n > maxHeader {
		return File{}, fmt.Errorf("is not a safetensors file: its header would have %d bytes, allowed: %d", n, maxHeader)
	}
	if n > uint64(len(rest)) {
		return File{}, fmt.Errorf("is cut off after %d bytes, expected: a header of %d bytes", len(src), n)
	}
	metadata, places, err := parseHeader(rest[:n])
	if err != nil {
		return File{}, fmt.Errorf("header: %w", err)
	}
	return cut(rest[n:], metadata, places)
}

// A place is a tensor's entry with its name.
type place struct {
	name string
	entry
}

// parseHeader reads the JSON object of a header; it may be followed by spaces.
func parseHeader(src []byte) (map[string]string, []place, error) {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if open, err := dec.Token(); err != nil || open != json.Delim('{') || src[0] != '{' {
		return nil, nil, errors.New("expected: a JSON object")
	}
	var metadata map[string]string
	var places []place
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, nil, jsonError(err)
		}
		name := token.(string) // the decoder accepts nothing else as a name
		if seen[name] {
			return nil, nil, fmt.Errorf("the name %q is used twice", name)
		}
		seen[name] = true
		if name == metadataKey {
			if err := dec.Decode(&metadata); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", metadataKey, jsonError(err))
			}
			continue
		}
		p := place{name: name}
		if err := dec.Decode(&p.entry); err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", name, jsonError(err))
		}
		places = append(places, p)
	}
	if _, err := dec.Token(); err != nil {
		return nil, nil, jsonError(err)
	}
	if tail := src[dec.InputOffset():]; strings.Trim(string(tail), " ") != "" {
		return nil, nil, fmt.Errorf("got %d bytes after the JSON object, allowed: spaces", len(tail))
	}
	return metadata, places, nil
}

func jsonError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON is cut off")
	}
	return err
}

// cut divides the bytes after the header into tensors.
func cut(data []byte, metadata map[string]string, places []place) (File, error) {
	for _, p := range places {
		if p.Shape == nil || len(p.Offsets) != 2 {
			return File{}, fmt.Errorf("tensor %q: expected: dtype, shape and two data_offsets", p.name)
		}
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.Offsets[0], b.Offsets[0]), cmp.Compare(a.Offsets[1], b.Offsets[1]))
	})
	f := File{Metadata: metadata}
	at := uint64(0)
	for _, p := range places {
		begin, end := p.Offsets[0], p.Offsets[1]
		switch {
		case begin != at:
			return File{}, fmt.Errorf("tensor %q: begins at %d, expected: %d, where the one before it ends", p.name, begin, at)
		case end < begin:
			return File{}, fmt.Errorf("tensor %q: ends at %d, before its beginning at %d", p.name, end, begin)
		case end > uint64(len(data)):
			return File{}, fmt.Errorf("tensor %q: is cut off, its bytes end at %d and the file's at %d", p.name, end, len(data))
		}
		t, err := p.tensor(data[begin:end])
		if err != nil {
			return File{}, fmt.Errorf("tensor %q: %w", p.name, err)
		}
		f.Tensors = append(f.Tensors, t)
		at = end
	}
	if at != uint64(len(data)) {
		return File{}, fmt.Errorf("got %d bytes after the last tensor, expected: the file's end", uint64(len(data))-at)
	}
	return f, nil
}

// tensor makes the tensor whose bytes are data.
func (p place) tensor(data []byte) (Tensor, error) {
	i := slices.IndexFunc(dtypes, func(d dtype) bool { return d.name == p.DType })
	if i < 0 {
		return Tensor{}, fmt.Errorf("got the dtype %q, allowed: F32, F64, I64, U8", p.DType)
	}
	n, ok := elements(p.Shape, dtypes[i].size)
	if !ok || n*dtypes[i].size != len(data) {
		return Tensor{}, fmt.Errorf("got %d bytes for %s %v", len(data), p.DType, p.Shape)
	}
	t := Tensor{Name: p.name, Shape: make([]int, len(p.Shape)), Data: dtypes[i].make(n)}
	for j, d := range p.Shape {
		if d > math.MaxInt {
			return Tensor{}, fmt.Errorf("got the dimension %d, allowed: %d", d, math.MaxInt)
		}
		t.Shape[j] = int(d)
	}
	_, err := binary.Decode(data, binary.LittleEndian, t.Data)
	return t, err
}
