package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Summary stands for what a measurement logs.
type Summary struct {
	Mean  float64
	Std   float32   `json:"std"`
	P     []float64 `json:"p,omitempty"`
	Notes string    `json:"notes,omitempty"`
	Level float64   `json:"Grid"` // hidden by a field of another name
}

type point struct{ X, Y float64 }

// MarshalText makes a point speak for itself.
func (p point) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%v/%v", p.X, p.Y), nil }

// UnmarshalText reads what MarshalText writes.
func (p *point) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "%f/%f", &p.X, &p.Y)
	return err
}

// observation has every shape that a record's field may have.
type observation struct {
	Event string `json:"event"`
	Summary
	Std     float64             `json:"std"` // hides Summary's
	Layers  []Summary           `json:"layers"`
	ByName  map[string]*Summary `json:"by_name"`
	Pair    [2]float32          `json:"pair"`
	Grid    [][]float64
	Any     any        `json:"any"`
	None    *float64   `json:"none"`
	Some    *float64   `json:"some"`
	Bytes   []byte     `json:"bytes"`
	Zero    float64    `json:"zero,omitzero"`
	Empty   []int      `json:"empty,omitempty"`
	No      bool       `json:"no,omitempty"`
	Struct  struct{}   `json:"struct,omitempty"`
	Point   point      `json:"point"`
	Time    *time.Time `json:"time"`
	Rates   map[int]float64
	Skipped chan int `json:"-"`
	hidden  float64
	*embedded
}

type embedded struct {
	Deep float64 `json:"deep"`
}

// drawObservation fills an observation with the numbers that float draws.
func drawObservation(t *rapid.T, float *rapid.Generator[float64]) observation {
	summary := rapid.Custom(func(t *rapid.T) Summary {
		return Summary{float.Draw(t, "mean"), float32(float.Draw(t, "std")),
			rapid.SliceOf(float).Draw(t, "p"), rapid.String().Draw(t, "notes"), 1}
	})
	some := float.Draw(t, "some")
	o := observation{
		Event:   "observation",
		Summary: summary.Draw(t, "summary"),
		Std:     float.Draw(t, "std"),
		Layers:  rapid.SliceOfN(summary, 0, 3).Draw(t, "layers"),
		ByName:  map[string]*Summary{"none": nil},
		Pair:    [2]float32{float32(float.Draw(t, "x")), 1},
		Grid:    [][]float64{{}, nil, {float.Draw(t, "grid")}},
		Any:     map[string]any{"<b>": []any{float.Draw(t, "any"), "text", nil, true}},
		Some:    &some,
		Bytes:   rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"),
		Zero:    float.Draw(t, "zero"),
		Point:   point{1, 2},
		Rates:   map[int]float64{10: 1, 9: float.Draw(t, "rate")},
		hidden:  math.NaN(),
	}
	for _, name := range rapid.SliceOfDistinct(rapid.String(), rapid.ID[string]).Draw(t, "names") {
		s := summary.Draw(t, "by name")
		o.ByName[name] = &s
	}
	if rapid.Bool().Draw(t, "embedded") {
		o.embedded = &embedded{float.Draw(t, "deep")}
	}
	return o
}

// Without NaN and infinities the line of a record is what encoding/json writes.
func TestEncodeAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawObservation(t, rapid.Float64Range(-math.MaxFloat32, math.MaxFloat32))
		want, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Encode(o); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%v\n got %s\nwant %s", err, got, want)
		}
	})
}

// Any number that is logged, NaN and the infinities among them, is read back.
func TestDecodeAnyNumber(t *testing.T) {
	float := rapid.OneOf(rapid.Float64Range(-10, 10), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}))
	rapid.Check(t, func(t *rapid.T) {
		want := drawObservation(t, float)
		if want.embedded == nil {
			want.embedded = &embedded{1} // what is not written is not read
		}
		line, err := Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got := observation{embedded: new(embedded)} // encoding/json cannot set it itself
		if err := (Record{JSON: line}).Decode(&got); err != nil {
			t.Fatalf("%v from %s", err, line)
		}
		if again, err := Encode(got); err != nil || !bytes.Equal(again, line) {
			t.Fatalf("%v\n got %s\nwant %s", err, again, line)
		}
		if math.IsNaN(got.Mean) != math.IsNaN(want.Mean) || math.IsInf(got.Mean, 1) != math.IsInf(want.Mean, 1) {
			t.Fatalf("mean %v became %v", want.Mean, got.Mean)
		}
	})
}

// The strings for what JSON lacks, as other programs find them.
func TestEncodeNonFinite(t *testing.T) {
	r := create(t)
	err := r.Log(map[string]any{"event": "x", "a": math.NaN(), "b": []float32{1, float32(math.Inf(1))}, "c": Summary{Std: float32(math.Inf(-1))}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(r.Path(LogFile))
	if want := `{"a":"NaN","b":[1,"+Inf"],"c":{"Mean":0,"std":"-Inf","Grid":0},"event":"x"}` + "\n"; err != nil || string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
}

// A field that is no number is not taken for one.
func TestDecodeErrors(t *testing.T) {
	rec := Record{Event: "x", JSON: json.RawMessage(`{"event":"x","Mean":"NaN","notes":3}`), path: "log.jsonl", line: 7}
	var s Summary
	err := rec.Decode(&s)
	if err == nil || !strings.HasPrefix(err.Error(), `log.jsonl:7: the record "x" cannot be read as a *run.Summary: json: cannot unmarshal number into Go struct field Summary.notes`) {
		t.Error(err)
	}
	rec.JSON = json.RawMessage(`{"event":"x","Mean":"nan"}`)
	if err := rec.Decode(&s); err == nil {
		t.Error("nan is no number")
	}
	var inner struct {
		Mean float64
		*embedded
	}
	rec.JSON = json.RawMessage(`{"event":"x","Mean":"NaN","deep":1}`)
	if err := rec.Decode(&inner); err == nil || !strings.HasSuffix(err.Error(), "cannot set embedded pointer to unexported struct type") {
		t.Error(err)
	}
	var text struct{ Mean string }
	rec.JSON = json.RawMessage(`{"event":"x","mean":"NaN"}`)
	if err := rec.Decode(&text); err != nil || text.Mean != "NaN" {
		t.Errorf("got %q, %v", text.Mean, err)
	}
	var number struct{ Mean *float32 }
	if err := rec.Decode(&number); err != nil || *number.Mean == *number.Mean {
		t.Errorf("got %v, %v", number.Mean, err)
	}
}

// What is no record is refused, and leaves no trace in the log.
func TestLogErrors(t *testing.T) {
	r := create(t)
	type loop struct {
		Event string `json:"event"`
		NaN   float64
		Next  *loop
	}
	round := &loop{Event: "x", NaN: math.NaN()}
	round.Next = round
	for _, test := range []struct {
		record any
		want   string
	}{
		{map[string]any{"update": 1}, `a record of type map[string]interface {}, expected: a JSON object with an "event"`},
		{struct{ Event string }{"x"}, `a record of type struct { Event string }, expected: a JSON object with an "event"`},
		{map[string]any{"event": 1}, `a record of type map[string]interface {}, expected: a JSON object with an "event"`},
		{[]int{1}, `a record of type []int, expected: a JSON object with an "event"`},
		{nil, `a record of type <nil>, expected: a JSON object with an "event"`},
		{map[string]any{"event": "x", "f": func() {}}, `json: unsupported type: func()`},
		{map[string]any{"event": "x", "a": math.NaN(), "f": func() {}}, `json: unsupported type: func()`},
		{round, `json: unsupported value: encountered a cycle via *run.loop`},
	} {
		wantFailure(t, r.Log(test.record), "cannot write "+r.Path(LogFile)+": "+test.want)
	}
	if log, err := r.ReadLog(); err != nil || len(log.Records) != 0 || log.Warning != nil {
		t.Errorf("got %v, %v", log, err)
	}
}

// A log that is cut off anywhere gives every whole line, and says that the last one is
// not whole.
func TestReadCutLog(t *testing.T) {
	r := create(t)
	for update := range 3 {
		if err := r.Log(map[string]any{"event": "progress", "update": update, "loss": math.NaN()}); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := os.ReadFile(r.Path(LogFile))
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) + 1 {
		if err := os.WriteFile(r.Path(LogFile), whole[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		log, err := r.ReadLog()
		lines := bytes.Count(whole[:n], []byte("\n"))
		if err != nil || len(log.Records) != lines {
			t.Fatalf("after %d bytes: %d records, %v, want %d", n, len(log.Records), err, lines)
		}
		left := n - bytes.LastIndexByte(whole[:n], '\n') - 1
		want := fmt.Sprintf("%s:%d: the last line is cut off after %d bytes, and left out", r.Path(LogFile), lines+1, left)
		if cut := left > 0; cut != (log.Warning != nil) || cut && log.Warning.Error() != want {
			t.Errorf("after %d bytes: warning %v, want %s", n, log.Warning, want)
		}
	}
}

// A line in the middle that is no record is an error, and so is no log at all.
func TestReadBadLog(t *testing.T) {
	r := create(t)
	path := r.Path(LogFile)
	const expected = `expected: a JSON object with an "event"`
	for content, want := range map[string]string{
		"{\"event\":\"x\"}\n{\"event\":\"y\"\n{\"event\":\"z\"}\n": path + `:2: got "{\"event\":\"y\"", ` + expected,
		"\n":                           path + `:1: got "", ` + expected,
		"{\"update\":1}\n":             path + `:1: got "{\"update\":1}", ` + expected,
		"\x00\x00\n":                   path + `:1: got "\x00\x00", ` + expected,
		strings.Repeat("é", 50) + "\n": path + `:1: got "` + strings.Repeat("é", 40) + `…", ` + expected,
	} {
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := r.ReadLog()
		wantFailure(t, err, want)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err := r.ReadLog()
	wantFailure(t, err, path+": there is no log, expected: one JSON record per line")
	if err := os.Mkdir(path, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadLog(); err == nil {
		t.Error("a directory was read as a log")
	}
}

// Records of several goroutines do not mix, also not while the run is being closed.
func TestLogConcurrently(t *testing.T) {
	r := create(t)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 100 {
				err := r.Log(map[string]any{"event": "x", "g": g, "pad": strings.Repeat("x", 10*i)})
				if err != nil && !errors.Is(err, errClosed) {
					t.Error(err)
				}
				if g == 0 && i == 90 {
					r.Close()
				}
			}
		})
	}
	wg.Wait()
	log, err := r.ReadLog()
	if err != nil || log.Warning != nil || len(log.Records) < 91 {
		t.Errorf("%d records, %v, %v", len(log.Records), log.Warning, err)
	}
}

// Any bytes are a log, or an error of one line; nothing of a log is lost but a cut line.
func FuzzReadLog(f *testing.F) {
	f.Add([]byte("{\"event\":\"x\",\"a\":\"NaN\"}\n{\"event\":"))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		log, size, err := readLog("log.jsonl", src)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x00") {
				t.Fatalf("%q", err)
			}
			return
		}
		var back []byte
		for _, rec := range log.Records {
			back = append(append(back, rec.JSON...), '\n')
			var v struct{ A, B float64 }
			_ = rec.Decode(&v)
		}
		if rest, ok := bytes.CutPrefix(src, back); !ok || size != int64(len(back)) || (len(rest) > 0) != (log.Warning != nil) {
			t.Fatalf("%q became %q of %d bytes, %v", src, back, size, log.Warning)
		}
	})
}
