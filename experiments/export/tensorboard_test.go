package export

import (
	"bytes"
	"encoding/binary"
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
	r := &Run{Manifest: run.Manifest{Start: time.Unix(100, 0)}, Scores: []Score{{"test", 7, 0.25, 1.5}}}
	if err := r.TensorBoard(&out); err != nil {
		t.Fatal(err)
	}
	var events [][]byte
	for b := out.Bytes(); len(b) > 0; {
		n := binary.LittleEndian.Uint64(b)
		data := b[12 : 12+n]
		if binary.LittleEndian.Uint32(b[8:]) != masked(b[:8]) || binary.LittleEndian.Uint32(b[12+n:]) != masked(data) {
			t.Fatal("wrong checksum")
		}
		events, b = append(events, data), b[16+n:]
	}
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
