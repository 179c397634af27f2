package measure

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/bits"
	"strconv"
)

// Bits says for each of a number of test images whether a network was wrong on
// it. The zero value has no images. Copies share their memory.
//
// As text, and so in JSON, it is the number of images, a colon, and the bits
// in base64 with padding: image i is bit i%8, of value 1<<(i%8), of byte i/8.
// 10,000 images are 1,674 characters.
type Bits struct {
	n     int
	bytes []byte // (n+7)/8 of them; the bits from n on are 0
}

// NewBits returns n bits, none set. It panics if n is negative.
func NewBits(n int) Bits {
	if n < 0 {
		panic(fmt.Sprintf("measure: %d bits: want 0 or more", n))
	}
	return Bits{n: n, bytes: make([]byte, bitBytes(n))}
}

// bitBytes returns how many bytes hold n bits; n+7 could overflow.
func bitBytes(n int) int {
	if n%8 == 0 {
		return n / 8
	}
	return n/8 + 1
}

// Wrong returns which predictions differ from their labels, both [N]. It
// returns an error if their numbers differ.
func Wrong(predictions, labels []uint8) (Bits, error) {
	if len(predictions) != len(labels) {
		return Bits{}, fmt.Errorf("%d predictions of %d images", len(predictions), len(labels))
	}
	b := NewBits(len(labels))
	for i, label := range labels {
		if predictions[i] != label {
			b.Set(i)
		}
	}
	return b, nil
}

// Len returns the number of images.
func (b Bits) Len() int { return b.n }

// Get reports whether bit i is set. It panics unless 0 <= i < Len.
func (b Bits) Get(i int) bool {
	b.check(i)
	return b.bytes[i/8]>>(i%8)&1 == 1
}

// Set sets bit i. It panics unless 0 <= i < Len.
func (b Bits) Set(i int) {
	b.check(i)
	b.bytes[i/8] |= 1 << (i % 8)
}

func (b Bits) check(i int) {
	if i < 0 || i >= b.n {
		panic(fmt.Sprintf("measure: bit %d of %d", i, b.n))
	}
}

// Count returns how many bits are set: the number of errors.
func (b Bits) Count() int {
	count := 0
	for _, v := range b.bytes {
		count += bits.OnesCount8(v)
	}
	return count
}

// MarshalText writes the text that Bits describes.
func (b Bits) MarshalText() ([]byte, error) {
	text := append(strconv.AppendInt(nil, int64(b.n), 10), ':')
	return base64.StdEncoding.AppendEncode(text, b.bytes), nil
}

// UnmarshalText reads what MarshalText writes, and nothing else: one set of
// bits has one text.
func (b *Bits) UnmarshalText(text []byte) error {
	count, encoded, found := bytes.Cut(text, []byte(":"))
	if !found {
		return fmt.Errorf("bits have no colon: want a number of bits, a colon and base64")
	}
	n, err := strconv.Atoi(string(count))
	if err != nil || n < 0 || strconv.Itoa(n) != string(count) {
		return fmt.Errorf("number of bits is %.20q, want a whole number of 0 or more", count)
	}
	// The length is checked first: the decoder would skip line ends.
	want := bitBytes(n)
	if len(encoded)%4 != 0 || len(encoded)/4 != want/3+min(want%3, 1) {
		return fmt.Errorf("%d bits in %d characters of base64, want %d bytes", n, len(encoded), want)
	}
	decoded, err := base64.StdEncoding.Strict().AppendDecode(nil, encoded)
	if err != nil {
		return fmt.Errorf("%d bits: %w", n, err)
	}
	if len(decoded) != want {
		return fmt.Errorf("%d bits in %d bytes, want %d", n, len(decoded), want)
	}
	if n%8 != 0 && decoded[want-1]>>(n%8) != 0 {
		return fmt.Errorf("%d bits are followed by further ones in the last byte, want zeros", n)
	}
	*b = Bits{n: n, bytes: decoded}
	return nil
}
