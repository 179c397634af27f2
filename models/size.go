package models

import (
	"errors"
	"fmt"
	"strings"

	G "gorgonia.org/gorgonia"
)

// MaxLayers is the largest number of layers of a network, the output layer among them. Gorgonia distinguishes nodes by 32-bit hashes:
// with a few thousand layers two nodes are likely to have the same hash, and the graph cannot be differentiated.
const MaxLayers = 1000

// Weights returns the number of weights, without biases.
func (c Config) Weights() int64 {
	var n int64
	for i, size := range c.Sizes()[1:] {
		n += int64(c.Sizes()[i]) * int64(size)
	}
	return n
}

// Memory estimates how many bytes training needs with mini-batches of that size, from the network's shapes: the weights and their
// gradients, three batches of inputs and targets (one in the graph, one that is read, one made ahead), and two values per hidden unit and
// example, more with a norm or dropout. What an optimizer keeps comes in addition.
func (c Config) Memory(batch int) int64 {
	values := 3 * int64(c.Inputs+c.Classes)
	units := int64(2) // z and its gradient
	if c.Norm.build != nil {
		units += 4 // what is normalised, before and after, and their gradients
	}
	if c.Dropout > 0 {
		units += 2 // the mask and the output
	}
	for _, width := range c.Hidden {
		values += units * int64(width)
	}
	return int64(c.dtype().Size()) * (2*c.Weights() + int64(batch)*values)
}

// Validate returns an error if the network has a layer without units or more than MaxLayers, or if an option is out of range.
func (c Config) Validate() error {
	if n := len(c.Hidden) + 1; n > MaxLayers {
		return fmt.Errorf("%d hidden layers; want at most %d", n-1, MaxLayers-1)
	}
	switch {
	case c.Layers != nil && len(c.Layers) != len(c.Hidden):
		return fmt.Errorf("%d activations for %d hidden layers; want one for each", len(c.Layers), len(c.Hidden))
	case c.Residual < 0:
		return fmt.Errorf("residual connections every %d layers; want 0 or more", c.Residual)
	case !(c.Dropout >= 0 && c.Dropout < 1):
		return fmt.Errorf("a dropout of %v; want it in [0, 1)", c.Dropout)
	}
	return checkSizes(c.Sizes())
}

// brief shortens an error of Gorgonia, which may print a whole graph.
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
