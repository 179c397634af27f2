package pretrain

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/train"
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"
	"glorot/models/stream"

	"gorgonia.org/tensor"
)

// Pre-training is that of the plain loops, layer after layer, on the same images with the same noise: weights, biases and the
// costs reported. 1e-4 is far above float32's error after 60 updates and far below the effect of a changed order.
func TestRunIsPlain(t *testing.T) {
	for _, activation := range []string{"sigmoid", "tanh", "softsign"} {
		for _, low := range []float64{0, -1} {
			t.Run(fmt.Sprint(activation, low), func(t *testing.T) {
				o := setUp(t, activation, low)
				want := plainOf(o.Model, o.Params)
				top := slices.Clone(o.Params.W[3].Float32s())
				source := o.Source.(*turns)
				layers, err := run(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				for i := range o.Model.Hidden {
					costs := want.pretrain(i, batches(source.set, source.scale, o.Batch, i*o.Updates, o.Updates), low, o)
					mean := 0.0
					for _, c := range costs {
						mean += c / float64(len(costs))
					}
					near(t, fmt.Sprintf("W%d", i+1), o.Params.W[i].Float32s(), want.w[i], 1e-4)
					near(t, fmt.Sprintf("b%d", i+1), o.Params.B[i].Float32s(), want.b[i], 1e-4)
					if l := layers[i]; l.Layer != i+1 || math.Abs(l.First-mean) > 1e-4 || l.Last != l.First {
						t.Errorf("layer %d: %+v, want a cost of %v", i+1, l, mean)
					}
				}
				if !slices.Equal(o.Params.W[3].Float32s(), top) || slices.Max(o.Params.B[3].Float32s()) != 0 {
					t.Error("the output layer is changed")
				}
			})
		}
	}
}

// run pre-trains, calling hooks before the first update and after each.
func run(ctx context.Context, o Options, do ...func(ctx context.Context, done int) error) ([]Layer, error) {
	s, err := New(o)
	if err != nil {
		return nil, err
	}
	for _, f := range do {
		s.On(hook.Every(1), f)
	}
	err = s.Run(ctx)
	return s.Layers(), err
}

func near(t *testing.T, name string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	for i := range got {
		if !(math.Abs(float64(got[i])-want[i]) <= tolerance) {
			t.Fatalf("%s[%d] is %v, want %v", name, i, got[i], want[i])
		}
	}
}

// Training lowers the cost of every layer: of images without noise, whose own entropy is 0, to less than half, and of the codes
// above, which have an entropy of their own, by a few hundredths at least.
func TestTrainingLowersTheCost(t *testing.T) {
	for _, activation := range []string{"sigmoid", "tanh", "softsign"} {
		o := setUp(t, activation, 0)
		o.Source = &turns{set: striped(40, 9, 0), scale: dataset.Scale{Low: 0, High: 1}, batch: 5}
		o.Updates, o.Rate = 5000, 0.02
		layers, err := run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		for i, most := range []float64{0.5, 0.9, 0.95} {
			if l := layers[i]; !(l.Last < most*l.First) {
				t.Errorf("%s: cost of layer %d from %v to %v", activation, l.Layer, l.First, l.Last)
			}
		}
	}
}

// The weights are the same bits with every kernel set and number of threads, and others with another seed of the noise.
func TestSameBits(t *testing.T) {
	seen := make(map[[32]byte]string)
	trained := func(set string, threads int, seed uint64) {
		o := setUp(t, "tanh", -1)
		o.Model.Inputs, o.Model.Hidden = 130, []int{77, 50}
		p, err := o.Model.Parameters(1)
		if err != nil {
			t.Fatal(err)
		}
		o.Params, o.Engine, o.Seed = p, engine(t, set, threads), seed
		o.Source = &turns{set: striped(40, 130, 60), scale: dataset.Scale{Low: -1, High: 1}, batch: 10}
		o.Batch, o.Rate, o.Updates = 10, 0.01, 25
		if _, err := run(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		for i := range o.Params.W {
			binary.Write(h, binary.LittleEndian, o.Params.W[i].Float32s())
			binary.Write(h, binary.LittleEndian, o.Params.B[i].Float32s())
		}
		seen[[32]byte(h.Sum(nil))] = fmt.Sprintf("%s on %d threads, seed %d", set, threads, seed)
	}
	for _, set := range kernel.Sets() {
		for _, threads := range []int{1, 2} {
			trained(set, threads, 11)
		}
	}
	if len(seen) != 1 {
		t.Errorf("different weights: %v", seen)
	}
	if trained("portable", 1, 12); len(seen) != 2 {
		t.Error("another seed gives the same weights")
	}
}

// Pre-training makes the weights and the costs that it made in November 2026, to the last bit.
func TestGolden(t *testing.T) {
	o := setUp(t, "tanh", -1)
	layers, err := run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	const digest = "15906e72b572945fcf9bf5f7cd68773e638bd5578c878dc07b0a0f2fd8f804ac"
	if got := train.DigestOf(o.Params).SHA256; got != digest {
		t.Errorf("the digest of the weights is %s, want %s", got, digest)
	}
	want := []Layer{{1, 3.534564435482025, 3.534564435482025}, {2, 2.073274638255437, 2.073274638255437}, {3, 1.5524330695470174, 1.5524330695470174}}
	if !slices.Equal(layers, want) {
		t.Errorf("the layers are %+v, want %+v", layers, want)
	}
}

// A mask destroys a quarter of the inputs, none at noise 0, and an odd size is filled to its end.
func TestNoise(t *testing.T) {
	const n = 100_001
	for _, p := range []float64{0, 0.25, 0.9} {
		mask := make([]float32, n)
		newNoise(1, 1, p).mask(mask)
		kept := 0.0
		for _, m := range mask {
			if m != 0 && m != 1 {
				t.Fatalf("a mask of %v", m)
			}
			kept += float64(m)
		}
		// Five standard deviations of a binomial.
		if dev := 5 * math.Sqrt(p*(1-p)*n); math.Abs(kept-(1-p)*n) > dev || p == 0 && kept != n {
			t.Errorf("noise %v keeps %v of %d", p, kept, n)
		}
	}
	a, b := make([]float32, 64), make([]float32, 64)
	newNoise(1, 1, .5).mask(a)
	newNoise(1, 2, .5).mask(b)
	if slices.Equal(a, b) {
		t.Error("two layers have the same noise")
	}
	if u := stream.New(1, "noise1").Uint64(); (a[0] == 1) != (u<<32>>63 == 1) || (a[1] == 1) != (u>>63 == 1) {
		t.Error("noise of 1/2 is not the first bit of each half of a draw")
	}
}

// Hooks see the number of updates of all layers together, at the beginning, between two and at the end, once each however often
// Run is called; those of an update at which one failed are called again.
func TestHooks(t *testing.T) {
	o := setUp(t, "tanh", 0)
	o.Updates = 2
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	var seen []int
	stop := errors.New("stop")
	s.On(hook.Every(1), func(_ context.Context, done int) error {
		if done != s.Done() || len(s.Layers()) != done/2 {
			t.Errorf("hook at %d after %d updates, with %d layers done", done, s.Done(), len(s.Layers()))
		}
		seen = append(seen, done)
		return nil
	})
	once := 0
	s.On(hook.At(3), func(context.Context, int) error {
		if once++; once == 1 {
			return stop
		}
		return nil
	})
	if err := s.Run(t.Context()); err != stop || s.Done() != 3 {
		t.Errorf("got %v after %d updates, want the hook's error after 3", err, s.Done())
	}
	for range 2 {
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if want := []int{0, 1, 2, 3, 3, 4, 5, 6}; !slices.Equal(seen, want) || s.All() != 6 {
		t.Errorf("hooks at %v of %d, want %v", seen, s.All(), want)
	}
}

// Pre-training ends between two updates when its context does: the weights are those of the updates made.
func TestCancel(t *testing.T) {
	o := setUp(t, "tanh", 0)
	ctx, cancel := context.WithCancel(context.Background())
	want := plainOf(o.Model, o.Params)
	source := o.Source.(*turns)
	if _, err := run(ctx, o, stopAt(4, cancel)); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "pre-training layer 1") {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	want.pretrain(0, batches(source.set, source.scale, o.Batch, 0, 5), 0, o) // the update after the hook is made whole
	near(t, "W1", o.Params.W[0].Float32s(), want.w[0], 1e-5)
}

// stopAt cancels a context when so many updates are made.
func stopAt(updates int, cancel func()) func(context.Context, int) error {
	return func(_ context.Context, done int) error {
		if done == updates {
			cancel()
		}
		return nil
	}
}

type broken struct{ error }

func (s broken) Next(*dataset.Batch) error { return s.error }

// odd gives batches of one example, in memory of its own.
type odd struct{}

func (odd) Next(b *dataset.Batch) error {
	*b = dataset.Batch{X: make([]float32, 9), Labels: make([]uint8, 1), N: 1, Features: 9}
	return nil
}

func TestSourceError(t *testing.T) {
	torn := errors.New("torn")
	o := setUp(t, "tanh", 0)
	o.Source = broken{torn}
	if _, err := run(t.Context(), o); !errors.Is(err, torn) || err.Error() != "pre-training layer 1: update 0: training batch: torn" {
		t.Errorf("got %v", err)
	}
	o.Source = odd{}
	_, err := run(t.Context(), o)
	if want := "pre-training layer 1: update 0: training batch: 1 examples of 9 features (9 numbers); the network takes 5 of 9"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A rate that makes the weights infinite ends with the layer and the update.
func TestDiverged(t *testing.T) {
	for updates, want := range map[int]int{1: 1, 60: 1} {
		o := setUp(t, "tanh", 0)
		o.Rate, o.Updates = 1e39, updates
		_, err := run(t.Context(), o)
		var d *train.DivergedError
		if !errors.As(err, &d) || d.Layer != 1 || d.Update != want {
			t.Errorf("%d updates: got %v, want layer 1 to diverge at update %d", updates, err, want)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for want, spoil := range map[string]func(o *Options){
		"a rate of 0; want a number above 0":                      func(o *Options) { o.Rate = 0 },
		"a rate of NaN; want a number above 0":                    func(o *Options) { o.Rate = math.NaN() },
		"noise of 1; want a probability in [0, 1)":                func(o *Options) { o.Noise = 1 },
		"noise of NaN; want a probability in [0, 1)":              func(o *Options) { o.Noise = math.NaN() },
		"0 updates per layer; want at least 1":                    func(o *Options) { o.Updates = 0 },
		"batch of 0; want at least 1":                             func(o *Options) { o.Batch = 0 },
		"inputs in [1, 1]; want finite bounds in ascending order": func(o *Options) { o.Low = 1 },
		"layer 2: an auto-encoder of inputs in [0, +Inf]":         func(o *Options) { o.Model.Activation = relu(t) },
		"pre-training a network of float64; want float32":         func(o *Options) { o.Model.Dtype = tensor.Float64 },
		"pre-training without a source of images":                 func(o *Options) { o.Source = nil },
		"no parameters": func(o *Options) { o.Params = nil },
		"W1 is float32 (9, 6); want float32 (8, 6)": func(o *Options) { o.Model.Inputs = 8 },
	} {
		o := setUp(t, "tanh", 0)
		spoil(&o)
		if _, err := run(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func relu(t *testing.T) models.Activation {
	a, err := models.ActivationByName("relu")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// BenchmarkUpdate is an update of the first and of the second hidden layer of the paper's network, 1000 units, batch 10.
func BenchmarkUpdate(b *testing.B) {
	o := setUp(b, "tanh", 0)
	o.Model.Inputs, o.Model.Hidden, o.Model.Classes = 1000, []int{1000, 1000}, 9
	o.Batch, o.Rate = 10, 0.001
	o.Source = &turns{set: striped(40, 1000, 60), scale: dataset.Scale{Low: 0, High: 1}, batch: 10}
	var err error
	if o.Params, err = o.Model.Parameters(1); err != nil {
		b.Fatal(err)
	}
	for i := range o.Model.Hidden {
		b.Run(fmt.Sprint("layer ", i+1), func(b *testing.B) {
			l, err := newLayer(o, i)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := l.step(o.Source, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
