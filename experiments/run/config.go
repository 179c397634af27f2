// Package run holds what a training run is on disk: its configuration, and the
// directory with its files.
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
// A run is a directory: run.yaml is the resolved configuration, manifest.json what else
// the numbers depend on and when and where they were made, log.jsonl one JSON record a
// line, checkpoints the states from which it can go on, figures what was drawn, and
// weights.safetensors the weights at the end. One process at a time writes to it, which
// holds a lock that ends with the process; a finished run is only read.
package run

import (
	"runtime"
	"strconv"
	"strings"
)

// Config is everything that a user may choose about a run.
type Config struct {
	Seed       uint64 // of every stream but the data's own: initial weights, data order, noise
	Model      Model
	Data       Data
	Train      Train
	Observe    Observe
	Checkpoint Checkpoint
	Threads    Threads // results do not depend on it
}

// Model chooses the network and its cost.
type Model struct {
	Hidden     []int  // width of each hidden layer, from the input on; at least one
	Activation string // of the hidden layers
	Init       string // initialisation of the weights
	Cost       string
}

// Data chooses the images.
type Data struct {
	Name      string
	Seed      uint32  // of the training stream of shapeset, as the generator's MT19937 takes it; of other sets the default
	Low, High float64 // the inputs that the grey levels 0 and 255 become; Low < High
}

// Train chooses the optimisation.
type Train struct {
	Updates int     // number of updates; 0 leaves the initial weights
	Batch   int     // images in a mini-batch, at least 1
	Rate    float64 // eta, constant, for gradients that are means over the batch
}

// Observe chooses when hooks look, and at what.
type Observe struct {
	Every    int // updates between two observations; 0 is never
	Examples int // number of test images looked at, at least 1
}

// Checkpoint chooses when the state is kept, and when digests prove it.
type Checkpoint struct {
	Every  int   // updates between two checkpoints; 0 is at the end and at an interrupt only
	Keep   int   // the last so many are kept, at least 1
	At     []int // ascending updates whose checkpoints are kept for good
	Digest int   // updates between two digests of the weights in the log; 0 is at the end only
}

// Threads is a number of threads; 0 is all that the machine has, "all" in YAML.
type Threads int

// Count is the number of threads to start: t, or the processors there are if t is 0.
func (t Threads) Count() int {
	if t > 0 {
		return int(t)
	}
	return runtime.NumCPU()
}

// String is what YAML says: "all" or the number.
func (t Threads) String() string {
	if t == 0 {
		return allThreads
	}
	return strconv.Itoa(int(t))
}

const allThreads = "all"

// generated is the data set whose images are made by a generator with a seed.
const generated = "shapeset"

// Default is the configuration of a run about which nothing is said: the five-layer
// tanh network of Glorot & Bengio (2010) on Shapeset-3x2, standard initialisation.
func Default() Config {
	return Config{
		Seed:       1,
		Model:      Model{Hidden: []int{1000, 1000, 1000, 1000, 1000}, Activation: "tanh", Init: "standard", Cost: "nll"},
		Data:       Data{Name: generated, Seed: 1, Low: 0, High: 1},
		Train:      Train{Updates: 100_000, Batch: 10, Rate: 0.01},
		Observe:    Observe{Every: 20_000, Examples: 300},
		Checkpoint: Checkpoint{Every: 20_000, Keep: 3, Digest: 5000},
	}
}

// Allowed are the names that exist for the keys whose value is a name: those of the
// packages that are built into the program. An empty list allows any name.
type Allowed struct {
	Activations []string // model.activation
	Inits       []string // model.init
	Costs       []string // model.cost
	Data        []string // data.name
}

// YAML is the configuration as a document that [Parse] reads back to an equal Config:
// every key, in the order of [Keys], closed by the document end marker "...", by which
// a reader knows that nothing is cut off.
func (c Config) YAML() []byte {
	var b strings.Builder
	section := ""
	for _, k := range keys {
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
}

// Keys lists every key in the order of run.yaml.
func Keys(allowed Allowed) []Key {
	list := make([]Key, len(keys))
	def := Default()
	for i, k := range keys {
		list[i] = Key{Name: k.name, Default: k.write(&def), Allowed: k.want(allowed)}
	}
	return list
}

// Value is the value of the key of that name as YAML, and whether there is such a key.
func (c Config) Value(name string) (string, bool) {
	for _, k := range keys {
		if k.name == name {
			return k.write(&c), true
		}
	}
	return "", false
}
