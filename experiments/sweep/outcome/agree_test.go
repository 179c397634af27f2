package outcome

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/compare"
	"glorot/experiments/export"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/sweep"
	"glorot/experiments/work"
)

// five is a sweep of two points with five seeds, the second of which has the same error in all.
func five(t *testing.T) (string, *sweep.Plan) {
	dir, p := t.TempDir(), planOf(t, "base: {train.updates: 10}\ngrid: {model.init: [standard, normalized]}\nseeds: [1, 2, 3, 4, 5]")
	if err := p.Write(dir); err != nil {
		t.Fatal(err)
	}
	for i, test := range []float64{1, 2, 0, 4, 1, 25, 25, 25, 25, 25} {
		finish(t, dir, p, i, run.Done, nil, percents{90, 90}, percents{test + 1, test})
	}
	return dir, p
}

// The report of a sweep has the same centers and intervals as the comparison of its runs, bit for bit.
func TestSameNumbersAsCompare(t *testing.T) {
	dir, p := five(t)
	o, err := Read(t.Context(), dir, p)
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for i := range p.Len() {
		dirs = append(dirs, filepath.Join(p.In(dir).Dir(i), "run"))
	}
	runs, err := export.Read(dirs)
	if err != nil {
		t.Fatal(err)
	}
	c, err := compare.Compare(runs, compare.Options{GroupBy: query.Projection{By: []string{"model.init"}}, At: -1})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, m := range c.Metrics {
		for i, s := range m.Groups {
			mean, ok := map[string]Mean{"test/error": o.Points[i].End, "test/error-at-best": o.Points[i].Best}[m.Name]
			if !ok {
				continue
			}
			compared++
			if float64(mean.Mean) != s.Mean || float64(mean.Center) != s.Center || mean.Interval != nil && (float64(mean.Interval.Low) != s.Low || float64(mean.Interval.High) != s.High) {
				t.Errorf("%s of group %d: %+v, compare has %+v", m.Name, i, mean, s)
			}
			if written := s.Interval(func(v float64) string { return fmt.Sprintf("%.2f", 100*v) }); !strings.Contains(strings.NewReplacer("(", "", ")", "").Replace(mean.cell().Text), written) {
				t.Errorf("%s, compare writes %s", mean.cell().Text, written)
			}
		}
	}
	if compared != 4 {
		t.Errorf("%d compared", compared)
	}
}

// Five equal errors have no interval: not one of no width.
func TestAllEqual(t *testing.T) {
	dir, p := five(t)
	o, err := Read(t.Context(), dir, p)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(texts(o.Table())[1]); got != "[normalized 5 of 5 25.00, all 5 equal 25.00, all 5 equal ]" || o.Points[1].End.Interval != nil || o.Points[0].States[work.Done] != 5 {
		t.Errorf("%s, %+v", got, o.Points[1].End)
	}
}
