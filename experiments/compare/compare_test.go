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

// roughly allows for the half of one of 2^24 steps with which a share of an unknown number of images keeps off 0 and 1.
func roughly(a, b float64) bool { return math.Abs(a-b) < 1e-6*max(1, math.Abs(b)) }

// The numbers are scipy's on the logit scale and, of the negative log-likelihood, on the logarithmic one; see testdata/pairs.py.
func TestCompare(t *testing.T) {
	c, err := Compare(sixRuns(t), Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) > 0 || len(c.Groups) != 2 || c.Groups[1].Name() != "model.init=normalized" || c.Tested != 100 || c.Looked != 100 {
		t.Fatalf("%+v", c)
	}
	m := find(t, c, "test/error", 0)
	if g := m.Groups[0]; !near(g.Mean, 0.2) || !roughly(g.Center, 0.18589022066772318) || !roughly(g.Low, 0.04050651481409633) || !roughly(g.High, 0.5525711910966373) {
		t.Errorf("%+v", g)
	}
	p := m.Pairs[0]
	if p.A != "standard" || p.B != "normalized" || !p.Paired || p.N != [2]int{3, 3} || p.Verdict != Differs || p.Family != 1 || p.Adjusted != p.P || !math.IsNaN(p.Ratio[0]) ||
		!roughly(p.P, 0.011827026170365119) || !roughly(p.Difference, 0.3141097793322768) || !roughly(p.Low, 0.177388207992698) || !roughly(p.High, 0.3432279349021944) {
		t.Errorf("%+v", p)
	}
	if want := "The test error of normalized is 31.41 points higher than that of standard (95 % interval 17.74 to 34.32 points; 3 pairs of seeds, paired t-test on the logit scale, p = 0.012)."; p.Sentence() != want {
		t.Errorf("%s, want %s", p.Sentence(), want)
	}
	p = find(t, c, "test/nll", 0).Pairs[0]
	if !roughly(p.P, 0.0393931928628863) || !roughly(p.Difference, 0.62306071116576) || !roughly(p.Low, 0.1831583572011004) || !roughly(p.High, 0.6701611261159006) || !roughly(p.Ratio[0], 2.7144176165949068) || !roughly(p.Ratio[1], 1.127079008195526) || !roughly(p.Ratio[2], 6.5373083374848555) {
		t.Errorf("%+v", p)
	}
	// Seeds that are taken as independent.
	if c, err = Compare(sixRuns(t), Options{At: -1, Unpaired: true}); err != nil {
		t.Fatal(err)
	}
	if p := find(t, c, "test/error", 0).Pairs[0]; !roughly(p.P, 0.04268483425802327) || !roughly(p.Low, 0.020935791062535847) || !roughly(p.High, 0.5385687734423055) {
		t.Errorf("%+v", p)
	}
	p = find(t, c, "test/nll", 0).Pairs[0]
	if p.Paired || p.Test() != "Welch t" || !roughly(p.P, 0.07559735281707748) || !roughly(p.Ratio[1], 0.8077196314521138) || !roughly(p.Ratio[2], 9.122055117113486) || p.Verdict != NotShown {
		t.Errorf("%+v", p)
	}
	if want := "No difference in the negative log-likelihood of the test images between standard and normalized is shown: that of normalized is 2.71 times that of standard (95 % interval 0.808 to 9.12 times; 3 and 3 runs, Welch's t-test on the logarithmic scale, p = 0.076)."; p.Sentence() != want {
		t.Errorf("%s, want %s", p.Sentence(), want)
	}
	// The first normalized run was best before its end: its test error there is .3.
	if m := find(t, c, "test/error-at-best", 0); !near(m.Groups[1].Mean, (.3+.5+.6)/3) {
		t.Errorf("at the best validation error %v", m.Groups[1])
	}
	if m := find(t, c, "dcost_dw/std", 2); !near(m.Groups[0].Mean, 0.4) || m.Scale.String() != "logarithmic" {
		t.Errorf("layer 2: %+v", m)
	}
	// tanh lies between -1 and 1.
	if m := find(t, c, "z/p99", 1); m.Scale.String() != "logit" || m.Groups[1].Low < -1 || m.Groups[1].High > 1 {
		t.Errorf("%+v", m)
	}
	// A share of nothing in all runs does not differ.
	if p := find(t, c, "z/flat", 1).Pairs[0]; p.P != 1 || p.Verdict != NotShown {
		t.Errorf("%+v", p)
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
	m := find(t, c, "test/error", 0)
	p := m.Pairs[0]
	if s := m.Groups[1]; !math.IsNaN(s.High) || !math.IsNaN(p.P) || p.Verdict != Untested || len(p.Warnings) != 1 || !near(p.Difference, -0.1) || !math.IsNaN(p.Effect) {
		t.Errorf("%+v, %+v", s, p)
	}
	if want := "The test error of standard and normalized is not tested: a test takes two or more runs of both."; p.Sentence() != want {
		t.Errorf("%s, want %s", p.Sentence(), want)
	}
	src, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"interval":{"low":null,"high":null}`, `"p":null`, `"verdict":"not tested"`} {
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
		{runs, Options{Base: query.Filter{{Key: "model.init", Value: "figure"}}}, "--baseline model.init=figure: chooses 0 groups, allowed: one of model.init=standard; model.init=normalized"},
	} {
		_, err := Compare(c.runs, c.o)
		var use *run.UsageError
		if !errors.As(err, &use) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
