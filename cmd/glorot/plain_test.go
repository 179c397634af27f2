package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"glorot/experiments/dataset/npz"
)

// Training from the command line is plain stochastic gradient descent: batch k holds images 10k to 10k+9 of the stream of data.seed,
// pixels are scaled to [data.low, data.high], and the step is the rate times the mean gradient. Held against float64 loops
// over the exported initial weights and images.
func TestTrainIsPlainSGD(t *testing.T) {
	dir := t.TempDir()
	const updates, batch, rate, low, high = 30, 10, 0.1, -1.0, 1.0
	config := []string{"--set", "model.hidden=[7,6]", "--set", "model.activation=softsign", "--set", "model.init=normalized",
		"--set", "data.seed=5", "--set", "data.low=-1", "--set", "train.rate=0.1", "--set", "observe.every=10", "--set", "observe.examples=20"}
	for _, args := range [][]string{
		append([]string{"train", "--out", "DIR/start", "--set", "train.updates=0"}, config...),
		append([]string{"train", "--out", "DIR/end", "--set", "train.updates=30"}, config...),
		{"export", "DIR/start", "--weights", "DIR/start.npz"},
		{"export", "DIR/end", "--weights", "DIR/end.npz"},
		{"data", "shapeset", "--seed", "5", "--count", "300", "--out", "DIR/images.npz"},
	} {
		if status, _, stderr := glorotAt(t, t.Context(), dir, args...); status != 0 {
			t.Fatalf("glorot %q: status %d, %s", args, status, stderr)
		}
	}
	net := plain{weights: floats(t, dir, "start.npz"), widths: []int{1024, 7, 6, 9}}
	data := arrays(t, filepath.Join(dir, "images.npz"))
	images, labels := data["images"].Data.([]uint8), data["labels"].Data.([]uint8)
	for u := range updates {
		var xs [][]float64
		for i := u * batch; i < (u+1)*batch; i++ {
			x := make([]float64, 1024)
			for p := range x {
				x[p] = low + (high-low)*float64(images[i*1024+p])/255
			}
			xs = append(xs, x)
		}
		net.update(xs, labels[u*batch:(u+1)*batch], rate)
	}
	end := floats(t, dir, "end.npz")
	for name, want := range net.weights {
		for i := range want {
			if math.Abs(want[i]-end[name][i]) > 1e-4 {
				t.Fatalf("%s[%d] is %v, want %v", name, i, end[name][i], want[i])
			}
		}
	}
}

// plain is a softsign network in loops, with weights by their exported names.
type plain struct {
	weights map[string][]float64
	widths  []int
}

func (n plain) update(xs [][]float64, labels []uint8, rate float64) {
	names := [][2]string{{"W1", "b1"}, {"W2", "b2"}, {"W3", "b3"}}
	step := make(map[string][]float64)
	for name, w := range n.weights {
		step[name] = make([]float64, len(w))
	}
	for e, x := range xs {
		z := [][]float64{x}
		for l, name := range names {
			in, out := n.widths[l], n.widths[l+1]
			s := make([]float64, out)
			for k := range out {
				s[k] = n.weights[name[1]][k]
				for i := range in {
					s[k] += z[l][i] * n.weights[name[0]][i*out+k]
				}
				if l < len(names)-1 {
					s[k] /= 1 + math.Abs(s[k])
				}
			}
			z = append(z, s)
		}
		delta := softmax(z[3])
		delta[labels[e]]--
		for l := len(names) - 1; l >= 0; l-- {
			in, out := n.widths[l], n.widths[l+1]
			below := make([]float64, in)
			for k := range out {
				step[names[l][1]][k] += delta[k]
				for i := range in {
					step[names[l][0]][i*out+k] += z[l][i] * delta[k]
					below[i] += n.weights[names[l][0]][i*out+k] * delta[k]
				}
			}
			for i := range below {
				below[i] *= square(1 - math.Abs(z[l][i])) // softsign' = (1-|z|)²
			}
			delta = below
		}
	}
	for name, w := range n.weights {
		for i := range w {
			w[i] -= rate * step[name][i] / float64(len(xs))
		}
	}
}

func softmax(s []float64) []float64 {
	p, sum := make([]float64, len(s)), 0.0
	for k, x := range s {
		p[k] = math.Exp(x)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

func square(x float64) float64 { return x * x }

// arrays reads an npz file.
func arrays(t *testing.T, path string) map[string]npz.Array {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	list, err := npz.Read(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]npz.Array)
	for _, a := range list {
		byName[a.Name] = a
	}
	return byName
}

func floats(t *testing.T, dir, name string) map[string][]float64 {
	t.Helper()
	out := make(map[string][]float64)
	for name, a := range arrays(t, filepath.Join(dir, name)) {
		for _, x := range a.Data.([]float32) {
			out[name] = append(out[name], float64(x))
		}
	}
	return out
}
