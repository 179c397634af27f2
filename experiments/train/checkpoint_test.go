package train

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/run/safetensors"
	"glorot/graph/hook"
	"glorot/models"
)

// shuffled makes a loop over 50 random examples in random order, in batches of 8.
func shuffled(t *testing.T, seed uint64) (*Loop, *dataset.Shuffled, *models.Parameters) {
	t.Helper()
	c := small(t, "tanh", "nll")
	p, set := parameters(t, c), randomSet(50, c.Inputs, c.Classes)
	s := dataset.NewShuffled(set, unit, testBatch, seed)
	l, err := New(Options{Model: c, Params: p, Source: s, Batch: testBatch, Rate: 0.5, Engine: engine(t)})
	if err != nil {
		t.Fatal(err)
	}
	return l, s, p
}

// kept writes a checkpoint of the loop and reads it.
func kept(t *testing.T, l *Loop, notes map[string]string) (*Checkpoint, string) {
	t.Helper()
	c, err := l.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	if notes != nil {
		c.Notes = notes
	}
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "c.safetensors")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	read, err := ReadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read, c) {
		t.Errorf("read %+v, want %+v", read, c)
	}
	return read, path
}

// From a checkpoint after any number of updates, another loop makes the same weights and calls the same hooks as the undisturbed one.
func TestCheckpoint(t *testing.T) {
	const updates = 20
	looks := func(l *Loop, into *[]int) {
		l.On(hook.Every(3), func(_ context.Context, u int) error {
			*into = append(*into, u)
			return nil
		})
	}
	var want []int
	whole, _, p := shuffled(t, 1)
	looks(whole, &want)
	if err := whole.Run(t.Context(), updates); err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, 1, 6, 7, 19, 20} {
		first, _, _ := shuffled(t, 1)
		if err := first.Run(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		c, _ := kept(t, first, map[string]string{"log": "7", "": "x\"é"})
		second, source, q := shuffled(t, 2)
		q.W[0].Float32s()[0] = float32(math.NaN()) // everything comes from the checkpoint
		if err := source.UnmarshalBinary(c.Source); err != nil {
			t.Fatal(err)
		}
		if err := second.Resume(c); err != nil {
			t.Fatal(err)
		}
		var seen []int
		looks(second, &seen)
		if err := second.Run(t.Context(), updates); err != nil {
			t.Fatal(err)
		}
		if d, err := FirstDifference(Tensors(q), Tensors(p)); d != nil || err != nil {
			t.Errorf("from %d: %v, %v", at, d, err)
		}
		i := slices.IndexFunc(want, func(u int) bool { return u >= at })
		if due := want[max(0, i):]; i >= 0 && !slices.Equal(seen, due) || i < 0 && len(seen) > 0 {
			t.Errorf("from %d the hooks saw %v, want those of %v", at, seen, want)
		}
	}
}

// A loop that is taken to where it stands calls the hooks of that update again.
func TestResumeCallsHooksAgain(t *testing.T) {
	l, _, _ := shuffled(t, 1)
	calls := 0
	l.On(hook.At(3), func(context.Context, int) error { calls++; return nil })
	for range 2 {
		if err := l.Run(t.Context(), 3); err != nil {
			t.Fatal(err)
		}
		c, err := l.Checkpoint()
		if err == nil {
			err = l.Resume(c)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if calls != 2 {
		t.Errorf("%d calls, want 2", calls)
	}
}

// Whatever bit of a checkpoint is flipped, and wherever it is cut off, it is not taken for another one.
func TestDamagedCheckpoint(t *testing.T) {
	l, _, _ := shuffled(t, 1)
	if err := l.Run(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	want, path := kept(t, l, map[string]string{"log": "12"})
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damage(t, good, want)
	// The one tensor is named.
	good[len(good)-1] ^= 1
	last := want.Tensors[len(want.Tensors)-1].Name
	if err := os.WriteFile(path, good, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCheckpoint(path); err == nil || err.Error() != fmt.Sprintf("%s: is damaged: tensor %s does not match its SHA-256", path, last) {
		t.Error(err)
	}
	if _, err := ReadCheckpoint(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// So is one with all fields.
func TestDamagedFullCheckpoint(t *testing.T) {
	one := func(name string, x float32) safetensors.Tensor {
		return safetensors.Tensor{Name: name, Shape: []int{1, 1}, Data: []float32{x}}
	}
	want := &Checkpoint{
		Stage: "pre-training", Update: 7, Tensors: []safetensors.Tensor{one("W1", 1), one("W2", 2)},
		State: []safetensors.Tensor{one("momentum/W1", 3), one("momentum/W2", 4)}, Source: []byte{1, 2}, Extra: []byte(`{"noise": 3}`),
		Notes: map[string]string{"log": "12"},
	}
	var b bytes.Buffer
	if err := want.Write(&b); err != nil {
		t.Fatal(err)
	}
	if c, err := parseCheckpoint(b.Bytes()); err != nil || !reflect.DeepEqual(c, want) {
		t.Fatalf("read %+v, %v; want %+v", c, err, want)
	}
	damage(t, b.Bytes(), want)
}

// damage flips every bit of a checkpoint's file, and cuts it off everywhere.
func damage(t *testing.T, good []byte, want *Checkpoint) {
	t.Helper()
	for i := range good {
		for bit := range 8 {
			good[i] ^= 1 << bit
			c, err := parseCheckpoint(good)
			if err == nil && !reflect.DeepEqual(c, want) {
				t.Fatalf("byte %d, bit %d: a damaged checkpoint was read as %+v", i, bit, c)
			}
			good[i] ^= 1 << bit
		}
	}
	for n := range good {
		if _, err := parseCheckpoint(good[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes are a checkpoint", n, len(good))
		}
	}
}

// A loop whose source cannot save its position has no checkpoint, and one of something else is refused.
func TestCheckpointRefused(t *testing.T) {
	l, source, _ := shuffled(t, 1)
	c, _ := kept(t, l, nil)
	if err := source.Next(&dataset.Batch{}); err != nil {
		t.Fatal(err)
	}
	if err := l.Resume(c); err == nil || !strings.Contains(err.Error(), "the source is not at the position") {
		t.Error(err)
	}
	other, _, _ := shuffled(t, 1)
	fewer := *c
	fewer.Tensors = c.Tensors[2:]
	if err := other.Resume(&fewer); err == nil || !strings.Contains(err.Error(), "tensors, want") {
		t.Error(err)
	}
	renamed := *c
	renamed.Tensors = slices.Clone(c.Tensors)
	renamed.Tensors[0].Name = "V1"
	if err := other.Resume(&renamed); err == nil || !strings.Contains(err.Error(), `there is no tensor "W1"`) {
		t.Error(err)
	}
	plain, _, _ := newLoop(t, small(t, "tanh", "nll"), 0.1)
	if _, err := plain.Checkpoint(); err == nil || !strings.Contains(err.Error(), "cannot save its position") {
		t.Error(err)
	}
	staged := *c
	staged.Stage = "pre-training"
	if err := l.Resume(&staged); err == nil || err.Error() != `checkpoint of update 0: it belongs to the stage "pre-training"; want ""` {
		t.Error(err)
	}
}

// The state of an optimizer is refused by another one, and by nobody if it is left out: then the optimizer begins anew.
func TestOptimizersStateRefused(t *testing.T) {
	with := func(momentum float64, curvature *Curvature) *Loop {
		m := small(t, "tanh", "nll")
		source := dataset.NewShuffled(randomSet(50, m.Inputs, m.Classes), unit, testBatch, 1)
		o := Options{Model: m, Params: parameters(t, m), Source: source, Batch: testBatch, Rate: 0.5, Engine: engine(t), Curvature: curvature}
		if momentum > 0 {
			o.Optimizer = Optimizer{Name: "momentum", Momentum: momentum}
		}
		l, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	loops := map[string]func() *Loop{
		"sgd":      func() *Loop { return with(0, nil) },
		"momentum": func() *Loop { return with(0.9, nil) },
		"hessian":  func() *Loop { return with(0, &Curvature{Method: "hessian"}) },
		"variance": func() *Loop { return with(0, &Curvature{Method: "variance"}) },
	}
	for name, first := range loops {
		from := first()
		if err := from.Run(t.Context(), 3); err != nil {
			t.Fatal(err)
		}
		c, err := from.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		if (name == "sgd") != (len(c.State) == 0) || name != "sgd" && c.State[0].Name != name+"/W1" {
			t.Errorf("%s has the state %v", name, c.State)
		}
		for other, second := range loops {
			to := second()
			if err := to.source.(*dataset.Shuffled).UnmarshalBinary(c.Source); err != nil {
				t.Fatal(err)
			}
			err := to.Resume(c)
			if other != name && name != "sgd" && (err == nil || !strings.Contains(err.Error(), "checkpoint of update 3: the optimizer's state: ")) ||
				(other == name || name == "sgd") && err != nil {
				t.Errorf("%s takes a checkpoint of %s: %v", other, name, err)
			}
			stateless := *c
			stateless.State = nil
			if err := to.Resume(&stateless); err != nil {
				t.Error(err)
			}
			if err := to.Step(); err != nil {
				t.Error(err)
			}
			if d, err := FirstDifference(Tensors(to.params), c.Tensors); d == nil || err != nil {
				t.Errorf("%s begun anew at update 3 does not train: %v", other, err)
			}
		}
	}
	if err := (&Checkpoint{State: []safetensors.Tensor{{Name: "v", Shape: []int{1}, Data: []float32{1}}}}).Write(new(bytes.Buffer)); err == nil {
		t.Error("a state without a slash in its name is written")
	}
}

// The digests are those of the command sha256sum: printf "\0\0\x80\x3f", which is 1 in little-endian float32, and printf "b1 [1] %s\n" of its sum.
func TestDigest(t *testing.T) {
	d := digestOf([]safetensors.Tensor{{Name: "b1", Shape: []int{1}, Data: []float32{1}}})
	const one = "e00e5eb9444182f352323374ef4e08ebcb784725fdd4fd612d7730540b3e0c8c"
	want := Digest{SHA256: "eb70eedfd422b3e0d0cb33f031447eb0a569ab025e1a87159f852c50520e246e", Tensors: map[string]string{"b1": one}}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("got %+v, want %+v", d, want)
	}
}

// A digest tells every bit, the sign of zero and NaNs too, and where a matrix is cut.
func TestDigestTellsBits(t *testing.T) {
	seen := map[string]string{}
	for _, x := range []struct {
		shape []int
		data  []float32
	}{
		{[]int{2}, []float32{0, 1}}, {[]int{2}, []float32{float32(math.Copysign(0, -1)), 1}}, {[]int{2}, []float32{1, 0}}, {[]int{2, 1}, []float32{0, 1}},
		{[]int{2}, []float32{math.Float32frombits(0x7fc00000), 1}}, {[]int{2}, []float32{math.Float32frombits(0x7fc00001), 1}},
	} {
		b, err := json.Marshal(digestOf([]safetensors.Tensor{{Name: "W1", Shape: x.shape, Data: x.data}}).SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[string(b)]; twice {
			t.Errorf("%v has the digest of %s", x, other)
		}
		seen[string(b)] = fmt.Sprint(x)
	}
}

// The first difference is named by its index, its values and their bits.
func TestFirstDifference(t *testing.T) {
	a := []safetensors.Tensor{{Name: "b1", Shape: []int{2}, Data: []float32{1, 2}}, {Name: "W2", Shape: []int{2, 3}, Data: []float32{0, 1, 2, 3, 4, 5}}}
	b := []safetensors.Tensor{a[0], {Name: "W2", Shape: []int{2, 3}, Data: []float32{0, 1, 2, 3, 4.5, 6}}}
	if d, err := FirstDifference(a, a); d != nil || err != nil {
		t.Errorf("%v, %v", d, err)
	}
	d, err := FirstDifference(a, b)
	if err != nil || d == nil || d.String() != "W2[1 1] is 4 (40800000), not 4.5 (40900000)" {
		t.Errorf("%v, %v", d, err)
	}
	if _, err := FirstDifference(a, b[:1]); err == nil {
		t.Error("one tensor is as good as two")
	}
}

func BenchmarkDigest(b *testing.B) {
	x := make([]float32, 5_000_000) // the weights of five layers of 1000
	b.SetBytes(int64(4 * len(x)))
	for b.Loop() {
		sumOf(x)
	}
}
