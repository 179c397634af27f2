package compare

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/train"

	"pgregory.net/rapid"
)

// The base is the group that is asked for, by its values or by a label, which may be another name of its value.
func TestBase(t *testing.T) {
	allowed := run.Allowed{Inits: []string{"normalized"}, Canonical: map[string]func(string) string{
		"model.init": func(name string) string { return strings.Replace(name, "xavier", "normalized", 1) },
	}}
	for _, o := range []Options{
		{Base: query.Filter{{Key: "model.init", Value: "normalized"}}}, {Label: "normalized"}, {Label: "model.init=normalized"}, {Label: "xavier", Allowed: allowed},
	} {
		o.At = -1
		c, err := Compare(sixRuns(t), o)
		if err != nil || c.Groups[0].Name() != "model.init=normalized" || c.Groups[1].Name() != "model.init=standard" {
			t.Fatalf("%+v: %+v, %v", o, c, err)
		}
		p := find(t, c, "test/error", 0).Pairs[0]
		if p.A != "normalized" || p.B != "standard" || !roughly(p.P, 0.011827026170365119) || !roughly(p.Difference, 0.18589022066772318-0.5) || !strings.Contains(p.Sentence(), "of standard is 31.41 points lower than") {
			t.Errorf("%+v", p)
		}
	}
}

// Runs are pairs if they have the same images in the same order and the same seed, if all runs of a group have a partner, and only one.
func TestPairing(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(runs []*export.Run) []*export.Run
		paired bool
		n      [2]int
	}{
		{"the same seeds", func(runs []*export.Run) []*export.Run { return runs }, true, [2]int{3, 3}},
		{"another order of runs", func(runs []*export.Run) []*export.Run {
			runs[3], runs[5] = runs[5], runs[3]
			return runs
		}, true, [2]int{3, 3}},
		{"a run less", func(runs []*export.Run) []*export.Run { return runs[:5] }, true, [2]int{2, 2}},
		{"another seed", func(runs []*export.Run) []*export.Run { runs[0].Config.Seed = 9; return runs }, false, [2]int{3, 3}},
		{"other images in another order", func(runs []*export.Run) []*export.Run { runs[0].Config.Data.Seed = 9; return runs }, false, [2]int{3, 3}},
		{"one pair", func(runs []*export.Run) []*export.Run { return runs[:4] }, false, [2]int{3, 1}},
		{"two partners", func(runs []*export.Run) []*export.Run {
			runs[1].Config.Seed, runs[1].Manifest.ID = 1, "twice"
			return runs[:5]
		}, false, [2]int{3, 2}},
	} {
		got, err := Compare(c.change(sixRuns(t)), Options{GroupBy: by("model.init"), At: -1})
		if err != nil {
			t.Fatal(err)
		}
		if p := find(t, got, "test/error", 0).Pairs[0]; p.Paired != c.paired || p.N != c.n || p.Paired && p.Difference < 0.2 {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
	// The runs of two data sets are never pairs.
	runs := sixRuns(t)
	for _, r := range runs[3:] {
		r.Config.Data.Name = "mnist"
	}
	if c, err := Compare(runs, Options{GroupBy: by("data.name"), At: -1}); err != nil || c.Pairs("test/error")[0].Paired {
		t.Errorf("%+v, %v", c, err)
	}
}

// Three seeds whose share of saturated units is 2 % and 44 % differ: on the ranks of so few, nothing would be shown.
func TestThreeSeedsShowADifference(t *testing.T) {
	runs := sixRuns(t)
	for i, share := range []float64{.021, .018, .02, .44, .39, .47} {
		runs[i].Snapshots[1].Layers[0].Z.Saturated = share
	}
	c, err := Compare(runs, Options{At: -1, Metrics: []string{"z/flat"}})
	if err != nil {
		t.Fatal(err)
	}
	p := c.Pairs()[0]
	if p.Verdict != Differs || p.P > 0.01 || p.Low < 0.3 || p.High > 0.53 || p.Layer != 1 {
		t.Errorf("%+v", p)
	}
	// The share is one of 4 activations only, so that its place on the scale is not far from the middle.
	if want := "The share of saturated activations in layer 1 of normalized is 41."; !strings.HasPrefix(p.Sentence(), want) {
		t.Errorf("%s, want %s …", p.Sentence(), want)
	}
}

// A run whose gradients are all 0 has no logarithm: the group has its arithmetic mean, whose interval does not reach 0, and is compared on the plain
// scale. The other groups keep their intervals, and the tests among them.
func TestZeros(t *testing.T) {
	runs := append(sixRuns(t), runsOf(t, made{init: "figure", seed: 1, errors: []float64{.9, .7}}, made{init: "figure", seed: 2, errors: []float64{.9, .8}})...)
	before, err := Compare(runs, Options{At: -1, Metrics: []string{"dcost_dw/std"}, Pairs: true})
	if err != nil {
		t.Fatal(err)
	}
	runs[0].Snapshots[1].Layers[0].DW.Std = 0
	c, err := Compare(runs, Options{At: -1, Metrics: []string{"dcost_dw/std"}, Pairs: true})
	if err != nil {
		t.Fatal(err)
	}
	m, unchanged := find(t, c, "dcost_dw/std", 1), find(t, before, "dcost_dw/std", 1)
	if a, b := m.Pairs[2], unchanged.Pairs[2]; !slices.Equal(m.Groups[1].Values, unchanged.Groups[1].Values) || m.Groups[1].Low != unchanged.Groups[1].Low || a.A != "normalized" || a.P != b.P || a.Ratio != b.Ratio || !a.Scale.Ratio() {
		t.Errorf("%+v, without the 0 %+v", a, b)
	}
	if p := m.Pairs[0]; p.Scale.String() != "plain" || !near(m.Groups[0].Center, 0.5/3) || !(m.Groups[0].Low > 0) || !math.IsNaN(p.Ratio[0]) || !near(p.Difference, 0.5-0.5/3) || p.Low < p.Difference-5 {
		t.Errorf("%+v", m)
	}
	if m := find(t, c, "dcost_dw/std", 2); m.Scale.String() != "logarithmic" {
		t.Errorf("%+v", m)
	}
	if g := m.json().Groups; g[0].Scale != "plain" || g[1].Scale != "" {
		t.Errorf("the scales of the centres are %q and %q", g[0].Scale, g[1].Scale)
	}
}

// All pairs of three groups have p as two groups alone, and Holm's correction for three tests.
func TestAllPairs(t *testing.T) {
	runs := append(sixRuns(t), runsOf(t, made{init: "figure", seed: 1, errors: []float64{.9, .7}}, made{init: "figure", seed: 2, errors: []float64{.9, .8}},
		made{init: "figure", seed: 3, errors: []float64{.9, .9}})...)
	c, err := Compare(runs, Options{At: -1, Pairs: true})
	if err != nil {
		t.Fatal(err)
	}
	pairs := c.Pairs("test/error")
	if len(pairs) != 3 || pairs[2].First != 1 || pairs[2].Second != 2 || pairs[2].A != "normalized" || pairs[2].B != "figure" || !roughly(pairs[0].P, 0.011827026170365119) {
		t.Fatalf("%+v", pairs)
	}
	var p []float64
	for _, pair := range pairs {
		p = append(p, pair.P)
	}
	for i, adjusted := range measure.Holm(p) {
		if q := pairs[i]; q.Adjusted != adjusted || q.Family != 3 || (q.Verdict == Differs) != (adjusted < 0.05) || !strings.Contains(q.Sentence(), "by Holm's correction for 3 tests") {
			t.Errorf("%+v, want %v", q, adjusted)
		}
	}
	if table := c.PairTable(); len(table.Rows) < 3 {
		t.Errorf("%+v", table)
	}
	if src, err := json.Marshal(c); err != nil || !strings.Contains(string(src), `"pairs":[{"groups":[0,1],"test":"paired t"`) {
		t.Errorf("%s, %v", src, err)
	}
	// Without all pairs, the family is the pairs with the base.
	if c, err = Compare(runs, Options{At: -1}); err != nil || len(c.Pairs("test/error")) != 2 || c.Pairs("test/error")[1].Family != 2 {
		t.Errorf("%+v, %v", c.Pairs("test/error"), err)
	}
}

// Whatever the numbers, no interval of a group or of a difference leaves what is possible, and an interval has both signs only if p is above
// .05; always if so, where the scale has no end.
func TestIntervalsArePossible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "seeds")
		share := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1, .5}))
		a, b := sample{}, sample{}
		for i := range n {
			key := string(rune('a' + i))
			a.partners, b.partners = append(a.partners, key), append(b.partners, key)
			a.values, b.values = append(a.values, share.Draw(t, "a")), append(b.values, share.Draw(t, "b"))
		}
		least := slices.Min(append(a.values, b.values...)) // of two seeds near 0, the interval spans all float64
		for _, scale := range []measure.Scale{measure.ShareOf(1000), measure.Positive(math.Inf(1)), measure.Within(-1, 1), measure.Plain(0, 1)} {
			for _, unpaired := range []bool{false, true} {
				p := tester{scale: scale, alpha: 0.05, unpaired: unpaired}.pairs([]sample{a, b})[0]
				if math.IsNaN(p.Low) { // without variation
					if p.Verdict == Differs {
						t.Fatalf("%v scale: %+v", scale, p)
					}
					continue
				}
				scale := p.Scale
				if width := scale.Value(math.Inf(1)) - scale.Value(math.Inf(-1)); p.Low < -width || p.High > width || p.Low > p.Difference || p.High < p.Difference {
					t.Fatalf("%v scale: %+v", scale, p)
				}
				if both := p.Low < 0 && p.High > 0; both && p.P < 0.05-1e-6 || scale.Ratio() && least > 1e-9 && !both && p.P > 0.05+1e-6 && p.P < 1 {
					t.Fatalf("%v scale: p %v, %v to %v", scale, p.P, p.Low, p.High)
				}
			}
		}
	})
}

// Layers are counted together in one sentence, which names the layer where the groups differ most.
func TestSentencesAboutLayers(t *testing.T) {
	runs := sixRuns(t)
	for i, r := range runs {
		layers := &r.Snapshots[1].Layers
		*layers = nil
		for k := range 6 {
			std := []float64{1, 1.1, .9}[i%3]
			if i >= 3 && k != 1 {
				std /= math.Pow(4, float64(6-k))
			}
			*layers = append(*layers, train.Layer{Layer: k + 1, DS: &measure.GradientStats{Std: std * (1 + .01*float64((i*i+k)%5))}})
		}
	}
	c, err := Compare(runs, Options{At: -1, Metrics: []string{"dcost_ds/std"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "The standard deviation of dCost/ds of normalized differs from that of standard in layers 1 and 3 to 6 of 6, each tested on its own; most in layer 1, where it is 0.000244 times that of standard ("
	if got := c.Sentences("dcost_ds/std"); len(got) != 1 || !strings.HasPrefix(got[0], want) {
		t.Errorf("%q, want %s …", got, want)
	}
	for _, r := range runs[3:] {
		r.Snapshots[1].Layers = runs[0].Snapshots[1].Layers
	}
	if c, err = Compare(runs, Options{At: -1, Metrics: []string{"dcost_ds/std"}}); err != nil {
		t.Fatal(err)
	}
	want = "No difference in the standard deviation of dCost/ds between standard and normalized is shown in any of 6 layers, each tested on its own."
	if got := c.Sentences("dcost_ds/std"); len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %s", got, want)
	}
	for text, layers := range map[string][]int{"no layer": nil, "layer 3": {3}, "layers 1 and 2": {1, 2}, "layers 1 to 3": {1, 2, 3}, "layers 1 to 3, 5, 8 and 9": {1, 2, 3, 5, 8, 9}, "layers 1, 3 and 5": {1, 3, 5}} {
		if got := LayerList(layers); got != text {
			t.Errorf("%v: %s, want %s", layers, got, text)
		}
	}
}

// What is equal is not higher, and a ratio near 1 has the digits in which it differs.
func TestEqual(t *testing.T) {
	runs := sixRuns(t)
	for i := range 3 {
		runs[3+i].Scores = runs[i].Scores
	}
	c, err := Compare(runs, Options{At: -1, Metrics: []string{"test/error"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "No difference in the test error between standard and normalized is shown: that of normalized is equal to that of standard (3 pairs of seeds, paired t-test on the logit scale, p = 1.000)."
	if got := c.Sentences("test/error"); len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %s", got, want)
	}
	if a, b, c := factor(1.0107), factor(0.9997), factor(1.5); a != "1.0107" || b != "0.9997" || c != "1.5" {
		t.Errorf("%s, %s, %s", a, b, c)
	}
}

// A difference that one test alone would show, with P = 0.039 by Welch's t-test of (0, 1, 2, 3) and the same numbers and 2.4, is not shown where it is
// one of three pairs, with 0.117.
func TestVerdictIsAfterCorrection(t *testing.T) {
	at := func(by float64) sample { return sample{values: []float64{by, by + 1, by + 2, by + 3}} }
	pairs := tester{scale: measure.Plain(math.Inf(-1), math.Inf(1)), alpha: 0.05, all: true}.pairs([]sample{at(0), at(2.4), at(1.2)})
	if p := pairs[0]; len(pairs) != 3 || math.Abs(p.P-0.039) > 5e-4 || math.Abs(p.Adjusted-3*p.P) > 1e-12 || p.Verdict != NotShown {
		t.Errorf("%+v", p)
	}
	if p := (tester{scale: measure.Plain(math.Inf(-1), math.Inf(1)), alpha: 0.05}).pairs([]sample{at(0), at(2.4)})[0]; p.Verdict != Differs {
		t.Errorf("alone: %+v", p)
	}
}

// Runs without known seeds are not paired.
func TestUnknownSeeds(t *testing.T) {
	a := sample{[]string{"", ""}, []float64{1, 2}}
	if _, _, ok := partners(a, a); ok {
		t.Error("are pairs")
	}
	a.partners = []string{"a", "b"}
	if _, _, ok := partners(a, a); !ok {
		t.Error("are not pairs")
	}
}

// Shares of images are on the scale of the images that were tested, of which the data set may have more.
func TestScaleOfTestedImages(t *testing.T) {
	runs := sixRuns(t)
	for i, r := range runs {
		r.Manifest.Data = run.Images{Valid: 1000, Test: 9000}
		for k := range r.Scores {
			r.Scores[k].Examples = 500 + 100*i
		}
	}
	c, err := Compare(runs, Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"test/error", "test/error-at-best", "valid/error"} {
		if m := find(t, c, name, 0); m.Scale != measure.ShareOf(500) {
			t.Errorf("%s: %+v", name, m.Scale)
		}
	}
}

// Layers without a test do not count among those that were tested.
func TestSentenceOfTestedLayers(t *testing.T) {
	nan := math.NaN()
	pair := Pair{Metric: "dead", A: "a", B: "b", N: [2]int{3, 3}, Difference: 0.5, Low: 0.25, High: 0.75, Ratio: [3]float64{nan, nan, nan}, Scale: measure.Plain(0, 1), P: 0.01, Adjusted: 0.01, Family: 1}
	layers := []Pair{pair, pair, pair}
	for i, v := range []Verdict{Untested, Differs, NotShown} {
		layers[i].Layer, layers[i].Verdict = i+1, v
	}
	if got := sentenceOf(layers); !strings.Contains(got, "in layer 2 of 2, each tested on its own; most in layer 2, where it is 50.00 points higher than that of a (") {
		t.Error(got)
	}
}

// The caption names the tests that were made.
func TestPairCaption(t *testing.T) {
	for unpaired, words := range map[bool][2]string{false: {"tested in pairs", "Welch"}, true: {"Welch", "in pairs"}} {
		c, err := Compare(sixRuns(t), Options{At: -1, Unpaired: unpaired})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.PairTable().Caption; !strings.Contains(got, words[0]) || strings.Contains(got, words[1]) {
			t.Errorf("unpaired %v: %s", unpaired, got)
		}
	}
}

// Errors that are equal in all runs have no interval, and are not certain: a group of chance alone does not make a small difference significant.
func TestAllRunsEqual(t *testing.T) {
	runs := sixRuns(t)
	for i, e := range []float64{.5, .5, .5, .52, .527, .513} {
		runs[i].Scores[3].Error, runs[i].Scores[3].Examples = e, 100
	}
	c, err := Compare(runs, Options{At: -1, Metrics: []string{"test/error"}})
	if err != nil {
		t.Fatal(err)
	}
	m := find(t, c, "test/error", 0)
	s := m.Groups[0]
	if got := s.interval(true).Text; got != "all 3 equal" || !math.IsNaN(s.Low) || s.Center != .5 {
		t.Errorf("%s, %+v", got, s)
	}
	// If .5 were certain, t would be .02 √3 / .007 = 4.95 with p = 0.04. It is the √2-th part of that, with p = 0.07.
	p := m.Pairs[0]
	if p.Paired || p.Test() != "Welch t" || p.Verdict != NotShown || math.Abs(p.P-0.073) > 0.002 || p.Low > 0 {
		t.Errorf("%+v", p)
	}
	for i := range 3 {
		runs[3+i].Scores[3].Error = .6
	}
	if c, err = Compare(runs, Options{At: -1, Metrics: []string{"test/error"}}); err != nil {
		t.Fatal(err)
	}
	if p := c.Pairs()[0]; p.Verdict != Untested || !strings.HasSuffix(p.Sentence(), "so that no test is possible.") {
		t.Errorf("%+v: %s", p, p.Sentence())
	}
}
