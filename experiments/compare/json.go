package compare

import (
	"encoding/json"

	"glorot/experiments/report"
	"glorot/experiments/run/query"
)

// The JSON of a comparison. Undefined numbers, and the ends of an unknown interval, are null.
type (
	comparisonJSON struct {
		GroupBy  []string     `json:"group_by"`
		Groups   []groupJSON  `json:"groups"` // the first is the base
		Tested   int          `json:"tested_after"`
		Looked   int          `json:"looked_after"`
		Alpha    float64      `json:"alpha"`
		Paired   bool         `json:"paired"`
		Metrics  []metricJSON `json:"metrics"`
		Warnings []string     `json:"warnings"`
	}
	groupJSON struct {
		Name     string          `json:"name"`
		Settings []query.Setting `json:"settings"`
		Runs     []string        `json:"runs"`
	}
	metricJSON struct {
		Name    string        `json:"metric"`
		Layer   int           `json:"layer,omitempty"`
		Assumes Assumption    `json:"assumes"`
		Groups  []summaryJSON `json:"groups"`
		Pairs   []pairJSON    `json:"pairs,omitempty"`
	}
	summaryJSON struct {
		N        int              `json:"n"`
		Values   []float64        `json:"values"`
		Mean     report.Number    `json:"mean"`
		Center   report.Number    `json:"center"`
		Interval *report.Interval `json:"interval"`
		Level    float64          `json:"level"` // of the interval
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
	pairJSON struct {
		Groups [2]int `json:"groups"` // the difference is the second minus the first
		testJSON
		Adjusted report.Number `json:"p_holm"`
	}
)

// MarshalJSON writes the keys group_by, groups, tested_after, looked_after (-1 for never), alpha, paired, metrics and warnings. Errors are
// shares, not percent.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	j := comparisonJSON{
		GroupBy: append([]string{}, c.Keys...), Tested: c.Tested, Looked: c.Looked, Alpha: c.Alpha, Paired: c.Paired,
		Metrics: []metricJSON{}, Warnings: append([]string{}, texts(c.Warnings)...),
	}
	for _, g := range c.Groups {
		group := groupJSON{Name: g.Name(), Settings: append([]query.Setting{}, g.Settings...), Runs: []string{}}
		for _, r := range g.Runs {
			group.Runs = append(group.Runs, r.Dir)
		}
		j.Groups = append(j.Groups, group)
	}
	for _, m := range c.Metrics {
		metric := metricJSON{Name: m.Name, Layer: m.Layer, Assumes: m.Assumes}
		for _, s := range m.Groups {
			metric.Groups = append(metric.Groups, s.json(m.Assumes.Test(c.Paired)))
		}
		for _, p := range m.Pairs {
			metric.Pairs = append(metric.Pairs, pairJSON{[2]int{p.A, p.B}, p.json(m.Assumes.Test(c.Paired)), report.Number(p.Adjusted)})
		}
		j.Metrics = append(j.Metrics, metric)
	}
	return json.Marshal(j)
}

func (s Summary) json(test string) summaryJSON {
	j := summaryJSON{
		N: len(s.Values), Values: append([]float64{}, s.Values...), Mean: report.Number(s.Mean), Center: report.Number(s.Center),
		Interval: &report.Interval{Low: report.Number(s.Low), High: report.Number(s.High)}, Level: s.Level, Warnings: texts(s.Warnings),
	}
	if t := s.Against; t != nil {
		against := t.json(test)
		j.Against = &against
	}
	return j
}

func (t Test) json(test string) testJSON {
	return testJSON{test, report.Number(t.Difference), report.Number(t.P), t.Differs, texts(t.Warnings)}
}

func texts(errs []error) (list []string) {
	for _, err := range errs {
		list = append(list, err.Error())
	}
	return list
}
