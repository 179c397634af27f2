package study

import (
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/compare"

	"pgregory.net/rapid"
)

// resultOf has groups a, b, c with test errors of 10, 20 and 30 %, and pairs such as "a-b" that differ with p = 0.01, or "a~b" without a difference.
func resultOf(n int, pairs ...string) *Result {
	r := &Result{Asked: &Asked{Study: &Study{metric: "test/error"}}, percent: true}
	for i := range n {
		r.Groups = append(r.Groups, Group{Label: string(rune('a' + i)), Planned: 5, Ended: 5, Center: 0.1 * float64(i+1)})
	}
	for _, text := range pairs {
		p := compare.Pair{First: int(text[0] - 'a'), Second: int(text[2] - 'a'), Verdict: compare.NotShown, Adjusted: 0.4}
		if text[1] == '-' {
			p.Verdict, p.Adjusted = compare.Differs, 0.01
		}
		r.Pairs = append(r.Pairs, p)
	}
	return r
}

// The headline names each group with its number once, and groups that differ from the same one together.
func TestHeadline(t *testing.T) {
	flow := func(update int, lost ...int) *Flow {
		return &Flow{Update: update, Ratios: make([]float64, 20), Lost: lost}
	}
	chance := resultOf(2, "a-b")
	chance.Groups[1].AtChance = 5
	diverged := resultOf(3, "a~b")
	diverged.Groups[2] = Group{Label: "c", Planned: 5, Diverged: 5, Center: math.NaN()}
	untested := resultOf(2)
	untested.Pairs = []compare.Pair{{First: 0, Second: 1, Verdict: compare.Untested, Adjusted: math.NaN()}}
	constant := resultOf(3, "a-c", "b-c")
	constant.Pairs = append(constant.Pairs, compare.Pair{First: 0, Second: 1, N: [2]int{5, 5}, Verdict: compare.Untested, Adjusted: math.NaN()})
	unknown, alone := resultOf(2), resultOf(1)
	for _, g := range []*Group{&unknown.Groups[0], &unknown.Groups[1], &alone.Groups[0]} {
		g.Center = math.NaN()
	}
	some := resultOf(2)
	some.Groups[1] = Group{Label: "b", Planned: 5, Diverged: 2, Center: math.NaN()}
	lost := resultOf(3, "a-b", "a-c", "b~c")
	lost.Groups[0].Before, lost.Groups[0].After = flow(0, 1, 2, 3), flow(100, 1)
	lost.Groups[1].Before, lost.Groups[1].After = flow(0), flow(100)
	lost.Groups[2].Before, lost.Groups[2].After = flow(0), flow(100)
	kept := resultOf(1)
	kept.Groups[0].Label = ""
	kept.Groups[0].Before = flow(0)
	exploded := resultOf(2, "a~b")
	exploded.Groups[0].Before, exploded.Groups[1].Before = flow(0, 5), flow(0, 5)
	exploded.Groups[1].Before.Exploded = []int{1, 2}
	exploded.Groups[1].Before.Lost = nil

	for _, c := range []struct {
		of   *Result
		want string
	}{
		{resultOf(3, "a-b", "a-c", "b~c"), "b (20.0 % test error) and c (30.0 %) differ from a (10.0 %; p ≤ 0.01 after Holm's correction); between b and c no difference is shown."},
		{resultOf(3, "a-b", "a~c", "b~c"), "b (20.0 % test error) differs from a (10.0 %; p = 0.01 after Holm's correction); no difference is shown between a and c (30.0 %) and between b and c."},
		{resultOf(3, "a~b", "a-c", "b-c"), "c (30.0 % test error) differs from a (10.0 %) and b (20.0 %; p ≤ 0.01 after Holm's correction); between a and b no difference is shown."},
		{resultOf(3, "a-b", "a-c", "b-c"), "b (20.0 % test error) and c (30.0 %) differ from a (10.0 %; p ≤ 0.01 after Holm's correction); b differs from c (p = 0.01)."},
		{resultOf(3, "a~b", "a~c", "b~c"), "Between a (10.0 % test error), b (20.0 %) and c (30.0 %) no difference is shown."},
		{resultOf(2, "a-b"), "b (20.0 % test error) differs from a (10.0 %; p = 0.01)."},
		{chance, "b (20.0 % test error, at chance) differs from a (10.0 %; p = 0.01)."},
		{diverged, "Between a (10.0 % test error) and b (20.0 %) no difference is shown; all runs of c diverged."},
		{untested, "a (10.0 % test error) and b (20.0 %) cannot be tested, which takes two runs of each."},
		{constant, "c (30.0 % test error) differs from a (10.0 %) and b (20.0 %; p ≤ 0.01 after Holm's correction); no test is possible between a and b, whose difference does not vary over seeds."},
		{unknown, "No run of a has recorded the test error; no run of b has recorded the test error."},
		{alone, "No run has recorded the test error."},
		{some, "a (10.0 % test error) cannot be tested, which takes two runs of each; 2 of 5 runs of b diverged, and the others have not ended."},
		{lost, "b (20.0 % test error) and c (30.0 %) differ from a (10.0 %; p ≤ 0.01 after Holm's correction); between b and c no difference is shown; with a the gradient is lost in layers 1 to 3 before training and in layer 1 after 100 updates."},
		{kept, "The test error is 10.0 %; the gradient is lost in no layer."},
		{exploded, "Between a (10.0 % test error) and b (20.0 %) no difference is shown; with a the gradient is lost in layer 5 before training; with b the gradient explodes in layers 1 and 2 before training."},
	} {
		if got := c.of.Headline(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// Whatever differs from whatever, every group is named and every number is written once, in one sentence.
func TestHeadlineIsOneSentence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 4).Draw(t, "groups")
		var pairs []string
		for a := range n {
			for b := a + 1; b < n; b++ {
				pairs = append(pairs, string(rune('a'+a))+rapid.SampledFrom([]string{"-", "~"}).Draw(t, "pair")+string(rune('a'+b)))
			}
		}
		text := resultOf(n, pairs...).Headline()
		if strings.Count(text, "%") > n || strings.Count(text, ". ") > 0 || !strings.HasSuffix(text, ".") || strings.Count(text, "test error") != 1 {
			t.Fatalf("%v: %s", pairs, text)
		}
		different := slices.ContainsFunc(pairs, func(p string) bool { return p[1] == '-' })
		if different != strings.Contains(text, " from ") {
			t.Fatalf("%v: %s", pairs, text)
		}
	})
}
