package paper

import (
	"errors"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// foundUpdates is the length of the trainings of the kept search on Shapeset-3x2.
const foundUpdates = 3 * train.Epoch

// keptSearch returns what the kept search, at seed 1, chose from for a subject, so that a scale without a search of its own takes it: RESULTS.md has
// the whole search. There is nothing for subjects that were not searched.
func (p *plan) keptSearch(s Subject) ([]Cell, error) {
	s.Network = foundAs(s.Network)
	if s.Data != dataset.ShapesetName {
		return nil, nil
	}
	var cells []Cell
	for _, c := range grid() {
		request := s.request(c, keptWidth, foundUpdates, foundUpdates, 1, Scale{}.atEnd())
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

// keptWidth is that of the networks of the kept search, the paper's.
const keptWidth = 1000

// foundAs is the network whose search stands for one's own: there was none of pre-trained tanh networks.
func foundAs(n Network) Network {
	if n == tanhPreTrained {
		return tanhNormalized
	}
	return n
}
