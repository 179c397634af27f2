package dataset

import (
	"fmt"
)

// A Source makes the mini-batches of a training, without end. It must be used by one goroutine only.
type Source interface {
	// Next fills b, and allocates only if b is too small.
	Next(b *Batch) error

	// State returns what a source of the same data needs to continue with the next image; see [SourceOptions].
	State() []byte

	// Close frees the resources of the source. A second Close does nothing.
	Close() error
}

// SourceOptions choose the mini-batches of a [Source].
type SourceOptions struct {
	Scale     Scale
	Batch     int    // images of a mini-batch, at least 1
	Seed      uint64 // of the order, if the images have an end
	ImageSeed uint32 // of the generator, if the images have no end; see [ImageSeed]
	State     []byte // which a source of the same data returned, and which then replaces the seeds; nil to begin
}

// Source returns the training batches: endless images, or passes over a finite set, each in a new order. It returns an error
// if the scale or the batch size is invalid, or if the State does not belong to a source of these data. The caller closes the
// source.
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

// ImageSeed returns the generator's seed for the training images of a run. It follows the seed of the run, but is never that of
// the test or the validation images ([TestSeed] and [ValidSeed]). Seed 1 gives the authors' own images.
func ImageSeed(seed uint64) uint32 {
	const others = 1<<32 - 2
	return uint32((seed+others-1)%others) + 1
}
