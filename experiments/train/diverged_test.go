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
	"glorot/graph/hook"
)

// A rate far too large makes a relu network overflow float32. The run stops before the update that would use the numbers, and names
// the layer where the plain network, on the same weights and batch, first passes float32's largest number; or the parameter, if the last
// update's step was itself too large.
func TestDivergedNamesWhere(t *testing.T) {
	places := make(map[string]bool)
	for _, rate := range []float64{1e12, 1e14, 1e17, 1e22, 1e30, 1e37} {
		c := small(t, "relu", "nll")
		l, p, _ := newLoop(t, c, rate)
		var kept string
		l.On(hook.Every(1), func(context.Context, int) error { kept = parametersDigest(p); return nil })
		err := l.Run(context.Background(), 1000)
		var d *DivergedError
		if !errors.As(err, &d) {
			t.Errorf("rate %g: got %v, want a *DivergedError", rate, err)
			continue
		}
		if d.Update != l.Updates() || d.Update == 0 {
			t.Errorf("rate %g: diverged at update %d after %d updates", rate, d.Update, l.Updates())
		}
		if got := parametersDigest(p); got != kept {
			t.Errorf("rate %g: the weights are not those before the update", rate)
		}
		places[d.Node] = true
		if strings.HasPrefix(d.Node, "input ") {
			if measure.FirstNonFinite(p.W[d.Layer-1].Float32s()) < 0 && measure.FirstNonFinite(p.B[d.Layer-1].Float32s()) < 0 {
				t.Errorf("rate %g: %v; the parameters of that layer are finite", rate, d)
			}
		} else if want := firstOverflow(plainOf(c, p), floats(l.Batch().X)); d.Layer != want {
			t.Errorf("rate %g: %v; the plain network overflows in layer %d", rate, d, want)
		}
		text := d.Error()
		if !strings.HasPrefix(text, "training diverged: ") || !strings.Contains(text, "first arose at update ") || d.Node == "" {
			t.Errorf("rate %g: %q", rate, text)
		}
		if x := d.Value; !math.IsNaN(x) && !math.IsInf(x, 0) {
			t.Errorf("rate %g: %v is finite", rate, x)
		}
	}
	if len(places) < 3 {
		t.Errorf("all rates diverged in %v: the test tells little of the place", places)
	}
}

// firstOverflow returns the first layer, 1.., of which an s or a term of it passes float32's range for an example of x; 0 if none does.
func firstOverflow(n *plain, x []float64) int {
	first := 0
	for from := 0; from < len(x); from += n.sizes[0] {
		s, z := n.forward(x[from : from+n.sizes[0]])
		for l := range s {
			if (first == 0 || l+1 < first) && overflows(s[l], z[l], n.w[l]) {
				first = l + 1
			}
		}
	}
	return first
}

// overflows reports whether a sum s or a product z w is no float32.
func overflows(s, z, w []float64) bool {
	far := func(x float64) bool { return !(math.Abs(x) <= math.MaxFloat32) }
	return slices.ContainsFunc(s, far) || slices.ContainsFunc(w, func(w float64) bool {
		return slices.ContainsFunc(z, func(z float64) bool { return far(z * w) })
	})
}

// Weights that overflow in the last update of a run are found at its end, where no later cost can tell.
func TestDivergedWeights(t *testing.T) {
	l, _, _ := newLoop(t, small(t, "tanh", "nll"), 1e300)
	err := l.Run(context.Background(), 1)
	var d *DivergedError
	if !errors.As(err, &d) || d.Update != 1 || d.Layer == 0 || !strings.HasPrefix(d.Node, "input ") {
		t.Fatalf("got %v, want infinite weights after update 1", err)
	}
}

// A NaN among the inputs is named as such.
func TestDivergedInput(t *testing.T) {
	c := small(t, "tanh", "nll")
	source := &spoiled{turns{set: randomSet(40, c.Inputs, c.Classes), batch: testBatch}}
	p := parameters(t, c)
	l, err := New(Options{Model: c, Params: p, Source: source, Batch: testBatch, Rate: 0.1, Engine: engine(t)})
	if err != nil {
		t.Fatal(err)
	}
	var kept string
	l.On(hook.Every(1), func(context.Context, int) error { kept = parametersDigest(p); return nil })
	err = l.Run(context.Background(), 10)
	if want := `training diverged: NaN first arose at update 2, layer 0, in input "X"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
	if parametersDigest(p) != kept {
		t.Error("the NaN reached the weights")
	}
}

// spoiled has a NaN in its third batch.
type spoiled struct{ turns }

func (s *spoiled) Next(b *dataset.Batch) error {
	err := s.turns.Next(b)
	if s.next == 3 {
		b.X[4] = float32(math.NaN())
	}
	return err
}
