package pretrain

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/train"
	"glorot/graph/hook"
	"glorot/graph/kernel"

	"pgregory.net/rapid"
)

// Whatever network, and in whatever layers it is stopped, a pre-training that is written to files and read by fresh stages, with
// other numbers of threads, ends at the same weights, costs and images as one that nobody stopped.
func TestResumeSameBits(t *testing.T) {
	engines := []*kernel.Engine{engine(t, "", 1), engine(t, "", 2)}
	base := setUp(t, "tanh", 0)
	path := filepath.Join(t.TempDir(), "c.safetensors")
	rapid.Check(t, func(r *rapid.T) {
		o := base
		o.Model.Hidden = rapid.SliceOfN(rapid.IntRange(1, 7), 1, 3).Draw(r, "hidden")
		o.Batch = rapid.IntRange(1, 7).Draw(r, "batch")
		o.Noise = rapid.SampledFrom([]float64{0, 0.25}).Draw(r, "noise")
		o.Updates = rapid.IntRange(1, 12).Draw(r, "updates")
		set := striped(30, o.Model.Inputs, 60)
		fresh := func(seed uint64, from *train.Checkpoint) *Stage {
			o := o
			var err error
			if o.Params, err = o.Model.Parameters(seed); err != nil {
				r.Fatal(err)
			}
			source := dataset.NewShuffled(set, dataset.Scale{Low: 0, High: 1}, o.Batch, seed)
			o.Source, o.Engine = source, rapid.SampledFrom(engines).Draw(r, "engine")
			if from != nil {
				if err := source.UnmarshalBinary(from.Source); err != nil {
					r.Fatal(err)
				}
			}
			s, err := New(o)
			if err == nil && from != nil {
				err = s.Resume(from)
			}
			if err != nil {
				r.Fatal(err)
			}
			return s
		}
		whole, s := fresh(1, nil), fresh(1, nil)
		if err := whole.Run(t.Context()); err != nil {
			r.Fatal(err)
		}
		for seed := range rapid.Uint64Range(1, 3).Draw(r, "stops") {
			runTo(r, s, rapid.IntRange(s.Done(), s.All()).Draw(r, "stop"))
			c := checkpoint(r, s)
			var b bytes.Buffer
			if err := c.Write(&b); err != nil {
				r.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
				r.Fatal(err)
			}
			read, err := train.ReadCheckpoint(path)
			if err != nil || !reflect.DeepEqual(read, c) {
				r.Fatalf("read %+v, %v; want %+v", read, err, c)
			}
			s = fresh(2+seed, read)
		}
		if err := s.Run(t.Context()); err != nil {
			r.Fatal(err)
		}
		if !reflect.DeepEqual(s.Layers(), whole.Layers()) {
			r.Errorf("layers %+v, want %+v", s.Layers(), whole.Layers())
		}
		if got, want := checkpoint(r, s), checkpoint(r, whole); !reflect.DeepEqual(got, want) {
			d, err := train.FirstDifference(got.Tensors, want.Tensors)
			r.Errorf("the two last checkpoints differ: weights %v, %v", d, err)
		}
	})
}

// A stage that is taken to where it stands calls the hooks of that update again.
func TestResumeCallsHooksAgain(t *testing.T) {
	o := setUp(t, "tanh", 0)
	o.Source = dataset.NewShuffled(striped(30, 9, 60), dataset.Scale{Low: 0, High: 1}, o.Batch, 1)
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	s.On(hook.At(s.All()), func(context.Context, int) error { calls++; return nil })
	for range 2 {
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Resume(checkpoint(t, s)); err != nil {
			t.Fatal(err)
		}
	}
	if calls != 2 || len(s.Layers()) != 3 {
		t.Errorf("%d calls and %d layers, want 2 and 3", calls, len(s.Layers()))
	}
}

type fataler interface{ Fatal(args ...any) }

// runTo stops a stage when so many updates are made.
func runTo(t fataler, s *Stage, updates int) {
	stop := errors.New("stop")
	s.On(hook.At(updates), func(context.Context, int) error { return stop })
	if err := s.Run(context.Background()); err != stop {
		t.Fatal(err)
	}
}

func checkpoint(t fataler, s *Stage) *train.Checkpoint {
	c, err := s.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A checkpoint of something else is refused, and of a stage whose update failed there is none.
func TestResumeRefuses(t *testing.T) {
	stage := func(change func(o *Options)) *Stage {
		o := setUp(t, "tanh", 0)
		o.Source = dataset.NewShuffled(striped(30, 9, 60), dataset.Scale{Low: 0, High: 1}, o.Batch, 1)
		change(&o)
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	from := stage(func(*Options) {})
	runTo(t, from, 100)
	for want, spoil := range map[string]func(o *Options, c *train.Checkpoint){
		`it belongs to the stage ""; want "pre-training"`:                            func(_ *Options, c *train.Checkpoint) { c.Stage = "" },
		"the checkpoint has 1 finished layers with 60 updates each; want 50 updates": func(o *Options, _ *train.Checkpoint) { o.Updates = 50 },
		`there is no tensor "pre-training/c2"`:                                       func(_ *Options, c *train.Checkpoint) { c.State = nil },
		`tensor "pre-training/c2": got F32 [1], expected: F32 [6]`:                   func(_ *Options, c *train.Checkpoint) { c.State[0].Shape, c.State[0].Data = []int{1}, []float32{0} },
		"state of the pre-training: ":                                                func(_ *Options, c *train.Checkpoint) { c.Extra = nil },
		"the source is not at the position that the checkpoint gives":                func(_ *Options, c *train.Checkpoint) { c.Source = nil },
		"got 2 tensors, want 8":                                                      func(_ *Options, c *train.Checkpoint) { c.Tensors = c.Tensors[:2] },
		"the checkpoint has 1 finished layers with 60 updates each; want 60 updates": func(_ *Options, c *train.Checkpoint) { c.Update = 130 },
		"state of the noise":                                                         func(_ *Options, c *train.Checkpoint) { c.Extra = []byte(`{"updates":60,"layers":[{"layer":1}]}`) },
	} {
		c := checkpoint(t, from)
		to := stage(func(o *Options) {
			spoil(o, c)
			if c.Source != nil {
				if err := o.Source.(*dataset.Shuffled).UnmarshalBinary(c.Source); err != nil {
					t.Fatal(err)
				}
			}
		})
		if err := to.Resume(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	plain := stage(func(o *Options) { o.Source = odd{} })
	if _, err := plain.Checkpoint(); err == nil || !strings.Contains(err.Error(), "cannot save its position") {
		t.Error(err)
	}
	diverging := stage(func(o *Options) { o.Rate = 1e39 })
	first := diverging.Run(t.Context())
	var d *train.DivergedError
	if _, err := diverging.Checkpoint(); !errors.As(first, &d) || err != first || diverging.Run(t.Context()) != first {
		t.Errorf("after %v a checkpoint gives %v", first, err)
	}
}
