package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/compare"
)

// mostClauses is how many pairs without a difference the headline names.
const mostClauses = 3

// Headline is one sentence: which groups differ, and in which layers the gradient is lost.
func (r *Result) Headline() string {
	h := headline{Result: r, mentioned: map[int]bool{}}
	clauses := append(h.differences(), h.flows()...)
	return upper(strings.Join(clauses, "; ")) + "."
}

// headline writes the clauses of a sentence.
type headline struct {
	*Result
	mentioned map[int]bool // groups whose number was written
}

// group names a group, with its number the first time, and with more in the brackets.
func (h *headline) group(i int, more string) string {
	g := &h.Groups[i]
	var inside []string
	if !h.mentioned[i] {
		inside = append(inside, h.number(g, len(h.mentioned) == 0))
		if g.AtChance > 0 && g.AtChance == g.Ended {
			inside[0] += ", at chance"
		}
	}
	if h.mentioned[i] = true; more != "" {
		inside = append(inside, more)
	}
	if len(inside) == 0 {
		return g.Label
	}
	return g.Label + " (" + strings.Join(inside, "; ") + ")"
}

// number writes the metric of a group: "1.9 %", with the name of the metric if asked.
func (h *headline) number(g *Group, named bool) string {
	text := fmt.Sprintf("%.3g", g.Center)
	if h.percent {
		text = fmt.Sprintf("%.1f %%", 100*g.Center)
	}
	if named {
		text += " " + compare.Words(h.metric)
	}
	return text
}

// all names groups, the last one with more in its brackets.
func (h *headline) all(groups []int, more string) string {
	var names []string
	for k, i := range groups {
		if k == len(groups)-1 {
			names = append(names, h.group(i, more))
		} else {
			names = append(names, h.group(i, ""))
		}
	}
	return and(names)
}

// differences says which groups differ.
func (h *headline) differences() (clauses []string) {
	if len(h.Groups) == 1 {
		return h.alone()
	}
	var left []compare.Pair
	for _, p := range h.Pairs {
		if p.Verdict == compare.Differs {
			left = append(left, p)
		}
	}
	for len(left) > 0 {
		one, others, p := hub(left, len(h.Groups))
		left = slices.DeleteFunc(left, func(x compare.Pair) bool { return x.First == one || x.Second == one })
		because := h.probability(p, len(others), len(clauses) == 0)
		switch {
		case one > 0:
			clauses = append(clauses, h.group(one, "")+" differs from "+h.all(others, because))
		case len(others) == 1:
			clauses = append(clauses, h.all(others, "")+" differs from "+h.group(one, because))
		default:
			clauses = append(clauses, h.all(others, "")+" differ from "+h.group(one, because))
		}
	}
	return append(append(clauses, h.notShown()...), h.untested()...)
}

// alone says what came out of the only group.
func (h *headline) alone() []string {
	g := &h.Groups[0]
	if g.Ended == 0 {
		return []string{strings.TrimSuffix(g.some(g.Diverged, "diverged", "diverged"), ".")}
	}
	if math.IsNaN(g.Center) {
		return []string{"no run has recorded the " + compare.Words(h.metric)}
	}
	clause := "the " + compare.Words(h.metric) + " is " + h.number(g, false)
	if g.AtChance == g.Ended {
		clause += ", which is chance"
	}
	return []string{clause}
}

// hub returns the group that differs from most others, the first one of several, these others, and the largest p.
func hub(pairs []compare.Pair, groups int) (one int, others []int, p float64) {
	of := make([][]int, groups)
	for _, x := range pairs {
		of[x.First], of[x.Second] = append(of[x.First], x.Second), append(of[x.Second], x.First)
	}
	for i := range of {
		if len(of[i]) > len(of[one]) {
			one = i
		}
	}
	for _, x := range pairs {
		if x.First == one || x.Second == one {
			p = max(p, x.Adjusted)
		}
	}
	slices.Sort(of[one])
	return one, of[one], p
}

// probability writes the largest p of some pairs, the first time with the correction.
func (h *headline) probability(p float64, pairs int, explained bool) string {
	text := "p "
	switch {
	case p < 0.001:
		text += "< 0.001"
	case pairs > 1:
		text += fmt.Sprintf("≤ %.2g", p)
	default:
		text += fmt.Sprintf("= %.2g", p)
	}
	if explained && len(h.Pairs) > 1 {
		text += " after Holm's correction"
	}
	return text
}

// notShown names the pairs of groups between which no difference is shown.
func (h *headline) notShown() []string {
	var pairs []compare.Pair
	var groups []int // in any of these pairs
	for _, p := range h.Pairs {
		if p.Verdict != compare.NotShown {
			continue
		}
		pairs = append(pairs, p)
		for _, g := range []int{p.First, p.Second} {
			if !slices.Contains(groups, g) {
				groups = append(groups, g)
			}
		}
	}
	n := len(groups)
	switch {
	case n == 0:
		return nil
	case len(pairs) == n*(n-1)/2: // every pair of them
		slices.Sort(groups)
		return []string{"between " + h.all(groups, "") + " no difference is shown"}
	case len(pairs) > mostClauses:
		return []string{fmt.Sprintf("in %d other pairs no difference is shown", len(pairs))}
	}
	var names []string
	for _, p := range pairs {
		names = append(names, "between "+h.group(p.First, "")+" and "+h.group(p.Second, ""))
	}
	return []string{"no difference is shown " + and(names)}
}

// untested names the pairs whose difference does not vary, and the groups that are in no test.
func (h *headline) untested() (clauses []string) {
	var constant []string
	explained := map[int]bool{} // groups that are in a test, or in a pair without variation
	for _, p := range h.Pairs {
		if p.Verdict != compare.Untested || min(p.N[0], p.N[1]) > 1 {
			explained[p.First], explained[p.Second] = true, true
		}
		if p.Verdict == compare.Untested && min(p.N[0], p.N[1]) > 1 {
			constant = append(constant, "between "+h.group(p.First, "")+" and "+h.group(p.Second, ""))
		}
	}
	if len(constant) > 0 {
		clauses = append(clauses, "no test is possible "+and(constant)+", whose difference does not vary over seeds")
	}
	var single []int
	var without []string
	for i, g := range h.Groups {
		switch {
		case g.Ended > 0 && math.IsNaN(g.Center):
			without = append(without, "no run of "+g.Label+" has recorded the "+compare.Words(h.metric))
		case g.Ended > 0 && !explained[i]:
			single = append(single, i)
		case g.Ended > 0:
		case g.Diverged == 0:
			without = append(without, "no run of "+g.Label+" has ended")
		case g.Diverged == g.Planned:
			without = append(without, "all runs of "+g.Label+" diverged")
		default:
			without = append(without, fmt.Sprintf("%d of %d runs of %s diverged, and the others have not ended", g.Diverged, g.Planned, g.Label))
		}
	}
	if len(single) > 0 {
		clauses = append(clauses, h.all(single, "")+" cannot be tested, which takes two runs of each")
	}
	return append(clauses, without...)
}

// flows says with which groups the gradient is lost or explodes, and where.
func (h *headline) flows() (clauses []string) {
	known := false
	for _, g := range h.Groups {
		known = known || g.Before != nil
	}
	if !known {
		return nil
	}
	byWords := map[string][]string{}
	var order []string
	for _, g := range h.Groups {
		words := g.flowWords()
		if words == "" {
			continue
		}
		if byWords[words] == nil {
			order = append(order, words)
		}
		byWords[words] = append(byWords[words], g.Label)
	}
	for _, words := range order {
		with := "with " + and(byWords[words]) + " "
		if len(h.Groups) == 1 {
			with = ""
		}
		clauses = append(clauses, with+"the gradient "+words)
	}
	if len(clauses) == 0 {
		clauses = []string{"the gradient is lost in no layer"}
	}
	return clauses
}

// flowWords says where the gradient of a group is lost, and where it explodes before training; "" if it does neither.
func (g Group) flowWords() string {
	if g.Before == nil {
		return ""
	}
	var parts []string
	begin := g.Before.when()
	switch lost := compare.LayerList(g.Before.Lost); {
	case g.After == nil && len(g.Before.Lost) > 0:
		parts = append(parts, "is lost in "+lost+" "+begin)
	case g.After == nil || len(g.Before.Lost)+len(g.After.Lost) == 0:
	case slices.Equal(g.Before.Lost, g.After.Lost):
		parts = append(parts, fmt.Sprintf("is lost in %s, %s as well as %s", lost, begin, g.After.when()))
	case len(g.Before.Lost) == 0:
		parts = append(parts, "is lost in "+compare.LayerList(g.After.Lost)+" "+g.After.when())
	default:
		parts = append(parts, fmt.Sprintf("is lost in %s %s and in %s %s", lost, begin, compare.LayerList(g.After.Lost), g.After.when()))
	}
	if len(g.Before.Exploded) > 0 {
		parts = append(parts, "explodes in "+compare.LayerList(g.Before.Exploded)+" "+begin)
	}
	return strings.Join(parts, " and ")
}

// when says after which updates.
func (f *Flow) when() string {
	if f.Update == 0 {
		return "before training"
	}
	return fmt.Sprintf("after %d updates", f.Update)
}

// upper begins a sentence. A name keeps its letters.
func upper(text string) string {
	for _, word := range []string{"between", "no ", "in ", "all ", "with ", "the "} {
		if strings.HasPrefix(text, word) {
			return strings.ToUpper(text[:1]) + text[1:]
		}
	}
	return text
}
