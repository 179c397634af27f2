package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
)

// A saved generator is a header, then little-endian the fingerprint of its
// constants, its tally, the position in the twister's block and the block.
const (
	stateHeader = "shapeset state 1\n"
	stateLen    = len(stateHeader) + 4*8 + 4 + 4*mtWords
)

// state is everything that changes in a generator from image to image.
type state struct {
	rng   mt19937
	tally Tally
}

func (g *Generator) state() state { return state{g.rng, g.tally} }

func (g *Generator) setState(s *state) { g.rng, g.tally = s.rng, s.tally }

// fingerprint distinguishes different constants.
func (s Shapeset) fingerprint() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%+v", s)
	return h.Sum64()
}

// MarshalBinary returns the complete state of the generator, from which it
// continues with the same images. The error is always nil.
func (g *Generator) MarshalBinary() ([]byte, error) {
	s := g.state()
	return g.set.marshal(&s), nil
}

func (s Shapeset) marshal(st *state) []byte {
	b := make([]byte, 0, stateLen)
	b = append(b, stateHeader...)
	b = binary.LittleEndian.AppendUint64(b, s.fingerprint())
	for _, n := range []int64{st.tally.Images, st.tally.Rejections, st.tally.Dropped} {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(st.rng.next))
	for _, w := range st.rng.words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}

// UnmarshalBinary restores a state that MarshalBinary returned. The generator
// must have the same constants. After an error it is unchanged.
func (g *Generator) UnmarshalBinary(data []byte) error {
	if len(data) != stateLen || string(data[:len(stateHeader)]) != stateHeader {
		return errors.New("shapeset: not a saved generator, or an incomplete one")
	}
	data = data[len(stateHeader):]
	word := func() uint64 {
		w := binary.LittleEndian.Uint64(data)
		data = data[8:]
		return w
	}
	if word() != g.set.fingerprint() {
		return errors.New("shapeset: the saved generator has other constants than this one")
	}
	s := state{tally: Tally{Images: int64(word()), Rejections: int64(word()), Dropped: int64(word())}}
	s.rng.next = int(binary.LittleEndian.Uint32(data))
	if s.rng.next > mtWords {
		return fmt.Errorf("shapeset: saved generator is at word %d, must be at most %d", s.rng.next, mtWords)
	}
	for i := range s.rng.words {
		s.rng.words[i] = binary.LittleEndian.Uint32(data[4+4*i:])
	}
	g.setState(&s)
	return nil
}
