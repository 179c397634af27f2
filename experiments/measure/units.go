package measure

import (
	"encoding/json"
	"math"
	"slices"
)

// Units returns the share of the columns of the row-major matrix z [rows, cols] whose values are all in a set: of the units that are, say, dead on
// every example. It is NaN without rows or columns, and if no value is finite: nothing is known of the units then.
func Units(z []float32, rows, cols int, in func(z float32) bool) float64 {
	if rows < 1 || cols < 1 || !slices.ContainsFunc(z, finite) {
		return math.NaN()
	}
	all, left := make([]bool, cols), cols // the units that were in the set so far
	for i := range all {
		all[i] = true
	}
	for i := 0; i < rows && left > 0; i++ {
		for k, v := range z[i*cols : (i+1)*cols] {
			if all[k] && !in(v) {
				all[k], left = false, left-1
			}
		}
	}
	return float64(left) / float64(cols)
}

// EffectiveRank returns the effective rank of the row-major matrix a [rows, cols]: exp(H) of the entropy H of its singular values divided by their
// sum, which is k if k of them are equal and the others 0. It is 0 of a matrix of zeros, and NaN if a number is not finite.
//
// Reference: Roy and Vetterli, "The effective rank: a measure of effective dimensionality", EUSIPCO 2007, definition 1.
func EffectiveRank(a []float32, rows, cols int) float64 {
	values, err := SingularValues(a, rows, cols)
	if err != nil {
		return math.NaN()
	}
	var sum float64
	for _, v := range values {
		sum += v
	}
	if sum == 0 {
		return 0
	}
	var entropy float64
	for _, v := range values {
		if p := v / sum; p > 0 {
			entropy -= float64(p * math.Log(p))
		}
	}
	return math.Exp(entropy)
}

// Dot returns the scalar product of two vectors of the same length.
func Dot(x, y []float32) float64 {
	var sum float64
	for i, v := range x {
		sum += float64(float64(v) * float64(y[i]))
	}
	return sum
}

// Cosine returns the cosine of the angle between two vectors of the same length. It is NaN if one of them is zero.
func Cosine(x, y []float32) float64 {
	return max(-1, min(1, Dot(x, y)/math.Sqrt(Dot(x, x))/math.Sqrt(Dot(y, y))))
}

// A MeanVector is the mean of vectors of the same length, and how far they are from it. The zero value has no vectors.
type MeanVector struct {
	n       int
	sum     []float64
	squares float64 // the sum of the squared norms
}

// Add includes a vector.
func (m *MeanVector) Add(x []float32) {
	if m.sum == nil {
		m.sum = make([]float64, len(x))
	}
	for i, v := range x {
		m.sum[i] += float64(v)
	}
	m.n++
	m.squares += Dot(x, x)
}

// Norm returns the Euclidean norm of the mean, or NaN of no vectors.
func (m *MeanVector) Norm() float64 {
	var sum float64
	for _, v := range m.sum {
		sum += float64(v * v)
	}
	return math.Sqrt(sum) / float64(m.n)
}

// Noise returns the norm of the elements' standard deviations (divisor n), which is the root mean square distance of the vectors from their mean. It
// is NaN of fewer than two vectors.
func (m *MeanVector) Noise() float64 {
	if m.n < 2 {
		return math.NaN()
	}
	norm := m.Norm()
	return math.Sqrt(max(0, m.squares/float64(m.n)-float64(norm*norm)))
}

// UpdateRatio returns the standard deviation of the update of weights divided by that of the weights.
func UpdateRatio(before, after []float32) float64 {
	update := make([]float32, len(after))
	for i, v := range after {
		update[i] = v - before[i]
	}
	var u, w Moments
	u.Add(update)
	w.Add(before)
	return u.Std() / w.Std()
}

// Values are numbers by name. JSON has null for those that are undefined or infinite; these are read as NaN.
type Values map[string]float64

// MarshalJSON writes an object with the names in alphabetical order.
func (v Values) MarshalJSON() ([]byte, error) {
	numbers := make(map[string]number, len(v))
	for name, x := range v {
		numbers[name] = number(x)
	}
	return json.Marshal(numbers)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Values) UnmarshalJSON(text []byte) error {
	var numbers map[string]*number
	if err := json.Unmarshal(text, &numbers); err != nil {
		return err
	}
	*v = make(Values, len(numbers))
	for name, x := range numbers {
		(*v)[name] = math.NaN()
		if x != nil {
			(*v)[name] = float64(*x)
		}
	}
	return nil
}
