package pretrain

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"glorot/experiments/dataset"
	"glorot/graph/kernel"
	"glorot/models"
	"glorot/models/stream"
)

// plain is a network's hidden layers in float64 loops, pre-trained one example at a time.
type plain struct {
	activation string
	sizes      []int
	w, b       [][]float64
}

func plainOf(c models.Config, p *models.Parameters) *plain {
	n := &plain{activation: c.Activation.Name, sizes: c.Sizes()}
	for i := range c.Hidden {
		n.w, n.b = append(n.w, floats(p.W[i].Float32s())), append(n.b, floats(p.B[i].Float32s()))
	}
	return n
}

func floats(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// f returns the activation and its derivative.
func (n *plain) f(s float64) (z, slope float64) {
	switch n.activation {
	case "sigmoid":
		z = 1 / (1 + math.Exp(-s))
		return z, z * (1 - z)
	case "tanh":
		return math.Tanh(s), 1 / (math.Cosh(s) * math.Cosh(s))
	}
	d := 1 + math.Abs(s)
	return s / d, 1 / (d * d)
}

func (n *plain) encode(layer int, x []float64) (z, slope []float64) {
	out := n.sizes[layer+1]
	for j := range out {
		s := n.b[layer][j]
		for i := range x {
			s += x[i] * n.w[layer][i*out+j]
		}
		zj, d := n.f(s)
		z, slope = append(z, zj), append(slope, d)
	}
	return z, slope
}

// pretrain trains a layer on batches of images, each an example a row, and returns the cost of every update.
func (n *plain) pretrain(layer int, batches [][][]float64, low float64, o Options) (costs []float64) {
	if layer > 0 {
		low = map[string]float64{"sigmoid": 0, "tanh": -1, "softsign": -1}[n.activation]
	}
	in, out := n.sizes[layer], n.sizes[layer+1]
	c, masks := make([]float64, in), newPlainMasks(o, layer, in)
	for _, batch := range batches {
		dw, db, dc, cost := make([]float64, in*out), make([]float64, out), make([]float64, in), 0.0
		mask := masks.draw()
		for e, x := range batch {
			for below := range layer {
				x, _ = n.encode(below, x)
			}
			seen := make([]float64, in)
			for i := range seen {
				seen[i] = x[i] * mask[e*in+i]
			}
			z, slope := n.encode(layer, seen)
			dz := make([]float64, out)
			for i := range in {
				r := c[i]
				for j := range z {
					r += z[j] * n.w[layer][i*out+j]
				}
				t, q, gain := x[i], 1/(1+math.Exp(-r)), 1.0
				if low == -1 {
					t, q, gain = (1+x[i])/2, (1+math.Tanh(r))/2, 2
				}
				cost -= t*math.Log(q) + (1-t)*math.Log(1-q)
				dr := gain * (q - t)
				dc[i] += dr
				for j := range z {
					dw[i*out+j] += dr * z[j]
					dz[j] += dr * n.w[layer][i*out+j]
				}
			}
			for j := range dz {
				db[j] += dz[j] * slope[j]
				for i := range in {
					dw[i*out+j] += seen[i] * dz[j] * slope[j]
				}
			}
		}
		step := o.Rate / float64(len(batch))
		for _, p := range []struct{ x, dx []float64 }{{n.w[layer], dw}, {n.b[layer], db}, {c, dc}} {
			for i := range p.x {
				p.x[i] -= step * p.dx[i]
			}
		}
		costs = append(costs, cost/float64(len(batch)))
	}
	return costs
}

// plainMasks reads a layer's masks from its stream: 32 bits an input, the low half of a draw first, compared as a number in [0, 1).
type plainMasks struct {
	source *rand.ChaCha8
	noise  float64
	size   int
}

func newPlainMasks(o Options, layer, in int) *plainMasks {
	return &plainMasks{stream.New(o.Seed, fmt.Sprintf("noise%d", layer+1)), o.Noise, o.Batch * in}
}

func (m *plainMasks) draw() []float64 {
	var mask []float64
	for len(mask) < m.size {
		u := m.source.Uint64()
		for _, half := range []uint64{u & math.MaxUint32, u >> 32} {
			keep := 1.0
			if float64(half)/(1<<32) < m.noise {
				keep = 0
			}
			mask = append(mask, keep)
		}
	}
	return mask[:m.size]
}

// turns gives the images of a set batch by batch, round and round.
type turns struct {
	set         *dataset.Set
	scale       dataset.Scale
	batch, next int
}

func (s *turns) Next(b *dataset.Batch) error {
	from := s.next * s.batch % s.set.Len()
	s.set.Batch(s.scale, from, from+s.batch, b)
	s.next++
	return nil
}

// batches returns what turns gives, from its n-th batch on.
func batches(set *dataset.Set, scale dataset.Scale, batch, from, n int) [][][]float64 {
	var all [][][]float64
	for u := from; u < from+n; u++ {
		var rows [][]float64
		for e := range batch {
			var row []float64
			for _, g := range set.Images[(u*batch+e)%set.Len()*set.Features:][:set.Features] {
				row = append(row, scale.Low+(scale.High-scale.Low)*float64(g)/255)
			}
			rows = append(rows, row)
		}
		all = append(all, rows)
	}
	return all
}

// striped is n images of stripes at one of three places, with grey noise up to the given level: something to learn.
func striped(n, features, noise int) *dataset.Set {
	r := rand.New(rand.NewPCG(3, uint64(n)))
	s := &dataset.Set{Name: "striped", Features: features, Classes: 2}
	for range n {
		phase := r.IntN(3)
		for i := range features {
			g := r.IntN(noise + 1)
			if (i+phase)%3 == 0 {
				g = 255 - g
			}
			s.Images = append(s.Images, uint8(g))
		}
		s.Labels = append(s.Labels, uint8(phase%2))
	}
	return s
}

func engine(t testing.TB, set string, threads int) *kernel.Engine {
	t.Helper()
	e, err := kernel.New(kernel.Options{Set: set, Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// setUp declares the pre-training of a network of 9-6-5-4-2 on batches of 5.
func setUp(t testing.TB, activation string, low float64) Options {
	t.Helper()
	m := models.Config{Inputs: 9, Hidden: []int{6, 5, 4}, Classes: 2}
	var err error
	if m.Activation, err = models.ActivationByName(activation); err != nil {
		t.Fatal(err)
	}
	if m.Init, err = models.InitializerByName("normalized"); err != nil {
		t.Fatal(err)
	}
	if m.Cost, err = models.CostByName("nll"); err != nil {
		t.Fatal(err)
	}
	p, err := m.Parameters(7)
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Model: m, Params: p, Source: &turns{set: striped(40, 9, 60), scale: dataset.Scale{Low: low, High: 1}, batch: 5},
		Low: low, High: 1, Batch: 5, Rate: 0.1, Noise: 0.25, Updates: 60, Seed: 11, Engine: engine(t, "", 1),
	}
}
