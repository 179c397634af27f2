package dataset

import (
	"errors"
	"fmt"
)

// ErrClosed is the error of a closed [Stream].
var ErrClosed = errors.New("shapeset: the stream is closed")

// Stream divides the images of a generator into scaled mini-batches, which it
// makes ahead of their use on another goroutine. With batches of n images, batch
// k has images k*n to k*n+n-1 of the generator. Its methods must be called by one
// goroutine only.
type Stream struct {
	gen      *Generator
	ready    chan *slot    // made, not yet consumed; holds up to ahead
	free     chan *slot    // to be filled; holds up to ahead
	stop     chan struct{} // closed by Close
	stopped  chan struct{} // closed when the goroutine has ended
	consumed state         // of the generator after the last consumed batch
	closed   bool
}

// slot is one batch and the generator's state after it.
type slot struct {
	batch Batch
	after state
}

// NewStream starts a stream of batches of the given size at the present image
// of gen, and makes up to ahead of them in advance. The generator belongs to
// the stream until Close. It panics if batch or ahead is less than 1.
func NewStream(gen *Generator, scale Scale, batch, ahead int) *Stream {
	if batch < 1 || ahead < 1 {
		panic(fmt.Sprintf("dataset: stream of batches of %d, %d ahead; both must be 1 or more", batch, ahead))
	}
	s := &Stream{
		gen:      gen,
		ready:    make(chan *slot, ahead),
		free:     make(chan *slot, ahead),
		stop:     make(chan struct{}),
		stopped:  make(chan struct{}),
		consumed: gen.state(),
	}
	for range ahead {
		b := new(slot)
		b.batch.resize(batch, gen.set.Features())
		s.free <- b
	}
	go s.produce(scale.Table())
	return s
}

func (s *Stream) produce(table [256]float32) {
	defer close(s.stopped)
	img := make([]uint8, s.gen.set.Features())
	for {
		select {
		case <-s.stop:
			return
		case b := <-s.free:
			for i := range b.batch.N {
				b.batch.Labels[i] = s.gen.Next(img)
				apply(&table, b.batch.X[i*len(img):], img)
			}
			b.after = s.gen.state()
			s.ready <- b // there is room for every slot
		}
	}
}

// Next copies the next mini-batch into b, and allocates only if b is too small.
// It returns [ErrClosed] after Close.
func (s *Stream) Next(b *Batch) error {
	if s.closed {
		return ErrClosed
	}
	made := <-s.ready
	b.resize(made.batch.N, made.batch.Features)
	copy(b.X, made.batch.X)
	copy(b.Labels, made.batch.Labels)
	s.consumed = made.after
	s.free <- made
	return nil
}

// Images returns the number of images consumed since the generator was seeded.
func (s *Stream) Images() int64 { return s.consumed.tally.Images }

// State returns the generator's state after the last consumed image, not after
// those made ahead. A generator continues with the next image after
// [Generator.UnmarshalBinary].
func (s *Stream) State() []byte { return s.gen.set.marshal(&s.consumed) }

// Close ends the goroutine, waits for it, and puts the generator back to its state after the last
// consumed image. A second Close does nothing. The error is always nil.
func (s *Stream) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	close(s.stop)
	<-s.stopped
	s.gen.setState(&s.consumed)
	return nil
}
