package train

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"glorot/experiments/measure"
	"glorot/models"
)

// A Measure is a number that is recorded only on request: of each layer in snapshots, or of the classes in tests of the error.
type Measure struct {
	Name    string // in logs, exports and comparisons
	Title   string // of a column
	Words   string // in a sentence
	Formula string
	Source  string

	Low, High float64 // bounds of the values, which may be infinite
	Share     bool    // it is shown in percent
	Log       bool    // it spans orders of magnitude
	Better    string  // "lower", "higher", or "" if neither is better in general

	// One of these computes it.
	activations func(a activations) float64                 // of a hidden layer
	gradients   func(l []measure.MeanVector, i int) float64 // of layer i, where l has dCost/dW of the mini-batches of all layers
	update      func(before, after []float32) float64       // of W of a layer, before and after the last update
	successive  func(before, last []float32) float64        // of dCost/dW of a layer in the last two updates
	classes     func(c Confusion) float64
}

// activations are those of a hidden layer: z [examples, units].
type activations struct {
	z               []float32
	examples, units int
	f               models.Activation
}

// ConfusionMeasure is the name by which all measures of the classes are requested.
const ConfusionMeasure = "confusion"

// Request is the name by which the measure is requested.
func (m Measure) Request() string {
	if m.classes != nil {
		return ConfusionMeasure
	}
	return m.Name
}

// Of says what the measure describes, in words.
func (m Measure) Of() string {
	switch {
	case m.classes != nil:
		return "the validation and the test images"
	case m.activations != nil:
		return "each hidden layer"
	}
	return "each layer"
}

// Range says between which numbers the measure lies, and which are better.
func (m Measure) Range() string {
	text := fmt.Sprintf("from %g to %g", m.Low, m.High)
	if math.IsInf(m.High, 1) {
		text = fmt.Sprintf("%g or more", m.Low)
	}
	if m.Better != "" {
		text += "; " + m.Better + " is better"
	}
	return text
}

// OfClasses returns a measure of the classes from their confusion matrix, or nil if it is a measure of layers.
func (m Measure) OfClasses() func(Confusion) float64 { return m.classes }

// Measures lists all measures. To add one, write it here.
func Measures() []Measure {
	inf := math.Inf(1)
	return []Measure{
		{
			Name: "dead", Title: "dead", Words: "share of dead units", Share: true, High: 1, Better: "lower",
			Formula: "the share of the units with z = 0 on every example",
			Source:  "Lu et al. 2019, Dying ReLU and initialization",
			activations: func(a activations) float64 {
				return measure.Units(a.z, a.examples, a.units, func(z float32) bool { return z == 0 })
			},
		},
		{
			Name: "saturated", Title: "always sat.", Words: "share of units that are always saturated", Share: true, High: 1, Better: "lower",
			Formula: "the share of the units that are saturated on every example, by the rule of the activation (glorot help activation)",
			Source:  "after Glorot and Bengio 2010, section 3, which gives no rule",
			activations: func(a activations) float64 {
				in := a.f.Saturation.In
				return measure.Units(a.z, a.examples, a.units, func(z float32) bool { return in != nil && in(z) })
			},
		},
		{
			Name: "rank", Title: "eff. rank", Words: "effective rank of the activations", High: inf, Better: "higher",
			Formula:     "exp of the entropy of p, the singular values of z [examples, units] divided by their sum",
			Source:      "Roy and Vetterli 2007, The effective rank: a measure of effective dimensionality",
			activations: func(a activations) float64 { return measure.EffectiveRank(a.z, a.examples, a.units) },
		},
		{
			Name: "grad_norm", Title: "|dCost/dW|", Words: "norm of dCost/dW", Log: true, High: inf,
			Formula:   "the Euclidean norm of dCost/dW, where the cost is the mean over the mini-batches of the snapshot",
			Source:    "Pascanu et al. 2013, On the difficulty of training recurrent neural networks",
			gradients: func(l []measure.MeanVector, i int) float64 { return l[i].Norm() },
		},
		{
			Name: "grad_ratio", Title: "norm/last", Words: "norm of dCost/dW relative to the last hidden layer", Log: true, High: inf,
			Formula:   "grad_norm of the layer divided by that of the last hidden layer",
			Source:    "after Glorot and Bengio 2010, section 4.2.2, which compares standard deviations",
			gradients: func(l []measure.MeanVector, i int) float64 { return l[i].Norm() / l[max(0, len(l)-2)].Norm() },
		},
		{
			Name: "grad_snr", Title: "grad. SNR", Words: "signal-to-noise ratio of dCost/dW", Log: true, High: inf, Better: "higher",
			Formula: "|mean| / |std| of dCost/dW over the mini-batches of the snapshot: Euclidean norms of the elements' means and standard deviations; " +
				"pure noise has about 1/sqrt(K) with K mini-batches",
			Source:    "Shwartz-Ziv and Tishby 2017, Opening the black box of deep neural networks via information",
			gradients: func(l []measure.MeanVector, i int) float64 { return l[i].Norm() / l[i].Noise() },
		},
		{
			Name: "update_ratio", Title: "update/weight", Words: "ratio of the last update to the weights", Log: true, High: inf,
			Formula: "the standard deviation of the last update of W divided by that of W before it",
			Source:  "after Karpathy, CS231n notes, Neural networks part 3",
			update:  measure.UpdateRatio,
		},
		{
			Name: "grad_cosine", Title: "grad. cosine", Words: "cosine between the last two gradients", Low: -1, High: 1,
			Formula:    "the cosine of the angle between dCost/dW of the last two updates, each on its own mini-batch, before clipping and weight decay",
			Source:     "Sankararaman et al. 2020, The impact of neural network overparameterization on gradient confusion and stochastic gradient descent",
			successive: measure.Cosine,
		},
		{
			Name: "one_class", Title: "one class", Words: "share of the most frequent prediction", Share: true, High: 1,
			Formula: "the share of the images that the network assigns to its most frequent prediction",
			Source:  "sklearn.metrics.confusion_matrix: its largest column sum divided by its sum",
			classes: Confusion.OneClass,
		},
		{
			Name: "worst_class", Title: "worst class", Words: "largest error of a class", Share: true, High: 1, Better: "lower",
			Formula: "the largest of the classes' errors, which are the shares of their images with a wrong prediction",
			Source:  "1 - sklearn.metrics.recall_score with average=None, its largest element",
			classes: Confusion.WorstClass,
		},
	}
}

// MeasureRequests lists the names that can be requested.
func MeasureRequests() (names []string) {
	for _, m := range Measures() {
		if !slices.Contains(names, m.Request()) {
			names = append(names, m.Request())
		}
	}
	return names
}

// LayerMeasures returns those of the requested names that are measures of layers, in the order of Measures.
func LayerMeasures(requested []string) (names []string) {
	for _, m := range requestedMeasures(requested) {
		names = append(names, m.Name)
	}
	return names
}

// requestedMeasures returns the measures of layers that are requested.
func requestedMeasures(requested []string) []Measure {
	return slices.DeleteFunc(Measures(), func(m Measure) bool { return m.classes != nil || !slices.Contains(requested, m.Name) })
}

// NeedGradients reports whether any of the requested measures needs the gradients of a snapshot.
func NeedGradients(requested []string) bool {
	return slices.ContainsFunc(requestedMeasures(requested), func(m Measure) bool { return m.gradients != nil })
}

// A Confusion says how often an image of each class (row) got each prediction (column).
type Confusion [][]int

// UnmarshalJSON refuses a matrix that is not square, such as that of a damaged record.
func (c *Confusion) UnmarshalJSON(src []byte) error {
	var rows [][]int
	if err := json.Unmarshal(src, &rows); err != nil {
		return err
	}
	for i, row := range rows {
		if len(row) != len(rows) {
			return fmt.Errorf("a confusion matrix of %d classes has %d predictions for class %d", len(rows), len(row), i)
		}
	}
	*c = rows
	return nil
}

// Predicted returns how often each class was predicted.
func (c Confusion) Predicted() []int {
	sums := make([]int, len(c))
	for _, row := range c {
		for k, n := range row {
			sums[k] += n
		}
	}
	return sums
}

// OneClass returns the share of the most frequent prediction, and NaN without images.
func (c Confusion) OneClass() float64 {
	sum, most := 0, 0
	for _, n := range c.Predicted() {
		sum, most = sum+n, max(most, n)
	}
	return float64(most) / float64(sum)
}

// Constant returns the error of the best constant prediction, and NaN without images.
func (c Confusion) Constant() float64 {
	sum, most := 0, 0
	for _, row := range c {
		images := 0
		for _, n := range row {
			images += n
		}
		sum, most = sum+images, max(most, images)
	}
	return float64(sum-most) / float64(sum)
}

// ClassErrors returns the error of each class, NaN where it has no images.
func (c Confusion) ClassErrors() []float64 {
	errors := make([]float64, len(c))
	for k, row := range c {
		sum := 0
		for _, n := range row {
			sum += n
		}
		errors[k] = float64(sum-row[k]) / float64(sum)
	}
	return errors
}

// WorstClass returns the largest error of a class, and NaN without images.
func (c Confusion) WorstClass() float64 {
	worst := math.NaN()
	for _, e := range c.ClassErrors() {
		if !(worst >= e) && !math.IsNaN(e) {
			worst = e
		}
	}
	return worst
}
