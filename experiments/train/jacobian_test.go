package train

import (
	"context"
	"errors"
	"math"
	"testing"

	"glorot/models"

	"gonum.org/v1/gonum/mat"
)

// Each layer's mean singular value is that of the difference quotients dz^{i+1}/dz^i at every example, averaged over the examples.
func TestJacobians(t *testing.T) {
	for _, a := range models.Activations() {
		if a.Name == "relu" || a.Learned() {
			continue // not differentiable at its kink, or without such Jacobians
		}
		c := small(t, a.Name, "nll")
		c.Hidden = []int{5, 4, 6}
		p, set := parameters(t, c), randomSet(9, c.Inputs, c.Classes)
		got, err := Jacobians(context.Background(), c, p, set, unit, engine(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 {
			t.Fatalf("%d layers, want 2: from layer 1 to 2 and from 2 to 3", len(got))
		}
		reference, x := plainOf(c, p), scaled(set, unit)
		for l := range got {
			want := 0.0
			for k := range set.Labels {
				_, z := reference.forward(x[k*c.Inputs : (k+1)*c.Inputs])
				want += meanSingularValue(t, reference, l+1, z[l+1]) / float64(set.Len())
			}
			if math.Abs(got[l]-want) > 1e-6 {
				t.Errorf("%s, layer %d to %d: %v, want %v", a.Name, l+1, l+2, got[l], want)
			}
		}
	}
}

// meanSingularValue differentiates the layer that maps z by weight matrix l, with central differences.
func meanSingularValue(t *testing.T, n *plain, l int, z []float64) float64 {
	t.Helper()
	const h = 1e-5
	part := &plain{activation: n.activation, sizes: []int{n.sizes[l], n.sizes[l+1], 1}, w: [][]float64{n.w[l], make([]float64, n.sizes[l+1])}, b: [][]float64{n.b[l], {0}}}
	j := mat.NewDense(n.sizes[l+1], n.sizes[l], nil)
	for i := range z {
		was := z[i]
		z[i] = was + h
		_, up := part.forward(z)
		z[i] = was - h
		_, down := part.forward(z)
		z[i] = was
		for k := range up[1] {
			j.Set(k, i, (up[1][k]-down[1][k])/(2*h))
		}
	}
	var svd mat.SVD
	if !svd.Factorize(j, mat.SVDNone) {
		t.Fatal("no singular values")
	}
	values := svd.Values(nil)
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

func TestJacobiansRefuse(t *testing.T) {
	c := small(t, "tanh", "nll")
	p, e := parameters(t, c), engine(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Jacobians(ctx, c, p, randomSet(3, 6, 3), unit, e); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	for name, set := range map[string]int{"no examples": 0, "labels beyond the classes": 30} {
		if _, err := Jacobians(context.Background(), c, p, randomSet(set, 6, 9), unit, e); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	p.W[1].Float32s()[0] = float32(math.NaN())
	if _, err := Jacobians(context.Background(), c, p, randomSet(3, 6, 3), unit, e); err == nil {
		t.Error("a NaN among the weights: no error")
	}
}
