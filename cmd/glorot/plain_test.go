package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/run"

	"github.com/sbinet/npyio/npz"
	"gonum.org/v1/gonum/stat"
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
	file := filepath.Join(dir, "images.npz")
	images, labels := array[uint8](t, file, "images"), array[uint8](t, file, "labels")
	for u := range updates {
		net.update(inputs(images[u*batch*1024:(u+1)*batch*1024], 1024, low, high), labels[u*batch:(u+1)*batch], rate)
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

// A look is on the first observe.examples test images, and its gradients are summed over mini-batches of 10 of them. Held against
// the same loops, before training.
func TestLooksAtTheFirstTestImages(t *testing.T) {
	dir := t.TempDir()
	const examples, batch, low, high = 30, 10, -0.5, 1.5
	for _, args := range [][]string{
		{"train", "--out", "DIR/run", "--set", "train.updates=0", "--set", "model.hidden=[7,6]", "--set", "model.activation=softsign", "--set", "seed=3",
			"--set", "data.low=-0.5", "--set", "data.high=1.5", "--set", "observe.examples=30"},
		{"export", "DIR/run", "--weights", "DIR/start.npz"},
		{"data", "shapeset", "--seed", "0", "--count", "30", "--out", "DIR/images.npz"},
	} {
		if status, _, stderr := glorotAt(t, t.Context(), dir, args...); status != 0 {
			t.Fatalf("glorot %q: status %d, %s", args, status, stderr)
		}
	}
	net := plain{weights: floats(t, dir, "start.npz"), widths: []int{1024, 7, 6, 9}}
	file := filepath.Join(dir, "images.npz")
	images, labels := array[uint8](t, file, "images"), array[uint8](t, file, "labels")
	z, ds, dw := make([][]float64, 3), make([][]float64, 3), make([][]float64, 3)
	for k := 0; k < examples; k += batch {
		xs := inputs(images[k*1024:(k+batch)*1024], 1024, low, high)
		for _, x := range xs {
			for l, z1 := range net.forward(x)[1:3] {
				z[l] = append(z[l], z1...)
			}
		}
		g := net.gradient(xs, labels[k:k+batch])
		for l, name := range layerNames {
			dw[l], ds[l] = append(dw[l], g[name[0]]...), append(ds[l], g[name[1]]...)
		}
	}
	for l, layer := range firstLook(t, dir).Layers.Layers {
		if z[l] != nil {
			same(t, fmt.Sprintf("z of layer %d", l+1), layer.Z.N, layer.Z.Mean, layer.Z.Std, z[l])
		}
		same(t, fmt.Sprintf("dCost/ds of layer %d", l+1), layer.DS.N, layer.DS.Mean, layer.DS.Std, ds[l])
		same(t, fmt.Sprintf("dCost/dW of layer %d", l+1), layer.DW.N, layer.DW.Mean, layer.DW.Std, dw[l])
	}
}

// firstLook is the first record of looking in the log of DIR/run.
func firstLook(t *testing.T, dir string) (look run.LayersRecord) {
	t.Helper()
	r, err := run.Open(filepath.Join(dir, "run"))
	if err != nil {
		t.Fatal(err)
	}
	log, err := r.ReadLog()
	if err != nil || len(log.Records) == 0 || log.Records[0].Event != "look" {
		t.Fatalf("log %v, error %v; want that it begins with a look", log.Records, err)
	}
	if err := log.Records[0].Decode(&look); err != nil {
		t.Fatal(err)
	}
	return look
}

// same compares a number, a mean and a standard deviation of float32 with those of want.
func same[N int | int64](t *testing.T, what string, n N, mean, std float64, want []float64) {
	t.Helper()
	wantMean, wantVar := stat.PopMeanVariance(want, nil)
	wantStd := math.Sqrt(wantVar)
	if int(n) != len(want) || math.Abs(mean-wantMean) > 1e-5*wantStd || math.Abs(std-wantStd) > 1e-5*wantStd {
		t.Errorf("%s: n %d, mean %v, std %v; want %d, %v, %v", what, n, mean, std, len(want), wantMean, wantStd)
	}
}

// inputs are images of that many values as a network sees them.
func inputs(images []uint8, features int, low, high float64) (xs [][]float64) {
	for i := 0; i < len(images); i += features {
		x := make([]float64, features)
		for p := range x {
			x[p] = low + (high-low)*float64(images[i+p])/255
		}
		xs = append(xs, x)
	}
	return xs
}

// plain is a softsign network in loops, with weights by their exported names.
type plain struct {
	weights map[string][]float64
	widths  []int
}

// layerNames are the exported names of each layer's weights and biases.
var layerNames = [][2]string{{"W1", "b1"}, {"W2", "b2"}, {"W3", "b3"}}

// forward returns the input, the activations of the hidden layers and the logits.
func (n plain) forward(x []float64) [][]float64 {
	z := [][]float64{x}
	for l, name := range layerNames {
		in, out := n.widths[l], n.widths[l+1]
		s := make([]float64, out)
		for k := range out {
			s[k] = n.weights[name[1]][k]
			for i := range in {
				s[k] += z[l][i] * n.weights[name[0]][i*out+k]
			}
			if l < len(layerNames)-1 {
				s[k] /= 1 + math.Abs(s[k])
			}
		}
		z = append(z, s)
	}
	return z
}

// gradient returns the gradient of the cost summed over the examples.
func (n plain) gradient(xs [][]float64, labels []uint8) map[string][]float64 {
	sum := make(map[string][]float64)
	for name, w := range n.weights {
		sum[name] = make([]float64, len(w))
	}
	for e, x := range xs {
		z := n.forward(x)
		delta := softmax(z[len(z)-1])
		delta[labels[e]]--
		for l := len(layerNames) - 1; l >= 0; l-- {
			in, out := n.widths[l], n.widths[l+1]
			below := make([]float64, in)
			for k := range out {
				sum[layerNames[l][1]][k] += delta[k]
				for i := range in {
					sum[layerNames[l][0]][i*out+k] += z[l][i] * delta[k]
					below[i] += n.weights[layerNames[l][0]][i*out+k] * delta[k]
				}
			}
			for i := range below {
				below[i] *= square(1 - math.Abs(z[l][i])) // softsign' = (1-|z|)²
			}
			delta = below
		}
	}
	return sum
}

// update is one step on the mean gradient.
func (n plain) update(xs [][]float64, labels []uint8, rate float64) {
	sum := n.gradient(xs, labels)
	for name, w := range n.weights {
		for i := range w {
			w[i] -= rate * sum[name][i] / float64(len(xs))
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

// array reads an array of an npz file.
func array[T any](t *testing.T, path, name string) (data []T) {
	t.Helper()
	f, err := npz.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Read(name+".npy", &data); err != nil {
		t.Fatal(err)
	}
	return data
}

// floats reads the arrays of float32 of an npz file.
func floats(t *testing.T, dir, name string) map[string][]float64 {
	t.Helper()
	out := make(map[string][]float64)
	path := filepath.Join(dir, name)
	f, err := npz.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, file := range f.Keys() {
		name := strings.TrimSuffix(file, ".npy")
		for _, x := range array[float32](t, path, name) {
			out[name] = append(out[name], float64(x))
		}
	}
	return out
}
