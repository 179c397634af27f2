package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/memory"
	"glorot/models/stream"
)

// The splits, as indexes.
const (
	train = iota
	valid
	test
)

// splitTitles are the splits for people.
var splitTitles = [3]string{"train", "valid", "test"}

// splitNames are names of splits in files and folders.
var splitNames = map[string]int{
	"train": train, "training": train, "val": valid, "valid": valid, "validation": valid, "test": test, "testing": test, "t10k": test,
}

// examples are what was read from files, before there is a [Data].
type examples struct {
	splits [3]split
	files  []string
}

// A split is the examples of a split; one that the files do not have has no labels.
type split struct {
	levels []uint8   // features; nil if they are real numbers
	values []float32 // features; nil if they are levels
	labels []string  // whole numbers as decimals, or words
	shape  []int     // of an example: [features], [height, width] or [channels, height, width]
}

func (s *split) features() int {
	n := 1
	for _, d := range s.shape {
		n *= d
	}
	return n
}

// data makes the missing splits and the sets. Errors do not name the file.
func (e *examples) data(o OwnOptions) (*Data, error) {
	classes, err := e.classes()
	if err != nil {
		return nil, err
	}
	if err := e.check(classes); err != nil {
		return nil, err
	}
	first := &e.splits[train]
	d := &Data{Kind: Kind{Name: OwnName, Channels: 1, Height: 1, Width: first.features(), Classes: classes}, Files: e.files}
	switch shape := first.shape; len(shape) {
	case 2:
		d.Height, d.Width = shape[0], shape[1]
	case 3:
		d.Channels, d.Height, d.Width = shape[0], shape[1], shape[2]
	}
	if d.Origin, err = e.divide(classes, o); err != nil {
		return nil, err
	}
	for i, to := range []**Set{&d.Train, &d.Valid, &d.Test} {
		s := &e.splits[i]
		set := &Set{Name: OwnName + " " + splitTitles[i], Images: s.levels, Values: s.values, Features: d.Width * d.Height * d.Channels, Classes: len(classes)}
		number := make(map[string]uint8, len(classes))
		for k, class := range classes {
			number[class] = uint8(k)
		}
		for _, label := range s.labels {
			set.Labels = append(set.Labels, number[label])
		}
		*to = set
	}
	return d, nil
}

// classes returns the distinct labels of all splits in order.
func (e *examples) classes() ([]string, error) {
	count := map[string]int{}
	for _, s := range e.splits {
		for _, label := range s.labels {
			count[label]++
		}
	}
	var classes []string
	numbers := true
	for label := range count {
		_, err := strconv.ParseInt(label, 10, 64)
		numbers = numbers && err == nil
		classes = append(classes, label)
	}
	slices.SortFunc(classes, func(a, b string) int {
		if !numbers {
			return cmp.Compare(a, b)
		}
		x, _ := strconv.ParseInt(a, 10, 64)
		y, _ := strconv.ParseInt(b, 10, 64)
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b)) // 1 and 01
	})
	switch {
	case len(classes) == 0:
		return nil, fmt.Errorf("there are no examples")
	case len(classes) == 1:
		return nil, fmt.Errorf("all labels are %s, must be 2 or more classes", classes[0])
	case len(classes) > maxClasses:
		return nil, fmt.Errorf("%d different labels (%s), must be 2 to %d classes; are they measurements?", len(classes), list(classes), maxClasses)
	case numbers && strings.HasPrefix(classes[0], "-") && !slices.Equal(classes, []string{"-1", "1"}):
		return nil, fmt.Errorf("%d examples have the label %s, must be 0 or more, or only -1 and 1; leave out examples without a label", count[classes[0]], classes[0])
	}
	return classes, nil
}

// check makes sure that the splits belong together.
func (e *examples) check(classes []string) error {
	first := &e.splits[train]
	if len(first.labels) == 0 {
		return fmt.Errorf("there are no training examples")
	}
	known := map[string]bool{}
	for _, label := range first.labels {
		known[label] = true
	}
	for i, s := range e.splits {
		if len(s.labels) == 0 {
			continue
		}
		switch {
		case !slices.Equal(s.shape, first.shape):
			return fmt.Errorf("an example of %s has the shape %v, one of train %v; they must be the same", splitTitles[i], s.shape, first.shape)
		case (s.values == nil) != (first.values == nil):
			return fmt.Errorf("the features of one of train and %s are bytes and of the other one real numbers; they must be of one type", splitTitles[i])
		case s.features() == 0:
			return fmt.Errorf("an example has the shape %v, must have 1 feature or more", s.shape)
		}
	}
	for _, class := range classes {
		if !known[class] {
			return fmt.Errorf("class %s has no training examples", class)
		}
	}
	return nil
}

// divide makes the validation and test examples that the files do not have from the training examples, and says where the splits come from.
// Every class is divided in the same proportion, and the order is random.
func (e *examples) divide(classes []string, o OwnOptions) (string, error) {
	whole := &e.splits[train]
	var made []int
	total := o.Split[train]
	for _, i := range []int{valid, test} {
		if len(e.splits[i].labels) == 0 {
			made, total = append(made, i), total+o.Split[i]
		}
	}
	if len(made) == 0 {
		return "train, valid and test are as in the files", nil
	}
	n := len(whole.labels)
	if err := memory.Check(int64(n) * int64(whole.features()) * 4); err != nil {
		return "", fmt.Errorf("%d examples of %d features: dividing them %w", n, whole.features(), err)
	}
	left := map[string][3]int{} // examples of a class that each split still takes
	count := map[string]int{}
	for _, label := range whole.labels {
		count[label]++
	}
	for _, class := range classes {
		var take [3]int
		take[train] = count[class]
		for _, i := range made {
			take[i] = max(1, int(math.Round(float64(count[class])*o.Split[i]/total)))
			take[train] -= take[i]
		}
		if take[train] < 1 {
			return "", fmt.Errorf("class %s has %d examples, which are too few to divide into %d splits; give it more examples or another data.split",
				class, count[class], 1+len(made))
		}
		left[class] = take
	}
	parts := e.splits
	parts[train] = split{shape: whole.shape}
	for _, i := range made {
		parts[i] = split{shape: whole.shape}
	}
	order, source := make([]int, n), stream.New(o.Seed, "split")
	for k := range order {
		order[k] = k
	}
	permute(source, order)
	var taken [3][]int
	for _, k := range order {
		take := left[whole.labels[k]]
		i := slices.IndexFunc(take[:], func(n int) bool { return n > 0 })
		take[i]--
		left[whole.labels[k]] = take
		taken[i] = append(taken[i], k)
	}
	for i, list := range taken {
		permute(source, list) // so that the first examples of a split are a random sample of it
		for _, k := range list {
			parts[i].add(whole, k)
		}
	}
	e.splits = parts
	titles := make([]string, len(made))
	for k, i := range made {
		titles[k] = splitTitles[i]
	}
	return fmt.Sprintf("%s taken at random from the training examples, by class, with seed %d", strings.Join(titles, " and "), o.Seed), nil
}

// add appends example k of another split.
func (s *split) add(from *split, k int) {
	n := s.features()
	if from.values != nil {
		s.values = append(s.values, from.values[k*n:(k+1)*n]...)
	} else {
		s.levels = append(s.levels, from.levels[k*n:(k+1)*n]...)
	}
	s.labels = append(s.labels, from.labels[k])
}
