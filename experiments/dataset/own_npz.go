package dataset

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/dataset/npz"
)

// The roles of arrays, by the words in their names.
var (
	featureNames = []string{"x", "images", "image", "imgs", "data", "features", "inputs", "arr0"}
	labelNames   = []string{"y", "labels", "label", "target", "targets", "class", "classes", "arr1"}
)

// readNPZ reads the arrays of an .npz file.
func (e *examples) readNPZ(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return unreadable(path, err)
	}
	r, err := npz.NewReader(f, info.Size())
	if err == nil {
		err = e.readArrays(r)
	}
	if err != nil {
		return &BrokenError{path, err}
	}
	return nil
}

// readArrays reads the features and labels of each split.
func (e *examples) readArrays(r *npz.Reader) error {
	x, y, err := roles(r.Names)
	if err != nil {
		return err
	}
	for i := range e.splits {
		if x[i] == "" && y[i] == "" {
			continue
		}
		if x[i] == "" || y[i] == "" {
			return fmt.Errorf("array %s has no counterpart; the file has %s", x[i]+y[i], list(r.Names))
		}
		if e.splits[i], err = readSplit(r, x[i], y[i]); err != nil {
			return err
		}
	}
	return nil
}

// roles finds the names of the arrays with the features and the labels of each split.
func roles(names []string) (x, y [3]string, err error) {
	for _, name := range names {
		at, role := train, ""
		words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return c == '_' || c == '-' || c == '.' || c == ' ' })
		if strings.HasPrefix(name, "arr_") { // as numpy.savez calls arrays without names
			words = []string{strings.Join(words, "")}
		}
		for _, word := range words {
			if split, ok := splitNames[word]; ok {
				at = split
			} else {
				role += word
			}
		}
		into := &x
		switch {
		case slices.Contains(featureNames, role):
		case slices.Contains(labelNames, role):
			into = &y
		default:
			continue
		}
		if into[at] != "" {
			return x, y, fmt.Errorf("arrays %s and %s could both be used; want one of them", into[at], name)
		}
		into[at] = name
	}
	if x[train] == "" || y[train] == "" {
		return x, y, fmt.Errorf("it has no X and y; allowed: X and y, images and labels, data and target, or x_train, y_train, x_test and y_test; it has %s", list(names))
	}
	return x, y, nil
}

// readSplit reads the arrays of one split.
func readSplit(r *npz.Reader, x, y string) (split, error) {
	labels, err := r.Read(y)
	if err != nil {
		return split{}, err
	}
	s := split{}
	if s.labels, err = npzLabels(labels); err != nil {
		return split{}, fmt.Errorf("array %s: %w", y, err)
	}
	features, err := r.Read(x)
	if err != nil {
		return split{}, err
	}
	if len(features.Shape) == 0 || features.Shape[0] != len(s.labels) {
		return split{}, fmt.Errorf("array %s has the shape %v, and %s has %d labels; there must be as many", x, features.Shape, y, len(s.labels))
	}
	if len(s.labels) == 0 {
		return split{}, fmt.Errorf("array %s has no examples", x)
	}
	if err := s.fill(features); err != nil {
		return split{}, fmt.Errorf("array %s: %w", x, err)
	}
	return s, nil
}

// fill takes the features from an array [examples, …].
func (s *split) fill(a npz.Array) error {
	s.shape = slices.Clone(a.Shape[1:])
	n := s.features()
	var bad int
	switch x := a.Data.(type) {
	case []uint8:
		s.levels = x
	case []int64:
		s.values, bad = reals(x)
	case []uint64:
		s.values, bad = reals(x)
	case []float64:
		s.values, bad = reals(x)
	case []float32:
		s.values, bad = reals(x)
	default:
		return errors.New("it has text, must have numbers")
	}
	if bad < len(s.values) {
		return fmt.Errorf("feature %d of example %d is %v, must be a finite number in the range of float32", bad%n, bad/n, s.values[bad])
	}
	s.setShape()
	return nil
}

// setShape moves the channels of images to the front, and makes any array of another shape a row of features.
func (s *split) setShape() {
	isChannels := func(d int) bool { return d == 1 || d == 3 || d == 4 }
	switch shape := s.shape; {
	case len(shape) == 2:
	case len(shape) == 3 && isChannels(shape[2]):
		pixels, channels := shape[0]*shape[1], shape[2]
		s.levels, s.values = planes(s.levels, pixels, channels), planes(s.values, pixels, channels)
		s.shape = []int{channels, shape[0], shape[1]}
	case len(shape) == 3 && isChannels(shape[0]):
	default:
		s.shape = []int{s.features()}
	}
}

// planes reorders images [pixels, channels] to [channels, pixels].
func planes[T uint8 | float32](x []T, pixels, channels int) []T {
	if x == nil || channels == 1 {
		return x
	}
	y := make([]T, len(x))
	for i := 0; i < len(x); i += pixels * channels {
		for p := range pixels {
			for c := range channels {
				y[i+c*pixels+p] = x[i+p*channels+c]
			}
		}
	}
	return y
}

// reals converts to float32 and returns the index of the first number that is not finite, or else the length.
func reals[T int64 | uint64 | float32 | float64](x []T) (y []float32, bad int) {
	y, bad = make([]float32, len(x)), len(x)
	for i, v := range x {
		if y[i] = float32(v); bad == len(x) && !(math.Abs(float64(y[i])) <= math.MaxFloat32) {
			bad = i
		}
	}
	return y, bad
}

// npzLabels returns labels from an array [n] or [n, 1], or from one-hot rows.
func npzLabels(a npz.Array) ([]string, error) {
	n, columns := 1, 1
	for i, d := range a.Shape {
		if i == 0 {
			n = d
		} else {
			columns *= d
		}
	}
	if len(a.Shape) == 0 || len(a.Shape) > 2 && columns != 1 {
		return nil, fmt.Errorf("shape %v, must be one label for each example, or one-hot rows", a.Shape)
	}
	switch x := a.Data.(type) {
	case []string:
		if columns != 1 {
			return nil, fmt.Errorf("shape %v, must be one label for each example", a.Shape)
		}
		for i, label := range x {
			if label = strings.TrimSpace(label); label == "" {
				return nil, fmt.Errorf("label %d is missing", i)
			}
			x[i] = label
		}
		return x, wholeNumbers(x, func(i int) string { return fmt.Sprintf("label %d", i) })
	case []uint8:
		return numberLabels(x, n, columns)
	case []int64:
		return numberLabels(x, n, columns)
	case []uint64:
		return numberLabels(x, n, columns)
	case []float32:
		return numberLabels(x, n, columns)
	}
	return numberLabels(a.Data.([]float64), n, columns)
}

// numberLabels writes labels as decimals.
func numberLabels[T uint8 | int64 | uint64 | float32 | float64](x []T, n, columns int) ([]string, error) {
	labels := make([]string, n)
	for i := range labels {
		row := x[i*columns : (i+1)*columns]
		v := float64(0)
		switch {
		case columns == 1:
			v = float64(row[0])
		case columns == 0 || !oneHot(row):
			return nil, fmt.Errorf("row %d of %d numbers is not one-hot, must be a 1 and otherwise 0", i, columns)
		default:
			v = float64(slices.Index(row, 1))
		}
		const exact = 1 << 53
		if v != math.Trunc(v) || math.Abs(v) > exact {
			return nil, fmt.Errorf("label %d is %v, must be a whole number or a word", i, v)
		}
		labels[i] = strconv.FormatInt(int64(v), 10)
	}
	return labels, nil
}

// oneHot reports whether a row is a 1 and otherwise 0.
func oneHot[T uint8 | int64 | uint64 | float32 | float64](row []T) bool {
	ones := 0
	for _, v := range row {
		if v == 1 {
			ones++
		} else if v != 0 {
			return false
		}
	}
	return ones == 1
}
