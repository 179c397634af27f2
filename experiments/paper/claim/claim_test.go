package claim

import (
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/train"
	"glorot/models"
)

// Observations as the paper has them make every claim agree, each from nothing but what it says it needs.
func TestClaimsAgree(t *testing.T) {
	o := fabricated()
	for _, c := range All() {
		rows := c.Rows(only(c.Needs, o))
		if len(rows) == 0 {
			t.Errorf("%s has no row", c.ID)
		}
		for _, row := range rows {
			if want := paperSays(c.ID, row.Variant); row.Verdict != want {
				t.Errorf("%s %s %s, want %s: measured %s, expected %s", c.ID, row.Variant, row.Verdict, want, row.Measured, row.Expected)
			}
			if row.Text == "" || row.Refuted == "" || row.Source == "" || row.Measured == "" || row.Expected == "" || len(row.Values) == 0 {
				t.Errorf("%s %s lacks something: %+v", c.ID, row.Variant, row)
			}
			if strings.Contains(row.Note, "One seed") {
				t.Errorf("%s %s: %d seeds, and the note says %q", c.ID, row.Variant, fabricatedSeeds, row.Note)
			}
		}
	}
}

// change returns a function that multiplies numbers of layers of a network, in all seeds.
func change(net setup.Network, f func(l *train.Layer, k int)) func(o *observed.Observations) {
	return func(o *observed.Observations) {
		for _, i := range o.Initial[net] {
			for k := range i.Layers.Layers {
				f(&i.Layers.Layers[k], k+1)
			}
		}
	}
}

// z, ds, dw and peak multiply one layer's number by a factor.
func z(net setup.Network, layer int, factor float64) func(o *observed.Observations) {
	return change(net, func(l *train.Layer, k int) {
		if k == layer {
			l.Z.Std *= factor
		}
	})
}

func ds(net setup.Network, layer int, factor float64) func(o *observed.Observations) {
	return change(net, func(l *train.Layer, k int) {
		if k == layer {
			l.DS.Std *= factor
		}
	})
}

func dw(net setup.Network, layer int, factor float64) func(o *observed.Observations) {
	return change(net, func(l *train.Layer, k int) {
		if k == layer {
			l.DW.Std *= factor
		}
	})
}

func weight(net setup.Network, f func(w *observed.WeightSample)) func(o *observed.Observations) {
	return func(o *observed.Observations) {
		f(&o.Initial[net][3].Weights[2]) // of one seed and one layer: every one counts
	}
}

func jacobian(net setup.Network, factor float64) func(o *observed.Observations) {
	return func(o *observed.Observations) {
		for _, i := range o.Initial[net] {
			for k := range i.Jacobian {
				i.Jacobian[k] *= factor
			}
		}
	}
}

// noisy spreads a number of one layer over the seeds: its mean stays and its interval grows past the range.
func noisy(net setup.Network, layer int, f func(l *train.Layer) *float64, by float64) func(o *observed.Observations) {
	return func(o *observed.Observations) {
		for s, i := range o.Initial[net] {
			*f(&i.Layers.Layers[layer-1]) *= 1 + by*jitter[s]/jitter[fabricatedSeeds-1]
		}
	}
}

func stdZ(l *train.Layer) *float64  { return &l.Z.Std }
func stdDS(l *train.Layer) *float64 { return &l.DS.Std }
func stdDW(l *train.Layer) *float64 { return &l.DW.Std }

// Every row of every claim is refuted by observations that contradict it, and by nothing less: the other rows stay. Where
// seeds contradict each other it is undecided.
func TestClaimsRefuted(t *testing.T) {
	const no, open = report.Disagrees, report.Undecided
	covered := make(map[string]bool)
	for _, c := range []struct {
		id, variant, what string
		want              report.Verdict
		spoil             func(o *observed.Observations)
	}{
		{"C1", "", "variance of eq. 1 too large", no, weight(setup.TanhStandard, func(w *observed.WeightSample) { w.Variance *= 1.03 })},
		{"C1", "", "variance of eq. 16 too small", no, weight(setup.TanhNormalized, func(w *observed.WeightSample) { w.Variance *= 0.97 })},
		{"C1", "", "a weight outside the range", no, weight(setup.TanhNormalized, func(w *observed.WeightSample) { w.MaxAbs *= 1.001 })},
		{"C1", "", "a bias", no, weight(setup.TanhStandard, func(w *observed.WeightSample) { w.MaxBias = 1e-6 })},
		{"C1", "", "a bias with eq. 16", no, weight(setup.TanhNormalized, func(w *observed.WeightSample) { w.MaxBias = 1e-6 })},
		{"C2", variantOrder, "layer 3 above layer 2", no, z(setup.TanhStandard, 3, 2)},
		{"C2", variantOrder, "growing", no, change(setup.TanhStandard, func(l *train.Layer, k int) { l.Z.Std = .3 + .01*float64(k) })},
		{"C2", variantOrder, "seeds differ", open, noisy(setup.TanhStandard, 2, stdZ, 1)},
		{"C2", variantNumbers, "layer 5 too small", no, z(setup.TanhStandard, 5, 0.9)},
		{"C2", variantNumbers, "all a little larger", no, change(setup.TanhStandard, func(l *train.Layer, _ int) { l.Z.Std *= 1.1 })},
		{"C2", variantNumbers, "layer 2 as in the simulation", no, z(setup.TanhStandard, 2, .172/.178)},
		{"C2", variantSimulation, "layer 5 too small", no, z(setup.TanhStandard, 5, 0.9)},
		{"C2", variantSimulation, "all three times as large", no, change(setup.TanhStandard, func(l *train.Layer, _ int) { l.Z.Std *= 3 })},
		{"C3", "", "a lower peak in layer 4", no, change(setup.TanhStandard, func(l *train.Layer, k int) {
			if k == 4 {
				l.Z.Histogram = peakHistogram(4)
			}
		})},
		{"C3", "", "all peaks too high", no, change(setup.TanhStandard, func(l *train.Layer, k int) { l.Z.Histogram = peakHistogram(1.2 * standardPeakZ[k-1]) })},
		{"C3", "", "all peaks alike", no, change(setup.TanhStandard, func(l *train.Layer, _ int) { l.Z.Histogram = peakHistogram(1.4) })},
		{"C4", variantLiteral, "top layer too small", no, z(setup.TanhNormalized, 5, 0.8)},
		{"C4", variantLiteral, "standard as good", no, z(setup.TanhStandard, 5, 2)},
		{"C4", variantLiteral, "seeds differ", open, noisy(setup.TanhNormalized, 5, stdZ, 0.5)},
		{"C4", variantFigure, "one layer larger", no, z(setup.TanhFigure, 3, 1.1)},
		{"C5", "", "no shrinking downwards", no, change(setup.TanhStandard, func(l *train.Layer, _ int) { l.DS.Std = .05 })},
		{"C5", "", "shrinking upwards", no, change(setup.TanhStandard, func(l *train.Layer, k int) { l.DS.Std = 1 / l.DS.Std })},
		{"C5", "", "layer 1 too large", no, ds(setup.TanhStandard, 1, 1.3)},
		{"C5", "", "peaks alike", no, change(setup.TanhStandard, func(l *train.Layer, k int) { l.DS.Histogram = peakHistogram(20 + float64(k)) })},
		{"C5", "", "seeds differ", open, noisy(setup.TanhStandard, 1, stdDS, 1)},
		{"C5", "the peaks", "one too high", no, change(setup.TanhStandard, func(l *train.Layer, k int) {
			if k == 2 {
				l.DS.Histogram = peakHistogram(50)
			}
		})},
		{"C6", variantLiteral, "shrinking downwards", no, ds(setup.TanhNormalized, 1, 0.5)},
		{"C6", variantLiteral, "seeds differ", open, noisy(setup.TanhNormalized, 1, stdDS, 0.5)},
		{"C6", variantFigure, "shrinking downwards", no, ds(setup.TanhFigure, 1, 0.8)},
		{"C6", variantFigure, "growing downwards", no, ds(setup.TanhFigure, 1, 1.3)},
		{"C7", "layers 2 to 5", "one layer apart", no, dw(setup.TanhStandard, 4, 1.5)},
		{"C7", "layers 2 to 5", "the last layer apart", no, dw(setup.TanhStandard, 5, 1.5)},
		{"C7", "layers 2 to 5", "seeds differ", open, noisy(setup.TanhStandard, 4, stdDW, 0.8)},
		{"C7", "layer 1", "as in Figure 8", no, dw(setup.TanhStandard, 1, 0.67)},
		{"C7", "layer 1", "larger", no, dw(setup.TanhStandard, 1, 1.5)},
		{"C8", variantLiteral + ", layers 2 to 5", "one layer apart", no, dw(setup.TanhNormalized, 2, 0.6)},
		{"C8", variantLiteral + ", layers 2 to 5", "the last layer apart", no, dw(setup.TanhNormalized, 5, 1.5)},
		{"C8", variantLiteral + ", layers 2 to 5", "seeds differ", open, noisy(setup.TanhNormalized, 2, stdDW, 0.8)},
		{"C8", variantLiteral + ", layer 1", "as in Figure 8", no, dw(setup.TanhNormalized, 1, 0.6)},
		{"C8", variantLiteral + ", layer 1", "as in Figure 9", no, dw(setup.TanhNormalized, 1, 1.96)},
		{"C8", variantFigure, "layer 1 as the others", no, dw(setup.TanhFigure, 1, 0.5)},
		{"C8", variantFigure, "layer 5 apart", no, dw(setup.TanhFigure, 5, 2)},
		{"C8", variantFigure, "layer 2 apart", no, change(setup.TanhFigure, func(l *train.Layer, k int) {
			if k <= 2 {
				l.DW.Std *= 1.5
			}
		})},
		{"C9", "standard", "0.8 as with eq. 16", no, jacobian(setup.TanhStandard, 1.7)},
		{"C9", variantLiteral, "0.5 as with eq. 1", no, jacobian(setup.TanhNormalized, 0.65)},
		{"C9", variantFigure, "1", no, jacobian(setup.TanhFigure, 1.2)},
		{"C9", "variance ratio, standard", "0.5", report.Agrees, change(setup.TanhStandard, func(l *train.Layer, k int) { l.Z.Std = math.Pow(.5, float64(k)/2) })},
		{"C9", "variance ratio, " + variantLiteral, "0.5", no, change(setup.TanhNormalized, func(l *train.Layer, k int) { l.Z.Std = math.Pow(.5, float64(k)/2) })},
		{"C10", "standard", "activations", no, z(setup.LinearStandard, 3, 1.1)},
		{"C10", "standard", "back-propagated gradients", no, ds(setup.LinearStandard, 2, 0.9)},
		{"C10", "standard", "weight gradients", no, dw(setup.LinearStandard, 5, 1.1)},
		{"C10", "normalized", "activations", no, z(setup.LinearNormalized, 1, 0.9)},
		{"C10", "normalized", "back-propagated gradients", no, ds(setup.LinearNormalized, 4, 1.1)},
		{"C10", "normalized", "weight gradients", no, dw(setup.LinearNormalized, 1, 0.9)},
		{"C12", "", "top layer at 0", no, change(setup.Sigmoid4, func(l *train.Layer, k int) {
			if k == 4 {
				l.Z.Mean = .05
			}
		})},
		{"C12", "", "a wide layer", no, z(setup.Sigmoid4, 2, 1.5)},
		{"C12", "", "seeds differ", open, noisy(setup.Sigmoid4, 1, func(l *train.Layer) *float64 { l.Z.Mean *= 1.05; return &l.Z.Mean }, 0.1)},
		{"C13", "standard, layer 1", "larger", no, z(setup.SoftsignStandard, 1, 1.1)},
		{"C13", "standard, " + variantSimulation, "layer 4 larger", no, z(setup.SoftsignStandard, 4, 1.2)},
		{"C13", variantLiteral + ", " + variantSimulation, "layer 2 smaller", no, z(setup.SoftsignNormalized, 2, 0.8)},
		{"C14", "", "the costs changed places", no, func(o *observed.Observations) {
			o.Surfaces.Entropy, o.Surfaces.Quadratic = o.Surfaces.Quadratic, o.Surfaces.Entropy
		}},
		{"C14", "", "one cost twice", no, func(o *observed.Observations) { o.Surfaces.Quadratic = o.Surfaces.Entropy }},
		{"C14", "", "a steep corner", no, func(o *observed.Observations) { o.Surfaces.Quadratic.Slope[0] = .02 }},
		{"C15", "", "the costs changed places", no, func(o *observed.Observations) {
			o.Surfaces.Entropy, o.Surfaces.Quadratic = o.Surfaces.Quadratic, o.Surfaces.Entropy
		}},
		{"C15", "", "a bump on the axis of cross entropy", no, func(o *observed.Observations) {
			o.Surfaces.Entropy.Cost[observed.SurfaceSide/2*observed.SurfaceSide+7] += .01
		}},
		{"C15", "", "a low corner of cross entropy", no, func(o *observed.Observations) { o.Surfaces.Entropy.Cost[observed.SurfaceSide-1] = 3.8 }},
		{"C15", "", "a bump on the axis of the quadratic cost", no, func(o *observed.Observations) {
			o.Surfaces.Quadratic.Cost[3*observed.SurfaceSide+observed.SurfaceSide/2] += .01
		}},
		{"C15", "", "a high corner of the quadratic cost", no, func(o *observed.Observations) {
			o.Surfaces.Quadratic.Cost[observed.SurfaceSide*observed.SurfaceSide-1] = .6
		}},
		{"C45", "chance", "equal priors", no, func(o *observed.Observations) { o.Shapeset.Classes = slices.Repeat([]int{2000}, 9) }},
		{"C45", "the counts", "two pairs in other numbers", no, func(o *observed.Observations) { o.Shapeset.Classes[6], o.Shapeset.Classes[7] = 700, 1300 }},
		{"C45", "the counts", "one class fewer", no, func(o *observed.Observations) { o.Shapeset.Classes = o.Shapeset.Classes[:8] }},
		{"C45", "the counts", "one class more", no, func(o *observed.Observations) { o.Shapeset.Classes = append(o.Shapeset.Classes, 0) }},
		{"C46", "", "a larger estimate", no, func(o *observed.Observations) { o.Shapeset.Estimated = .501 }},
		{"C46", "pixels", "one pair in many above a half", no, func(o *observed.Observations) { o.Shapeset.Overlaps[0] = .51 }},
	} {
		o := fabricatedInitial()
		c.spoil(o)
		found := false
		for _, claim := range slices.Concat(initialClaims(), impossibleClaims()) {
			if claim.ID != c.id {
				continue
			}
			for _, row := range claim.Rows(only(claim.Needs, o)) {
				want := paperSays(c.id, row.Variant)
				if row.Variant == c.variant {
					want, found = c.want, true
				} else if slices.Contains([]string{"C2", "C5", "C7", "C8", "C9", "C13", "C45"}, c.id) { // whose rows are of the same numbers
					continue
				}
				if row.Verdict != want {
					t.Errorf("%s %s, %s: %s, want %s; measured %s, expected %s", c.id, row.Variant, c.what, row.Verdict, want, row.Measured, row.Expected)
				}
			}
		}
		if !found {
			t.Errorf("%s has no row %q", c.id, c.variant)
		}
		if c.want == no {
			covered[c.id+c.variant] = true
		}
	}
	for _, claim := range slices.Concat(initialClaims(), impossibleClaims()) {
		for _, row := range claim.Rows(fabricatedInitial()) {
			if !covered[claim.ID+row.Variant] && claim.ID != "C11" && paperSays(claim.ID, row.Variant) == report.Agrees { // C11: below
				t.Errorf("nothing refutes %s %s", claim.ID, row.Variant)
			}
		}
	}
}

// C11 holds for eq. 16 alone: other initialisers break one of its parts or another.
func TestCompromise(t *testing.T) {
	limit := func(name string) func(layer, layers, in, out int) float64 {
		i, err := models.InitializerByName(name)
		if err != nil {
			t.Fatal(err)
		}
		return i.Limit
	}
	if row := compromise(limit("normalized")); row.Verdict != report.Agrees {
		t.Errorf("eq. 16: %s; measured %s", row.Verdict, row.Measured)
	}
	for name, f := range map[string]func(layer, layers, in, out int) float64{
		"eq. 1":       limit("standard"),
		"figure":      limit("figure"),
		"fan-in only": func(_, _, in, _ int) float64 { return limit("normalized")(0, 2, in, in) },
	} {
		if row := compromise(f); row.Verdict != report.Disagrees {
			t.Errorf("%s: %s; measured %s", name, row.Verdict, row.Measured)
		}
	}
}

// Some networks may have fewer seeds than others: those that both have are compared, and one decides nothing.
func TestClaimsOfUnequalSeeds(t *testing.T) {
	for sub := range fabricated().Trained {
		o := fabricated()
		tr := o.Trained[sub]
		tr.Runs, tr.Commons, tr.Short = tr.Runs[:1], tr.Commons[:1], tr.Short[:1]
		for _, c := range All() {
			reads := slices.Contains(setup.Union(c.Needs.Trained, c.Needs.Compared), sub)
			for _, row := range c.Rows(o) {
				want := paperSays(c.ID, row.Variant)
				if row.Verdict != want && !(reads && row.Verdict == report.OneSeed) {
					t.Errorf("%s %s, one seed of %v: %s, want %s; measured %s, expected %s", c.ID, row.Variant, sub, row.Verdict, want, row.Measured, row.Expected)
				}
			}
		}
	}
}

// With one seed there is no interval: the value lies inside or outside, and decides nothing.
func TestClaimsOfOneSeed(t *testing.T) {
	o := fabricated()
	for net, seeds := range o.Initial {
		o.Initial[net] = seeds[:1]
	}
	for sub, seeds := range o.Stored {
		o.Stored[sub] = seeds[:1]
	}
	for _, tr := range o.Trained {
		tr.Runs, tr.Commons, tr.Short = tr.Runs[:1], tr.Commons[:1], tr.Short[:1]
	}
	for _, c := range All() {
		for _, row := range c.Rows(o) {
			says := paperSays(c.ID, row.Variant)
			switch {
			case row.Verdict == report.OneSeed && (row.Side == report.Inside) == (says == report.Agrees):
			case row.Verdict == says && (len(setup.Union(c.Needs.Trained, c.Needs.Compared, c.Needs.Stored)) == 0 && len(c.Needs.Networks()) == 0 || c.ID == "C1"):
			default:
				t.Errorf("%s %s: %s %s; measured %s, expected %s", c.ID, row.Variant, row.Verdict, row.Side, row.Measured, row.Expected)
			}
			for _, v := range row.Values {
				if v.Interval != nil {
					t.Errorf("%s %s: %s has an interval", c.ID, row.Variant, v.Name)
				}
			}
		}
	}
	z(setup.TanhStandard, 2, 1.2)(o)
	if row := claimC2(o)[2]; row.Verdict != report.OneSeed || row.Side != report.Above {
		t.Errorf("C2 of one seed: %s, %s", row.Verdict, row.Side)
	}
}

// What the search could not choose is judged by nothing.
func TestClaimsOfTiedSearch(t *testing.T) {
	for _, c := range All() {
		for _, sub := range setup.Union(c.Needs.Trained, c.Needs.Compared) {
			o := fabricatedFor(c)
			searched := &observed.Trained{Subject: sub.Representative()}
			if o.Trained[sub.Representative()] != nil {
				searched = o.Trained[sub.Representative()]
			}
			searched.Cells = []observed.Cell{{Choice: setup.Choice{Rate: .01, Low: 0, High: 1}, Valid: .8339, Test: .8, Updates: 0}, {Choice: setup.Choice{Rate: .1, Low: 0, High: 1}, Valid: .8339, Test: .8, Updates: 0}, {Choice: setup.Choice{Rate: .03, Low: 0, High: 1}, Valid: .89, Test: .8, Updates: 0}}
			o.Trained[sub.Representative()] = searched
			tied := slices.Contains(c.bystanders, sub.Network)
			for _, row := range c.Rows(o) {
				if open := row.Verdict == report.Undecided && strings.Contains(row.Note, "could not choose"); open == tied {
					t.Errorf("%s %s, tied search of %v: %s; %s", c.ID, row.Variant, sub, row.Verdict, row.Note)
				}
			}
		}
	}
}
