package claim

import (
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// paperSays is what the paper's own numbers make of a claim: they contradict each other here and there.
func paperSays(id, variant string) report.Verdict {
	switch id + " " + variant {
	case "C19 time of Figure 2", "C8 Figure 8 and Figure 9", "C9 variance ratio, standard", "C31 5 million updates", "C33 the rule for bold":
		return report.Disagrees
	}
	return report.Agrees
}

// ofThePaperAlone are the rows that no observation of ours enters.
func ofThePaperAlone(id, variant string) bool {
	return slices.Contains([]string{"C8 Figure 8 and Figure 9", "C31 5 million updates", "C33 the rule for bold"}, id+" "+variant)
}

// A spoiler changes observations.
type spoiler func(o *observed.Observations)

// spoil changes every seed's trainings of a subject, all kinds of them.
func spoil(sub setup.Subject, f func(r *run.Trace)) spoiler {
	return func(o *observed.Observations) {
		t := o.Trained[sub]
		if t == nil { // of another entry of the same claim
			return
		}
		for _, r := range slices.Concat(t.Runs, t.Commons, t.Short) {
			f(r)
		}
	}
}

// scored gives a subject another error, in percent.
func scored(net setup.Network, data string, percent float64) spoiler {
	sub := net.On(data)
	k := 0
	return spoil(sub, func(r *run.Trace) {
		e := percent / 100 * (1 + jitter[k%fabricatedSeeds])
		k++
		r.Errors = []run.Errors{observed.ErrorsAt(setup.PaperUpdates, e, e)}
		setWrong(r, fabricatedWrong(sub, percent))
	})
}

func onShapeset(net setup.Network, percent float64) spoiler {
	return scored(net, dataset.ShapesetName, percent)
}

// tested changes every test of a network on Shapeset-3x2.
func tested(net setup.Network, f func(e *run.Errors)) spoiler {
	return spoil(net.On(dataset.ShapesetName), func(r *run.Trace) {
		for i := range r.Errors {
			f(&r.Errors[i])
		}
	})
}

// delayed stretches the time of tests.
func delayed(net setup.Network, factor float64) spoiler {
	return tested(net, func(e *run.Errors) { e.Update = int(factor * float64(e.Update)) })
}

// seen changes every layer at every snapshot; k counts from 1.
func seen(net setup.Network, data string, f func(l *train.Layer, epoch, k int)) spoiler {
	return spoil(net.On(data), func(r *run.Trace) {
		for _, snapshot := range r.Snapshots {
			for k := range net.Depth {
				f(&snapshot.Layers[k], snapshot.Update/train.Epoch, k+1)
			}
		}
	})
}

func seenOnShapeset(net setup.Network, f func(l *train.Layer, epoch, k int)) spoiler {
	return seen(net, dataset.ShapesetName, f)
}

// unsure makes the seeds differ by a share of a number, so that a verdict is open.
func unsure(net setup.Network, data string, share float64) spoiler {
	k := 0
	return spoil(net.On(data), func(r *run.Trace) {
		for i := range r.Errors {
			r.Errors[i].Test.Error *= 1 + share*jitter[k%fabricatedSeeds]/jitter[fabricatedSeeds-1]
		}
		k++
	})
}

// percentile gives a layer another 99th percentile from epoch from to epoch to.
func percentile(net setup.Network, data string, layer, from, to int, p float64) spoiler {
	return seen(net, data, func(l *train.Layer, epoch, k int) {
		if k == layer && epoch >= from && epoch <= to {
			l.Z.P99, l.Z.P01 = p, -p
		}
	})
}

// ended gives a layer another histogram at the end: the density's straight lines over |z|.
func ended(net setup.Network, layer int, z, density []float64) spoiler {
	return seenOnShapeset(net, func(l *train.Layer, epoch, k int) {
		if k != layer || epoch != 125 {
			return
		}
		h := measure.NewHistogram(-1, 1, measure.DefaultBins)
		h.Below = 1e6
		for i, c := range h.Centers() {
			h.Counts[i] = int64(1e6 * h.Width() * interpolate(z, density, math.Abs(c)))
			h.Below -= h.Counts[i]
		}
		l.Z.Histogram = *h
	})
}

// during changes one layer from epoch from to epoch to.
func during(net setup.Network, data string, layer, from, to int, f func(l *train.Layer)) spoiler {
	return seen(net, data, func(l *train.Layer, epoch, k int) {
		if k == layer && epoch >= from && epoch <= to {
			f(l)
		}
	})
}

// atStartOf changes the layers of a network on stored data before training, in all seeds.
func atStartOf(net setup.Network, data string, f func(l *train.Layer, k int)) spoiler {
	return func(o *observed.Observations) {
		seeds := o.Stored[net.On(data)]
		for i := range seeds {
			layers := slices.Clone(seeds[i].Layers.Layers)
			for k := range layers {
				z, ds, dw := *layers[k].Z, *layers[k].DS, *layers[k].DW
				layers[k].Z, layers[k].DS, layers[k].DW = &z, &ds, &dw
				f(&layers[k], k+1)
			}
			seeds[i].Layers.Layers = layers
		}
	}
}

func setMean(v float64) func(l *train.Layer) { return func(l *train.Layer) { l.Z.Mean = v } }
func setStd(v float64) func(l *train.Layer)  { return func(l *train.Layer) { l.Z.Std = v } }
func timesDW(f float64) func(l *train.Layer) { return func(l *train.Layer) { l.DW.Std *= f } }

type refutation struct {
	id, variant, what string
	want              report.Verdict
	spoil             spoiler
}

// Every row of every claim about training is refuted, in two ways at least, by trainings that contradict it; and undecided where seeds
// contradict each other.
func TestTrainingClaimsRefuted(t *testing.T) {
	ways := make(map[string]int)
	for _, r := range slices.Concat(saturationRefutations(), gradientRefutations(), errorRefutations(), storedRefutations(), comparedRefutations()) {
		found := false
		for _, c := range All() {
			if c.ID != r.id || c.variant != "" && c.variant != r.variant {
				continue
			}
			o := fabricatedFor(c)
			r.spoil(o)
			for _, row := range c.Rows(only(c.Needs, o)) {
				if row.Variant != r.variant {
					continue
				}
				found = true
				if row.Verdict != r.want {
					t.Errorf("%s %s, %s: %s, want %s; measured %s, expected %s", r.id, row.Variant, r.what, row.Verdict, r.want, row.Measured, row.Expected)
				}
			}
		}
		if !found {
			t.Errorf("%s has no row %q", r.id, r.variant)
		}
		if r.want == report.Disagrees {
			ways[r.id+r.variant]++
		}
	}
	for _, c := range All() {
		if c.number() < 16 || c.number() > 44 {
			continue
		}
		for _, row := range c.Rows(fabricatedFor(c)) {
			if ofThePaperAlone(c.ID, row.Variant) {
				continue
			}
			if n := ways[c.ID+row.Variant]; n < 2 {
				t.Errorf("%s %s is refuted in %d ways, want two at least", c.ID, row.Variant, n)
			}
		}
	}
}

// What a claim lacks is said, with what brings or runs it, and nothing is judged.
func TestClaimsLack(t *testing.T) {
	const gone, notKept = "no mnist in folder; glorot data fetch mnist brings it", "the cache has no training of it"
	for _, l := range []struct {
		id   string
		take spoiler
		want string
	}{
		{"C35", missing(setup.TanhStandard.On("mnist"), gone), gone},
		{"C22", missing(setup.TanhStandard.On(dataset.ShapesetName), notKept), notKept + "; glorot reproduce C22 --scale 1840000 runs it"},
		{"C41", func(o *observed.Observations) {
			tr := o.OnShapeset(setup.TanhStandard.WithMethod(setup.Hessian))
			tr.Short, tr.NoShort = nil, "scale quick trains none"
		}, "scale quick trains none; glorot reproduce C41 --scale 2500000 runs it"},
		{"C38", func(o *observed.Observations) { o.SVM = nil }, "apt-get install libsvm-tools"},
		{"C38", missing(setup.TanhNormalized.On(dataset.Shapeset100kName), notKept), "glorot reproduce C38 --scale 500000"},
	} {
		for _, c := range All() {
			if c.ID != l.id {
				continue
			}
			o := fabricatedFor(c)
			l.take(o)
			rows := c.Rows(o)
			if len(rows) != 1 || rows[0].Verdict != report.NotRun || !strings.Contains(rows[0].Note, l.want) || rows[0].Text == "" || rows[0].Refuted == "" {
				t.Errorf("%s: %+v, want a note with %q", l.id, rows, l.want)
			}
		}
	}
}

func missing(sub setup.Subject, why string) spoiler {
	return func(o *observed.Observations) { o.Trained[sub].Missing, o.Trained[sub].Runs = why, nil }
}

// Of trainings that are too short every verdict is taken back, whatever they look like, and the note says what decides it; none fails on
// a training with a single snapshot and test, or one that diverged.
func TestClaimsTooEarly(t *testing.T) {
	for _, c := range All() {
		if c.updates == 0 {
			continue
		}
		for _, diverged := range []*run.Divergence{nil, {Update: 900, Node: "cost"}} {
			o := fabricatedFor(c)
			for _, tr := range o.Trained {
				tr.Updates, tr.Shorts = 1000, 1000
				for _, r := range slices.Concat(tr.Runs, tr.Commons, tr.Short) {
					r.Errors, r.Diverged = r.Errors[:1], diverged
					r.Snapshots = r.Snapshots[:min(1, len(r.Snapshots))]
					if diverged != nil {
						r.Errors = nil
					}
				}
			}
			for _, row := range c.Rows(o) {
				if row.Verdict != report.Undecided || !strings.Contains(row.Note, "After 1000 of the ") || !strings.Contains(row.Note, "glorot reproduce "+c.ID+" --scale ") {
					t.Errorf("%s %s: %s, %q", c.ID, row.Variant, row.Verdict, row.Note)
				}
			}
		}
	}
}

// Where Table 1's networks were not trained at one input scale, the rows about it say so.
func TestClaimsWithoutCommonScale(t *testing.T) {
	n := 0
	for _, c := range All() {
		o := fabricatedFor(c)
		for _, tr := range o.Trained {
			tr.Commons = nil
		}
		if c.number() < 16 || c.number() > 44 {
			continue
		}
		for _, row := range c.Rows(o) {
			want := paperSays(c.ID, row.Variant)
			if strings.Contains(row.Variant, variantCommon) {
				want, n = report.NotRun, n+1
			}
			if row.Verdict != want {
				t.Errorf("%s %s: %s, want %s", c.ID, row.Variant, row.Verdict, want)
			}
		}
	}
	if n != 5 { // C32, C33, C35, C36, C37
		t.Errorf("%d rows at one input scale", n)
	}
}

// One seed's order is undecided if McNemar's test is not significant, and else only says on which side it lies.
func TestOrderOfOneSeed(t *testing.T) {
	a, b := fabricatedSubject(setup.TanhStandard.On(dataset.ShapesetName)), fabricatedSubject(setup.TanhNormalized.On(dataset.ShapesetName))
	for _, tr := range []*observed.Trained{a, b} {
		tr.Runs = tr.Runs[:1]
	}
	one := func(percentA, percentB float64) report.Claim {
		for tr, p := range map[*observed.Trained]float64{a: percentA, b: percentB} {
			tr.Runs[0] = fabricatedResult(tr.Subject, p)
		}
		return judge(sample(observed.Whole).worse(a, b))
	}
	// Of 1000 images or so that only one of the two has wrong, a fair coin gives one of them more than 2.81·√1000 = 89 more with p = .005, and 1.96·√1000 = 62 with p = .05.
	for _, c := range []struct {
		a, b float64
		want report.Verdict
		side report.Side
	}{{20, 18, report.OneSeed, report.Inside}, {18, 20, report.OneSeed, report.Below}, {20, 19.6, report.Undecided, ""}, {19.6, 20, report.Undecided, ""}} {
		row := one(c.a, c.b)
		if row.Verdict != c.want || row.Side != c.side || !strings.Contains(row.Note, "McNemar") {
			t.Errorf("%v against %v %%: %s; measured %s; %s", c.a, c.b, row.Verdict, row.Measured, row.Note)
		}
	}
}

// A network that diverged before its first test is compared with nothing: neither is it as good as another, nor significantly worse.
func TestOrderOfDiverged(t *testing.T) {
	list := slices.DeleteFunc(All(), func(c Claim) bool { return c.ID != "C33" })
	o := &observed.Observations{Trained: fabricatedTrained(list)}
	spoil(setup.SoftsignStandard.On(dataset.ShapesetName), func(r *run.Trace) {
		r.Errors, r.Diverged = nil, &run.Divergence{Update: 3}
	})(o)
	for _, row := range list[0].Rows(o) {
		if row.Verdict == report.Agrees {
			t.Errorf("%s: %s; measured %s", row.Variant, row.Verdict, row.Measured)
		}
	}
}

// The readings of snapshots and tests, by hand.
func TestSnapshots(t *testing.T) {
	snapshot := func(update int, std float64) train.Layers {
		return train.Layers{Update: update, Layers: []train.Layer{{Z: &measure.Summary{Std: std, P01: -std, P99: 3 * std}}}}
	}
	r := &run.Trace{
		Snapshots: []train.Layers{snapshot(0, .1), snapshot(10, .4), snapshot(20, .2)},
		Errors:    []run.Errors{observed.ErrorsAt(10, 0, .9), observed.ErrorsAt(20, 0, .7), observed.ErrorsAt(30, 0, .5)},
	}
	std := observed.Reading(observed.StdOf)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"nearest", std.At(observed.SnapshotAt(r, 6), 1), .4}, {"the first", std.At(observed.SnapshotAt(r, 0), 1), .1}, {"a little beyond", std.At(observed.SnapshotAt(r, 25), 1), .2},
		{"last", std.At(observed.LastSnapshot(r), 1), .2}, {"mean", std.Mean(observed.SnapshotsWithin(r, 10, 20), 1), .3},
		{"least", std.Least(r.Snapshots, 1), .1}, {"most", std.Most(observed.SnapshotsSince(r, 10), 1), .4}, {"percentile", observed.P99Of(r.Snapshots[0].Layers[0]), .2},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	// What was not observed is unknown.
	if observed.SnapshotAt(r, 26) != nil || observed.SnapshotAt(r, 99) != nil || observed.SnapshotsWithin(r, 10, 99) != nil || observed.SnapshotsSince(r, 99) != nil {
		t.Error("a snapshot far from its time")
	}
	if one := (&run.Trace{Snapshots: r.Snapshots[:1]}); observed.SnapshotAt(one, 1) != nil || observed.SnapshotAt(one, 0) == nil || observed.SnapshotsWithin(one, 0, 10) != nil {
		t.Error("a single snapshot stands for another time")
	}
	if !math.IsNaN(std.Least([]train.Layers{snapshot(0, .1), snapshot(1, math.NaN()), snapshot(2, .3)}, 1)) {
		t.Error("the least of an unknown number")
	}
	if !math.IsNaN(std.Mean(nil, 1)) || !math.IsNaN(std.Most(nil, 1)) || !math.IsNaN(std.At(nil, 1)) {
		t.Error("a number of no snapshots")
	}
	for _, c := range []struct {
		share, want float64
		reached     bool
	}{{.95, 10, true}, {.8, 15, true}, {.6, 25, true}, {.5, 30, false}} {
		if got, reached := reach(r, c.share); math.Abs(got-c.want) > 1e-9 || reached != c.reached {
			t.Errorf("%v reached after %v, %v; want %v, %v", c.share, got, reached, c.want, c.reached)
		}
	}
	r.Diverged = &run.Divergence{Update: 21}
	if observed.LastSnapshot(r) != nil || observed.SnapshotAt(r, 22) != nil || observed.SnapshotAt(r, 20) == nil {
		t.Error("snapshots after a divergence")
	}
	if observed.SnapshotAt(&run.Trace{}, 0) != nil {
		t.Error("a snapshot of nothing")
	}
}

// Of the networks that only the text compares pre-trained ones are looked at and tested every epoch at the paper's length; the others are tested alone.
func TestShortSnapshots(t *testing.T) {
	s, err := setup.ScaleByName("paper")
	if err != nil {
		t.Fatal(err)
	}
	w := s.Compared(setup.SigmoidPreTrained.On(dataset.ShapesetName), setup.PaperUpdates)
	if w.Layers.Every != train.Epoch || w.Examples != setup.Examples || w.Errors.Every != train.Epoch {
		t.Errorf("pre-trained: %+v", w)
	}
	if w := s.Compared(setup.TanhQuadratic.On(dataset.ShapesetName), 600); w.Errors.Every != 500 || !w.Layers.Never() {
		t.Errorf("quadratic: %+v", w)
	}
}

// The text says no time of the reversal of Figure 7: the note does.
func TestReversal(t *testing.T) {
	training := func(ratios ...float64) *run.Trace {
		r := &run.Trace{}
		for i, x := range ratios {
			l := train.Layers{Update: 10_000 * i, Layers: make([]train.Layer, setup.Layers)}
			for k := range l.Layers {
				l.Layers[k].DS = &measure.GradientStats{Std: 1}
			}
			l.Layers[0].DS.Std = x
			r.Snapshots = append(r.Snapshots, l)
		}
		return r
	}
	for want, r := range map[string]*run.Trace{
		"the ratio never exceeds 1": training(.1, .5, 1),
		"the ratio exceeds 1 at epoch 0.5 for the first time, and not at the end":           training(.1, 1.1, .9, 1.2, .8),
		"the ratio exceeds 1 at epoch 0.5 for the first time, and for good from epoch 2 on": training(.1, 1.1, .9, .8, 1.2, 1.3),
	} {
		if got := reversal(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
