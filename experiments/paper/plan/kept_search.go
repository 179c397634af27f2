package plan

import (
	"errors"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
)

// keptSearch returns the candidates of the kept search, at seed 1, for a subject, so that a scale without a search of its own can use it: RESULTS.md
// has the whole search. There are none for subjects that were not searched.
func (p *Plan) keptSearch(s setup.Subject) ([]observed.Cell, error) {
	s.Network = setup.KeptSearchOf(s.Network)
	if s.Data != dataset.ShapesetName {
		return nil, nil
	}
	var cells []observed.Cell
	for _, c := range setup.Candidates() {
		request := s.Run(c, setup.KeptWidth, setup.KeptSearchUpdates, setup.KeptSearchUpdates, 1, setup.Scale{}.AtEnd())
		t, err := results.NewStore("").Trace(request, p.origins[s.Data])
		var gap *run.GapError
		if errors.As(err, &gap) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		cells = append(cells, observed.CellOf(c, t))
	}
	return cells, nil
}
