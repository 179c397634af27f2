package runner

import (
	"errors"
	"math"
	"os"
	"slices"
	"strings"
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

// An estimate has the network's numbers in closed form, its passes over the data and a time for each thing that is scheduled, and makes no run.
func TestEstimate(t *testing.T) {
	t.Chdir(t.TempDir())
	c := small()
	c.Model.Activation, c.Model.Norm = "prelu_units", "layer"
	c.Observe.Wrong = false
	e, err := (&Runner{Data: library}).Estimate(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if want := 1024*6 + 6 + 6*5 + 5 + 5*9 + 9 + 3*(6+5); e.Parameters != want { // gamma, beta and alpha
		t.Errorf("%d parameters, want %d", e.Parameters, want)
	}
	if e.Features != 1024 || e.Classes != 9 || e.Updates != 40 || e.Examples != 0 || e.Passes != 0 || e.Measured < 1 || e.Measured > 40 {
		t.Errorf("got %+v", e)
	}
	if !(e.Update > 0 && e.Recording > 0) || math.Abs(e.Seconds-40*e.Update-e.Recording) > 1e-9 {
		t.Errorf("%v s in all, %v for each update and %v for records", e.Seconds, e.Update, e.Recording)
	}
	c.Observe = run.Observe{Examples: 1}
	c.Observe.Errors = &run.Schedule{}
	if e, err = (&Runner{Data: library}).Estimate(t.Context(), c); err != nil || e.Recording != 0 {
		t.Errorf("%v: nothing is recorded in %v s", err, e.Recording)
	}
	c.Train.Updates = 0
	if e, err = (&Runner{Data: library}).Estimate(t.Context(), c); err != nil || e.Measured != 0 || e.Seconds != 0 {
		t.Errorf("%v: no updates take %v s", err, e.Seconds)
	}
	if files, err := os.ReadDir("."); err != nil || len(files) > 0 {
		t.Errorf("%v: there are %v", err, files)
	}
}

// A request for a run's trajectory may name another file of the same weights, but not other weights or none.
func TestSameWeights(t *testing.T) {
	dir := t.TempDir()
	c := small()
	c.Train.Updates = 10
	do(t, dir+"/a", c)
	for _, name := range []string{"/x.safetensors", "/y.safetensors"} {
		if err := os.WriteFile(dir+name, read(t, dir, "a", run.WeightsFile), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c.Model.Init = "standard"
	drawn := c
	c.Model.From = dir + "/x.safetensors"
	do(t, dir+"/b", c)
	c.Model.From = dir + "/y.safetensors"
	c.Train.Updates = 15
	do(t, dir+"/b", c)
	do(t, dir+"/c0", drawn)
	other := c
	other.Model.From = dir + "/b/" + run.WeightsFile
	for _, x := range []run.Config{drawn, other} {
		_, err := (&Runner{Data: library}).Do(t.Context(), dir+"/b", x, nil)
		if usage := new(run.UsageError); !errors.As(err, &usage) || usage.Key != "model.from" {
			t.Errorf("from %q: %v", x.Model.From, err)
		}
	}
	if err := errors.Join(os.RemoveAll(dir+"/b/checkpoints"), os.Remove(dir+"/b/"+run.WeightsFile),
		os.WriteFile(dir+"/b/"+run.InitialFile, read(t, dir, "c0", run.WeightsFile), 0o666)); err != nil {
		t.Fatal(err)
	}
	c.Train.Updates = 20
	if _, err := (&Runner{Data: library}).Do(t.Context(), dir+"/b", c, nil); err == nil || !strings.Contains(err.Error(), "the weights have changed since the run was made") {
		t.Errorf("the run's copy of its weights is of another run: %v", err)
	}
	do(t, dir+"/c", drawn)
	if _, err := (&Runner{Data: library}).Do(t.Context(), dir+"/c", c, nil); err == nil {
		t.Error("a run of drawn weights takes those of a file")
	}
}
