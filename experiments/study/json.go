package study

import (
	"encoding/json"

	"glorot/experiments/compare"
	"glorot/experiments/report"
)

// MarshalJSON writes the headline, the groups, the comparison with its pairs, the problems and the warnings.
func (r *Result) MarshalJSON() ([]byte, error) {
	type flow struct {
		Update   int             `json:"update"`
		Ratios   []report.Number `json:"ratios"`
		Lost     []int           `json:"lost"`
		Exploded []int           `json:"exploded"`
	}
	type group struct {
		Name     string `json:"name"`
		Planned  int    `json:"planned"`
		Ended    int    `json:"done"`
		Diverged int    `json:"diverged"`
		Before   *flow  `json:"gradient_before"`
		After    *flow  `json:"gradient_after"`
	}
	flowOf := func(f *Flow) *flow {
		if f == nil {
			return nil
		}
		j := &flow{Update: f.Update, Lost: append([]int{}, f.Lost...), Exploded: append([]int{}, f.Exploded...)}
		for _, v := range f.Ratios {
			j.Ratios = append(j.Ratios, report.Number(v))
		}
		return j
	}
	j := struct {
		Headline   string              `json:"headline"`
		Evidence   []string            `json:"evidence"`
		Metric     string              `json:"metric"`
		Groups     []group             `json:"groups"`
		Comparison *compare.Comparison `json:"comparison"`
		Problems   []string            `json:"problems"`
	}{r.Headline(), r.Evidence(), r.metric, nil, r.comparison, append([]string{}, r.Problems...)}
	for _, g := range r.Groups {
		j.Groups = append(j.Groups, group{g.Label, g.Planned, g.Ended, g.Diverged, flowOf(g.Before), flowOf(g.After)})
	}
	return json.Marshal(j)
}
