package dataset

import (
	"fmt"
)

// A Source makes the mini-batches of a training, one after the other without end. It is for one goroutine.
type Source interface {
	// Next fills b, and allocates only if b is too small.
	Next(b *Batch) error

	// State returns what a source of the same data needs to go on with the next image; see [SourceOptions].
	State() []byte

	// Close frees what the source holds. Closing twice does nothing.
	Close() error
}

// SourceOptions say which mini-batches a [Source] makes.
type SourceOptions struct {
	Scale     Scale
	Batch     int    // images of a mini-batch, at least 1
	Seed      uint64 // of the order of images that have an end
	ImageSeed uint32 // of images without end, as the generator takes it; see [ImageSeed]
	State     []byte // that a source of the same data returned, which then determines what the seeds do; nil to begin
}

// Source returns the training batches: images without end, or passes over those that have one, each in an order of its own. It
// returns an error if the scale or the batch is none, or if the State is not that of a source of these data. The caller
// closes the source.
func (d *Data) Source(o SourceOptions) (Source, error) {
	if err := o.Scale.Validate(); err != nil {
		return nil, err
	}
	if o.Batch < 1 {
		return nil, fmt.Errorf("batches of %d images, must be 1 or more", o.Batch)
	}
	if d.Train != nil {
		order := NewShuffled(d.Train, o.Scale, o.Batch, o.Seed)
		if o.State != nil {
			if err := order.UnmarshalBinary(o.State); err != nil {
				return nil, err
			}
		}
		return order, nil
	}
	gen, err := d.endless(o.ImageSeed)
	if err == nil && o.State != nil {
		err = gen.UnmarshalBinary(o.State)
	}
	if err != nil {
		return nil, err
	}
	const ahead = 160 // images
	return NewStream(gen, o.Scale, o.Batch, max(1, ahead/o.Batch)), nil
}

// ImageSeed returns the seed of the training images of a run, for the generator: that of the run, but never that of the test or
// the validation images ([TestSeed] and [ValidSeed]). Seed 1 has the authors' own images.
func ImageSeed(seed uint64) uint32 {
	const others = 1<<32 - 2
	return uint32((seed+others-1)%others) + 1
}
