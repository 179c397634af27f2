package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// ranges returns the smallest and the largest value of each feature, or nothing for an empty set.
func (s *Set) ranges() (low, high []float64) {
	if s.Len() == 0 {
		return nil, nil
	}
	if s.Values != nil {
		return rangesOf(s.Values, s.Features)
	}
	return rangesOf(s.Images, s.Features)
}

func rangesOf[T uint8 | float32](x []T, features int) (low, high []float64) {
	low, high = make([]float64, features), make([]float64, features)
	for j := range features {
		low[j], high[j] = float64(x[j]), float64(x[j])
	}
	for i, v := range x {
		j := i % features
		low[j], high[j] = min(low[j], float64(v)), max(high[j], float64(v))
	}
	return low, high
}

// countRepeated counts the examples that occur again, by a hash of their features.
func (d *Data) countRepeated(splits []SplitInfo) {
	type seen struct {
		split int
		label uint8
	}
	first := make(map[[16]byte]seen)
	for i, set := range d.sets() {
		var text []byte
		for k, label := range set.Labels {
			from, to := k*set.Features, (k+1)*set.Features
			if text = text[:0]; set.Values != nil {
				text, _ = binary.Append(text, binary.LittleEndian, set.Values[from:to]) // numbers have no errors
			} else {
				text = append(text, set.Images[from:to]...)
			}
			sum := sha256.Sum256(text)
			key := [16]byte(sum[:16])
			before, again := first[key]
			if !again {
				first[key] = seen{i, label}
				continue
			}
			if before.split < i {
				splits[i].Repeated++
			}
			if before.label != label {
				splits[i].Conflicts++
			}
		}
	}
}

// Limits from which something is a problem.
const (
	unbalanced = 10  // times as many examples in the largest class as in the smallest
	large      = 10  // of a real number that is not standardised
	watched    = 300 // test examples on which the layers are measured, unless observe.examples differs
)

// findProblems says what may be wrong.
func (info *Info) findProblems(d *Data) {
	say := func(format string, args ...any) { info.Problems = append(info.Problems, fmt.Sprintf(format, args...)) }
	for i, s := range info.Splits {
		if s.Repeated > 0 {
			say("%d examples of %s have the same features as one of an earlier split", s.Repeated, s.Name)
		}
		if s.Conflicts > 0 {
			say("%d examples of %s have the same features as an earlier example, but another label", s.Conflicts, s.Name)
		}
		for k, n := range s.Counts {
			if n == 0 && s.Images > 0 {
				say("class %s has no examples in %s", info.Classes[k], s.Name)
			}
		}
		if i == test && s.Images > 0 {
			head := d.Test.Head(watched).info(s.Name)
			if classes := len(info.Classes) - count(head.Counts, 0); classes < len(info.Classes)-count(s.Counts, 0) {
				say("the first %d test examples are of %d classes only; the layers are measured on these", head.Images, classes)
			}
		}
	}
	learn := info.Splits[train].Counts
	if low, high := slices.Min(learn), slices.Max(learn); low > 0 && high >= unbalanced*low {
		say("class %s has %d training examples, class %s only %d", info.Classes[slices.Index(learn, high)], high, info.Classes[slices.Index(learn, low)], low)
	}
	if d.Name != OwnName {
		return
	}
	if n := len(info.Constant); n > 0 && info.Height == 1 {
		const most = 5
		say("%d features are constant in the training examples: %v%s", n, info.Constant[:min(n, most)], map[bool]string{true: " and more"}[n > most])
	}
	if info.Real && max(math.Abs(info.Min), math.Abs(info.Max)) > large {
		say("values reach from %.6g to %.6g; data.standardize feature or range brings them to a scale that trains well", info.Min, info.Max)
	}
	if n := d.Test.Len(); n < watched {
		say("there are %d test examples; a run needs observe.examples %d or less", n, n)
	}
}

// count counts how often a number occurs.
func count(list []int, number int) (n int) {
	for _, x := range list {
		if x == number {
			n++
		}
	}
	return n
}
