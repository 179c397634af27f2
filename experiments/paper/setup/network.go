package setup

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/models"
)

// A Network is one of the paper's networks.
type Network struct {
	Activation, Init string // see models.Initializers
	Depth            int    // hidden layers
	Widths           string // of the hidden layers: "" all the same, Growing or Shrinking
	Cost             string // "" is the negative log-likelihood; or "quadratic"
	Method           string // "" is plain stochastic gradient descent; or PreTrained, Hessian or Variance
}

// Widths that grow or shrink with the layer, around the same mean (section 4.2: "we obtain the same gains when the layer size increases
// (or decreases) with layer number"; it does not say by how much).
const (
	Growing   = "growing"   // 600, 800, 1000, 1200, 1400
	Shrinking = "shrinking" // 1400, …, 600
)

// Ways of training that the paper compares with plain stochastic gradient descent.
const (
	PreTrained = "pre-trained" // by denoising auto-encoders, then fine-tuned (section 4.2, Figure 11)
	Hessian    = "hessian"     // a rate for each parameter from the diagonal of the Hessian (section 4.2)
	Variance   = "variance"    // a rate for each parameter from the gradient's variance (section 4.2)
)

// The networks that the figures show.
var (
	Sigmoid4           = Network{Activation: "sigmoid", Init: "standard", Depth: 4}
	Sigmoid5           = Network{Activation: "sigmoid", Init: "standard", Depth: 5}
	TanhStandard       = Network{Activation: "tanh", Init: "standard", Depth: 5}
	TanhNormalized     = Network{Activation: "tanh", Init: "normalized", Depth: 5}
	TanhFigure         = Network{Activation: "tanh", Init: "figure", Depth: 5}
	SoftsignStandard   = Network{Activation: "softsign", Init: "standard", Depth: 5}
	SoftsignNormalized = Network{Activation: "softsign", Init: "normalized", Depth: 5}
	LinearStandard     = Network{Activation: "identity", Init: "standard", Depth: 5}
	LinearNormalized   = Network{Activation: "identity", Init: "normalized", Depth: 5}
	TanhPreTrained     = Network{Activation: "tanh", Init: "normalized", Depth: 5, Method: PreTrained}
)

// Networks that only the text compares. The denoising auto-encoders of the pre-trained one begin as in the authors' scripts.
var (
	TanhQuadratic     = Network{Activation: "tanh", Init: "standard", Depth: 5, Cost: "quadratic"}
	SigmoidPreTrained = Network{Activation: "sigmoid", Init: "normalized", Depth: 4, Method: PreTrained}
)

// Table1 are the networks of Table 1, in its order.
var Table1 = []Network{SoftsignStandard, SoftsignNormalized, TanhStandard, TanhNormalized, Sigmoid5}

// Layers is the depth of most networks, and of all in Table 1.
const Layers = 5

// WithMethod returns the network with another way of training.
func (n Network) WithMethod(method string) Network { n.Method = method; return n }

// WithWidths returns the network with other widths.
func (n Network) WithWidths(widths string) Network { n.Widths = widths; return n }

// WithDepth returns the network with another depth.
func (n Network) WithDepth(depth int) Network { n.Depth = depth; return n }

// String describes the network; no two networks have the same description.
func (n Network) String() string {
	text := fmt.Sprintf("%s, %s, depth %d", n.Activation, n.Init, n.Depth)
	for _, more := range []string{n.Widths, n.Cost, n.Method} {
		if more != "" {
			text += ", " + more
		}
	}
	return text
}

// Legend names the network like the paper's legends and Table 1: "Tanh N", "Sigmoid depth 4", "Pre-training".
func (n Network) Legend() string {
	if n == TanhPreTrained {
		return "Pre-training"
	}
	name := strings.ToUpper(n.Activation[:1]) + n.Activation[1:]
	switch n.Init {
	case "normalized":
		name += " N"
	case "figure":
		name += " N as in the figures"
	}
	for _, more := range []string{n.Widths, n.Cost, n.Method} {
		if more != "" {
			name += ", " + more
		}
	}
	if n.Depth != Layers {
		name += fmt.Sprintf(" depth %d", n.Depth)
	}
	return name
}

// hidden returns the widths of the hidden layers, whose mean is width.
func (n Network) hidden(width int) []int {
	w := make([]int, n.Depth)
	for k := range w {
		w[k] = width
		fifth := width / 5
		switch n.Widths {
		case Growing:
			w[k] += fifth * (2*k - (n.Depth - 1)) / 2
		case Shrinking:
			w[k] -= fifth * (2*k - (n.Depth - 1)) / 2
		}
	}
	return w
}

// cost returns the cost's name.
func (n Network) cost() string {
	if n.Cost == "" {
		return "nll"
	}
	return n.Cost
}

// Model declares the network for Shapeset-3x2.
func (n Network) Model(width int) (models.Config, error) {
	shapeset := dataset.DefaultShapeset()
	c := models.Config{Inputs: shapeset.Features(), Hidden: n.hidden(width), Classes: shapeset.Classes()}
	var err error
	if c.Activation, err = models.ActivationByName(n.Activation); err != nil {
		return c, err
	}
	if c.Init, err = models.InitializerByName(n.Init); err != nil {
		return c, err
	}
	c.Cost, err = models.CostByName(n.cost())
	return c, err
}

// A Subject is a network and the data set that it learns.
type Subject struct {
	Network
	Data string // a name of dataset.Kinds
}

// Shapeset returns the networks on Shapeset-3x2.
func Shapeset(nets ...Network) []Subject { return On(dataset.ShapesetName, nets...) }

// On returns the networks on a data set.
func On(data string, nets ...Network) []Subject {
	var all []Subject
	for _, n := range nets {
		all = append(all, n.On(data))
	}
	return all
}

// On is the network's subject on a data set.
func (n Network) On(data string) Subject { return Subject{n, data} }

// String names the subject.
func (s Subject) String() string { return s.Data + ": " + s.Network.String() }

// Representative returns the subject whose search chooses the rate and the input scale of this one. It is the subject itself for all networks of
// the paper's figures and tables and for all depths (section 2.3). Networks of other widths, and the variant of the initialisation, use the choice
// of the network that they are compared with.
func (s Subject) Representative() Subject {
	g := s
	switch {
	case s.Cost != "", s.Method != "":
	case s.Init == "figure":
		g.Network = TanhNormalized
	default:
		g.Widths = ""
	}
	return g
}

// Run declares a training of the subject up to an update, as a part of the trajectory of a training of the given whole length.
func (s Subject) Run(c Choice, width, updates, whole int, seed uint64, o run.Observe) run.Config {
	r := run.Default()
	r.Seed, r.Observe, r.Threads = seed, o, 1
	r.Model.Hidden, r.Model.Activation, r.Model.Init, r.Model.Cost = s.hidden(width), s.Activation, s.Init, s.cost()
	r.Data = run.Data{Name: s.Data, Low: c.Low, High: c.High}
	r.Train.Batch, r.Train.Rate, r.Train.Updates = Batch, c.Rate, updates
	switch s.Method {
	case PreTrained:
		r.Pretrain = run.Pretrain{Updates: pretraining(whole), Rate: pretrainingRate, Noise: pretrainingNoise}
	case Hessian, Variance:
		r.Train.Optimizer, r.Train.CurvatureMu, r.Train.CurvatureEvery, r.Train.CurvatureDecay = s.Method, curvatureMu, 100, 0.9
	}
	r.Checkpoint = run.Checkpoint{Every: min(train.Epoch, max(shortestInterval, whole/20)), Keep: 2, Digest: digestEvery}
	if s.Data == dataset.ShapesetName { // so that Jacobians can be decomposed afterwards; update 0 needs no checkpoint
		r.Checkpoint.At = jacobianTimes(whole)[1:]
	}
	return r
}

// shortestInterval is the shortest interval between checkpoints: shorter trainings are recomputed as fast as they are read.
const shortestInterval = 100

// digestEvery is the number of updates between two digests of the weights.
const digestEvery = train.Epoch / 4

// Settings from the authors' later scripts; the paper prints none of them. They are the auto-encoders' masking noise and rate, the updates of each
// layer (30 epochs of 100,000 images, 10 at a time), and the curvature at which a parameter's rate is halved. The scripts initialise the networks
// by eq. 16.
const (
	pretrainingRate    = 0.001
	pretrainingNoise   = 0.25
	pretrainingUpdates = 300_000
	curvatureMu        = 0.001
)

// pretraining is how long each layer is pre-trained before the given number of updates of fine-tuning: as long as in the scripts if that is at least
// a fifth of the paper's, so that longer trainings extend shorter ones, and otherwise in proportion.
func pretraining(updates int) int {
	if updates >= fifth(PaperUpdates) {
		return pretrainingUpdates
	}
	return max(1, int(int64(updates)*pretrainingUpdates/PaperUpdates))
}

// Union returns the elements of all lists, each once, in order.
func Union[T comparable](lists ...[]T) []T {
	var all []T
	for _, l := range lists {
		for _, x := range l {
			if !slices.Contains(all, x) {
				all = append(all, x)
			}
		}
	}
	return all
}

// DataName is how readers know a data set.
func DataName(data string) string {
	return map[string]string{
		"shapeset": "Shapeset-3x2", "shapeset100k": "Shapeset-3x2, 100,000 images", "mnist": "MNIST", "cifar10": "CIFAR-10", "smallimagenet": "Small-ImageNet",
	}[data]
}

// Table1Data are the data sets of Table 1, in its order.
var Table1Data = []string{dataset.ShapesetName, "mnist", "cifar10", "smallimagenet"}

// PrintedName is the network's name in Figure 11.
func (n Network) PrintedName() string {
	if n == Sigmoid5 {
		return "Sigmoid depth 5"
	}
	return n.Legend()
}

// KeptSearchOf returns the network whose kept search a network uses: the pre-trained tanh network has none of its own.
func KeptSearchOf(n Network) Network {
	if n == TanhPreTrained {
		return TanhNormalized
	}
	return n
}
