package export

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/run/query"

	"github.com/parquet-go/parquet-go"
)

// logs are what two small runs have logged: numbers that are known, some that JSON lacks, a look without histograms, an output layer
// without activations, and records that are not exported.
var logs = map[string][]string{
	"a": {
		`{"event":"look","update":0,"layers":[
			{"layer":1,"flat":"|z| > 0.9","z":{"n":10,"non_finite":2,"mean":0.5,"std":0.25,"kurtosis":3,"p01":-0.75,"p02":-0.5,"p98":1.5,"p99":1.75,"flat":0.125,
				"histogram":{"low":-1,"high":2,"counts":[3,0,4],"below":1,"above":2}}},
			{"layer":2,"dcost_ds":{"n":6,"non_finite":0,"mean":0,"std":0,"kurtosis":null,"histogram":{"low":0,"high":0,"counts":null,"below":0,"above":0}},
				"dcost_dw":{"n":6,"non_finite":1,"mean":0.25,"std":0.5,"kurtosis":1e-30,"histogram":{"low":-1,"high":1,"counts":[2,4],"below":0,"above":0}}}]}`,
		`{"event":"valid","update":0,"examples":8,"errors":6,"error":0.75,"nll":1.5}`,
		`{"event":"test","update":0,"examples":8,"errors":7,"error":0.875,"nll":1.625}`,
		`{"event":"digest","update":5,"sha256":"00","tensors":{"W1":"00"}}`,
		`{"event":"look","update":9007199254740991,"layers":[
			{"layer":1,"z":{"n":0,"non_finite":12,"mean":null,"std":null,"kurtosis":null,"p01":null,"p02":null,"p98":null,"p99":null,"flat":0,
				"histogram":{"low":-1,"high":2,"counts":[0,0,0],"below":0,"above":0}}}]}`,
		`{"event":"test","update":9007199254740991,"examples":8,"errors":8,"error":1,"nll":"+Inf"}`,
	},
	"b": {`{"event":"test","update":3,"examples":8,"errors":2,"error":0.25,"nll":0.30000000000000004}`},
}

// rows are what the tables have to say of them, in their order.
var rows = []string{
	"a 0 0 valid/error 0.75", "a 0 0 valid/nll 1.5", "a 0 0 test/error 0.875", "a 0 0 test/nll 1.625",
	"a 9007199254740991 0 test/error 1", "a 9007199254740991 0 test/nll +Inf",
	"a 0 1 z/mean 0.5", "a 0 1 z/std 0.25", "a 0 1 z/kurtosis 3", "a 0 1 z/p01 -0.75", "a 0 1 z/p02 -0.5", "a 0 1 z/p98 1.5", "a 0 1 z/p99 1.75",
	"a 0 1 z/flat 0.125", "a 0 1 z/non_finite 2",
	"a 0 2 dcost_ds/mean 0", "a 0 2 dcost_ds/std 0", "a 0 2 dcost_ds/kurtosis NaN", "a 0 2 dcost_ds/non_finite 0",
	"a 0 2 dcost_dw/mean 0.25", "a 0 2 dcost_dw/std 0.5", "a 0 2 dcost_dw/kurtosis 1e-30", "a 0 2 dcost_dw/non_finite 1",
	"a 9007199254740991 1 z/mean NaN", "a 9007199254740991 1 z/std NaN", "a 9007199254740991 1 z/kurtosis NaN", "a 9007199254740991 1 z/p01 NaN",
	"a 9007199254740991 1 z/p02 NaN", "a 9007199254740991 1 z/p98 NaN", "a 9007199254740991 1 z/p99 NaN", "a 9007199254740991 1 z/flat 0",
	"a 9007199254740991 1 z/non_finite 12",
	"b 3 0 test/error 0.25", "b 3 0 test/nll 0.30000000000000004",
}

// contents are what the arrays have to hold: shape, type and numbers of each.
var contents = map[string]string{
	"a/valid/update":  "[1] int64 [0]",
	"a/valid/error":   "[1] float64 [0.75]",
	"a/valid/nll":     "[1] float64 [1.5]",
	"a/test/update":   "[2] int64 [0 9007199254740991]",
	"a/test/error":    "[2] float64 [0.875 1]",
	"a/test/nll":      "[2] float64 [1.625 +Inf]",
	"a/update":        "[2] int64 [0 9007199254740991]",
	"b/test/update":   "[1] int64 [3]",
	"b/test/error":    "[1] float64 [0.25]",
	"b/test/nll":      "[1] float64 [0.30000000000000004]",
	"a/layer1/z/mean": "[2] float64 [0.5 NaN]",
	"a/layer1/z/std":  "[2] float64 [0.25 NaN]", "a/layer1/z/kurtosis": "[2] float64 [3 NaN]",
	"a/layer1/z/p01": "[2] float64 [-0.75 NaN]", "a/layer1/z/p02": "[2] float64 [-0.5 NaN]",
	"a/layer1/z/p98": "[2] float64 [1.5 NaN]", "a/layer1/z/p99": "[2] float64 [1.75 NaN]",
	"a/layer1/z/flat": "[2] float64 [0.125 0]", "a/layer1/z/non_finite": "[2] float64 [2 12]",
	"a/layer1/z/counts": "[2 3] int64 [3 0 4 0 0 0]", "a/layer1/z/range": "[2 2] float64 [-1 2 -1 2]", "a/layer1/z/outside": "[2 2] int64 [1 2 0 0]",
	"a/layer2/dcost_ds/mean": "[1] float64 [0]", "a/layer2/dcost_ds/std": "[1] float64 [0]",
	"a/layer2/dcost_ds/kurtosis": "[1] float64 [NaN]", "a/layer2/dcost_ds/non_finite": "[1] float64 [0]",
	"a/layer2/dcost_dw/mean": "[1] float64 [0.25]", "a/layer2/dcost_dw/std": "[1] float64 [0.5]",
	"a/layer2/dcost_dw/kurtosis": "[1] float64 [1e-30]", "a/layer2/dcost_dw/non_finite": "[1] float64 [1]",
	"a/layer2/dcost_dw/counts": "[1 2] int64 [2 4]", "a/layer2/dcost_dw/range": "[1 2] float64 [-1 1]", "a/layer2/dcost_dw/outside": "[1 2] int64 [0 0]",
}

// logged returns the runs as read from their directories. They differ in a text, a number and a seed that float64 does not hold, and the
// second has diverged.
func logged(t *testing.T) []*Run {
	t.Helper()
	dir := t.TempDir()
	var dirs []string
	for i, set := range [][]string{
		{"model.hidden=[2, 3]", "train.rate=0.1", "seed=18446744073709551615"},
		{"model.hidden=[4]", "train.rate=1e30", "seed=18446744073709551614"},
	} {
		c, err := run.Load("", set, run.Allowed{})
		if err != nil {
			t.Fatal(err)
		}
		name := []string{"a", "b"}[i]
		r, err := run.Create(filepath.Join(dir, name), c, run.Origin{Time: time.Unix(100, 0)})
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range logs[name] {
			if err := r.Log(json.RawMessage(record)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(r.End([]string{run.Done, run.Diverged}[i], "", 0, time.Unix(200, 0)), r.Close()); err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, r.Dir())
	}
	runs, err := Read(dirs)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// written is a file of the runs.
func written(t *testing.T, write func(io.Writer, []*Run) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out, logged(t)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// columns returns a format of tables with the keys in which the runs differ.
func columns(write func(io.Writer, []*Run, []string) error) func(io.Writer, []*Run) error {
	return func(w io.Writer, runs []*Run) error { return write(w, runs, query.Differing(runs)) }
}

// The tables have a row for each number in the log, with the keys in which the runs differ.
func TestCSV(t *testing.T) {
	got, err := csv.NewReader(bytes.NewReader(written(t, columns(CSV)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"run", "status", "seed", "model.hidden", "train.rate", "update", "layer", "quantity", "value"}}
	keys := map[string][]string{"a": {"done", "18446744073709551615", "[2, 3]", "0.1"}, "b": {"diverged", "18446744073709551614", "[4]", "1e+30"}}
	for _, r := range rows {
		words := strings.Fields(r)
		want = append(want, slices.Concat(words[:1], keys[words[0]], words[1:]))
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got\n%s\nwant\n%s", lines(got), lines(want))
	}
}

func lines(table [][]string) string {
	var b strings.Builder
	for _, line := range table {
		fmt.Fprintf(&b, "%q\n", line)
	}
	return b.String()
}

// A struct with the types that are meant reads the Parquet table as it is; no column may be null, and each has the type of its
// key: a rate of 1e30 does not make text of the rates.
func TestParquet(t *testing.T) {
	type row struct {
		Run      string  `parquet:"run"`
		Status   string  `parquet:"status"`
		Seed     uint64  `parquet:"seed"`
		Hidden   string  `parquet:"model.hidden"`
		Rate     float64 `parquet:"train.rate"`
		Update   int64   `parquet:"update"`
		Layer    int64   `parquet:"layer"`
		Quantity string  `parquet:"quantity"`
		Value    float64 `parquet:"value"`
	}
	src := written(t, columns(Parquet))
	file, err := parquet.OpenFile(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	const schema = `message glorot {
	required binary run (STRING);
	required binary status (STRING);
	required int64 seed (INT(64,false));
	required binary model.hidden (STRING);
	required double train.rate;
	required int64 update (INT(64,true));
	required int64 layer (INT(64,true));
	required binary quantity (STRING);
	required double value;
}`
	if got := file.Schema().String(); got != schema {
		t.Errorf("schema %s, want %s", got, schema)
	}
	for _, group := range file.Metadata().RowGroups {
		for _, c := range group.Columns {
			if got := c.MetaData.Codec.String(); got != "SNAPPY" {
				t.Errorf("%v is compressed by %s, want SNAPPY", c.MetaData.PathInSchema, got)
			}
		}
	}
	got, err := parquet.Read[row](bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]row{"a": {Status: run.Done, Seed: 18446744073709551615, Hidden: "[2, 3]", Rate: 0.1}, "b": {Status: run.Diverged, Seed: 18446744073709551614, Hidden: "[4]", Rate: 1e30}}
	var lines []string
	for _, r := range got {
		if k := keys[r.Run]; r.Status != k.Status || r.Seed != k.Seed || r.Hidden != k.Hidden || r.Rate != k.Rate {
			t.Errorf("%+v, want the keys of %+v", r, k)
		}
		lines = append(lines, fmt.Sprintf("%s %d %d %s %v", r.Run, r.Update, r.Layer, r.Quantity, r.Value))
	}
	if !slices.Equal(lines, rows) {
		t.Errorf("got %q, want %q", lines, rows)
	}
}

// An .npz is a zip archive of .npy files, each of which is a magic, a version, a header as Python writes it, and the elements: read here
// by the letter of numpy.lib.format.
func TestNPZ(t *testing.T) {
	src := written(t, NPZ)
	archive, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range archive.File {
		name, isArray := strings.CutSuffix(f.Name, ".npy")
		r, err := f.Open()
		if err != nil || !isArray {
			t.Fatal(f.Name, err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		start := 10 + int(binary.LittleEndian.Uint16(b[8:]))
		if string(b[:8]) != "\x93NUMPY\x01\x00" || start%64 != 0 || b[start-1] != '\n' {
			t.Fatalf("%s begins with %q", name, b[:start])
		}
		var dtype, order, dims string
		words := strings.NewReplacer("'", " ", ", ", ",").Replace(strings.TrimSpace(string(b[10:start])))
		if _, err := fmt.Sscanf(words, "{ descr : %s , fortran_order :%s", &dtype, &order); err != nil || !strings.HasPrefix(order, "False,") {
			t.Fatalf("%s: header %q, %v", name, words, err)
		}
		_, dims, _ = strings.Cut(words, "(")
		dims, _, _ = strings.Cut(dims, ")")
		shape := strings.ReplaceAll(strings.TrimSuffix(dims, ","), ",", " ")
		got[name] = described(t, shape, map[string]string{"<i8": "int64", "<f8": "float64"}[dtype], b[start:])
	}
	same(t, got)
}

// A safetensors file is the length of a header in eight bytes, the header in JSON, and the elements.
func TestSafetensors(t *testing.T) {
	src := written(t, Safetensors)
	n := binary.LittleEndian.Uint64(src)
	header, data := src[8:8+n], src[8+n:]
	if n%8 != 0 {
		t.Errorf("a header of %d bytes, want the tensors aligned", n)
	}
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(header, &entries); err != nil {
		t.Fatal(err)
	}
	var metadata map[string]string
	if err := json.Unmarshal(entries["__metadata__"], &metadata); err != nil || len(metadata) != 2 || !strings.Contains(metadata["b"], "hidden: [4]") {
		t.Errorf("metadata %q, %v", metadata, err)
	}
	delete(entries, "__metadata__")
	got := map[string]string{}
	used := 0
	for name, entry := range entries {
		var e struct {
			Dtype   string `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}
		if err := json.Unmarshal(entry, &e); err != nil {
			t.Fatal(err)
		}
		used += e.Offsets[1] - e.Offsets[0]
		got[name] = described(t, strings.Trim(fmt.Sprint(e.Shape), "[]"), map[string]string{"I64": "int64", "F64": "float64"}[e.Dtype], data[e.Offsets[0]:e.Offsets[1]])
	}
	if used != len(data) {
		t.Errorf("%d bytes are used of %d", used, len(data))
	}
	same(t, got)
}

// described are an array's shape, type and numbers in words.
func described(t *testing.T, shape, dtype string, data []byte) string {
	t.Helper()
	var words []string
	for ; len(data) >= 8; data = data[8:] {
		bits := binary.LittleEndian.Uint64(data)
		if dtype == "int64" {
			words = append(words, fmt.Sprint(int64(bits)))
		} else {
			words = append(words, fmt.Sprint(math.Float64frombits(bits)))
		}
	}
	if len(data) > 0 {
		t.Errorf("%d bytes too many", len(data))
	}
	return fmt.Sprintf("[%s] %s %v", shape, dtype, words)
}

// same compares arrays with what they have to hold.
func same(t *testing.T, got map[string]string) {
	t.Helper()
	for name, want := range contents {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	for name := range got {
		if _, ok := contents[name]; !ok {
			t.Errorf("there is %s besides: %s", name, got[name])
		}
	}
}

// A run that did not come to its end says so, and how far its numbers go.
func TestWarning(t *testing.T) {
	runs := logged(t)
	if err := runs[0].Warning(); err != nil {
		t.Error(err)
	}
	if err := runs[1].Warning(); err == nil || err.Error() != "b diverged: its numbers end at update 3 of 100000" {
		t.Error(err)
	}
	if runs[1].Status = "killed"; runs[1].Warning().Error() != "b has not reached its end (killed): its numbers end at update 3 of 100000" {
		t.Error(runs[1].Warning())
	}
}
