package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"glorot/graph/kernel"

	"gorgonia.org/tensor"
)

// fitted draws lsuv's parameters of a network with a batch of 50 inputs and fits them on an engine.
func fitted(t *testing.T, c Config, o InitOptions, set string, threads int) (*Parameters, *tensor.Dense) {
	t.Helper()
	var err error
	if c.Init, err = byNameOrFail(t, InitializerByName, "lsuv").With(o); err != nil {
		t.Fatal(err)
	}
	c.Inputs, c.Classes, c.Cost = 30, 5, byNameOrFail(t, CostByName, "nll")
	p, err := c.Parameters(1)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(41, 42))
	in := make([]float64, 50*c.Inputs)
	for i := range in {
		in[i] = 3 * r.Float64()
	}
	x := tensorOf(c.dtype(), in, 50, c.Inputs)
	e, err := kernel.New(kernel.Options{Set: set, Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := c.Init.Fit(c, p, x, e); err != nil {
		t.Fatal(err)
	}
	return p, x
}

// After lsuv the pre-activations of every layer have the variance 1, or the square of the gain, by loops of their own; and the weights of
// a layer keep their direction.
func TestLSUV(t *testing.T) {
	for _, name := range []string{"relu", "tanh", "gelu"} {
		for _, o := range []InitOptions{{}, {Gain: 2}, {Bias: 0.3, BiasLimit: 0.2}, {ZeroLast: true}} {
			c := Config{Hidden: []int{40, 20, 25}, Activation: byNameOrFail(t, ActivationByName, name), Dtype: tensor.Float64}
			p, x := fitted(t, c, o, "portable", 1)
			z, gain := x.Float64s(), max(1, o.Gain*o.Gain)
			for l := range p.W {
				in, out := p.W[l].Shape()[0], p.W[l].Shape()[1]
				s := make([]float64, 50*out)
				var mean, square float64
				for i := range s {
					s[i] = p.B[l].Float64s()[i%out]
					for k := range in {
						s[i] += z[i/out*in+k] * p.W[l].Float64s()[k*out+i%out]
					}
					mean += s[i] / float64(len(s))
				}
				for _, v := range s {
					square += (v - mean) * (v - mean) / float64(len(s))
				}
				if o.ZeroLast && l == 3 {
					near(t, name+": variance of the last layer", l, square, 0, 0)
				} else {
					near(t, name+": variance of layer", l, square/gain, 1, 1e-3)
				}
				z = make([]float64, len(s))
				for i, v := range s {
					z[i] = closed[name].f(v)
				}
			}
		}
	}
}

// The fitted weights have the same bits with every kernel set and number of threads.
func TestLSUVBits(t *testing.T) {
	var want *Parameters
	for _, set := range kernel.Sets() {
		for threads := 1; threads <= 2; threads++ {
			p, _ := fitted(t, Config{Hidden: []int{40, 20}, Activation: byNameOrFail(t, ActivationByName, "silu")}, InitOptions{}, set, threads)
			if want == nil {
				want = p
			}
			for l := range p.W {
				if !slices.Equal(p.W[l].Float32s(), want.W[l].Float32s()) {
					t.Errorf("layer %d differs with %s on %d threads", l+1, set, threads)
				}
			}
		}
	}
}

func TestLSUVRefuses(t *testing.T) {
	c := Config{Inputs: 3, Hidden: []int{4}, Classes: 2, Activation: byNameOrFail(t, ActivationByName, "relu"), Dtype: tensor.Float64,
		Init: byNameOrFail(t, InitializerByName, "lsuv"), Cost: byNameOrFail(t, CostByName, "nll")}
	p, err := c.Parameters(1)
	if err != nil {
		t.Fatal(err)
	}
	e := kernel.Portable()
	err = c.Init.Fit(c, p, tensorOf(tensor.Float64, make([]float64, 6), 2, 3), e)
	message(t, err, "lsuv: the pre-activations of layer 1 have a variance of 0; want other inputs or another activation")
	err = c.Init.Fit(c, p, tensorOf(tensor.Float64, []float64{1, 2, math.NaN(), 4, 5, 6}, 2, 3), e)
	if err == nil {
		t.Error("inputs that are not numbers are accepted")
	}
	if err := c.Init.Fit(c, &Parameters{}, tensorOf(tensor.Float64, make([]float64, 6), 2, 3), e); err == nil {
		t.Error("no parameters are accepted")
	}
}
