package train

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"glorot/experiments/dataset"
)

// Errors and likelihood are those of the plain network, counted one example at a time, also where the last batch is not full.
func TestEvaluatorCounts(t *testing.T) {
	for _, n := range []int{1, 7, evaluationBatch - 1, evaluationBatch, evaluationBatch + 1, 2*evaluationBatch + 113} {
		c := small(t, "softsign", "quadratic")
		p, set := parameters(t, c), randomSet(n, c.Inputs, c.Classes)
		v, err := NewEvaluator(c, p, set, unit, engine(t))
		if err != nil {
			t.Fatal(err)
		}
		want := Score{Examples: n}
		reference := plainOf(c, p)
		x := scaled(set, unit)
		for i, label := range set.Labels {
			_, z := reference.forward(x[i*c.Inputs : (i+1)*c.Inputs])
			probability := z[len(z)-1]
			want.NLL -= math.Log(probability[label]) / float64(n)
			for k := range probability {
				if probability[k] > probability[label] {
					want.Errors++
					break
				}
			}
		}
		for range 2 { // a second run begins anew
			got, err := v.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got.Examples != n || got.Errors != want.Errors || math.Abs(got.NLL-want.NLL) > 1e-6 {
				t.Errorf("%d examples: got %+v, want %+v", n, got, want)
			}
			if got.Error() != float64(want.Errors)/float64(n) {
				t.Errorf("%d examples: error %v", n, got.Error())
			}
		}
	}
}

// An evaluator sees the parameters as they are when it runs.
func TestEvaluatorSeesTraining(t *testing.T) {
	c := small(t, "tanh", "nll")
	l, p, set := newLoop(t, c, 1)
	v, err := NewEvaluator(c, p, set, unit, engine(t))
	if err != nil {
		t.Fatal(err)
	}
	before, err := v.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Run(context.Background(), 500); err != nil {
		t.Fatal(err)
	}
	after, err := v.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if after.NLL > before.NLL-0.1 {
		t.Errorf("the likelihood of the training set went from %v to %v", before.NLL, after.NLL)
	}
}

// With all weights 0 every logit is 0: the lowest class is the answer, and the likelihood uniform.
func TestEvaluatorTies(t *testing.T) {
	c := small(t, "tanh", "nll")
	p, set := parameters(t, c), randomSet(100, c.Inputs, c.Classes)
	for i := range p.W {
		clear(p.W[i].Float32s())
		clear(p.B[i].Float32s())
	}
	v, err := NewEvaluator(c, p, set, unit, engine(t))
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, label := range set.Labels {
		if label != 0 {
			wrong++
		}
	}
	got, err := v.Run(context.Background())
	if err != nil || got.Errors != wrong || math.Abs(got.NLL-math.Log(3)) > 1e-6 {
		t.Errorf("got %+v, %v; want %d errors and ln 3", got, err, wrong)
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		logits []float32
		label  int
		best   int
		nll    float64
	}{
		{[]float32{0, 0}, 1, 0, math.Ln2},
		{[]float32{1, 3, 3, 2}, 2, 1, math.Log(2 + math.Exp(-2) + math.Exp(-1))},
		{[]float32{-1e4, 1e4}, 0, 1, 2e4},
		{[]float32{-1e4, 1e4}, 1, 1, 0},
	} {
		if best, nll := judge(c.logits, c.label); best != c.best || math.Abs(nll-c.nll) > 1e-12*(1+c.nll) {
			t.Errorf("%v, label %d: class %d, %v; want %d, %v", c.logits, c.label, best, nll, c.best, c.nll)
		}
	}
}

func TestEvaluatorRefuses(t *testing.T) {
	c := small(t, "tanh", "nll")
	p, e := parameters(t, c), engine(t)
	if _, err := NewEvaluator(c, p, &dataset.Set{Name: "void", Features: 6}, unit, e); err == nil || err.Error() != "evaluating on void: it has no examples" {
		t.Errorf("an empty set: %v", err)
	}
	for want, set := range map[string]*dataset.Set{
		"evaluating on random: a batch of 20 examples of 7 features": randomSet(20, 7, 3),
		"evaluating on random: label":                                randomSet(20, 6, 9),
	} {
		v, err := NewEvaluator(c, p, set, unit, e)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.Run(context.Background()); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	v, err := NewEvaluator(c, p, randomSet(600, 6, 3), unit, e)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
