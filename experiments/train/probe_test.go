package train

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/models"
)

// look probes the network once.
func look(t *testing.T, o ProbeOptions) Layers {
	t.Helper()
	probe, err := NewProbe(o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := probe.Snapshot(context.Background(), 42)
	if err != nil {
		t.Fatal(err)
	}
	if l.Update != 42 {
		t.Errorf("update %d, want 42", l.Update)
	}
	return l
}

// wide is a network whose activations saturate.
func wide(t *testing.T, activation string) (models.Config, *models.Parameters) {
	c := small(t, activation, "nll")
	p := parameters(t, c)
	for _, w := range p.W {
		for i := range w.Float32s() {
			w.Float32s()[i] *= 30
		}
	}
	return c, p
}

// Activations are those of the plain network over all 300 examples: mean, deviation, extremes, and the saturated share by the
// rule named.
func TestProbeActivations(t *testing.T) {
	rules := map[string]struct {
		text string
		in   func(z float64) bool
	}{
		"sigmoid":  {"z < 0.05 or z > 0.95", func(z float64) bool { return z < 0.05 || z > 0.95 }},
		"tanh":     {"|z| > 0.95", func(z float64) bool { return math.Abs(z) > 0.95 }},
		"softsign": {"|z| > 0.95", func(z float64) bool { return math.Abs(z) > 0.95 }},
	}
	for activation, rule := range rules {
		c, p := wide(t, activation)
		set := randomSet(300, c.Inputs, c.Classes)
		scale := dataset.Scale{Low: -3, High: 3}
		l := look(t, ProbeOptions{Model: c, Params: p, Set: set, Scale: scale, Engine: engine(t)})
		if len(l.Layers) != 3 || l.Layers[2].Z != nil {
			t.Fatalf("%d layers; want two hidden ones and an output layer without activations", len(l.Layers))
		}
		reference, x := plainOf(c, p), scaled(set, scale)
		for k := range c.Hidden {
			var z []float64
			for i := range set.Labels {
				_, all := reference.forward(x[i*c.Inputs : (i+1)*c.Inputs])
				z = append(z, all[k+1]...)
			}
			mean, std := moments(z)
			inside := 0
			for _, v := range z {
				if rule.in(v) {
					inside++
				}
			}
			got := l.Layers[k]
			if got.Layer != k+1 || got.Z.N != int64(300*c.Hidden[k]) || math.Abs(got.Z.Mean-mean) > 1e-6 || math.Abs(got.Z.Std-std) > 1e-6 {
				t.Errorf("%s, layer %d: %d values, mean %v, std %v; want %d, %v, %v", activation, k+1, got.Z.N, got.Z.Mean, got.Z.Std, len(z), mean, std)
			}
			slices.Sort(z)
			if p99 := quantile(z, 0.99); math.Abs(got.Z.P99-p99) > 1e-5 {
				t.Errorf("%s, layer %d: 99th percentile %v, want %v", activation, k+1, got.Z.P99, p99)
			}
			if want := float64(inside) / float64(len(z)); want == 0 || math.Abs(got.Z.Saturated-want) > 1e-9 || got.SaturationRule != rule.text {
				t.Errorf("%s, layer %d: %v saturated by %q, want %v by %q", activation, k+1, got.Z.Saturated, got.SaturationRule, want, rule.text)
			}
			if got.DS != nil || got.DW != nil {
				t.Errorf("%s, layer %d: gradients that nobody asked for", activation, k+1)
			}
		}
	}
}

func moments(x []float64) (mean, std float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		std += (v - mean) * (v - mean) / float64(len(x))
	}
	return mean, math.Sqrt(std)
}

// quantile interpolates in sorted numbers, as numpy.percentile does.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// Gradients are of the cost summed over each mini-batch: for every mini-batch of 10, the plain network's dCost/ds and dCost/dW summed over
// its ten examples, neither averaged nor taken one by one. Examples beyond the last whole mini-batch are left out.
func TestProbeGradientsAreSummed(t *testing.T) {
	for _, cost := range []string{"nll", "quadratic"} {
		for _, activation := range []string{"sigmoid", "tanh", "softsign"} {
			for _, n := range []int{10, 60, 67} {
				c := small(t, activation, cost)
				p := parameters(t, c)
				set := randomSet(n, c.Inputs, c.Classes)
				l := look(t, ProbeOptions{Model: c, Params: p, Set: set, Scale: unit, Batch: 10, Engine: engine(t)})
				reference, x := plainOf(c, p), scaled(set, unit)
				for k := range l.Layers {
					var dw, db []float64
					for from := 0; from+10 <= n; from += 10 {
						w, b := reference.gradients(x[from*c.Inputs:(from+10)*c.Inputs], set.Labels[from:from+10])
						dw, db = append(dw, w[k]...), append(db, b[k]...)
					}
					name := activation + " " + cost
					checkSpread(t, name+" dCost/ds", l.Layers[k].DS, db)
					checkSpread(t, name+" dCost/dW", l.Layers[k].DW, dw)
				}
			}
		}
	}
}

func checkSpread(t *testing.T, name string, got *measure.GradientStats, want []float64) {
	t.Helper()
	mean, std := moments(want)
	if got.N != int64(len(want)) || math.Abs(got.Mean-mean) > 1e-5*std || math.Abs(got.Std-std) > 1e-5*std {
		t.Errorf("%s: %d values, mean %v, std %v; want %d, %v, %v", name, got.N, got.Mean, got.Std, len(want), mean, std)
	}
	if std == 0 || got.Histogram.Total() != got.N {
		t.Errorf("%s: std %v, %d of %d values in the histogram", name, std, got.Histogram.Total(), got.N)
	}
	// The histogram counts the same numbers on the same scale.
	h, middle := got.Histogram, 0.0
	for i, x := range h.Centers() {
		middle += x * float64(h.Counts[i]) / float64(h.Total()-h.Below-h.Above)
	}
	if h.Below+h.Above == 0 && math.Abs(middle-mean) > h.Width() {
		t.Errorf("%s: the histogram's mean is %v, want %v", name, middle, mean)
	}
}

// A probe sees the parameters as they are when it looks, and its histograms are on the axes asked for.
func TestProbeAxes(t *testing.T) {
	c := small(t, "tanh", "nll")
	p := parameters(t, c)
	o := ProbeOptions{Model: c, Params: p, Set: randomSet(20, 6, 3), Scale: unit, Batch: 10, Engine: engine(t)}
	l := look(t, o)
	if h := l.Layers[0].Z.Histogram; h.Low != -1 || h.High != 1 {
		t.Errorf("tanh's histogram is on [%v, %v]", h.Low, h.High)
	}
	o.Z, o.DS, o.DW = measure.Axis{Low: -2, High: 3, Bins: 7}, measure.Axis{Low: -5, High: 5, Bins: 11}, measure.Axis{Low: -7, High: 7, Bins: 13}
	probe, err := NewProbe(o)
	if err != nil {
		t.Fatal(err)
	}
	first, err := probe.Snapshot(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	kept := first.Layers[0].Z.Mean
	p.B[0].Float32s()[0] += 0.5
	second, err := probe.Snapshot(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if second.Layers[0].Z.Mean <= kept || first.Layers[0].Z.Mean != kept || second.Layers[0].DW.N != first.Layers[0].DW.N {
		t.Errorf("mean %v, then %v with a larger bias", first.Layers[0].Z.Mean, second.Layers[0].Z.Mean)
	}
	for _, h := range []struct {
		got  measure.Histogram
		want measure.Axis
	}{{second.Layers[0].Z.Histogram, o.Z}, {second.Layers[1].DS.Histogram, o.DS}, {second.Layers[2].DW.Histogram, o.DW}} {
		if h.got.Low != h.want.Low || h.got.High != h.want.High || len(h.got.Counts) != h.want.Bins {
			t.Errorf("a histogram on [%v, %v] of %d bins, want %v", h.got.Low, h.got.High, len(h.got.Counts), h.want)
		}
	}
	c = small(t, "sigmoid", "nll")
	o.Model, o.Z = c, measure.Axis{}
	if h := look(t, o).Layers[1].Z.Histogram; h.Low != 0 || h.High != 1 {
		t.Errorf("sigmoid's histogram is on [%v, %v]", h.Low, h.High)
	}
	c = small(t, "relu", "nll")
	o.Model = c
	if h := look(t, o).Layers[1].Z.Histogram; h.Low != -h.High || h.High <= 0 {
		t.Errorf("relu's histogram is on [%v, %v]", h.Low, h.High)
	}
}

// A network without hidden layers has gradients only.
func TestProbeWithoutHidden(t *testing.T) {
	c := small(t, "tanh", "nll")
	c.Hidden = nil
	p, set := parameters(t, c), randomSet(10, 6, 3)
	l := look(t, ProbeOptions{Model: c, Params: p, Set: set, Scale: unit, Batch: 10, Engine: engine(t)})
	if len(l.Layers) != 1 || l.Layers[0].Z != nil {
		t.Fatalf("%+v", l)
	}
	dw, db := plainOf(c, p).gradients(scaled(set, unit), set.Labels)
	checkSpread(t, "dCost/ds", l.Layers[0].DS, db[0])
	checkSpread(t, "dCost/dW", l.Layers[0].DW, dw[0])
}

func TestProbeRefuses(t *testing.T) {
	c := small(t, "tanh", "nll")
	good := ProbeOptions{Model: c, Params: parameters(t, c), Set: randomSet(20, 6, 3), Scale: unit, Batch: 10, Engine: engine(t)}
	for want, spoil := range map[string]func(o *ProbeOptions){
		"a probe of 20 examples in mini-batches of 21": func(o *ProbeOptions) { o.Batch = 21 },
		"a probe of 20 examples in mini-batches of -1": func(o *ProbeOptions) { o.Batch = -1 },
		"a probe of 0 examples":                        func(o *ProbeOptions) { o.Set, o.Batch = randomSet(0, 6, 3), 0 },
		"parameters of 3 layers for a network of 2":    func(o *ProbeOptions) { o.Model.Hidden = []int{4} },
	} {
		o := good
		spoil(&o)
		if _, err := NewProbe(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	o := good
	o.Set = randomSet(20, 6, 9)
	probe, err := NewProbe(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := probe.Snapshot(context.Background(), 0); err == nil || !strings.HasPrefix(err.Error(), "probe: label") {
		t.Errorf("got %v, want a label out of range", err)
	}
	if probe, err = NewProbe(good); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := probe.Snapshot(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
