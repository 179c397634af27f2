package run

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"glorot/experiments/measure"
	"glorot/experiments/train"
)

// recorded is a small run that has recorded up to an update what its configuration says, with numbers that say of which update they are.
func recorded(t testing.TB, dir string, c Config, last int) *Run {
	t.Helper()
	r, err := Create(dir, c, Origin{Numbers: 1, Data: Images{Checksum: "abc", Valid: 60, Test: 50}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	rec, lowest := c.Recording(), 1.0
	log := func(record any) {
		if err := r.Log(record); err != nil {
			t.Fatal(err)
		}
	}
	for u := range last + 1 {
		if rec.Layers.Due(u) {
			z := measure.Summarize([]float32{-0.5, 0.25, float32(u)}, nil, measure.Axis{Low: -1, High: 1})
			layer := train.Layer{Layer: 1, Z: &z, DS: &measure.GradientStats{Std: float64(u), Histogram: z.Histogram}, DW: &measure.GradientStats{Kurtosis: math.NaN()},
				Measures: measure.Values{"dead": float64(u), "rank": 2, "grad_norm": math.Inf(1), "grad_snr": math.NaN()}}
			log(LayersRecord{Event: LayersEvent, Layers: only(train.Layers{Update: u, Layers: []train.Layer{layer}}, rec.Gradients, rec.Histograms.Due(u), rec.Measures)})
		}
		if rec.Errors.Due(u) {
			valid := Score{Event: ValidEvent, Update: u, Examples: tested(ValidEvent, r.manifest.Data, rec.Images), Errors: errorsAt(u), Error: float64(errorsAt(u)) / 60, NLL: 1}
			test := Score{Event: TestEvent, Update: u, Examples: tested(TestEvent, r.manifest.Data, rec.Images), Errors: u, Error: float64(u) / 100, NLL: math.Inf(1)}
			if rec.Wrong && valid.Error < lowest {
				lowest, test.Wrong = valid.Error, []byte{byte(u)}
			}
			if rec.Confusion {
				valid.Confusion, test.Confusion = train.Confusion{{u, 0}, {1, 2}}, train.Confusion{{0, u}, {1, 2}}
			}
			log(valid)
			log(test)
		}
		if rec.Digests.Due(u) {
			log(DigestRecord{Event: DigestEvent, Update: u, Digest: train.Digest{SHA256: "00"}})
		}
		if rec.Jacobians.Due(u) {
			log(Spectrum{Event: JacobianEvent, Update: u, Values: [][]float32{{2, 1}, {float32(u)}}})
		}
	}
	return r
}

// errorsAt is a number of validation errors that is lowest, and the same, at 4 and at 8.
func errorsAt(update int) int { return []int{50, 40, 30, 20, 10, 20, 30, 20, 10}[update%9] }

// few is a configuration of a dozen updates.
func few(set ...string) Config {
	c, err := Load("", append([]string{"model.hidden=[3]", "train.updates=12", "observe.every=4", "observe.histograms=[0, 8, 12]", "observe.jacobians=[0, 5]", "checkpoint.digest=6"}, set...), Allowed{})
	if err != nil {
		panic(err)
	}
	return c
}

func archived(t testing.TB, r *Run, histograms Schedule) []byte {
	t.Helper()
	a, err := r.Archive(histograms)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := a.WriteArchive(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An archive has everything of a run but histograms that are not asked for, checkpoints and weights; it is the same bytes each time, of a run and
// of itself; and whatever bit of it changes, it is refused or reads the same.
func TestArchive(t *testing.T) {
	dir := t.TempDir()
	r := recorded(t, filepath.Join(dir, "run"), few(), 12)
	if err := r.LogExtra(Score{Event: TestEvent, Update: 2, Examples: 50, Errors: 1, Error: 0.02}); err != nil {
		t.Fatal(err)
	}
	end(t, r, Done)
	src := archived(t, r, Schedule{At: []int{8}})
	if err := r.WriteArchive(new(bytes.Buffer)); err == nil {
		t.Error("a directory was written as an archive without records")
	}
	name := filepath.Join(dir, r.ArchiveName())
	if err := os.WriteFile(name, src, 0o666); err != nil {
		t.Fatal(err)
	}
	a, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	want, err1 := r.History()
	got, err2 := a.History()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for i, l := range want.Layers {
		want.Layers[i].Layers = only(l.Layers, true, l.Update == 8, l.Measures())
	}
	if histograms := got.Layers[2].Layers.Layers[0].Z.Histogram.Counts; got.Layers[2].Update != 8 || len(histograms) == 0 {
		t.Errorf("%+v has no histogram", got.Layers[2])
	}
	want.Manifest.Log, got.Manifest.Config = nil, want.Manifest.Config // that is indented in the run
	if !same(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if again := archived(t, r, Schedule{At: []int{8}}); !bytes.Equal(again, src) {
		t.Error("the run archived again has other bytes")
	}
	if again := archived(t, a, Schedule{Every: 1}); !bytes.Equal(again, src) {
		t.Error("the archive archived again has other bytes")
	}
	if _, _, err := Resume(name); err == nil || err.Error() != name+": is an archive, which has no checkpoints, expected: the directory of a run" {
		t.Error(err)
	}
	open := func(src []byte) (*History, error) {
		a, err := OpenArchive(fstest.MapFS{r.ArchiveName(): {Data: src}}, r.ArchiveName(), "kept")
		if err != nil {
			return nil, err
		}
		return a.History()
	}
	for i := 0; i < 8*len(src); i += 7 { // all places of a byte
		bad := bytes.Clone(src)
		bad[i/8] ^= 1 << (i % 8)
		if h, err := open(bad); err == nil && !same(h, got) { // some bits say who compressed it, or nothing
			t.Errorf("bit %d changed: no error", i)
		}
	}
	for n := range len(src) {
		if _, err := open(src[:n]); err == nil {
			t.Errorf("cut off after %d bytes: no error", n)
		}
	}
	lines := decompressed(t, src)
	for i := 0; i < len(lines)-2; i += 11 { // in the manifest, the records and the sum, packed again without an error
		bad := bytes.Clone(lines)
		bad[i] ^= 1
		if _, err := open(compressed(t, bad)); err == nil {
			t.Errorf("byte %d, %q, changed: no error", i, lines[i])
		}
	}
	other := "other-0123456789abcdef" + ArchiveSuffix
	if _, err := OpenArchive(fstest.MapFS{other: {Data: src}}, other, "kept"); err == nil {
		t.Error("an archive under the name of another trajectory was read")
	}
}

func decompressed(t *testing.T, src []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func compressed(t *testing.T, lines []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(lines); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// same compares histories, where NaN is NaN.
func same(a, b *History) bool {
	x, err1 := Encode(a)
	y, err2 := Encode(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// An answer is exactly what a request asks for; a run that lacks any of it says at which updates.
func TestTrace(t *testing.T) {
	r := recorded(t, filepath.Join(t.TempDir(), "run"), few(), 12)
	end(t, r, Done)
	type lists struct{ layers, errors, spectra, digests []int }
	updates := func(trace *Trace) (l lists) {
		for _, s := range trace.Snapshots {
			l.layers = append(l.layers, s.Update)
		}
		for _, e := range trace.Errors {
			l.errors = append(l.errors, e.Update)
		}
		for _, s := range trace.Spectra {
			l.spectra = append(l.spectra, s.Update)
		}
		for _, d := range trace.Digests {
			l.digests = append(l.digests, d.Update)
		}
		return l
	}
	for _, c := range []struct {
		set           []string
		want, missing lists
	}{
		{nil, lists{[]int{0, 4, 8, 12}, []int{0, 4, 8, 12}, []int{0, 5}, []int{0, 6, 12}}, lists{}},
		{[]string{"train.updates=8"}, lists{[]int{0, 4, 8}, []int{0, 4, 8}, []int{0, 5}, []int{0, 6}}, lists{}},
		{[]string{"train.updates=4", "observe.layers=[4]", "observe.histograms=0", "observe.jacobians=0"}, lists{[]int{4}, []int{0, 4}, nil, []int{0}}, lists{}},
		{[]string{"observe.every=0", "observe.gradients=false", "observe.wrong=false"}, lists{nil, []int{0, 12}, []int{0, 5}, []int{0, 6, 12}}, lists{}},
		{[]string{"train.updates=9"}, lists{}, lists{layers: []int{9}, errors: []int{9}}},
		{[]string{"train.updates=13"}, lists{}, lists{}},
		{[]string{"observe.every=6", "observe.wrong=false"}, lists{}, lists{layers: []int{6}, errors: []int{6}}},
		{[]string{"observe.histograms=[4]"}, lists{}, lists{layers: []int{4}}},
		{[]string{"observe.examples=7"}, lists{}, lists{layers: []int{0, 4, 8, 12}}},
		{[]string{"observe.images=9"}, lists{}, lists{errors: []int{0, 4, 8, 12}}},
		{[]string{"observe.jacobians=4"}, lists{}, lists{spectra: []int{4, 8, 12}}},
		{[]string{"observe.measures=[dead]", "observe.layers=8"}, lists{}, lists{layers: []int{0, 8, 12}}},
		{[]string{"observe.measures=[confusion]", "observe.errors=8"}, lists{}, lists{errors: []int{0, 8, 12}}},
	} {
		trace, err := r.Trace(few(c.set...))
		var gap *GapError
		switch {
		case errors.As(err, &gap):
			m := gap.Missing
			if got := (lists{m.Layers.At, m.Errors.At, m.Jacobians.At, nil}); !reflect.DeepEqual(got, c.missing) || gap.ID != r.Manifest().ID || gap.Reached != 12 {
				t.Errorf("%v: lacks %+v, want %+v", c.set, got, c.missing)
			}
		case err != nil:
			t.Error(err)
		default:
			if got := updates(trace); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%v: got %+v, want %+v", c.set, got, c.want)
			}
		}
	}
}

// Of the errors in an answer the lowest validation error, the first of several, says which test images are wrong.
func TestTraceWrong(t *testing.T) {
	r := recorded(t, filepath.Join(t.TempDir(), "run"), few("observe.every=2"), 12)
	end(t, r, Done)
	trace, err := r.Trace(few())
	if err != nil {
		t.Fatal(err)
	}
	best, ok := trace.Best()
	if last, has := trace.Last(); !ok || !has || best.Update != 4 || !bytes.Equal(best.Test.Wrong, []byte{4}) || last.Update != 12 {
		t.Errorf("best %+v, last %+v", best, last)
	}
	for _, e := range trace.Errors {
		if (e.Test.Wrong != nil) != (e.Update == 4) {
			t.Errorf("%+v", e)
		}
	}
	// 6 is lowest of its own schedule, but was not when it was recorded.
	_, err = r.Trace(few("observe.errors=[6]", "observe.layers=0", "observe.histograms=0"))
	var gap *GapError
	if !errors.As(err, &gap) || !reflect.DeepEqual(gap.Missing.Errors.At, []int{12}) {
		t.Errorf("%v, %+v", err, gap)
	}
	if _, err = r.Trace(few("observe.errors=[6]", "observe.wrong=false")); err != nil {
		t.Error(err)
	}
}

// After a divergence nothing is missed, and there is no last error; before it the run is like any other.
func TestTraceDiverged(t *testing.T) {
	r := recorded(t, filepath.Join(t.TempDir(), "run"), few(), 6)
	if err := r.Log(Divergence{Event: DivergedEvent, Update: 7, Layer: 1, Node: "s1", Value: math.NaN()}); err != nil {
		t.Fatal(err)
	}
	end(t, r, Diverged)
	trace, err := r.Trace(few())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := trace.Last(); ok || trace.Diverged == nil || trace.Diverged.Update != 7 || !math.IsNaN(trace.Diverged.Value) || len(trace.Errors) != 2 {
		t.Errorf("%+v", trace)
	}
	if trace, err = r.Trace(few("train.updates=4", "observe.histograms=0")); err != nil || trace.Diverged != nil {
		t.Errorf("%+v, %v", trace, err)
	}
	var gap *GapError
	if _, err = r.Trace(few("observe.layers=3")); !errors.As(err, &gap) || !reflect.DeepEqual(gap.Missing.Layers.At, []int{3, 6}) {
		t.Errorf("%v; want that 3 and 6 are missing", err)
	}
}

// A store answers from its directory, from an archive where the directory lacks something, and otherwise says what is missing.
func TestStore(t *testing.T) {
	c, kept := few(), t.TempDir()
	o := Origin{Numbers: 1, Data: Images{Checksum: "abc", Valid: 60, Test: 50}}
	s := NewStore(t.TempDir(), Archives{os.DirFS(kept), "kept"})
	missing := func(reached int) {
		t.Helper()
		_, err := s.Trace(c, o)
		var gap *GapError
		if !errors.As(err, &gap) || gap.ID != c.ID(o) || gap.Reached != reached || !gap.Beyond() || gap.Last != 12 {
			t.Errorf("%v, %+v; want a gap after %d", err, gap, reached)
		}
	}
	missing(-1)
	if _, ok, err := s.Data("shapeset"); ok || err != nil {
		t.Errorf("images of an empty store: %v", err)
	}
	r := recorded(t, s.Path(c, o), c, 5)
	r.Close()
	missing(5)
	whole := recorded(t, filepath.Join(t.TempDir(), "whole"), c, 12)
	end(t, whole, Done)
	name := filepath.Join(kept, whole.ArchiveName())
	if err := os.WriteFile(name, archived(t, whole, Schedule{Every: 1}), 0o666); err != nil {
		t.Fatal(err)
	}
	want, err := whole.Trace(c)
	if err != nil {
		t.Fatal(err)
	}
	answers := func() {
		t.Helper()
		got, err := s.Trace(c, o)
		x, _ := Encode(want)
		if y, _ := Encode(got); err != nil || !bytes.Equal(x, y) {
			t.Errorf("got\n%s, %v\nwant\n%s", y, err, x)
		}
	}
	answers()
	if images, ok, err := s.Data("shapeset"); !ok || err != nil || images != o.Data {
		t.Errorf("images %+v, %v", images, err)
	}
	s = NewStore("", Archives{os.DirFS(kept), "kept"})
	answers()
	s = NewStore(filepath.Dir(whole.Dir()))
	if err := os.Rename(whole.Dir(), s.Path(c, o)); err != nil {
		t.Fatal(err)
	}
	answers()
	c.Seed = 2
	missing(-1)
}

// The state of a run is that of its manifest, or of its lease; how far it came and its error are read off the ends of its logs, past many digests,
// a line that is cut off, numbers that JSON lacks and what was measured afterwards.
func TestPeek(t *testing.T) {
	c := few("train.updates=100", "observe.histograms=1", "observe.every=1", "checkpoint.digest=1")
	check := func(path, status string, update, tested int) State {
		t.Helper()
		s, err := Peek(path)
		if err != nil || s.Status != status || s.Update != update || s.TestError == nil != (tested < 0) || s.TestError != nil && s.TestError.Update != tested {
			t.Errorf("%s is %s, update %d, test %+v, %v; want %s, %d, %d", path, s.Status, s.Update, s.TestError, err, status, update, tested)
		}
		return s
	}
	dir := t.TempDir()
	r := recorded(t, filepath.Join(dir, "run"), c, 40)
	s := check(r.Dir(), Running, 40, 40)
	if left := s.Left(s.Manifest.Start.Add(80 * time.Second)); left != 120*time.Second {
		t.Errorf("%v left after 80 s of 40 updates, want 120 s", left)
	}
	for u := range 100 {
		if err := r.Log(DigestRecord{Event: DigestEvent, Update: 41 + u%50, Digest: train.Digest{SHA256: strings.Repeat("0", 300)}}); err != nil {
			t.Fatal(err)
		}
	}
	r.Close()
	log, err := os.OpenFile(r.Path(LogFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if _, err := log.WriteString(`{"event":"te`); err != nil {
		t.Fatal(err)
	}
	if s = check(r.Dir(), Killed, 90, 40); s.Left(time.Now()) != 0 {
		t.Error("a killed run has no time left")
	}
	again, _, err := Resume(r.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []int{95, 3} { // the second was measured afterwards
		if err := again.LogExtra(Score{Event: TestEvent, Update: u, NLL: math.Inf(1)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := again.CutLog(again.LogSize()); err != nil {
		t.Fatal(err)
	}
	end(t, again, Failed)
	check(r.Dir(), Failed, 95, 95)
	name := filepath.Join(dir, again.ArchiveName())
	if err := os.WriteFile(name, archived(t, again, Schedule{}), 0o666); err != nil {
		t.Fatal(err)
	}
	check(name, Failed, 95, 95)
	empty := recorded(t, filepath.Join(dir, "empty"), c, -1)
	empty.Close()
	check(empty.Dir(), Killed, 0, -1)
}
