package measure

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// bitsOf returns the bits that are true.
func bitsOf(set []bool) Bits {
	b := NewBits(len(set))
	for i, on := range set {
		if on {
			b.Set(i)
		}
	}
	return b
}

// The text of some bits, by hand: bits 0, 8 and 9 are the bytes 1 and 3, in
// base64 000000 010000 001100 = A Q M, and one character of padding.
func TestBitsText(t *testing.T) {
	b := NewBits(10)
	for _, i := range []int{0, 8, 9} {
		b.Set(i)
	}
	for want, b := range map[string]Bits{`"10:AQM="`: b, `"0:"`: {}, `"8:AA=="`: NewBits(8)} {
		text, err := json.Marshal(b)
		if err != nil || string(text) != want {
			t.Errorf("%s, %v; want %s", text, err, want)
		}
	}
	if text, _ := NewBits(10_000).MarshalText(); len(text) != 1674 {
		t.Errorf("10,000 bits are %d characters", len(text))
	}
}

// Whatever is set is read back, through JSON too.
func TestBitsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SliceOfN(rapid.Bool(), 0, 100).Draw(t, "set")
		text, err := json.Marshal(bitsOf(set))
		if err != nil {
			t.Fatal(err)
		}
		var b Bits
		if err := json.Unmarshal(text, &b); err != nil {
			t.Fatal(err)
		}
		count := 0
		for i, on := range set {
			if b.Get(i) != on {
				t.Fatalf("bit %d is not %v", i, on)
			}
			if on {
				count++
			}
		}
		if b.Len() != len(set) || b.Count() != count {
			t.Fatalf("%d of %d, want %d of %d", b.Count(), b.Len(), count, len(set))
		}
	})
}

func TestBitsUnmarshalErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "no colon",
		"AQM=":                    "no colon",
		"-1:":                     "number of bits is",
		"+8:AA==":                 "number of bits is",
		"08:AA==":                 "number of bits is",
		"99999999999999999999:AA": "number of bits is",
		"9223372036854775807:AA=": "want 1152921504606846976 bytes",
		"10:AA==":                 "10 bits in 1 bytes, want 2",
		"10:AQMA":                 "10 bits in 3 bytes, want 2",
		"10:AQM":                  "in 3 characters",
		"10:AQM=\n":               "in 5 characters",
		"10:\r\n\r\nAQM=":         "in 8 characters",
		"10:AQ\n=":                "illegal base64",
		"8:AB==":                  "illegal base64", // what follows the byte is not 0
		"10:!!!!":                 "illegal base64",
		"10:AQQ=":                 "followed by further ones",
		"0:AA==":                  "in 4 characters",
	} {
		var b Bits
		if err := b.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// One set of bits has one text: what is read is written the same.
func FuzzBitsUnmarshalText(f *testing.F) {
	for _, text := range []string{"0:", "8:AA==", "10:AQM=", "24:AQMA", "9:AQM="} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var b Bits
		if b.UnmarshalText(text) != nil {
			return
		}
		if again, _ := b.MarshalText(); string(again) != string(text) {
			t.Errorf("%q is read and written as %q", text, again)
		}
		if n := b.Count(); n > b.Len() {
			t.Errorf("%q: %d bits set of %d", text, n, b.Len())
		}
	})
}

func TestWrong(t *testing.T) {
	b, err := Wrong([]uint8{1, 2, 3}, []uint8{1, 0, 4})
	if err != nil || b.Len() != 3 || b.Get(0) || !b.Get(1) || !b.Get(2) {
		t.Errorf("%+v, %v", b, err)
	}
	if _, err := Wrong([]uint8{1}, nil); err == nil || err.Error() != "1 predictions of 0 images" {
		t.Error(err)
	}
}

func TestBitsPanics(t *testing.T) {
	b := NewBits(10) // in 16 bits
	panics(t, "measure: bit 10 of 10", func() { b.Set(10) })
	panics(t, "measure: bit 12 of 10", func() { b.Get(12) })
	panics(t, "measure: bit -1 of 10", func() { b.Get(-1) })
	panics(t, "measure: -1 bits: want 0 or more", func() { NewBits(-1) })
}
