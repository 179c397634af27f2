package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Sentence says in words what came out of the pair.
func (p Pair) Sentence() string {
	m := metricNamed(p.Metric)
	subject := m.subject(p)
	switch p.Verdict {
	case Untested:
		return fmt.Sprintf("The %s of %s and %s is not tested: %v.", subject, p.A, p.B, p.Warnings[0])
	case Differs:
		return fmt.Sprintf("The %s of %s is %s that of %s (%s).", subject, p.B, p.size(m), p.A, p.evidence(m))
	}
	return fmt.Sprintf("No difference in the %s between %s and %s is shown: that of %s is %s that of %s (%s).", subject, p.A, p.B, p.B, p.size(m), p.A, p.evidence(m))
}

// evidence has the interval, if it is known, and the test.
func (p Pair) evidence(m metricInfo) string {
	if math.IsNaN(p.Low) {
		return p.test()
	}
	return "95 % interval " + p.interval(m) + "; " + p.test()
}

// test says what was tested and how, and what came out.
func (p Pair) test() string {
	test := fmt.Sprintf("%d and %d runs, Welch's t-test", p.N[0], p.N[1])
	if p.Paired {
		test = fmt.Sprintf("%d pairs of seeds, paired t-test", p.N[0])
	}
	return test + " on the " + p.Scale.String() + " scale, " + p.probability()
}

// probability writes "p = 0.012", with the correction if there was one.
func (p Pair) probability() string {
	text := "p = " + probability(p.Adjusted)
	if p.Adjusted < leastP {
		text = "p " + probability(p.Adjusted)
	}
	if p.Family > 1 {
		text += fmt.Sprintf(" by Holm's correction for %d tests", p.Family)
	}
	return text
}

// size writes "3.21 points lower than" or "0.25 times".
func (p Pair) size(m metricInfo) string {
	if p.Difference == 0 {
		return "equal to"
	}
	if !math.IsNaN(p.Ratio[0]) {
		return factor(p.Ratio[0]) + " times"
	}
	way := "higher"
	if p.Difference < 0 {
		way = "lower"
	}
	return m.unit(math.Abs(p.Difference)) + " " + way + " than"
}

// interval writes the ends of the interval in the direction of the difference: "1.10 to 5.30 points" or "0.2 to 0.31 times".
func (p Pair) interval(m metricInfo) string {
	low, high := p.Low, p.High
	switch {
	case !math.IsNaN(p.Ratio[0]):
		return factor(p.Ratio[1]) + " to " + factor(p.Ratio[2]) + " times"
	case p.Difference < 0:
		low, high = -high, -low
	}
	return m.plain(low) + " to " + m.unit(high)
}

// Sentences say in words what came out of a metric: one for each pair of groups, about the layers together if it is a metric of layers.
func (c *Comparison) Sentences(metric string) (list []string) {
	var order [][2]int
	byGroups := map[[2]int][]Pair{}
	for _, p := range c.Pairs(metric) {
		key := [2]int{p.First, p.Second}
		if byGroups[key] == nil {
			order = append(order, key)
		}
		byGroups[key] = append(byGroups[key], p)
	}
	for _, key := range order {
		list = append(list, sentenceOf(byGroups[key]))
	}
	return list
}

// sentenceOf says in words what came out of a pair of groups in some layers.
func sentenceOf(layers []Pair) string {
	first := layers[0]
	if len(layers) == 1 {
		return first.Sentence()
	}
	m := metricNamed(first.Metric)
	var where []int
	named := map[int]string{}
	most := -1
	tested := 0
	for i, p := range layers {
		if p.Verdict != Untested {
			tested++
		}
		if p.Verdict != Differs {
			continue
		}
		where, named[p.Layer] = append(where, p.Layer), p.layer()
		if most < 0 || p.distance() > layers[most].distance() {
			most = i
		}
	}
	if tested == 0 {
		return first.Sentence()
	}
	if most < 0 {
		return fmt.Sprintf("No difference in the %s between %s and %s is shown in any of %d layers, each tested on its own.", m.words, first.A, first.B, tested)
	}
	p := layers[most]
	name := func(layer int) string { return named[layer] }
	return fmt.Sprintf("The %s of %s differs from that of %s in %s of %d, each tested on its own; most in layer %s, where it is %s that of %s (%s).",
		m.words, p.B, p.A, layerList(where, name), tested, p.layer(), p.size(m), p.A, p.evidence(m))
}

// distance is how far the two groups are apart: the logarithm of the ratio where there is one, else the difference.
func (p Pair) distance() float64 {
	if !math.IsNaN(p.Ratio[0]) {
		return math.Abs(math.Log(p.Ratio[0]))
	}
	return math.Abs(p.Difference)
}

// LayerList writes ascending numbers: "no layer", "layer 3", "layers 1 to 4, 6 and 9".
func LayerList(layers []int) string {
	return layerList(layers, strconv.Itoa)
}

// layerList is LayerList with the names of the layers.
func layerList(layers []int, name func(layer int) string) string {
	var ranges []string
	for i := 0; i < len(layers); {
		k := i
		for k+1 < len(layers) && layers[k+1] == layers[k]+1 {
			k++
		}
		switch k - i {
		case 0:
			ranges = append(ranges, name(layers[i]))
		case 1:
			ranges = append(ranges, name(layers[i]), name(layers[k]))
		default:
			ranges = append(ranges, name(layers[i])+" to "+name(layers[k]))
		}
		i = k + 1
	}
	switch len(layers) {
	case 0:
		return "no layer"
	case 1:
		return "layer " + ranges[0]
	}
	if n := len(ranges); n > 1 {
		ranges = append(slices.Clone(ranges[:n-2]), ranges[n-2]+" and "+ranges[n-1])
	}
	return "layers " + strings.Join(ranges, ", ")
}
