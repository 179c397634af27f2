package plan

import (
	"glorot/experiments/paper/setup"
)

// A Training is a training that figures or claims read, and its source.
type Training struct {
	Network  string // as in the paper's legends: "Tanh N"
	Data     string // a name of dataset.Kinds
	Choice   setup.Choice
	Chosen   string // how the rate and the input scale were chosen
	Seed     uint64
	Updates  int
	Source   Source
	Verified int    // updates that were recomputed here with the same digests
	Note     string // why it was not verified
}

// A Source says whether a number was computed here.
type Source string

// The sources. The first updates of a kept training can be recomputed, to verify that this program on this machine computes the same training.
const (
	Computed Source = "computed here"
	Verified Source = "verified here"
	Stored   Source = "kept"
)
