package paper

// needs says which observations are read.
type needs struct {
	initial   []Network // with gradients
	forward   []Network // initial activations only
	jacobians []Network // and initial activations
	stored    []Subject // on stored data sets, before training, with gradients
	trained   []Subject // whole trainings
	compared  []Subject // trainings that only the text compares
	searched  []Subject // the search itself
	pictures  bool      // of Small-ImageNet, if they are there
	shapeset  bool
	surfaces  bool
	svm       bool
	common    bool // the networks of Table 1 also at the input scale that is best for them together
}

func (n *needs) add(m needs) {
	n.initial = union(n.initial, m.initial)
	n.forward = union(n.forward, m.forward)
	n.jacobians = union(n.jacobians, m.jacobians)
	n.stored = union(n.stored, m.stored)
	n.trained = union(n.trained, m.trained)
	n.compared = union(n.compared, m.compared)
	n.searched = union(n.searched, m.searched)
	n.pictures = n.pictures || m.pictures
	n.shapeset = n.shapeset || m.shapeset
	n.surfaces = n.surfaces || m.surfaces
	n.svm = n.svm || m.svm
	n.common = n.common || m.common
}

// networks returns the networks that are measured before training.
func (n needs) networks() []Network { return union(n.initial, n.forward, n.jacobians) }
