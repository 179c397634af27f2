package study

import (
	"context"
	"fmt"
	"math"
	"slices"

	"glorot/experiments/compare"
	"glorot/experiments/dataset"
	"glorot/experiments/export"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/work"
)

// A Result is what came out of a study.
type Result struct {
	*Asked
	Groups   []Group // the first is the baseline
	Pairs    []compare.Pair
	Problems []string // sentences about runs that diverged, are at chance or predict one class
	Warnings []error

	comparison *compare.Comparison
	place      []int // of each group of the comparison in Groups
	percent    bool
	dir        string
}

// A Group is the runs of one configuration, a run for each seed.
type Group struct {
	Label                    string
	Planned, Ended, Diverged int
	Values                   []float64 // of the metric, ascending
	Center, Low, High        float64   // its mean over seeds with a 95 % interval, on the metric's scale; NaN without values
	AtChance                 int       // runs that are not better than one class as the answer to every example
	Before, After            *Flow     // of the first and the last snapshot; nil without gradients, After also if there is one snapshot only

	runs     []*export.Run // with those that diverged
	settings query.Settings
}

// Conclude reads the runs that have ended in the directory of the study. The data sets are those of the runs by [run.Data.Content]. The error is a
// [*NoRunsError] if no run has ended.
func (a *Asked) Conclude(ctx context.Context, dir string, data map[string]*dataset.Data) (*Result, error) {
	r := &Result{Asked: a, dir: dir}
	for _, g := range a.groups {
		nan := math.NaN()
		r.Groups = append(r.Groups, Group{Label: a.label(g.name), settings: g.settings, Center: nan, Low: nan, High: nan})
	}
	if err := r.read(ctx); err != nil {
		return nil, err
	}
	if err := r.compare(); err != nil {
		return nil, err
	}
	r.flows()
	r.findProblems(data)
	return r, nil
}

// label is what figures and tables call something.
func (a *Asked) label(name string) string {
	for _, texts := range []map[string]string{a.labels, a.Study.labels} {
		if text, ok := texts[name]; ok {
			return text
		}
	}
	return name
}

// A NoRunsError says that there is nothing to compare yet.
type NoRunsError struct{ Dir string }

func (e *NoRunsError) Error() string { return fmt.Sprintf("%s: no run has ended", e.Dir) }

// read reads the runs that have ended. The candidates of a search do not count.
func (r *Result) read(ctx context.Context) error {
	tasks := r.plan.In(r.dir)
	list, err := work.Statuses(ctx, tasks)
	if err != nil {
		return err
	}
	var dirs []string
	var of []int
	for i, s := range list {
		c, err := r.plan.Cell(i)
		if err != nil {
			return err
		}
		if c.Search {
			continue
		}
		best, err := tasks.Best(i)
		if err != nil {
			return err
		}
		g := slices.IndexFunc(r.Groups, func(g Group) bool {
			return !slices.ContainsFunc(g.settings, func(s query.Setting) bool { return c.Config[s.Key] != s.Value })
		})
		if best >= 0 && best != i {
			continue // of several finals of a search only the best one counts
		}
		r.Groups[g].Planned++
		if !s.Finished() {
			continue
		}
		_, dir, known, err := tasks.Run(i)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		dirs, of = append(dirs, dir), append(of, g)
	}
	if len(dirs) == 0 {
		return &NoRunsError{r.dir}
	}
	runs, err := export.Read(dirs)
	for i, x := range runs {
		g := &r.Groups[of[i]]
		g.runs = append(g.runs, x)
		if x.Status == run.Diverged {
			g.Diverged++
		} else {
			g.Ended++
		}
	}
	return err
}

// compare compares the groups by the metric of the question.
func (r *Result) compare() error {
	var runs []*export.Run
	for _, g := range r.Groups {
		runs = append(runs, g.runs...)
	}
	o := compare.Options{GroupBy: query.Projection{By: r.keys}, Metrics: []string{r.metric}, Pairs: true, At: -1}
	if r.plan.Search != nil {
		for _, x := range r.plan.Search.Grid {
			o.GroupBy.Ignore = append(o.GroupBy.Ignore, x.Key)
		}
	}
	if slices.Contains(r.keys, "model.depth") || slices.Contains(r.keys, "model.width") {
		o.GroupBy.Ignore = append(o.GroupBy.Ignore, "model.hidden") // for which they are short
	}
	c, err := compare.Compare(runs, o)
	if err != nil {
		return err
	}
	place := make([]int, len(c.Groups))
	r.comparison, r.place, r.Warnings = c, place, c.Warnings
	for i, g := range c.Groups {
		place[i] = slices.IndexFunc(r.Groups, func(o Group) bool { return slices.Contains(o.runs, firstOf(c, g, runs)) })
	}
	for _, m := range c.Metrics {
		r.percent = m.Percent
		for i, s := range m.Groups {
			g := &r.Groups[place[i]]
			g.Values, g.Center, g.Low, g.High = s.Values, s.Center, s.Low, s.High
		}
		for i := range m.Pairs {
			p := &m.Pairs[i]
			p.A, p.B = r.Groups[place[p.First]].Label, r.Groups[place[p.Second]].Label
			of := *p
			of.First, of.Second = place[p.First], place[p.Second]
			r.Pairs = append(r.Pairs, of)
		}
	}
	return nil
}

// firstOf returns a run with the settings of a group, which may have lost all its runs as they diverged.
func firstOf(c *compare.Comparison, g *compare.Group, runs []*export.Run) *export.Run {
	for _, x := range runs {
		if slices.Equal(query.Project(x, c.Keys), g.Settings) {
			return x
		}
	}
	return nil
}

// flows computes what reaches the layers in the first and the last snapshot that all runs have.
func (r *Result) flows() {
	begin := 0
	for _, g := range r.Groups {
		for _, x := range g.runs {
			if len(x.Snapshots) > 0 {
				begin = max(begin, x.Snapshots[0].Update)
			}
		}
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		g.Before = flowOf(g.runs, begin)
		if r.comparison.Looked > begin {
			g.After = flowOf(g.runs, r.comparison.Looked)
		}
	}
}
