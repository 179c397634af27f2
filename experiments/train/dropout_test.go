package train

import (
	"math"
	"slices"
	"testing"

	"glorot/experiments/dataset"
	"glorot/models"
)

// A mask is 0 with the probability of dropout and 1/(1-p) elsewhere, so that its mean is 1; each layer and each update has a mask of its own,
// which depends on nothing else.
func TestDropout(t *testing.T) {
	c := small(t, "tanh", "nll")
	c.Hidden, c.Dropout = []int{400, 400}, 0.3
	net, err := c.BuildTraining(parameters(t, c), 50)
	if err != nil {
		t.Fatal(err)
	}
	drawn := func(seed uint64, done int) [][]float32 {
		d, err := newDropout(c, net, seed)
		if err != nil {
			t.Fatal(err)
		}
		d.draw(done)
		return d.masks
	}
	first := drawn(1, 0)
	for _, mask := range first {
		zeros := 0
		for _, x := range mask {
			switch x {
			case 0:
				zeros++
			case float32(1 / 0.7):
			default:
				t.Fatalf("a factor of %v", x)
			}
		}
		// Five standard errors of a share of 20,000.
		if got := float64(zeros) / float64(len(mask)); math.Abs(got-0.3) > 5*math.Sqrt(0.3*0.7/20_000) {
			t.Errorf("%v of the outputs are dropped, want 0.3", got)
		}
	}
	if slices.Equal(first[0], first[1]) || slices.Equal(first[0], drawn(1, 1)[0]) || slices.Equal(first[0], drawn(2, 0)[0]) {
		t.Error("two layers, updates or seeds have one mask")
	}
	if !slices.Equal(first[1], drawn(1, 0)[1]) {
		t.Error("the mask of an update depends on more than the update")
	}
}

// Each update of a loop has the mask of its number.
func TestDropoutOfLoop(t *testing.T) {
	c := small(t, "tanh", "nll")
	c.Dropout = 0.5
	l, _, _ := newLoop(t, c, 0.1)
	for u := range 3 {
		if err := l.Step(); err != nil {
			t.Fatal(err)
		}
		net, err := c.BuildTraining(l.params, testBatch)
		if err != nil {
			t.Fatal(err)
		}
		want, err := newDropout(c, net, 0)
		if err != nil {
			t.Fatal(err)
		}
		want.draw(u)
		if !slices.Equal(l.dropout.masks[0], want.masks[0]) {
			t.Errorf("update %d has another mask", u)
		}
	}
}

// Evaluation drops nothing: without training, dropout changes no error.
func TestEvaluationWithoutDropout(t *testing.T) {
	c := small(t, "tanh", "nll")
	p, set := parameters(t, c), randomSet(40, c.Inputs, c.Classes)
	score := func(m models.Config) Score {
		v, err := NewEvaluator(m, p, set, unit, engine(t))
		if err != nil {
			t.Fatal(err)
		}
		s, err := v.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	with := c
	with.Dropout = 0.5
	if a, b := score(c), score(with); a != b {
		t.Errorf("%+v without dropout, %+v with it", a, b)
	}
}

// Smoothed targets are (1-e) of the label and e of the uniform distribution (Szegedy et al. 2016, section 7).
func TestLabelSmoothing(t *testing.T) {
	c := small(t, "tanh", "nll")
	net, err := c.BuildTraining(parameters(t, c), 2)
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFeed(net)
	if err != nil {
		t.Fatal(err)
	}
	f.smoothing = 0.3
	if err := f.from(randomSet(2, c.Inputs, c.Classes), dataset.Scale{High: 1}, 0); err != nil {
		t.Fatal(err)
	}
	for i, label := range f.b.Labels {
		for k := range c.Classes {
			want := 0.3 / float64(c.Classes)
			if k == int(label) {
				want += 0.7
			}
			if got := float64(f.y[i*c.Classes+k]); math.Abs(got-want) > 1e-7 {
				t.Errorf("example %d, class %d: %v, want %v", i, k, got, want)
			}
		}
	}
}
