package export

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run"

	"google.golang.org/protobuf/encoding/protowire"
)

// The first record is the version, with the lengths and checksums of the format. The checksum of 32 zero bytes is that
// of RFC 3720, B.4, masked.
func TestRecords(t *testing.T) {
	if got, want := masked(make([]byte, 32)), uint32((0x8a9136aa>>15|0x8a9136aa<<17&0xffffffff+0xa282ead8)&0xffffffff); got != want {
		t.Errorf("masked checksum %#x, want %#x", got, want)
	}
	var out bytes.Buffer
	r := &Run{Manifest: run.Manifest{Start: time.Unix(100, 0)}, Scores: []run.Score{{Event: run.TestEvent, Update: 7, Error: 0.25, NLL: 1.5}}}
	if err := r.TensorBoard(&out); err != nil {
		t.Fatal(err)
	}
	events := records(t, out.Bytes())
	if len(events) != 2 || !bytes.HasSuffix(events[0], []byte("brain.Event:2")) {
		t.Fatalf("events %q, want the version and one more", events)
	}
	b := events[1][9:] // wall_time
	field, _, n := protowire.ConsumeTag(b)
	step, _ := protowire.ConsumeVarint(b[n:])
	if field != 2 || step != 7 || !bytes.Contains(b, []byte("test/error\x15\x00\x00\x80\x3e")) { // 0.25 as simple_value
		t.Errorf("event %q, want step 7 and test/error 0.25", b)
	}
}

// records are the data of the records of an event file.
func records(t *testing.T, b []byte) (list [][]byte) {
	t.Helper()
	for len(b) > 0 {
		n := binary.LittleEndian.Uint64(b)
		data := b[12 : 12+n]
		if binary.LittleEndian.Uint32(b[8:]) != masked(b[:8]) || binary.LittleEndian.Uint32(b[12+n:]) != masked(data) {
			t.Fatal("wrong checksum")
		}
		list, b = append(list, data), b[16+n:]
	}
	return list
}

// Events are in the order of the updates, with every scalar of the tables and every histogram that was logged: min, max, num, sum and
// sum_squares of the HistogramProto, its bucket limits and its buckets, with one more on a side outside of which there were values.
func TestEvents(t *testing.T) {
	var out bytes.Buffer
	if err := logged(t)[0].TensorBoard(&out); err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, event := range records(t, out.Bytes())[1:] {
		wall, step := math.Float64frombits(fixed64(t, event, 1)), varint(t, event, 2)
		if wall != 100+float64(step) { // the run began at 100
			t.Errorf("step %d at %v", step, wall)
		}
		for _, value := range messages(t, messages(t, event, 5)[0], 1) {
			line := fmt.Sprintf("%d %s", step, messages(t, value, 1)[0])
			if histo := messages(t, value, 5); histo != nil {
				for field := range protowire.Number(5) {
					line += fmt.Sprintf(" %v", math.Float64frombits(fixed64(t, histo[0], field+1)))
				}
				got = append(got, fmt.Sprintf("%s %v %v", line, doubles(messages(t, histo[0], 6)[0]), doubles(messages(t, histo[0], 7)[0])))
				continue
			}
			got = append(got, fmt.Sprintf("%s %v", line, math.Float32frombits(fixed32(t, value, 2))))
		}
	}
	for _, r := range rows {
		words := strings.Fields(r)
		if words[0] == "a" {
			v, _ := strconv.ParseFloat(words[4], 64)
			tag := strings.TrimPrefix("layer"+words[2]+"/"+words[3], "layer0/")
			want = append(want, fmt.Sprintf("%s %s %v", words[1], tag, float32(v)))
		}
	}
	want = append(want,
		"0 layer1/z -2 3 10 5 3.125 [-1 0 1 2 3] [1 3 0 4 2]",
		"0 layer2/dcost_dw -1 1 6 1.5 1.875 [0 1] [2 4]",
		"9007199254740991 layer1/z -1 2 0 0 0 [0 1 2] [0 0 0]")
	if !slices.IsSortedFunc(got, func(a, b string) int { return cmp.Compare(len(strings.Fields(a)[0]), len(strings.Fields(b)[0])) }) {
		t.Errorf("not in the order of the updates: %q", got)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// fields calls f with each field of a message, its number and what follows its tag.
func fields(t *testing.T, b []byte, f func(field protowire.Number, rest []byte)) {
	t.Helper()
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		size := protowire.ConsumeFieldValue(field, kind, b[max(0, n):])
		if n < 0 || size < 0 {
			t.Fatalf("no message: %q", b)
		}
		f(field, b[n:])
		b = b[n+size:]
	}
}

func messages(t *testing.T, b []byte, field protowire.Number) (list [][]byte) {
	t.Helper()
	fields(t, b, func(f protowire.Number, rest []byte) {
		if f == field {
			m, _ := protowire.ConsumeBytes(rest)
			list = append(list, m)
		}
	})
	return list
}

func varint(t *testing.T, b []byte, field protowire.Number) (v uint64) {
	t.Helper()
	fields(t, b, func(f protowire.Number, rest []byte) {
		if f == field {
			v, _ = protowire.ConsumeVarint(rest)
		}
	})
	return v
}

func fixed64(t *testing.T, b []byte, field protowire.Number) (v uint64) {
	t.Helper()
	fields(t, b, func(f protowire.Number, rest []byte) {
		if f == field {
			v, _ = protowire.ConsumeFixed64(rest)
		}
	})
	return v
}

func fixed32(t *testing.T, b []byte, field protowire.Number) (v uint32) {
	t.Helper()
	fields(t, b, func(f protowire.Number, rest []byte) {
		if f == field {
			v, _ = protowire.ConsumeFixed32(rest)
		}
	})
	return v
}

func doubles(b []byte) (list []float64) {
	for ; len(b) >= 8; b = b[8:] {
		list = append(list, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return list
}
