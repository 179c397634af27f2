// Package run defines a training run and its files: the configuration, the directory of a
// run, archives, stores, and the traces that answer requests.
//
// A configuration is a YAML document of the keys that [Keys] lists:
//
//	seed: 1
//	model:
//	  hidden: [1000, 1000, 1000, 1000, 1000]
//	  activation: tanh
//	train:
//	  rate: 0.01
//
// Keys that are left out keep their defaults. A key may also be written with its
// section in front of it (model.hidden: [100]), as it is for a --set argument.
//
// The keys of the model, the data, the optimisation and the seeds determine a
// trajectory: the sequence of the network's parameters, which has no length. train.updates
// says how far it is computed; the other keys say what is recorded on the way.
//
// A run is a directory that holds what is known of one trajectory. run.yaml is the resolved
// configuration. manifest.json says what else the numbers depend on, and when and where they were
// computed. log.jsonl has what was recorded on the schedules, one JSON record per line, and
// extra.jsonl has what was measured at other updates: at an end, or afterwards. checkpoints holds
// the states from which the run can be resumed, and weights.safetensors the weights at the end. The
// log of a run is a byte prefix of the log of a longer run. Only one process at a time writes to a
// run.
package run

import (
	"runtime"
	"strconv"
	"strings"
)

// Config is everything that a user may choose about a run. It is also a request for the trajectory
// that it declares, up to Train.Updates, with the recording that Observe asks for.
type Config struct {
	Seed       uint64 // of all random streams: initial weights, order of the data, noise, and images if Data.Seed is 0
	Model      Model
	Data       Data
	Train      Train
	Pretrain   Pretrain
	Observe    Observe
	Checkpoint Checkpoint
	Threads    Threads // results do not depend on it

	Recorded *Recorded // of a run that another program trained, about which all else is unknown; nil for a run of this program
}

// Model chooses the network and its cost.
type Model struct {
	Hidden     []int   // width of each hidden layer, from the input to the output; at least one
	Activation string  // of the hidden layers: a name, or a list as YAML with one name for each layer; see ActivationNames
	Init       string  // initialisation of the weights
	Gain       float64 // multiplies the initial weights
	ZeroLast   bool    // the initial weights of the output layer are 0
	Bias       string  // the initial biases: "" is as Init has them, else a number or UniformBias
	From       string  // absolute path of a file with the weights with which training begins, instead of Init; "" means none
	Norm       string  // of the hidden layers
	Residual   int     // number of layers in a block, whose input is added to its output; 0 means no blocks
	Dropout    float64 // from 0 to less than 1
	Cost       string
}

// UniformBias is the Model.Bias of torch.nn.Linear.
const UniformBias = "uniform"

// BiasOptions returns what Bias means: a number that all biases have, or that they are uniform; and whether they are as Init has them.
func (m Model) BiasOptions() (constant float64, uniform, auto bool) {
	constant, err := strconv.ParseFloat(m.Bias, 64)
	return constant, err != nil && m.Bias == UniformBias, m.Bias == ""
}

// Data chooses the images.
type Data struct {
	Name      string
	Seed      uint32  // of the training images of shapeset, as the generator's MT19937 uses it; 0 (auto) follows the run's seed, see dataset.ImageSeed
	Low, High float64 // the inputs for the grey levels 0 and 255; Low < High

	Path           string     // of one's own data, absolute; then Name is dataset.OwnName. See dataset.OpenOwn
	Standardize    string     // one of dataset.Standards, where none is ""; see dataset.Standard
	Split          [3]float64 // shares of the training, validation and test examples of a Path; zeros mean 0.8, 0.1 and 0.1
	Size, Channels int        // of the pictures of a Path, or 0; see dataset.OwnOptions
}

// Train chooses the optimisation.
type Train struct {
	Updates   int     // number of updates; 0 means that the weights stay at their initial values
	Batch     int     // images in a mini-batch, at least 1
	Rate      float64 // eta, for gradients that are means over the mini-batch
	Optimizer string  // a name of train.Methods
	Momentum  float64 // of momentum and nesterov, from 0 to less than 1
	Beta1     float64 // of adam and adamw
	Beta2     float64 // of adam, adamw and rmsprop; 0 means the optimizer's default
	Epsilon   float64 // of adagrad, rmsprop, adam and adamw; 0 means the optimizer's default

	WeightDecay    float64
	ClipNorm       float64 // 0 means no limit
	ClipValue      float64 // 0 means no limit
	LabelSmoothing float64

	Schedule        string  // of the rate
	ScheduleUpdates int     // of the schedule; 0 means that it depends on Updates, see ResolveSchedule
	ScheduleFactor  float64 // of the schedule step
	Warmup          int     // updates

	Patience int // tests without a lower validation error after which training stops; 0 means never

	// Of the optimizers hessian and variance; see train.Curvature.
	CurvatureMu    float64
	CurvatureEvery int
	CurvatureDecay float64
}

// The optimizer of the paper, and those that package train runs with a curvature: a rate for each parameter from the diagonal of the
// Hessian, or from the variance of the gradient (section 4 of the paper).
const (
	SGD      = "sgd"
	Hessian  = "hessian"
	Variance = "variance"
)

// ResolveSchedule sets ScheduleUpdates, if it is 0 and the schedule uses it, to what is left of Updates after the warm-up, a third of
// it for step, or a tenth for inverse. A run is made with the resolved number, which a later extension does not change.
func (t *Train) ResolveSchedule() {
	if t.ScheduleUpdates != 0 {
		return
	}
	switch left := max(1, t.Updates-t.Warmup); t.Schedule {
	case "linear", "cosine":
		t.ScheduleUpdates = left
	case "step":
		t.ScheduleUpdates = max(1, left/3)
	case "inverse":
		t.ScheduleUpdates = max(1, left/10)
	}
}

// ActivationNames returns the activations of the hidden layers: one name for all of them, or one for each.
func (m Model) ActivationNames() []string {
	if list, ok := strings.CutPrefix(m.Activation, "["); ok {
		return strings.Split(strings.TrimSuffix(list, "]"), ", ")
	}
	return []string{m.Activation}
}

// Pretrain chooses how the hidden layers are pre-trained as denoising auto-encoders; see package pretrain.
type Pretrain struct {
	Updates int     // of each layer; 0 means no pre-training
	Rate    float64 // of stochastic gradient descent
	Noise   float64 // probability of setting an input to 0, from 0 to less than 1
}

// Observe chooses what is recorded, and when. Recording changes no weight.
type Observe struct {
	Every    int // updates between two records on the schedules that are nil; 0 means never
	Examples int // number of test images whose activations and gradients are measured, at least 1
	Images   int // errors are measured on this many images of the validation set and of the test set, the first ones; 0 means all

	Layers     *Schedule // of the layer statistics; nil means Every
	Histograms *Schedule // of the layer statistics with histograms; nil means all of them
	Errors     *Schedule // of the validation and the test error; nil means Every and the beginning
	Jacobians  Schedule  // of the spectra of the layers' Jacobians on the first test image (eq. 17)

	Gradients bool // the layer statistics include those of the gradients
	Wrong     bool // at each new lowest validation error, record which test images are wrong

	Measures []string // names of train.MeasureRequests, in their order
}

// Tested returns on how many images of a set with that many the errors are measured.
func (o Observe) Tested(all int) int {
	if o.Images > 0 {
		return min(all, o.Images)
	}
	return all
}

// Checkpoint chooses when the state and digests of the weights are kept.
type Checkpoint struct {
	Every  int   // updates between two checkpoints; 0 means only at the end and at an interrupt
	Keep   int   // how many checkpoints are kept, the newest; at least 1
	At     []int // ascending updates whose checkpoints are never removed
	Digest int   // updates between two digests of the weights in the log; 0 means only at the end
}

// Threads is a number of threads; 0, in YAML "all", means all processors of the machine.
type Threads int

// Count is the number of threads to start: t, or the number of processors if t is 0.
func (t Threads) Count() int {
	if t > 0 {
		return int(t)
	}
	return runtime.NumCPU()
}

// String is the value in YAML: "all" or the number.
func (t Threads) String() string {
	if t == 0 {
		return allThreads
	}
	return strconv.Itoa(int(t))
}

const allThreads = "all"

// generated is the data set whose images come from a generator with a seed.
const generated = "shapeset"

// Default returns the configuration with all keys at their defaults: the five-layer
// tanh network of Glorot & Bengio (2010) on Shapeset-3x2, standard initialisation.
func Default() Config {
	return Config{
		Seed:  1,
		Model: Model{Hidden: []int{1000, 1000, 1000, 1000, 1000}, Activation: "tanh", Init: "standard", Gain: 1, Norm: "none", Cost: "nll"},
		Data:  Data{Name: generated, Low: 0, High: 1},
		Train: Train{Updates: 100_000, Batch: 10, Rate: 0.01, Optimizer: SGD, Momentum: 0.9, Beta1: 0.9, Schedule: "constant", ScheduleFactor: 0.1,
			CurvatureMu: 0.001, CurvatureEvery: 100, CurvatureDecay: 0.9},
		Pretrain:   Pretrain{Rate: 0.001, Noise: 0.25},
		Observe:    Observe{Every: 20_000, Examples: 300, Gradients: true, Wrong: true},
		Checkpoint: Checkpoint{Every: 20_000, Keep: 3, Digest: 5000},
	}
}

// Allowed lists the names that keys may have as values, which are those built into the program. An
// empty list allows any name.
type Allowed struct {
	Activations []string // model.activation
	Inits       []string // model.init
	Norms       []string // model.norm
	Costs       []string // model.cost
	Data        []string // data.name
	Optimizers  []string // train.optimizer
	Schedules   []string // train.schedule
	Measures    []string // observe.measures

	Canonical map[string]func(name string) string // for some keys: returns the allowed name that another name stands for
}

// stored is what a run.yaml without any key means. It differs from the default where a later version of the program
// added a key.
func stored() Config {
	c := Default()
	c.Observe.Wrong = false
	return c
}

// YAML is the configuration as a document that [Parse] reads back as an equal Config: every key, in
// the order of [Keys], followed by the document end marker "...", which shows that the file is
// complete.
func (c Config) YAML() []byte {
	c.Train.ResolveSchedule()
	var b strings.Builder
	section := ""
	for _, k := range keys {
		if k.shorthand {
			continue
		}
		name, indent := k.name, ""
		if s, leaf, ok := strings.Cut(k.name, "."); ok {
			if s != section {
				b.WriteString(s + ":\n")
			}
			section, name, indent = s, leaf, "  "
		}
		b.WriteString(indent + name + ": " + k.write(&c) + "\n")
	}
	b.WriteString(endMarker + "\n")
	return []byte(b.String())
}

const endMarker = "..."

// Key describes one key of the configuration, for help texts and comparisons.
type Key struct {
	Name    string // "model.hidden"
	Default string // as YAML
	Allowed string // in words, "a number above 0"
	Meaning string // whole sentences

	Shorthand bool // the key sets the value of another key, and is not written
	Identity  bool // the key changes the network's parameters; the length, the recording, checkpoints and threads do not
}

// Keys lists every key in the order of run.yaml.
func Keys(allowed Allowed) []Key {
	list := make([]Key, len(keys))
	def := Default()
	for i, k := range keys {
		list[i] = Key{Name: k.name, Default: k.write(&def), Allowed: k.want(allowed), Meaning: k.meaning, Identity: k.identity || k.name == "data.seed", Shorthand: k.shorthand}
	}
	return list
}

// Value returns the value of the key of that name as YAML, and whether there is such a key.
func (c Config) Value(name string) (string, bool) {
	if c.Recorded != nil {
		v := c.Recorded.Value(name)
		return v, v != ""
	}
	for _, k := range keys {
		if k.name == name {
			return k.write(&c), true
		}
	}
	return "", false
}
