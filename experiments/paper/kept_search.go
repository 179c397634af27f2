package paper

import (
	"errors"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
)

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
