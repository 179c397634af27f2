package train

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"glorot/graph/hook"

	G "gorgonia.org/gorgonia"
)

// Watching changes nothing: with a hook on every node of the training graph at every update, the weights are the same bits.
func TestWatchingChangesNothing(t *testing.T) {
	for name, set := range map[string]func(o *Options){
		"sgd":      func(*Options) {},
		"momentum": func(o *Options) { o.Optimizer = Optimizer{Name: "momentum", Momentum: 0.9} },
		"hessian":  func(o *Options) { o.Curvature = &Curvature{Method: "hessian", Every: 4} },
	} {
		digests := map[bool]string{}
		for _, watched := range []bool{false, true} {
			c := small(t, "tanh", "nll")
			o := Options{Model: c, Params: parameters(t, c), Source: &turns{set: randomSet(40, c.Inputs, c.Classes), batch: testBatch},
				Batch: testBatch, Rate: 0.3, Engine: engine(t)}
			set(&o)
			l, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			looks := 0
			if watched {
				params, grads := l.Net.Learnables()
				all := slices.Concat(G.Nodes{l.Net.X, l.Net.Y, l.Net.Cost}, l.Net.S, l.Net.Z, l.Net.DS, params, grads)
				l.Watch("all", hook.Every(1), all, func(hook.Observation) error { looks++; return nil })
			}
			if err := l.Run(t.Context(), 30); err != nil {
				t.Fatal(err)
			}
			if digests[watched] = parametersDigest(o.Params); watched && looks != 30 {
				t.Errorf("%d looks, want 30", looks)
			}
		}
		if digests[true] != digests[false] {
			t.Errorf("%s: weights %s when watched, %s when not", name, digests[true], digests[false])
		}
	}
}

// A hook sees the mini-batch that the update takes, the parameters before it, and the gradient by which it changes them.
func TestWatchSeesTheUpdate(t *testing.T) {
	const rate = 0.5
	c := small(t, "tanh", "nll")
	l, p, _ := newLoop(t, c, rate)
	var seen []int
	var x, w, dw []float32
	l.Watch("first layer", hook.Every(3), G.Nodes{l.Net.X, l.Net.W[0], l.Net.DW[0]}, func(o hook.Observation) error {
		seen = append(seen, o.Update)
		x, w, dw = slices.Clone(o.Values[0].Data), slices.Clone(o.Values[1].Data), slices.Clone(o.Values[2].Data)
		return nil
	})
	for u := range 7 {
		before := slices.Clone(p.W[0].Float32s())
		if err := l.Step(); err != nil {
			t.Fatal(err)
		}
		if u%3 != 0 {
			continue
		}
		if !slices.Equal(x, l.Batch().X) || !slices.Equal(w, before) {
			t.Errorf("update %d: the hook saw another mini-batch or other weights", u)
		}
		for i := range w {
			w[i] -= rate * dw[i]
		}
		near(t, fmt.Sprint("W1 at ", u), p.W[0].Float32s(), floats(w), 1e-6)
	}
	if want := []int{0, 3, 6}; !slices.Equal(seen, want) {
		t.Errorf("the hook was called at %v, want %v", seen, want)
	}
}

// A hook's error ends the run after the update that it saw, whose mini-batch is not lost: going on makes the same weights.
func TestWatchError(t *testing.T) {
	c := small(t, "tanh", "nll")
	l, p, _ := newLoop(t, c, 0.3)
	dead := errors.New("a dead unit")
	l.Watch("dead units", hook.At(4), l.Net.Z, func(hook.Observation) error { return dead })
	err := l.Run(t.Context(), 10)
	if want := `hook "dead units" at update 4: a dead unit`; !errors.Is(err, dead) || err.Error() != want || l.Updates() != 5 {
		t.Errorf("got %v after %d updates, want %s after 5", err, l.Updates(), want)
	}
	if err := l.Run(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	other, q, _ := newLoop(t, c, 0.3)
	if err := other.Run(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if parametersDigest(p) != parametersDigest(q) {
		t.Error("the weights are others after a hook failed")
	}
}
