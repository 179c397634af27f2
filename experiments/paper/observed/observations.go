package observed

import (
	"math"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// Observations are what the figures and claims read.
type Observations struct {
	Initial  map[setup.Network][]Initial // on Shapeset-3x2, one for each seed
	Stored   map[setup.Subject][]Initial // the same of networks on stored data sets
	Trained  map[setup.Subject]*Trained  // every subject that is asked for, whether it was run or not
	Pictures *report.Images              // of the stand-in for Small-ImageNet, nil if there is none
	Shapeset *ShapesetCounts
	Surfaces *CostSurfaces
	SVM      *SVMResult // nil if none was trained
	Scale    setup.Scale

	Commands Commands // of the hints
}

// Initial is a network before training.
type Initial struct {
	train.Layers
	Weights []WeightSample // of each weight matrix

	// Jacobian is the mean singular value of each layer's Jacobian J^i = dz^{i+1}/dz^i (eq. 17), i = 1..d-1: from
	// layer i to layer i+1, on one example, a different one for each seed. It is empty if it was not asked for.
	Jacobian []float64
}

// WeightSample describes one initial weight matrix and its biases.
type WeightSample struct {
	In, Out  int
	Variance float64
	MaxAbs   float64
	MaxBias  float64 // largest |b|
}

// A Cell is one candidate of the search: its choice, and the share of errors at the end of its training.
type Cell struct {
	setup.Choice
	Valid, Test float64
	Updates     int // its length in the search
}

// CellOf returns the candidate that a training of the search is of.
func CellOf(c setup.Choice, t *run.Trace) Cell {
	e := LastErrors(t)
	return Cell{c, e.Valid.Error, e.Test.Error, t.Config.Train.Updates}
}

// Trained is what is known of one subject's training.
type Trained struct {
	Subject setup.Subject
	Missing string // why it was not run, and what fetches its data set if that is missing; "" if it was run
	Absent  string // what is missing of its data set, and what fetches it; "" if nothing is

	Searched []int        // updates of each rung of the search
	Cells    []Cell       // the search in the grid's order, or what is known of an earlier one
	Extended []Cell       // candidates that were trained further; only of drawn subjects
	Choice   setup.Choice // the cell of the lowest validation error
	Chosen   string       // how Choice was chosen; only of drawn subjects
	Common   setup.Choice // the same among the cells of the one input scale that is best for the five networks of Table 1 together

	Updates int          // of Runs
	Runs    []*run.Trace // at Choice, one for each seed; none if only the text compares the subject
	Commons []*run.Trace // at Common, one for each seed; the Runs themselves where that is the same choice

	Shorts  int          // updates of Short
	Short   []*run.Trace // at Choice, one for each seed, if only the text compares the subject; none if nothing compares it
	NoShort string       // why Short is empty though the text compares the subject
}

// OnShapeset returns what is known of a network on Shapeset-3x2.
func (o *Observations) OnShapeset(net setup.Network) *Trained {
	return o.Trained[net.On(dataset.ShapesetName)]
}

// Missing says why none of the trainings that n needs was run, with one of their subjects, if possible one whose data set is missing; nil if one
// was run.
func (o *Observations) Missing(n Needs) (why string, lacks *Trained) {
	var all []string
	for _, sub := range n.Trained {
		t := o.Trained[sub]
		if t.Missing == "" {
			return "", nil
		}
		if !slices.Contains(all, t.Missing) {
			all = append(all, t.Missing)
		}
		if lacks == nil || t.Absent != "" {
			lacks = t
		}
	}
	return strings.Join(all, "; "), lacks
}

// ShapesetCounts describes images of the fixed test set's generator (seed 0).
type ShapesetCounts struct {
	Images   int
	Classes  []int     // images of each class
	Pairs    int       // images of two objects
	Overlaps []float64 // for each pair, the share of the first object's pixels that the second hides

	Estimated float64 // the largest share of the first object's area that the second hides, as the generator estimates it, on as many images of the seed of the validation set
}

// StdZ returns the standard deviation of the activations of layer k = 1..d.
func (i Initial) StdZ(k int) float64 { return StdOf(i.Layers.Layers[k-1]) }

// StdDS returns that of the back-propagated gradients.
func (i Initial) StdDS(k int) float64 { return StdDSOf(i.Layers.Layers[k-1]) }

// StdDW returns that of the weight gradients.
func (i Initial) StdDW(k int) float64 { return StdDWOf(i.Layers.Layers[k-1]) }

// Best returns the candidate with the lowest validation error, the first of equals, among the longest trained of those that allowed accepts.
func Best(cells []Cell, allowed func(c setup.Choice) bool) (Cell, bool) {
	found, least := Cell{}, math.Inf(1)
	for _, c := range cells {
		if allowed(c.Choice) && (c.Valid < least && c.Updates == found.Updates || c.Updates > found.Updates) {
			found, least = c, c.Valid
		}
	}
	return found, !math.IsInf(least, 1)
}

// AnyChoice accepts all candidates.
func AnyChoice(setup.Choice) bool { return true }

// CommonLow returns the lower end of the input scale at which the best cells of all subjects have the lowest sum of validation errors.
func CommonLow(searches [][]Cell) float64 {
	low, least := 0.0, math.Inf(1)
	for _, l := range []float64{0, -1} {
		sum := 0.0
		for _, cells := range searches {
			c, ok := Best(cells, func(c setup.Choice) bool { return c.Low == l })
			if !ok {
				sum = math.Inf(1)
			}
			sum += c.Valid
		}
		if sum < least {
			low, least = l, sum
		}
	}
	return low
}

// SVMResult is the result of a support vector machine on Shapeset-3x2.
type SVMResult struct {
	Images         int     // it was trained on; the paper has 100,000
	C, Gamma       float64 // by validation
	SupportVectors int
	Wrong          measure.Bits // the test images that it classified wrongly
}

// Tied reports whether several candidates of the search share the lowest validation error, so that it chose none of them.
func (t *Trained) Tied() bool {
	least, ok := Best(t.Cells, AnyChoice)
	return ok && slices.ContainsFunc(t.Cells, func(c Cell) bool {
		return c.Valid == least.Valid && c.Updates == least.Updates && c.Choice != least.Choice
	})
}

// Legend is the subject's legend, with its data set if that is not Shapeset-3x2.
func (t *Trained) Legend() string {
	if t.Subject.Data == dataset.ShapesetName {
		return t.Subject.Legend()
	}
	return t.Subject.Legend() + ", " + setup.DataName(t.Subject.Data)
}

// Ran returns the observations of a subject whose whole training was run; nil if it was not.
func (o *Observations) Ran(sub setup.Subject) *Trained {
	if t := o.Trained[sub]; t != nil && len(t.Runs) > 0 {
		return t
	}
	return nil
}

// RanOnShapeset returns the same for a network on Shapeset-3x2.
func (o *Observations) RanOnShapeset(net setup.Network) *Trained {
	return o.Ran(net.On(dataset.ShapesetName))
}

// C and gamma are searched for with at most these numbers of training and validation images: with all images each point of the grid would take
// hours.
const SvmSearched, SvmValidated = 3_000, 2_000

// NoiseVariance is that of the linear networks' inputs: grey levels 0..255, uniform, as -1..1.
const NoiseVariance = (256*256 - 1) / 12. * (2. / 255) * (2. / 255)
