package models

import (
	"errors"
	"fmt"
	"strings"

	G "gorgonia.org/gorgonia"
)

// MaxLayers is the largest number of layers of a network, the output layer among them. Gorgonia tells nodes apart by hashes of 32 bits:
// with a few thousand layers two nodes are likely to have one hash, and the graph cannot be differentiated.
const MaxLayers = 1000

// Weights returns the number of weights, without biases.
func (c Config) Weights() int64 {
	var n int64
	for i, size := range c.Sizes()[1:] {
		n += int64(c.Sizes()[i]) * int64(size)
	}
	return n
}

// Memory returns about how many bytes training takes with mini-batches of that size, from the network's shapes: the weights and their
// gradients, three batches of inputs and targets (one in the graph, one that is read, one ahead), and two values for each hidden unit and
// example. What observes gradients beside the training, such as a probe, takes Memory of its own batch in addition.
func (c Config) Memory(batch int) int64 {
	values := 3 * int64(c.Inputs+c.Classes)
	for _, width := range c.Hidden {
		values += 2 * int64(width)
	}
	return int64(c.dtype().Size()) * (2*c.Weights() + int64(batch)*values)
}

// Validate returns an error if the network has a layer without units, or more than MaxLayers.
func (c Config) Validate() error {
	if n := len(c.Hidden) + 1; n > MaxLayers {
		return fmt.Errorf("%d hidden layers; want at most %d", n-1, MaxLayers-1)
	}
	return checkSizes(c.Sizes())
}

// brief is an error of Gorgonia's without the graph that it may print.
func brief(err error) error {
	text := err.Error()
	var diff G.SymDiffError
	if !errors.As(err, &diff) && len(text) <= mostText {
		return err
	}
	text, _, _ = strings.Cut(text, "map[")
	if r := []rune(text); len(r) > mostText {
		text = string(r[:mostText]) + "…"
	}
	return fmt.Errorf("gorgonia cannot differentiate this graph: %s", strings.Trim(text, ": \n"))
}

const mostText = 200
