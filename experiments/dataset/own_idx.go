package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/memory"
)

// An idxPair is the names of a file of images and of one of labels, and their split.
type idxPair struct {
	images, labels string // one of them may be ""
	split          int
}

// idxPairs finds files in MNIST's format by their names: they contain images or labels, idx, and perhaps the name of a split.
func idxPairs(files []string) []idxPair {
	byKey := map[string]*idxPair{}
	var keys []string
	for _, file := range files {
		name := strings.TrimSuffix(strings.ToLower(file), ".gz")
		isImages, isLabels := strings.Contains(name, "images"), strings.Contains(name, "labels")
		if isImages == isLabels || !strings.Contains(name, "idx") {
			continue
		}
		key, split := "", train
		for _, word := range strings.FieldsFunc(name, func(c rune) bool { return c == '-' || c == '_' || c == '.' }) {
			if s, ok := splitNames[word]; ok {
				split = s
			}
			if word != "images" && word != "labels" && !strings.HasPrefix(word, "idx") {
				key += "-" + word
			}
		}
		p := byKey[key]
		if p == nil {
			p = &idxPair{split: split}
			byKey[key], keys = p, append(keys, key)
		}
		into := &p.images
		if isLabels {
			into = &p.labels
		}
		if *into == "" || len(file) < len(*into) { // the unpacked file before the packed one
			*into = file
		}
	}
	var pairs []idxPair
	for _, key := range keys {
		pairs = append(pairs, *byKey[key])
	}
	return pairs
}

// readIDXFiles reads the pairs of a folder.
func (e *examples) readIDXFiles(dir string, pairs []idxPair) error {
	for _, p := range pairs {
		into := &e.splits[p.split]
		switch {
		case p.labels == "":
			return &BrokenError{filepath.Join(dir, p.images), errors.New("the file with its labels is missing")}
		case p.images == "":
			return &BrokenError{filepath.Join(dir, p.labels), errors.New("the file with its images is missing")}
		case into.labels != nil:
			return &BrokenError{filepath.Join(dir, p.images), fmt.Errorf("a second pair of files for the split %s; put them into different folders", splitTitles[p.split])}
		}
		labels, images := filepath.Join(dir, p.labels), filepath.Join(dir, p.images)
		e.files = append(e.files, images, labels)
		if err := readFile(labels, into.readIDXLabels); err != nil {
			return err
		}
		if err := readFile(images, into.readIDXImages); err != nil {
			return err
		}
	}
	return nil
}

// readIDXLabels reads a file of one dimension.
func (s *split) readIDXLabels(r io.Reader) error {
	dims, levels, values, err := readAnyIDX(r)
	if err != nil {
		return err
	}
	if len(dims) != 1 {
		return fmt.Errorf("%d dimensions, must be 1: one label for each example", len(dims))
	}
	if values != nil {
		s.labels, err = numberLabels(values, dims[0], 1)
	} else {
		s.labels, err = numberLabels(levels, dims[0], 1)
	}
	return err
}

// readIDXImages reads a file of two or more dimensions, for which there are labels.
func (s *split) readIDXImages(r io.Reader) error {
	dims, levels, values, err := readAnyIDX(r)
	switch {
	case err != nil:
		return err
	case len(dims) < 2:
		return errors.New("1 dimension, must be 2 or more: the examples and their features")
	case dims[0] != len(s.labels):
		return fmt.Errorf("%d examples, and there are %d labels; there must be as many", dims[0], len(s.labels))
	}
	s.levels, s.shape = levels, slices.Clone(dims[1:])
	bad := len(values)
	if values != nil {
		s.values, bad = reals(values)
	}
	if n := s.features(); bad < len(values) {
		return fmt.Errorf("feature %d of example %d is %v, must be a finite number in the range of float32", bad%n, bad/n, values[bad])
	}
	s.setShape()
	return nil
}

// readAnyIDX reads an IDX file of any type of element: bytes as levels, and all others as values.
func readAnyIDX(r io.Reader) (dims []int, levels []uint8, values []float64, err error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, nil, nil, errors.New("it ends within its header")
	}
	size := map[byte]int{0x08: 1, 0x09: 1, 0x0b: 2, 0x0c: 4, 0x0d: 4, 0x0e: 8}[head[2]]
	if head[0] != 0 || head[1] != 0 || size == 0 || head[3] == 0 {
		return nil, nil, nil, fmt.Errorf("magic is 0x%08x, must be 0x0000, the type 08, 09, 0b, 0c, 0d or 0e, and the number of dimensions", binary.BigEndian.Uint32(head))
	}
	total := size
	for i := range int(head[3]) {
		var d uint32
		if err := binary.Read(r, binary.BigEndian, &d); err != nil {
			return nil, nil, nil, errors.New("it ends within its header")
		}
		if d == 0 || int64(d) > int64(maxIDX/total) {
			return nil, nil, nil, fmt.Errorf("dimension %d is %d, must be 1 or more and make at most %d bytes", i, d, maxIDX)
		}
		dims, total = append(dims, int(d)), total*int(d)
	}
	if n := total / size; size > 1 {
		const perValue = 8 + 8 + 4 // its bytes, and what becomes of them
		if err := memory.Check(int64(n) * perValue); err != nil {
			return nil, nil, nil, fmt.Errorf("dimensions %v: this %w", dims, err)
		}
	}
	raw, err := readBytes(r, total)
	if err != nil || head[2] == 0x08 {
		return dims, raw, nil, err
	}
	values = make([]float64, len(raw)/size)
	for i := range values {
		values[i] = idxValue(head[2], raw[i*size:])
	}
	return dims, nil, values, nil
}

// idxValue converts an element, which is big-endian.
func idxValue(kind byte, b []byte) float64 {
	switch kind {
	case 0x09:
		return float64(int8(b[0]))
	case 0x0b:
		return float64(int16(binary.BigEndian.Uint16(b)))
	case 0x0c:
		return float64(int32(binary.BigEndian.Uint32(b)))
	case 0x0d:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	}
	return math.Float64frombits(binary.BigEndian.Uint64(b))
}
