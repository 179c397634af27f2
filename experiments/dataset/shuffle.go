package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/bits"
	"math/rand/v2"

	"glorot/models/stream"
)

// Shuffled divides a set into scaled mini-batches, in a new random order for every
// pass, as the authors' scripts do with finite data sets. Example i of pass p does
// not depend on the size of the batches; a batch may have the end of one pass and
// the beginning of the next.
type Shuffled struct {
	set    *Set
	table  [256]float32
	batch  int
	source *rand.ChaCha8
	before []byte   // state of the source before it made this pass's order
	order  []uint32 // permutation of the images
	next   int      // position in the order
	pass   int64    // passes completed
}

// NewShuffled returns batches of the given size, in the order given by the stream
// "order" of the seed. It panics if batch is less than 1, or the set empty.
func NewShuffled(set *Set, scale Scale, batch int, seed uint64) *Shuffled {
	if batch < 1 || set.Len() < 1 || uint64(set.Len()) > math.MaxUint32 {
		panic(fmt.Sprintf("dataset: batches of %d of %d images; both must be 1 or more", batch, set.Len()))
	}
	s := &Shuffled{
		set:    set,
		table:  scale.Table(),
		batch:  batch,
		source: stream.New(seed, "order"),
		order:  make([]uint32, set.Len()),
	}
	s.shuffle()
	return s
}

// shuffle makes the order of a pass, from 0, 1, 2, ...
func (s *Shuffled) shuffle() {
	s.before, _ = s.source.AppendBinary(s.before[:0]) // has no errors
	for i := range s.order {
		s.order[i] = uint32(i)
	}
	permute(s.source, s.order)
}

// permute brings a list into a random order, by Fisher and Yates's shuffle.
func permute[T any](source rand.Source, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := below(source, uint64(i)+1)
		list[i], list[j] = list[j], list[i]
	}
}

// below draws uniformly from 0 to n-1.
//
// Lemire, "Fast random integer generation in an interval", 2019, algorithm 5.
func below(source rand.Source, n uint64) uint64 {
	for {
		high, low := bits.Mul64(source.Uint64(), n)
		if low >= n || low >= -n%n {
			return high
		}
	}
}

// Next makes the next mini-batch, and allocates only if b is too small. The error
// is always nil.
func (s *Shuffled) Next(b *Batch) error {
	features := s.set.Features
	b.resize(s.batch, features)
	for k := range s.batch {
		if s.next == len(s.order) {
			s.shuffle()
			s.next = 0
			s.pass++
		}
		i := int(s.order[s.next])
		s.next++
		s.set.inputs(&s.table, b.X[k*features:], i, i+1)
		b.Labels[k] = s.set.Labels[i]
	}
	return nil
}

// Images returns the number of images consumed, those of all passes.
func (s *Shuffled) Images() int64 { return s.pass*int64(len(s.order)) + int64(s.next) }

// A saved order is a header, then little-endian the fingerprint of the set, the
// images consumed and the source before the order of the present pass.
const orderHeader = "shuffled state 1\n"

// fingerprint distinguishes sets by their name and shape.
func (s *Set) fingerprint() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q %d %d %d", s.Name, s.Len(), s.Features, s.Classes)
	return h.Sum64()
}

// State returns the position of the next image. A Shuffled of the same set
// continues with that image after [Shuffled.UnmarshalBinary].
func (s *Shuffled) State() []byte {
	b := append([]byte(nil), orderHeader...)
	b = binary.LittleEndian.AppendUint64(b, s.set.fingerprint())
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Images()))
	return append(b, s.before...)
}

// Close does nothing. The error is always nil.
func (s *Shuffled) Close() error { return nil }

// MarshalBinary returns the State; the error is always nil.
func (s *Shuffled) MarshalBinary() ([]byte, error) { return s.State(), nil }

// UnmarshalBinary restores a state that State returned. The seed of s and the size
// of its batches may differ; the set must have the same name and shape. After an
// error s is unchanged.
func (s *Shuffled) UnmarshalBinary(data []byte) error {
	if len(data) < len(orderHeader)+16 || string(data[:len(orderHeader)]) != orderHeader {
		return errors.New("shuffled: not a saved order, or an incomplete one")
	}
	data = data[len(orderHeader):]
	if binary.LittleEndian.Uint64(data) != s.set.fingerprint() {
		return fmt.Errorf("shuffled: the saved order is of another set than %s of %d images", s.set.Name, s.set.Len())
	}
	images := int64(binary.LittleEndian.Uint64(data[8:]))
	if images < 0 {
		return fmt.Errorf("shuffled: saved order is at image %d", images)
	}
	source := new(rand.ChaCha8)
	if err := source.UnmarshalBinary(data[16:]); err != nil {
		return fmt.Errorf("shuffled: %w", err)
	}
	// A new pass begins only when its first image is needed.
	n := int64(len(s.order))
	s.pass, s.next = images/n, int(images%n)
	if s.next == 0 && images > 0 {
		s.pass, s.next = s.pass-1, len(s.order)
	}
	s.source = source
	s.shuffle()
	return nil
}
