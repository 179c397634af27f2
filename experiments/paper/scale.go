package paper

import (
	"fmt"
	"strings"

	"glorot/experiments/train"
)

// A Scale says how much of the paper is run.
type Scale struct {
	Name    string
	Width   int // units of each hidden layer; the paper's is 1000
	Seeds   int // networks initialised for the figures and claims about initialisation
	Updates int // of each network that is trained
	Observe int // updates between two looks at a network in training
	Test    int // updates between two measurements of the test error; 0 means none
}

// observed reports whether a network in training is looked at after u updates: before, on schedule and at the end.
func (s Scale) observed(u int) bool { return u%s.Observe == 0 || u == s.Updates }

// tested reports whether the test error is measured after u updates: on schedule and at the end.
func (s Scale) tested(u int) bool { return s.Test > 0 && u > 0 && (u%s.Test == 0 || u == s.Updates) }

// looks and tests return how many there are in a training.
func (s Scale) looks() int { return 1 + (s.Updates+s.Observe-1)/s.Observe }

func (s Scale) tests() int {
	if s.Test == 0 {
		return 0
	}
	return (s.Updates + s.Test - 1) / s.Test
}

// validate reports the first number out of its limits.
func (s Scale) validate() error {
	for _, n := range []struct {
		name         string
		value, least int
	}{{"width", s.Width, 1}, {"seeds", s.Seeds, 1}, {"updates", s.Updates, 0}, {"updates between two looks", s.Observe, 1}, {"updates between two tests", s.Test, 0}} {
		if n.value < n.least {
			return fmt.Errorf("scale %q: %s is %d; want at least %d", s.Name, n.name, n.value, n.least)
		}
	}
	return nil
}

// The rate and batch with which networks are trained, and the examples that are looked at: mini-batches of 10 and 300 fixed test
// examples are the paper's (sections 2.1 and 3); it prints no rate, and 0.01 on the mean gradient reproduces the beginnings of its
// Figures 3 and 11 for tanh.
const (
	Batch    = 10
	Rate     = 0.01
	Examples = 300
)

// Scales returns the scales: smoke takes seconds; quick, the default, minutes; paper is the length of the paper's Figure 11
// (2.5e7 examples), hours for each network.
func Scales() []Scale {
	return []Scale{
		{Name: "smoke", Width: 1000, Seeds: 1, Updates: 50, Observe: 10},
		{Name: "quick", Width: 1000, Seeds: 5, Updates: 8_000, Observe: 160, Test: 8_000},
		{Name: "paper", Width: 1000, Seeds: 5, Updates: 125 * train.Epoch, Observe: train.Epoch, Test: 5_000},
	}
}

// ScaleByName returns the scale called name, or an error that lists the names there are.
func ScaleByName(name string) (Scale, error) {
	var names []string
	for _, s := range Scales() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Scale{}, fmt.Errorf("unknown scale %q; want %s", name, strings.Join(names, ", "))
}
