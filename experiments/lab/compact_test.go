package lab

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// What the page draws is the density of the histogram, to a hundredth of its peak, and no bin with a value is empty.
func TestDrawing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 20_000)
	for i := range x {
		x[i] = float32(random.NormFloat64() * 0.1)
	}
	h := measure.NewHistogram(-0.3, 1, 201)
	h.Add(x)
	d := draw(*h)
	for k, want := range h.Density() {
		root := float64(d.Roots[k]) / 255
		if got := d.Peak * root * root; math.Abs(got-want) > d.Peak/100 || (d.Roots[k] == 0) != (want == 0) {
			t.Errorf("bin %d: density %v, want %v", k, got, want)
		}
	}
	if d.Below != h.Below || d.Below == 0 || d.Low != -0.3 || d.High != 1 {
		t.Errorf("got %+v", d)
	}
}

// A snapshot keeps all its numbers, also those that this package does not know; digests are not sent, and a test without its wrong images.
func TestCompact(t *testing.T) {
	z := measure.Summarize([]float32{0.1, 0.2, 0.99}, func(z float32) bool { return z > 0.95 }, measure.Axis{Low: -1, High: 1, Bins: 5})
	line, err := run.Encode(run.LayersRecord{Event: run.LayersEvent, Layers: train.Layers{Update: 7, Layers: []train.Layer{{Layer: 1, Z: &z}}}})
	if err != nil {
		t.Fatal(err)
	}
	line = append(line[:len(line)-1], `,"later":{"a":[1]}}`...)
	src, err := compact(line)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Update int
		Later  struct{ A []int }
		Layers []struct {
			Layer int
			Z     struct {
				Mean, Std, Flat float64
				Histogram       drawing
			}
		}
	}
	if err := json.Unmarshal(src, &got); err != nil {
		t.Fatal(err)
	}
	l := got.Layers[0]
	if got.Update != 7 || len(got.Later.A) != 1 || l.Layer != 1 || l.Z.Mean != z.Mean || l.Z.Std != z.Std || l.Z.Flat != z.Saturated || len(l.Z.Histogram.Roots) != 5 || l.Z.Histogram.High != 1 {
		t.Errorf("%s", src)
	}
	for line, want := range map[string]string{
		`{"event":"digest","update":3,"sha256":"00"}`:    "",
		`{"event":"test","update":3,"wrong":"AAAA"}`:     `{"event":"test","update":3}`,
		`{"event":"look","update":3,"layers":[]}`:        `{"event":"look","update":3,"layers":[]}`,
		`{"event":"diverged","update":3,"value":"+Inf"}`: `{"event":"diverged","update":3,"value":"+Inf"}`,
	} {
		if got, err := compact([]byte(line)); string(got) != want || err != nil {
			t.Errorf("%s: got %s, %v", line, got, err)
		}
	}
	for _, line := range []string{``, `{`, `[`, `{"event":"look","layers":[{"z":{"histogram":3}}]}`} {
		if got, err := compact([]byte(line)); err == nil {
			t.Errorf("%s: got %s", line, got)
		}
	}
}

func BenchmarkCompact(b *testing.B) {
	x := make([]float32, 9000)
	for i := range x {
		x[i] = float32(math.Sin(float64(i)))
	}
	z := measure.Summarize(x, nil, measure.Axis{Low: -1, High: 1})
	g := measure.NewCollector(1, measure.Axis{})
	g.Add(x)
	stats := g.Stats()
	var layers []train.Layer
	for i := range 6 {
		layers = append(layers, train.Layer{Layer: i + 1, Z: &z, DS: &stats, DW: &stats})
	}
	line, err := run.Encode(run.LayersRecord{Event: run.LayersEvent, Layers: train.Layers{Layers: layers}})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if _, err := compact(line); err != nil {
			b.Fatal(err)
		}
	}
}
