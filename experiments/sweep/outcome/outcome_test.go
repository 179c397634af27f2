package outcome

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/sweep"
	"glorot/experiments/work"
)

// planOf is the plan of a document.
func planOf(t *testing.T, doc string) *sweep.Plan {
	t.Helper()
	s, err := sweep.Parse(t.Context(), "S.yaml", []byte(doc), run.Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(t.Context(), run.Allowed{}, func(run.Config) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// percents are the errors that a log has of one update.
type percents struct{ valid, test float64 }

// finish writes what a worker would leave of a cell: a try, and a run whose log has the scores, 10 updates apart. best are the settings that
// a cell takes from the best candidate.
func finish(t *testing.T, dir string, p *sweep.Plan, cell int, status string, best map[string]string, scores ...percents) {
	t.Helper()
	c, err := p.Cell(cell)
	if err != nil {
		t.Fatal(err)
	}
	for key := range best {
		if _, planned := c.Config[key]; planned {
			t.Fatalf("%s has a %s of its own", c.Name(), key)
		}
	}
	cfg, err := c.Resolve(run.Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range best {
		if err := cfg.Set(key+"="+value, run.Allowed{}); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r, err := run.Create(filepath.Join(p.In(dir).Dir(cell), "run"), cfg, run.Origin{Time: at})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range scores {
		log(t, r, "valid", 10*i, s.valid)
		log(t, r, "test", 10*i, s.test)
	}
	err = r.End(status, "", 10*(len(scores)-1), at)
	if err == nil {
		err = r.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func log(t *testing.T, r *run.Run, event string, update int, percent float64) {
	t.Helper()
	if err := r.Log(map[string]any{"event": event, "update": update, "error": percent / 100}); err != nil {
		t.Fatal(err)
	}
}

// near holds a number against one computed by hand.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) { // a share of an unknown number of images keeps off 0 and 1 by half of one of 2^24 steps
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

const searching = `
base: {model.hidden: [8], train.updates: 30}
grid: {model.init: [standard, normalized]}
seeds: [1, 2, 3]
search: {grid: {data.low: [0, -1], train.rate: [0.1, 0.01]}, after: 10}
`

// searched is the directory of a sweep of two points with three seeds each. The first point is done. Of the second, seed 1 is done, seed 2
// diverged, and of seed 3 one candidate alone was begun, which failed.
func searched(t *testing.T) (string, *sweep.Plan) {
	dir, p := t.TempDir(), planOf(t, searching)
	if err := p.Write(dir); err != nil {
		t.Fatal(err)
	}
	candidates := func(first int, valid ...float64) {
		for i, v := range valid {
			if math.IsNaN(v) {
				finish(t, dir, p, first+i, run.Diverged, nil, percents{90, 90})
				continue
			}
			finish(t, dir, p, first+i, run.Done, nil, percents{1, 90}, percents{v, 77}) // what counts is the end
		}
	}
	best := func(low, rate string) map[string]string {
		return map[string]string{"data.low": low, "train.rate": rate}
	}
	nan := math.NaN()
	candidates(0, 50, 60, 40, 70)
	finish(t, dir, p, 4, run.Done, best("-1", "0.1"), percents{90, 90}, percents{20, 11}, percents{20, 12}, percents{30, 10})
	candidates(5, 56, 30, 46, nan)
	finish(t, dir, p, 9, run.Done, best("0", "0.01"), percents{90, 90}, percents{25, 16}, percents{24, 13}, percents{30, 12})
	candidates(10, 53, 60, 43, nan)
	finish(t, dir, p, 14, run.Done, best("-1", "0.1"), percents{90, 90}, percents{25, 16}, percents{24, 18}, percents{23, 17})
	candidates(15, 30, 31, 32, 33)
	finish(t, dir, p, 19, run.Done, best("0", "0.1"), percents{90, 90}, percents{10, 5})
	candidates(20, nan, nan, nan, 34)
	finish(t, dir, p, 24, run.Diverged, best("-1", "0.01"), percents{90, 90})
	finish(t, dir, p, 25, work.Failed, nil)
	return dir, p
}

// The quantiles of Student's distribution at 0.975 in closed form: with one degree of freedom tan(0.475 π), with two
// 0.95 √(2 / (1 - 0.95²)).
var (
	student1 = math.Tan(0.475 * math.Pi)
	student2 = 0.95 * math.Sqrt(2/(1-0.95*0.95))
)

// percentsOf returns the mean of two or three percentages on the logit scale, and the ends of its interval. The logs do not say of how many images.
func percentsOf(values ...float64) (mean, low, high float64) {
	var sum, squares float64
	n := float64(len(values))
	for _, v := range values {
		place := math.Log(v / (100 - v))
		sum, squares = sum+place, squares+place*place
	}
	quantile := map[int]float64{2: student1, 3: student2}[len(values)]
	half := quantile * math.Sqrt((squares-sum*sum/n)/(n-1)/n)
	of := func(place float64) float64 { return 100 / (1 + math.Exp(-place)) }
	return of(sum / n), of(sum/n - half), of(sum/n + half)
}

// ends95 writes the ends.
func ends95(values ...float64) string {
	_, low, high := percentsOf(values...)
	return fmt.Sprintf("%.2f to %.2f", low, high)
}

// cell95 writes all three.
func cell95(values ...float64) string {
	mean, _, _ := percentsOf(values...)
	return fmt.Sprintf("%.2f (%s)", mean, ends95(values...))
}

// The means are those of the runs that are done, with Student's interval over their seeds; the test error is that at the end, and that
// where the validation error was lowest, the first time if it was so twice. Cells that are not done are counted.
func TestRead(t *testing.T) {
	dir, p := searched(t)
	o, err := Read(t.Context(), dir, p)
	if err != nil {
		t.Fatal(err)
	}
	q := o.Points[0]
	center, low, high := percentsOf(10, 12, 17)
	near(t, "the mean at the end", float64(q.End.Mean), .13)
	near(t, "the center at the end", float64(q.End.Center), center/100)
	near(t, "its lower end", float64(q.End.Interval.Low), low/100)
	near(t, "its upper end", float64(q.End.Interval.High), high/100)
	// At the lowest validation errors, 20 (first time), 24 and 23: 11, 13 and 17, mean 41/3.
	near(t, "the mean of early stopping", float64(q.Best.Mean), .41/3)
	near(t, "the lowest validation error", float64(q.Valid.Mean), .67/3)
	if got := fmt.Sprint(q.End.Seeds, q.States, q.Chosen); got != "[1 2 3] map[done:3] [{[data.low=-1 train.rate=0.1] [1 3]} {[data.low=0 train.rate=0.01] [2]}]" {
		t.Errorf("seeds, states and choices %s", got)
	}
	q = o.Points[1]
	near(t, "one seed's error", float64(q.Best.Mean), .05)
	if got := fmt.Sprint(q.End.Interval, q.States, q.Chosen); got != "<nil> map[diverged:1 done:1 waiting:1] [{[data.low=0 train.rate=0.1] [1]} {[data.low=-1 train.rate=0.01] [2]}]" {
		t.Errorf("interval, states and choices %s", got)
	}
	c := o.Points[0].Candidates[1] // 60, 30 and 60
	near(t, "a candidate's mean", float64(c.Valid.Mean), .5)
	c = o.Points[0].Candidates[3] // 70, and two that diverged
	near(t, "a candidate's only number", float64(c.Valid.Mean), .7)
	if got := fmt.Sprint(c.Settings, c.States); got != "[data.low=-1 train.rate=0.01] map[diverged:2 done:1]" {
		t.Errorf("the candidate %s", got)
	}
	c = o.Points[1].Candidates[3] // 33 and 34
	_, low, high = percentsOf(33, 34)
	near(t, "the interval of two", float64(c.Valid.Interval.High-c.Valid.Interval.Low), (high-low)/100)
	if got := fmt.Sprint(o.Cells); got != "19 done, 6 diverged, 1 failed, 1 waiting, 3 ready" {
		t.Errorf("cells %s", got)
	}
	var missing []int
	for _, s := range o.Missing {
		missing = append(missing, s.Task)
	}
	if !slices.Equal(missing, []int{25, 26, 27, 28, 29}) || len(o.Damaged) != 0 {
		t.Errorf("missing %v, damaged %v", missing, o.Damaged)
	}
	if got := fmt.Sprint(o.Axes, o.Search.Axes, o.Search.After); got != "[{[model.init] [[standard] [normalized]]}] [{[data.low] [[0] [-1]]} {[train.rate] [[0.1] [0.01]]}] 10" {
		t.Errorf("axes %s", got)
	}
}

// The tables say all that is known, and that one seed has no interval.
func TestTables(t *testing.T) {
	dir, p := searched(t)
	o, err := Read(t.Context(), dir, p)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"standard", "3 of 3", cell95(10, 12, 17), cell95(11, 13, 17), "data.low=-1 train.rate=0.1 (2 of 3), data.low=0 train.rate=0.01 (1 of 3)", ""},
		{"normalized", "1 of 3", "5.00, one seed", "5.00, one seed", "data.low=0 train.rate=0.1 (1 of 2), data.low=-1 train.rate=0.01 (1 of 2)", "1 diverged, 1 waiting"},
	}
	if got := texts(o.Table()); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("table\n%v, want\n%v", got, want)
	}
	search := o.SearchTable()[0]
	want = [][]string{
		{"standard", cell95(50, 56, 53), cell95(60, 30, 60), "*" + cell95(40, 46, 43), "70.00, one seed (2 diverged)"},
		{"normalized", "*30.00, one seed (1 diverged, 1 failed)", "31.00, one seed (1 diverged, 1 ready)", "32.00, one seed (1 diverged, 1 ready)", cell95(33, 34) + " (1 ready)"},
	}
	if got := texts(search); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("search\n%v, want\n%v", got, want)
	}
	if got := fmt.Sprint(search.Columns); got != "[{data.low=0 train.rate=0.1} {data.low=0 train.rate=0.01} {data.low=-1 train.rate=0.1} {data.low=-1 train.rate=0.01}]" {
		t.Errorf("columns %s", got)
	}
	for _, table := range []report.Table{o.Table(), search} {
		if err := table.Validate(); err != nil {
			t.Error(err)
		}
	}
}

// texts are the rows of a table, with a star before what is bold.
func texts(table report.Table) [][]string {
	var rows [][]string
	for _, r := range table.Rows {
		row := []string{r.Name}
		for _, c := range r.Cells {
			if c.Bold {
				c.Text = "*" + c.Text
			}
			row = append(row, c.Text)
		}
		rows = append(rows, row)
	}
	return rows
}

// A run that is done and does not tell its errors is left out, and said.
func TestDamaged(t *testing.T) {
	dir, p := t.TempDir(), planOf(t, "seeds: [1, 2, 3]")
	finish(t, dir, p, 0, run.Done, nil, percents{20, 10})
	finish(t, dir, p, 1, run.Done, nil)
	o, err := Read(t.Context(), dir, p)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(o.Points[0].States, o.Points[0].End.Values); got != "map[done:1 ready:1 unreadable:1] [0.1]" {
		t.Errorf("states and values %s", got)
	}
	if len(o.Damaged) != 1 || !strings.Contains(o.Damaged[0], "seed=2: ") || !strings.Contains(o.Damaged[0], "its log has no validation and test error after the same updates") {
		t.Errorf("damaged %v", o.Damaged)
	}
	if got := fmt.Sprint(texts(o.Table())); got != "[[the base 1 of 3 10.00, one seed 10.00, one seed 1 ready, 1 unreadable]]" {
		t.Errorf("table %s", got)
	}
}

// What nobody has begun is no error, in the JSON neither: no number is null.
func TestNothingYet(t *testing.T) {
	o, err := Read(t.Context(), t.TempDir(), planOf(t, searching))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(o)
	if err != nil || strings.Count(string(b), `"mean":null`) != 2*(3+4) || strings.Contains(string(b), "interval") {
		t.Errorf("%v: %s", err, b)
	}
	if len(o.Figures()) != 0 || len(o.Missing) != 30 {
		t.Errorf("%d figures, %d missing", len(o.Figures()), len(o.Missing))
	}
}
