package runner

import (
	"math"
	"slices"
	"testing"

	"glorot/experiments/run"
)

// model.bias and model.zero_last choose the initial biases and the weights of the last layer.
func TestBiases(t *testing.T) {
	for _, x := range []struct {
		set   []string
		bias  float64 // of all, if above is 0
		above float64 // the largest is between half of this and this
		zero  bool
	}{
		{nil, 0, 0, false},
		{[]string{"model.bias=0.1"}, float64(float32(0.1)), 0, false},
		{[]string{"model.bias=-1e-3", "model.zero_last=true"}, float64(float32(-1e-3)), 0, true},
		{[]string{"model.bias=uniform"}, 0, 1.0 / 8, false},
		{[]string{"model.init=torch"}, 0, 1.0 / 8, false},
		{[]string{"model.init=torch", "model.bias=0"}, 0, 0, false},
		{[]string{"model.init=torch", "model.bias=auto"}, 0, 1.0 / 8, false},
	} {
		c := run.Default()
		c.Model.Hidden = []int{50}
		if err := c.SetAll(x.set, Allowed()); err != nil {
			t.Fatal(err)
		}
		m, err := Network(c, 64, 9) // whose limit in the first layer is 1/8
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Parameters(1)
		if err != nil {
			t.Fatal(err)
		}
		largest := 0.0
		for _, b := range p.B[0].Float32s() {
			if x.above == 0 && float64(b) != x.bias {
				t.Fatalf("%v: a bias of %v, want %v", x.set, b, x.bias)
			}
			largest = max(largest, math.Abs(float64(b)))
		}
		if x.above > 0 && (largest > x.above || largest < x.above/2) {
			t.Errorf("%v: the largest bias is %v", x.set, largest)
		}
		if zero := !slices.ContainsFunc(p.W[1].Float32s(), func(w float32) bool { return w != 0 }); zero != x.zero {
			t.Errorf("%v: the weights of the last layer are 0: %v", x.set, zero)
		}
	}
	for _, bad := range []string{"model.bias=torch", "model.bias=nan", "model.bias=1e99", "model.bias=[1]", "model.zero_last=1"} {
		c := run.Default()
		if err := c.Set(bad, Allowed()); err == nil {
			t.Errorf("%s is allowed", bad)
		}
	}
}
