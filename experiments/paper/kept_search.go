package paper

import (
	"errors"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// keptSearchUpdates is the length of the trainings of the kept search on Shapeset-3x2.
const keptSearchUpdates = 3 * train.Epoch

// extendedUpdates is the length to which the candidates of the kept search that could still win were extended.
const extendedUpdates = 25 * train.Epoch

// keptSearch returns the candidates of the kept search, at seed 1, for a subject, so that a scale without a search of its own can use it: RESULTS.md
// has the whole search. There are none for subjects that were not searched.
func (p *plan) keptSearch(s Subject) ([]Cell, error) {
	s.Network = keptSearchOf(s.Network)
	if s.Data != dataset.ShapesetName {
		return nil, nil
	}
	var cells []Cell
	for _, c := range grid() {
		request := s.request(c, keptWidth, keptSearchUpdates, keptSearchUpdates, 1, Scale{}.atEnd())
		t, err := NewStore("").Trace(request, p.origins[s.Data])
		var gap *run.GapError
		if errors.As(err, &gap) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		cells = append(cells, cellOf(c, t))
	}
	return cells, nil
}

// keptWidth is the width of the networks of the kept search, which is the paper's.
const keptWidth = 1000

// keptSearchOf returns the network whose kept search a network uses: the pre-trained tanh network has none of its own.
func keptSearchOf(n Network) Network {
	if n == tanhPreTrained {
		return tanhNormalized
	}
	return n
}
