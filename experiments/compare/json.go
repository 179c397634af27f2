package compare

import (
	"encoding/json"
	"math"
	"slices"

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
		Paired   bool         `json:"paired"` // all tests are of pairs
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
		Named   string        `json:"layer_name,omitempty"` // that all runs recorded for it
		Assumes string        `json:"assumes"`
		Scale   string        `json:"scale"` // where it is assumed, unless a group or a pair says otherwise
		Groups  []summaryJSON `json:"groups"`
		Pairs   []pairJSON    `json:"pairs,omitempty"`
	}
	summaryJSON struct {
		N        int              `json:"n"`
		Values   []float64        `json:"values"`
		Mean     report.Number    `json:"mean"`
		Scale    string           `json:"scale,omitempty"` // of Center, if it is not that of the metric
		Center   report.Number    `json:"center"`
		Interval *report.Interval `json:"interval"`
		Level    float64          `json:"level"` // of the interval
		Against  *testJSON        `json:"against_base,omitempty"`
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
		Runs     [2]int           `json:"n"` // of both groups
		Scale    string           `json:"scale"`
		Interval *report.Interval `json:"interval"`
		Ratio    *ratioJSON       `json:"ratio,omitempty"` // the second by the first
		Effect   report.Number    `json:"hedges_g"`
		Adjusted report.Number    `json:"p_holm"`
		Family   int              `json:"family"` // tests in Holm's correction
		Verdict  Verdict          `json:"verdict"`
		Sentence string           `json:"sentence"`
	}
	ratioJSON struct {
		Value    report.Number    `json:"value"`
		Interval *report.Interval `json:"interval"`
	}
)

// MarshalJSON writes the keys group_by, groups, tested_after, looked_after (-1 for never), alpha, paired, metrics and warnings. Errors are
// shares, not percent.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	j := comparisonJSON{
		GroupBy: append([]string{}, c.Keys...), Tested: c.Tested, Looked: c.Looked, Alpha: c.Alpha, Paired: c.paired(),
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
		j.Metrics = append(j.Metrics, m.json())
	}
	return json.Marshal(j)
}

// paired reports whether all tests are of pairs.
func (c *Comparison) paired() bool {
	pairs := c.Pairs()
	return len(pairs) > 0 && !slices.ContainsFunc(pairs, func(p Pair) bool { return !p.Paired })
}

func (m Metric) json() metricJSON {
	j := metricJSON{Name: m.Name, Layer: m.Layer, Named: m.Named, Assumes: "normal", Scale: m.Scale.String()}
	for _, s := range m.Groups {
		scale := m.Scale.For(s.Values).String()
		if scale == j.Scale {
			scale = ""
		}
		j.Groups = append(j.Groups, summaryJSON{
			Scale: scale, N: len(s.Values), Values: append([]float64{}, s.Values...), Mean: report.Number(s.Mean), Center: report.Number(s.Center),
			Interval: interval(s.Low, s.High), Level: confidence,
		})
	}
	for _, p := range m.Pairs {
		pair := p.json()
		j.Pairs = append(j.Pairs, pair)
		if p.First == 0 {
			j.Groups[p.Second].Against = &pair.testJSON
		}
	}
	return j
}

func (p Pair) json() pairJSON {
	j := pairJSON{
		Groups: [2]int{p.First, p.Second}, Runs: p.N, Scale: p.Scale.String(), Interval: interval(p.Low, p.High), Effect: report.Number(p.Effect), Adjusted: report.Number(p.Adjusted),
		Family: p.Family, Verdict: p.Verdict, Sentence: p.Sentence(),
		testJSON: testJSON{p.Test(), report.Number(p.Difference), report.Number(p.P), p.Verdict == Differs, texts(p.Warnings)},
	}
	if !math.IsNaN(p.Ratio[0]) {
		j.Ratio = &ratioJSON{report.Number(p.Ratio[0]), interval(p.Ratio[1], p.Ratio[2])}
	}
	return j
}

func interval(low, high float64) *report.Interval {
	return &report.Interval{Low: report.Number(low), High: report.Number(high)}
}

func texts(errs []error) (list []string) {
	for _, err := range errs {
		list = append(list, err.Error())
	}
	return list
}
