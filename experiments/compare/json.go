package compare

import (
	"encoding/json"

	"glorot/experiments/report"
)

// The JSON of a comparison. Numbers that are not defined, and the ends of an interval that is not known, are null.
type (
	comparisonJSON struct {
		GroupBy  []string     `json:"group_by"`
		Groups   []groupJSON  `json:"groups"` // the first is the base
		Tested   int          `json:"tested_after"`
		Looked   int          `json:"looked_after"`
		Alpha    float64      `json:"alpha"`
		Metrics  []metricJSON `json:"metrics"`
		Warnings []string     `json:"warnings"`
	}
	groupJSON struct {
		Name     string    `json:"name"`
		Settings []Setting `json:"settings"`
		Runs     []string  `json:"runs"`
	}
	metricJSON struct {
		Name    string        `json:"metric"`
		Layer   int           `json:"layer,omitempty"`
		Assumes Assumption    `json:"assumes"`
		Groups  []summaryJSON `json:"groups"`
	}
	summaryJSON struct {
		N        int              `json:"n"`
		Values   []float64        `json:"values"`
		Mean     report.Number    `json:"mean"`
		Center   report.Number    `json:"center"`
		Interval *report.Interval `json:"interval"`
		Against  *testJSON        `json:"against_base,omitempty"`
		Warnings []string         `json:"warnings,omitempty"`
	}
	testJSON struct {
		Test       string        `json:"test"`
		Difference report.Number `json:"difference"`
		P          report.Number `json:"p"`
		Differs    bool          `json:"differs"`
		Warnings   []string      `json:"warnings,omitempty"`
	}
)

// MarshalJSON writes the keys group_by, groups, tested_after, looked_after (-1 for never), alpha, metrics and warnings. Errors are
// shares, not percent.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	j := comparisonJSON{
		GroupBy: append([]string{}, c.Keys...), Tested: c.Tested, Looked: c.Looked, Alpha: c.Alpha,
		Metrics: []metricJSON{}, Warnings: append([]string{}, texts(c.Warnings)...),
	}
	for _, g := range c.Groups {
		group := groupJSON{Name: g.Name(), Settings: append([]Setting{}, g.Settings...), Runs: []string{}}
		for _, r := range g.Runs {
			group.Runs = append(group.Runs, r.Dir)
		}
		j.Groups = append(j.Groups, group)
	}
	for _, m := range c.Metrics {
		metric := metricJSON{Name: m.Name, Layer: m.Layer, Assumes: m.Assumes}
		for _, s := range m.Groups {
			metric.Groups = append(metric.Groups, s.json(m.Assumes))
		}
		j.Metrics = append(j.Metrics, metric)
	}
	return json.Marshal(j)
}

func (s Summary) json(a Assumption) summaryJSON {
	j := summaryJSON{
		N: len(s.Values), Values: append([]float64{}, s.Values...), Mean: report.Number(s.Mean), Center: report.Number(s.Center),
		Interval: &report.Interval{Low: report.Number(s.Low), High: report.Number(s.High)}, Warnings: texts(s.Warnings),
	}
	if t := s.Against; t != nil {
		j.Against = &testJSON{a.Test(), report.Number(t.Difference), report.Number(t.P), t.Differs, texts(t.Warnings)}
	}
	return j
}

func texts(errs []error) (list []string) {
	for _, err := range errs {
		list = append(list, err.Error())
	}
	return list
}
