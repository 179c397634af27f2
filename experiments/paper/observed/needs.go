package observed

import "glorot/experiments/paper/setup"

// Needs says which observations are read.
type Needs struct {
	Initial   []setup.Network // with gradients
	Forward   []setup.Network // initial activations only
	Jacobians []setup.Network // and initial activations
	Stored    []setup.Subject // on stored data sets, before training, with gradients
	Trained   []setup.Subject // whole trainings
	Compared  []setup.Subject // trainings that only the text compares
	Searched  []setup.Subject // the search itself
	Pictures  bool            // of Small-ImageNet, if they are there
	Shapeset  bool
	Surfaces  bool
	SVM       bool
	Common    bool // the networks of Table 1 also at the input scale that is best for them together
}

// Add adds the needs of another figure or claim.
func (n *Needs) Add(m Needs) {
	n.Initial = setup.Union(n.Initial, m.Initial)
	n.Forward = setup.Union(n.Forward, m.Forward)
	n.Jacobians = setup.Union(n.Jacobians, m.Jacobians)
	n.Stored = setup.Union(n.Stored, m.Stored)
	n.Trained = setup.Union(n.Trained, m.Trained)
	n.Compared = setup.Union(n.Compared, m.Compared)
	n.Searched = setup.Union(n.Searched, m.Searched)
	n.Pictures = n.Pictures || m.Pictures
	n.Shapeset = n.Shapeset || m.Shapeset
	n.Surfaces = n.Surfaces || m.Surfaces
	n.SVM = n.SVM || m.SVM
	n.Common = n.Common || m.Common
}

// Networks returns the networks that are measured before training.
func (n Needs) Networks() []setup.Network { return setup.Union(n.Initial, n.Forward, n.Jacobians) }
