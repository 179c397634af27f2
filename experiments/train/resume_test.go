package train

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"testing"

	"glorot/experiments/dataset"
	"glorot/graph/kernel"
	"glorot/models"

	"pgregory.net/rapid"
)

// Whatever network and optimizer, and wherever it is stopped, a training that is written to bytes and read by fresh loops, with
// other numbers of threads, ends at the same weights and the same state as one that nobody stopped.
func TestResumeSameBits(t *testing.T) {
	engines := make([]*kernel.Engine, 2)
	for i := range engines {
		e, err := kernel.New(kernel.Options{Threads: i + 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(e.Close)
		engines[i] = e
	}
	rapid.Check(t, func(r *rapid.T) {
		const updates = 24
		model := small(t, rapid.SampledFrom([]string{"tanh", "sigmoid", "softsign"}).Draw(r, "activation"), "nll")
		model.Hidden = rapid.SliceOfN(rapid.IntRange(1, 9), 0, 3).Draw(r, "hidden")
		o := Options{Model: model, Batch: rapid.IntRange(1, 9).Draw(r, "batch"), Rate: 0.2}
		switch method := rapid.SampledFrom(Methods()).Draw(r, "optimizer").Name; method {
		case "hessian", "variance":
			o.Curvature = &Curvature{Method: method, Mu: 0.02, Every: rapid.IntRange(1, 7).Draw(r, "every"), Decay: 0.6}
		default:
			o.Optimizer = Optimizer{
				Name: method, Momentum: 0.7, Beta1: 0.8, WeightDecay: rapid.SampledFrom([]float64{0, 0.01}).Draw(r, "decay"),
				ClipNorm: rapid.SampledFrom([]float64{0, 0.1}).Draw(r, "clip"),
			}
			o.Schedule = Schedule{Name: rapid.SampledFrom(Schedules()).Draw(r, "schedule").Name, Updates: 9, Factor: 0.5, Warmup: rapid.IntRange(0, 4).Draw(r, "warm-up")}
			o.Model.Norm = rapid.SampledFrom(models.Norms()).Draw(r, "norm")
			o.Model.Dropout = rapid.SampledFrom([]float64{0, 0.4}).Draw(r, "dropout")
			o.Model.Residual = rapid.IntRange(0, 2).Draw(r, "residual")
			o.Batch = max(o.Batch, 2) // for batch normalisation
			o.Seed, model = 3, o.Model
		}
		set := randomSet(30, model.Inputs, model.Classes)
		fresh := func(seed uint64, from *Checkpoint) *Loop {
			o := o
			var err error
			if o.Params, err = model.Parameters(seed); err != nil {
				r.Fatal(err)
			}
			source := dataset.NewShuffled(set, unit, o.Batch, seed)
			o.Source, o.Engine = source, rapid.SampledFrom(engines).Draw(r, "engine")
			if from != nil {
				if err := source.UnmarshalBinary(from.Source); err != nil {
					r.Fatal(err)
				}
			}
			l, err := New(o)
			if err == nil && from != nil {
				err = l.Resume(from)
			}
			if err != nil {
				r.Fatal(err)
			}
			return l
		}
		whole, l := fresh(1, nil), fresh(1, nil)
		if err := whole.Run(t.Context(), updates); err != nil {
			r.Fatal(err)
		}
		for seed := range rapid.Uint64Range(1, 3).Draw(r, "stops") {
			stop := rapid.IntRange(l.Updates(), updates).Draw(r, "stop")
			if err := l.Run(t.Context(), stop); err != nil {
				r.Fatal(err)
			}
			c, err := parseCheckpoint(written(r, l))
			if err != nil {
				r.Fatal(err)
			}
			l = fresh(2+seed, c)
		}
		if err := l.Run(t.Context(), updates); err != nil {
			r.Fatal(err)
		}
		if got, want := written(r, l), written(r, whole); !bytes.Equal(got, want) {
			d, err := FirstDifference(Tensors(l.params), Tensors(whole.params))
			r.Errorf("the two last checkpoints differ: weights %v, %v", d, err)
		}
	})
}

// written is the loop's checkpoint, as a file has it.
func written(r *rapid.T, l *Loop) []byte {
	c, err := l.Checkpoint()
	if err != nil {
		r.Fatal(err)
	}
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		r.Fatal(err)
	}
	return b.Bytes()
}

// The checkpoint of plain SGD is the same file as before other optimizers had a state: its SHA-256 was recorded then, in November 2026.
func TestPlainCheckpointIsTheSameFile(t *testing.T) {
	l, _, _ := shuffled(t, 1)
	if err := l.Run(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	_, path := kept(t, l, map[string]string{"log": "12"})
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const want = "c82a31149d0fa2bcc57a49447edc6ce80e6ae6a29091501229fae7622c0457d4"
	if got := fmt.Sprintf("%x", sha256.Sum256(file)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
