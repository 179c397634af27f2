package compare

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/train"
)

// A made is a run that the tests make up.
type made struct {
	init   string
	seed   uint64
	rate   float64
	status string
	errors []float64 // test errors after 0, 100, … updates; the validation error is 0.01 less
	p99    float64   // of layer 1
}

func (m made) run(t *testing.T) *export.Run {
	t.Helper()
	cfg := run.Default()
	cfg.Seed, cfg.Train.Rate = m.seed, m.rate
	if m.init != "" {
		cfg.Model.Init = m.init
	}
	if m.rate == 0 {
		cfg.Train.Rate = 0.01
	}
	if m.status == "" {
		m.status = run.Done
	}
	r := &export.Run{
		Name: m.init + string(rune('0'+m.seed)), Config: cfg, Status: m.status,
		Manifest: run.Manifest{ID: cfg.ID(run.Origin{})},
	}
	for i, e := range m.errors {
		r.Scores = append(r.Scores, run.Score{Event: "valid", Update: 100 * i, Error: e - 0.01}, run.Score{Event: "test", Update: 100 * i, Error: e, NLL: 2 * e})
		h := measure.NewHistogram(-1, 1, 2)
		h.Add([]float32{-0.5, 0.5, 0.5, 0.5})
		r.Snapshots = append(r.Snapshots, train.Layers{Update: 100 * i, Layers: []train.Layer{
			{Layer: 1, Z: &measure.Summary{N: 4, Std: e / 10, P99: m.p99, Histogram: *h}, DW: &measure.GradientStats{Std: e}},
			{Layer: 2, DW: &measure.GradientStats{Std: 2 * e}},
		}})
	}
	return r
}

func runsOf(t *testing.T, all ...made) (list []*export.Run) {
	for _, m := range all {
		list = append(list, m.run(t))
	}
	return list
}

// three seeds of each initialisation, with end errors 0.1, 0.2, 0.3 and 0.4, 0.5, 0.6.
func sixRuns(t *testing.T) []*export.Run {
	return runsOf(t,
		made{init: "standard", seed: 1, errors: []float64{.9, .1}, p99: .1}, made{init: "standard", seed: 2, errors: []float64{.8, .2}, p99: .2},
		made{init: "standard", seed: 3, errors: []float64{.7, .3}, p99: .3}, made{init: "normalized", seed: 1, errors: []float64{.3, .4}, p99: .4},
		made{init: "normalized", seed: 2, errors: []float64{.9, .5}, p99: .5}, made{init: "normalized", seed: 3, errors: []float64{.9, .6}, p99: .6})
}

func by(keys ...string) query.Projection { return query.Projection{By: keys} }

func find(t *testing.T, c *Comparison, name string, layer int) Metric {
	t.Helper()
	for _, m := range c.Metrics {
		if m.Name == name && m.Layer == layer {
			return m
		}
	}
	t.Fatalf("no metric %s of layer %d", name, layer)
	return Metric{}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// Welch's t of {.1 .2 .3} and {.4 .5 .6} is .3/sqrt(.01/3 + .01/3) = 3.674 with 4 degrees of freedom, whose two-sided p has
// the closed form 1 - x(3 - x²)/2 with x = t/sqrt(4 + t²): .0213. Student's interval of three values .1 apart is ± 4.3027 x .1/sqrt(3).
func TestCompare(t *testing.T) {
	c, err := Compare(sixRuns(t), Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) > 0 || len(c.Groups) != 2 || c.Groups[1].Name() != "model.init=normalized" || c.Tested != 100 || c.Looked != 100 {
		t.Fatalf("%+v", c)
	}
	m := find(t, c, "test/error", 0)
	base, other := m.Groups[0], m.Groups[1]
	tt := 0.3 / math.Sqrt(0.02/3)
	x := tt / math.Sqrt(4+tt*tt)
	p := 1 - x*(3-x*x)/2
	if !near(base.Mean, 0.2) || !near(base.Center, 0.2) || base.Against != nil || !near(other.Against.Difference, 0.3) || !near(other.Against.P, p) || !other.Against.Differs {
		t.Errorf("%+v against %+v %+v, want p %v", base, other, other.Against, p)
	}
	if half := 4.302652729911275 * 0.1 / math.Sqrt(3); !near(base.Low, 0.2-half) || !near(base.High, 0.2+half) { // the quantile is in any table
		t.Errorf("interval %v to %v, want ± %v", base.Low, base.High, half)
	}
	if mean, half := measure.Interval(base.Values, confidence); !near(base.High-mean, half) {
		t.Errorf("interval %v, measure says %v", base.High-mean, half)
	}
	// The first normalized run was best before its end: its test error there is .3.
	if m := find(t, c, "test/error-at-best", 0); !near(m.Groups[1].Mean, (.3+.5+.6)/3) {
		t.Errorf("at the best validation error %v", m.Groups[1])
	}
	if m := find(t, c, "dcost_dw/std", 2); !near(m.Groups[0].Mean, 0.4) {
		t.Errorf("layer 2: %+v", m.Groups)
	}
	// Three and three that do not overlap are 1 of the 20 orders at each end: p = 0.1. Too few runs are said. The median of three lies
	// outside of the smallest and the largest with a probability of 2/8.
	m = find(t, c, "z/p99", 1)
	if a := m.Groups[1].Against; m.Assumes != Nothing || !near(m.Groups[0].Center, 0.2) || !near(a.P, 0.1) || a.Differs || len(a.Warnings) != 1 || m.Groups[0].Low != .1 || m.Groups[0].High != .3 || m.Groups[0].Level != .75 || len(m.Groups[0].Warnings) != 1 {
		t.Errorf("%+v, %+v", m.Groups, a)
	}
	for _, m := range c.Metrics {
		if m.Layer == 2 && strings.HasPrefix(m.Name, "z/") {
			t.Errorf("the output layer has %s", m.Name)
		}
	}
}

// One run of a group has no interval and no test, and that is said.
func TestOneSeed(t *testing.T) {
	c, err := Compare(runsOf(t, made{init: "standard", seed: 1, errors: []float64{.5}}, made{init: "normalized", seed: 1, errors: []float64{.4}}), Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	s := find(t, c, "test/error", 0).Groups[1]
	if !math.IsInf(s.High, 1) || len(s.Warnings) != 1 || !math.IsNaN(s.Against.P) || s.Against.Differs || len(s.Against.Warnings) != 1 || !near(s.Against.Difference, -0.1) {
		t.Errorf("%+v, %+v", s, s.Against)
	}
	src, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"interval":{"low":null,"high":null}`, `"p":null`} {
		if !strings.Contains(string(src), want) {
			t.Errorf("no %s in %s", want, src)
		}
	}
}

// What else differs, what did not end, what is counted twice, and what diverged, is warned of.
func TestWarnings(t *testing.T) {
	runs := runsOf(t,
		made{init: "standard", seed: 1, errors: []float64{.9, .5}}, made{init: "standard", seed: 2, rate: 0.1, errors: []float64{.9, .5, .4}},
		made{init: "normalized", seed: 1, errors: []float64{.9, .5}, status: "interrupted"}, made{init: "normalized", seed: 2, errors: []float64{.9}, status: run.Diverged},
		made{init: "standard", seed: 1, errors: []float64{.9, .5}})
	c, err := Compare(runs, Options{GroupBy: by("model.init"), At: -1})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"standard1 is the same training as standard1, and is not counted again",
		"the runs differ in train.rate (0.01, 0.1), by which they are not grouped",
		"normalized1 has not reached its end (interrupted): its numbers end at update 100 of 100000",
		"normalized2 diverged and is left out",
		"errors are compared after 100 updates, the last up to 200 after which all runs have them",
		"layers are compared after 100 updates, the last up to 200 after which all runs have them",
	}
	if got := texts(c.Warnings); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
	if len(c.Groups) != 2 || len(c.Groups[0].Runs) != 2 || len(c.Groups[1].Runs) != 1 || c.Tested != 100 {
		t.Errorf("%+v", c)
	}
	// By default the rate groups, too.
	if c, err = Compare(runs, Options{At: -1}); err != nil || len(c.Groups) != 3 || c.Groups[1].Name() != "model.init=standard train.rate=0.1" {
		t.Errorf("%+v, %v", c, err)
	}
	// Earlier, as late as all have.
	if c, err = Compare(runs, Options{At: 99}); err != nil || c.Tested != 0 || c.Looked != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	runs[0].Scores, runs[0].Snapshots = runs[0].Scores[2:], runs[0].Snapshots[1:]
	if c, err = Compare(runs, Options{At: 99}); err != nil || c.Tested != -1 || len(c.Metrics) > 0 || !strings.Contains(strings.Join(texts(c.Warnings), "\n"), "no number of updates up to 99 after which all runs have errors\nthere is no number of updates up to 99 after which all runs have layers") {
		t.Errorf("%+v, %v", c, err)
	}
}

// Runs with one id are one training, which counts once: the further one, whatever the order. A measurement on other examples is another
// measurement. A fork is no replicate of a fresh run with its configuration.
func TestSameTraining(t *testing.T) {
	long := made{init: "standard", seed: 1, errors: []float64{.9, .5, .4}}.run(t)
	short, other, fork := *long, *long, *long
	short.Name, short.Scores, short.Snapshots, short.Config.Train.Updates = "short", long.Scores[:4], long.Snapshots[:2], 100
	other.Name, other.Config.Observe.Examples = "other", 10
	fork.Name, fork.Manifest.ID, fork.Manifest.Parent = "fork", "f", &run.Parent{ID: "abc", Update: 15}
	for _, runs := range [][]*export.Run{{long, &short}, {&short, long}} {
		c, err := Compare(runs, Options{At: -1})
		if err != nil || len(c.Groups) != 1 || len(c.Groups[0].Runs) != 1 || c.Tested != 200 {
			t.Fatalf("%+v, %v", c, err)
		}
		if got := texts(c.Warnings); len(got) != 1 || got[0] != "short is the same training as standard1, shorter (100 of 200 updates), and is not counted again" {
			t.Errorf("%q", got)
		}
	}
	for _, c := range []struct {
		runs     []*export.Run
		by       query.Projection
		groups   string
		warnings []string
	}{
		{[]*export.Run{&other, long}, query.Projection{}, "observe.examples=10: other; observe.examples=300: standard1",
			[]string{"other and standard1 are the same training in two groups, which are therefore not independent"}},
		{[]*export.Run{&other, long}, by("model.init"), "model.init=standard: standard1",
			[]string{"other is the same training as standard1, measured on other examples (10, not 300), and is not counted again unless runs are grouped by observe.examples"}},
		{[]*export.Run{long, &fork, &short}, query.Projection{}, "fork=none: standard1; fork=15: fork", []string{
			"short is the same training as standard1, shorter (100 of 200 updates), and is not counted again",
			"fork continues the run abc from update 15: its configuration does not say how it was trained before",
		}},
		{[]*export.Run{long, &fork}, by("model.init"), "model.init=standard: standard1 fork", []string{
			"the runs differ in fork (none, 15), by which they are not grouped",
			"fork continues the run abc from update 15: its configuration does not say how it was trained before",
		}},
	} {
		got, err := Compare(c.runs, Options{GroupBy: c.by, At: -1})
		if err != nil {
			t.Fatal(err)
		}
		var groups []string
		for _, g := range got.Groups {
			text := g.Name() + ":"
			for _, r := range g.Runs {
				text += " " + r.Name
			}
			groups = append(groups, text)
		}
		if strings.Join(groups, "; ") != c.groups || !slices.Equal(texts(got.Warnings), c.warnings) {
			t.Errorf("got %q, warnings %q; want %s, %q", groups, texts(got.Warnings), c.groups, c.warnings)
		}
	}
}

// Other images, and what runs that are pooled differ in, are said.
func TestUnnamed(t *testing.T) {
	runs := runsOf(t, made{init: "standard", seed: 1, errors: []float64{.5}}, made{init: "standard", seed: 2, errors: []float64{.4}}, made{init: "normalized", seed: 1, errors: []float64{.3}})
	runs[2].Manifest.Data.Checksum = "other"
	c, err := Compare(runs, Options{GroupBy: by("model.cost"), At: -1})
	if err != nil || len(c.Groups) != 1 || len(c.Groups[0].Runs) != 3 {
		t.Fatalf("%+v, %v", c, err)
	}
	if got, want := texts(c.Warnings), []string{"the runs differ in model.init (standard, normalized), by which they are not grouped", "normalized1 has images of shapeset that differ from those of standard1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The base is the group that is asked for. Pairs of seeds leave out what varies with the seed alone: of differences .3, .3, .31 the mean
// is .91/3 and the standard deviation .01/sqrt(3), so t = 91 with 2 degrees of freedom, whose two-sided p is 1 - t/sqrt(2 + t²).
func TestBaseAndPaired(t *testing.T) {
	runs := sixRuns(t)
	runs[5].Scores[3].Error = .61
	c, err := Compare(runs, Options{At: -1, Paired: true, Base: query.Filter{{Key: "model.init", Value: "normalized"}}})
	if err != nil || c.Groups[0].Name() != "model.init=normalized" || c.Groups[1].Name() != "model.init=standard" {
		t.Fatalf("%+v, %v", c, err)
	}
	a := find(t, c, "test/error", 0).Groups[1].Against
	if p := 1 - 91/math.Sqrt(2+91*91); !near(a.Difference, -.91/3) || !near(a.P, p) || !a.Differs {
		t.Errorf("%+v, want p %v", a, p)
	}
	// All three differences of one sign are 1 of 4 choices of the signs; the differences have one median.
	if a := find(t, c, "z/p99", 1).Groups[1].Against; !near(a.P, .25) || !near(a.Difference, -.3) || len(a.Warnings) != 1 {
		t.Errorf("%+v", a)
	}
	// Seeds that one of the two lacks are in no pair.
	runs[0].Config.Seed = 9
	if c, err = Compare(runs, Options{At: -1, Paired: true}); err != nil {
		t.Fatal(err)
	}
	if a := find(t, c, "z/p99", 1).Groups[1].Against; !near(a.P, .5) || texts(a.Warnings)[0] != "2 pairs are too few to detect a difference at alpha level 0.05" {
		t.Errorf("%+v", a)
	}
	if d := differences(sample{[]string{"9", "2", "3"}, []float64{1, 2, 3}}, sample{[]string{"3", "1", "2"}, []float64{5, 6, 7}}); !slices.Equal(d, []float64{5, 2}) {
		t.Errorf("differences %v, want those of seeds 2 and 3", d)
	}
}

// All pairs of three groups have p by Welch as two groups alone, and Holm's correction.
func TestAllPairs(t *testing.T) {
	runs := append(sixRuns(t), runsOf(t, made{init: "figure", seed: 1, errors: []float64{.9, .7}}, made{init: "figure", seed: 2, errors: []float64{.9, .8}},
		made{init: "figure", seed: 3, errors: []float64{.9, .9}})...)
	c, err := Compare(runs, Options{At: -1, Pairs: true})
	if err != nil {
		t.Fatal(err)
	}
	m := find(t, c, "test/error", 0)
	if len(m.Pairs) != 3 || m.Pairs[2].A != 1 || m.Pairs[2].B != 2 || m.Pairs[0].P != m.Groups[1].Against.P {
		t.Fatalf("%+v", m.Pairs)
	}
	// The middle two differences are equal, and smaller than that of the first and the last.
	if p := m.Pairs[0].P; !near(m.Pairs[0].Adjusted, 2*p) || !near(m.Pairs[2].Adjusted, 2*p) || !near(m.Pairs[1].Adjusted, 3*m.Pairs[1].P) || !m.Pairs[1].Differs {
		t.Errorf("%+v", m.Pairs)
	}
	if table := c.PairTable(); len(table.Rows) < 3 {
		t.Errorf("%+v", table)
	}
	if src, err := json.Marshal(c); err != nil || !strings.Contains(string(src), `"pairs":[{"groups":[0,1],"test":"Welch t"`) {
		t.Errorf("%s, %v", src, err)
	}
}

// Whether runs are too few for any difference depends on both numbers: of 4 and 2 the least p is 2/15, of 5 and 3 it is 2/56. Runs
// that all have one number leave nothing to test with.
func TestTooFew(t *testing.T) {
	for _, c := range []struct {
		assumes Assumption
		a, b    []float64
		p       float64
		warning string
	}{
		{Nothing, []float64{1, 2, 3, 4}, []float64{5, 6}, 2. / 15, "4 and 2 runs are too few to detect a difference at alpha level 0.05"},
		{Nothing, []float64{1, 2, 3, 4, 5}, []float64{6, 7, 8}, 2. / 56, ""},
		{Nothing, []float64{1, 2}, []float64{3, 4}, 1. / 3, "need >= 4 runs to detect a difference at alpha level 0.05"},
		{Normal, []float64{1, 1}, []float64{1, 1}, 1, ""},
		{Normal, []float64{1, 1}, []float64{2, 2}, math.NaN(), "all runs of a group have the same number: without variation no test is possible"},
	} {
		got := tester{assumes: c.assumes, alpha: 0.05}.test(sample{values: c.a}, sample{values: c.b})
		if !(near(got.P, c.p) || math.IsNaN(got.P) && math.IsNaN(c.p)) || strings.Join(texts(got.Warnings), "") != c.warning {
			t.Errorf("%v against %v: %+v, want p %v and %q", c.a, c.b, got, c.p, c.warning)
		}
	}
}

// Layers that were not looked at as long as errors were taken are said to be of another time.
func TestLooksEndEarlier(t *testing.T) {
	runs := sixRuns(t)
	runs[0].Snapshots = runs[0].Snapshots[:1]
	c, err := Compare(runs, Options{At: -1, Metrics: []string{"z/std", "test/error"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(texts(c.Warnings), "\n"); c.Tested != 100 || c.Looked != 0 || got != "layers are compared after 0 updates, the last up to 100 after which all runs have them" {
		t.Errorf("tested %d, looked %d, warnings %q", c.Tested, c.Looked, got)
	}
	runs[0].Snapshots = nil
	if c, err = Compare(runs, Options{At: -1, Metrics: []string{"z/std"}}); err != nil || !strings.Contains(strings.Join(texts(c.Warnings), "\n"), "all runs have layers\nno run has z/std at that time") {
		t.Errorf("%q, %v", texts(c.Warnings), err)
	}
}

func TestWrongUse(t *testing.T) {
	runs := sixRuns(t)
	for _, c := range []struct {
		runs []*export.Run
		o    Options
		want string
	}{
		{nil, Options{}, "there are no runs"},
		{runs, Options{Metrics: []string{"test/acc"}}, "unknown metric test/acc, allowed: test/error, test/error-at-best, "},
		{runs, Options{Metrics: []string{"z/men"}}, "unknown metric z/men, did you mean z/mean?"},
		{runs, Options{Base: query.Filter{{Key: "model.init", Value: "figure"}}}, "--base model.init=figure: chooses 0 groups, allowed: one of model.init=standard; model.init=normalized"},
	} {
		_, err := Compare(c.runs, c.o)
		var use *run.UsageError
		if !errors.As(err, &use) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// The figures can be drawn, and show each group's means over its runs.
func TestFigures(t *testing.T) {
	c, err := Compare(sixRuns(t), Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range c.Figures() {
		ids = append(ids, f.ID)
		if err := f.Validate(); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(ids, " "); got != "errors layers density-z" {
		t.Fatalf("figures %s", got)
	}
	figures := c.Figures()
	// Test: a band and a line for each group; after 0 and 100 updates.
	test := figures[0].Panels[0].Series
	if len(test) != 4 || !near(test[1].Y[0], 80) || !near(test[1].Y[1], 20) || !near(test[3].Y[1], 50) || !near(test[0].High[1]-20, 100*4.302652729911275*0.1/math.Sqrt(3)) {
		t.Errorf("%+v", test)
	}
	// Three quarters of the values lie in the right half of [-1, 1].
	z := figures[2].Panels[0].Series[1]
	if !near(z.Y[0], 0.25) || !near(z.Y[bins-1], 0.75) || !near(z.Y[bins/2], 0.5) {
		t.Errorf("density %v", z.Y)
	}
	if titles := figures[1].Panels[1].Title; titles != "Layer 2: none" {
		t.Errorf("the output layer's panel is %q", titles)
	}
}

// A curve is drawn where all runs of its group have a number, so that no mean is over fewer of them than another.
func TestCurvesOfUnequalRuns(t *testing.T) {
	runs := runsOf(t, made{init: "standard", seed: 1, errors: []float64{.9, .5, .4}}, made{init: "standard", seed: 2, errors: []float64{.7, .3}})
	c, err := Compare(runs, Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	line := c.Figures()[0].Panels[0].Series[1]
	if len(line.X) != 2 || line.X[1] != 100 || !near(line.Y[0], 80) || !near(line.Y[1], 40) {
		t.Errorf("drawn at %v: %v; want 0 and 100 updates", line.X, line.Y)
	}
}
