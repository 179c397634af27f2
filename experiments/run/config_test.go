package run

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/train"

	"pgregory.net/rapid"
)

// equal compares bits, so that -0 counts.
func equal(a, b Config) bool {
	return reflect.DeepEqual(a, b) && math.Signbit(a.Data.Low) == math.Signbit(b.Data.Low) &&
		math.Signbit(a.Data.High) == math.Signbit(b.Data.High)
}

// drawConfig is any valid configuration.
func drawConfig(t *rapid.T) Config {
	name := rapid.OneOf(rapid.StringMatching(`[a-z][a-z0-9-]{0,12}`),
		rapid.SampledFrom([]string{"null", "true", "no", "on", "nan", "inf", "e1", "y"}))
	float := rapid.Float64Range(-math.MaxFloat32, math.MaxFloat32)
	positive := rapid.Float64Range(math.SmallestNonzeroFloat32, math.MaxFloat32)
	part := rapid.Float64Range(0, math.Nextafter(1, 0))
	c := Config{
		Seed: rapid.Uint64().Draw(t, "seed"),
		Model: Model{
			Hidden:     rapid.SliceOfN(rapid.IntRange(1, maxWidth), 1, 8).Draw(t, "hidden"),
			Activation: name.Draw(t, "activation"),
			Init:       name.Draw(t, "init"),
			Gain:       positive.Draw(t, "gain"),
			Norm:       name.Draw(t, "norm"),
			Residual:   rapid.IntMin(0).Draw(t, "residual"),
			Dropout:    part.Draw(t, "dropout"),
			Cost:       name.Draw(t, "cost"),
		},
		Data: Data{
			Name: rapid.OneOf(name, rapid.Just(generated)).Draw(t, "name"),
			Seed: rapid.Uint32Range(0, 1<<32-2).Draw(t, "data seed"),
			Low:  float.Draw(t, "low"),
			High: float.Draw(t, "high"),
		},
		Train: Train{
			Updates: rapid.IntMin(0).Draw(t, "updates"),
			Batch:   rapid.IntRange(1, maxBatch).Draw(t, "batch"),
			Rate:    positive.Draw(t, "rate"),

			Optimizer:      rapid.SampledFrom([]string{SGD, "adam", Hessian, Variance}).Draw(t, "optimizer"),
			Momentum:       part.Draw(t, "momentum"),
			Beta1:          part.Draw(t, "beta1"),
			Beta2:          rapid.Float64Range(0, 0.99999).Draw(t, "beta2"),
			Epsilon:        rapid.OneOf(positive, rapid.Just(0.0)).Draw(t, "epsilon"),
			WeightDecay:    rapid.OneOf(positive, rapid.Just(0.0)).Draw(t, "weight decay"),
			ClipNorm:       rapid.OneOf(positive, rapid.Just(0.0)).Draw(t, "clip norm"),
			ClipValue:      rapid.OneOf(positive, rapid.Just(0.0)).Draw(t, "clip value"),
			LabelSmoothing: part.Draw(t, "label smoothing"),
			Schedule:       rapid.OneOf(name, rapid.SampledFrom([]string{"constant", "step", "linear", "cosine", "inverse"})).Draw(t, "schedule"),
			ScheduleFactor: rapid.Float64Range(1e-9, 1).Draw(t, "schedule factor"),
			Warmup:         rapid.IntRange(0, 1e9).Draw(t, "warm-up"),
			Patience:       rapid.IntMin(0).Draw(t, "patience"),
			CurvatureMu:    rapid.Float64Range(1e-37, 1).Draw(t, "curvature mu"),
			CurvatureEvery: rapid.IntMin(1).Draw(t, "curvature every"),
			CurvatureDecay: part.Draw(t, "curvature decay"),
		},
		Pretrain: Pretrain{
			Updates: rapid.IntMin(0).Draw(t, "pre-training updates"),
			Rate:    positive.Draw(t, "pre-training rate"),
			Noise:   part.Draw(t, "noise"),
		},
		Observe: Observe{
			Every:      rapid.IntMin(0).Draw(t, "every"),
			Examples:   rapid.IntRange(1, maxExamples).Draw(t, "examples"),
			Images:     rapid.IntMin(0).Draw(t, "images"),
			Layers:     rapid.Ptr(drawSchedule, true).Draw(t, "layers"),
			Histograms: rapid.Ptr(drawSchedule, true).Draw(t, "histograms"),
			Errors:     rapid.Ptr(drawSchedule, true).Draw(t, "errors"),
			Jacobians:  drawSchedule.Draw(t, "jacobians"),
			Gradients:  rapid.Bool().Draw(t, "gradients"),
			Wrong:      rapid.Bool().Draw(t, "wrong"),
			Measures:   rapid.SampledFrom([][]string{nil, {"dead"}, {"rank", "confusion"}, train.MeasureRequests(), {"dead", "of_a_later_version"}}).Draw(t, "measures"),
		},
		Checkpoint: Checkpoint{
			Every:  rapid.IntMin(0).Draw(t, "checkpoint every"),
			Keep:   rapid.IntMin(1).Draw(t, "keep"),
			At:     drawUpdates(t),
			Digest: rapid.IntMin(0).Draw(t, "digest"),
		},
		Threads: Threads(rapid.IntRange(0, maxThreads).Draw(t, "threads")),
	}
	if float32(c.Data.Low) >= float32(c.Data.High) {
		t.Skip("low is not below high")
	}
	switch {
	case rapid.Bool().Draw(t, "own"):
		c.Data.Name = dataset.OwnName
		c.Data.Path = "/" + rapid.OneOf(rapid.StringMatching(`[a-zA-Z0-9 _:#'"{}\[\]!&*%@,.é世-]{0,20}[a-z]`), rapid.SampledFrom([]string{"null", "1", "a: b", " x"})).Draw(t, "path")
		if rapid.Bool().Draw(t, "split") {
			c.Data.Split = [3]float64{.5, .25, .25}
		}
		c.Data.Size, c.Data.Channels = rapid.IntRange(0, maxSize).Draw(t, "size"), rapid.SampledFrom([]int{0, 1, 3}).Draw(t, "channels")
	case c.Data.Name != generated:
		c.Data.Seed = 0
	}
	if rapid.Bool().Draw(t, "a list of activations") {
		c.Model.Activation = "[" + strings.Join(rapid.SliceOfN(rapid.StringMatching(`x[a-z0-9_-]{0,9}`), len(c.Model.Hidden), len(c.Model.Hidden)).Draw(t, "activations"), ", ") + "]"
	}
	c.Train.ResolveSchedule()
	if c.Train.ClipNorm > 0 {
		c.Train.ClipValue = 0
	}
	if c.optimizerError() != nil {
		c.Train.Optimizer, c.Pretrain.Updates, c.Observe.Jacobians, c.Observe.Examples = SGD, 0, Schedule{}, 2
	}
	if c.Data.Name != generated {
		c.Data.Standardize = rapid.SampledFrom([]string{"", "feature", "range"}).Draw(t, "standardize")
	}
	return c
}

// drawSchedule is any schedule.
var drawSchedule = rapid.Custom(func(t *rapid.T) Schedule {
	s := Schedule{Every: rapid.OneOf(rapid.IntRange(0, 20), rapid.IntRange(0, math.MaxInt-1)).Draw(t, "every"), At: drawUpdates(t)}
	if s.Every > 0 {
		s.From = rapid.SampledFrom([]int{0, 1, 7, maxFrom}).Draw(t, "from")
	}
	return s
})

// drawUpdates is an ascending list, nil for an empty one.
func drawUpdates(t *rapid.T) []int {
	var updates []int
	for _, step := range rapid.SliceOfN(rapid.IntRange(1, 1e6), 0, 4).Draw(t, "at") {
		last := -1
		if len(updates) > 0 {
			last = updates[len(updates)-1]
		}
		updates = append(updates, last+step)
	}
	return updates
}

// A configuration written as YAML reads back as it was, and writes the same bytes again.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawConfig(t)
		src := want.YAML()
		got, err := Parse("run.yaml", src, Allowed{})
		if err != nil || !equal(got, want) {
			t.Fatalf("got %v, %v, want %v, from\n%s", got, err, want, src)
		}
		if again := got.YAML(); string(again) != string(src) {
			t.Fatalf("got\n%s\nwant\n%s", again, src)
		}
	})
}

// Set with the Value of each key makes any configuration of any other.
func TestValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawConfig(t)
		var args []string
		for _, k := range Keys(Allowed{}) {
			v, ok := want.Value(k.Name)
			if !ok {
				t.Fatalf("no value of %s", k.Name)
			}
			if !k.Shorthand {
				args = append(args, k.Name+"="+v)
			}
		}
		if got, err := Load("", args, Allowed{}); err != nil || !equal(got, want) {
			t.Fatalf("got %v, %v, want %v", got, err, want)
		}
	})
	if _, ok := Default().Value("model"); ok {
		t.Error("model has a value")
	}
}

// The golden file holds every key with its default and what is allowed, and the
// document that a run of the defaults begins with.
func TestDefaults(t *testing.T) {
	got := string(Default().YAML())
	for _, k := range Keys(allowed) {
		got += fmt.Sprintf("%s [%s] %s\n", k.Name, k.Default, k.Allowed)
	}
	golden := filepath.Join("testdata", "default.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestThreads(t *testing.T) {
	if n := Threads(0).Count(); n != runtime.NumCPU() {
		t.Errorf("all threads are %d of %d processors", n, runtime.NumCPU())
	}
	if n := Threads(3).Count(); n != 3 {
		t.Errorf("3 threads are %d", n)
	}
}

// Any bytes make a configuration that round-trips, or an error of one line that says
// where.
func FuzzParse(f *testing.F) {
	f.Add(Default().YAML())
	f.Add([]byte("model: {hidden: [1, 2], init: figure}\ntrain.rate: 1e-05\n"))
	f.Add([]byte("a: &x [1]\nb: *x\n<<: *x\n? [1]\n: 2\n"))
	f.Add([]byte("seed: |\n  1\n---\n!!int 3\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := Parse("x.yaml", src, allowed)
		if err != nil {
			oneLineError(t, err)
			return
		}
		if again, err := Parse("x.yaml", c.YAML(), allowed); err != nil || !equal(again, c) {
			t.Fatalf("%v became %v, %v", c, again, err)
		}
	})
}

// Errors are measured on the first images of a set, or on all of them if there are no more.
func TestTested(t *testing.T) {
	for _, c := range [][3]int{{0, 100, 100}, {30, 100, 30}, {300, 100, 100}} {
		if got := (Observe{Images: c[0]}).Tested(c[1]); got != c[2] {
			t.Errorf("observe.images %d of %d: %d, want %d", c[0], c[1], got, c[2])
		}
	}
}
