package trial

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"glorot/experiments/dataset"
	"glorot/experiments/train"
)

// The generated data sets: Shapeset-3x2 without end, and its first 100,000 training images, learned from pass after pass as
// in the paper's comparison with an SVM (section 2.1).
const (
	Shapeset     = "shapeset"
	Shapeset100k = "shapeset100k"
)

// Shapeset100kImages is how many training images Shapeset100k has.
const Shapeset100kImages = 100_000

// Names returns the names of the data sets that a Spec may have.
func Names() []string { return append([]string{Shapeset, Shapeset100k}, dataset.Names()...) }

// A Library opens data sets when they are first asked for, and keeps them. It may be used by several goroutines.
type Library struct {
	dir  string
	mu   sync.Mutex
	open map[string]*shelf
}

type shelf struct {
	once sync.Once
	sets *Sets
	err  error
}

// Sets is an open data set.
type Sets struct {
	Train       *dataset.Set // nil if the training images are made as they are needed
	Valid, Test *dataset.Set
	Checksum    string // of stored data, "" of generated

	Width, Height int      // of a stored image, whose colours come one after the other
	Classes       []string // their names, of stored data
}

// NewLibrary returns the data sets in the folder dir; generated ones need none.
func NewLibrary(dir string) *Library { return &Library{dir: dir, open: make(map[string]*shelf)} }

// Sets returns the data set of that name. If it is not there, the error is a [*dataset.MissingError].
func (l *Library) Sets(ctx context.Context, name string) (*Sets, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("data set %q; want %s", name, strings.Join(Names(), ", "))
	}
	l.mu.Lock()
	s := l.open[name]
	if s == nil {
		s = &shelf{}
		l.open[name] = s
	}
	l.mu.Unlock()
	s.once.Do(func() { s.sets, s.err = l.read(ctx, name) })
	if s.err != nil && ctx.Err() != nil { // ended, not missing: the next one tries again
		l.mu.Lock()
		delete(l.open, name)
		l.mu.Unlock()
	}
	return s.sets, s.err
}

func (l *Library) read(ctx context.Context, name string) (*Sets, error) {
	if name != Shapeset && name != Shapeset100k {
		splits, err := dataset.Open(name, l.dir)
		if err != nil {
			return nil, err
		}
		return &Sets{
			Train: splits.Train, Valid: splits.Valid, Test: splits.Test, Checksum: splits.Checksum(),
			Width: splits.Width, Height: splits.Height, Classes: splits.Classes,
		}, nil
	}
	shapeset := dataset.DefaultShapeset()
	s := &Sets{}
	var err error
	if s.Test, err = shapeset.TestSet(ctx); err != nil {
		return nil, err
	}
	if s.Valid, err = shapeset.ValidSet(ctx); err != nil {
		return nil, err
	}
	if name == Shapeset100k {
		s.Train, err = shapeset.Set(ctx, authorsSeed, Shapeset100kImages)
	}
	return s, err
}

// Complete returns spec with the checksum of its data.
func (l *Library) Complete(ctx context.Context, spec Spec) (Spec, error) {
	sets, err := l.Sets(ctx, spec.Data)
	if err != nil {
		return spec, err
	}
	spec.Checksum = sets.Checksum
	return spec, nil
}

// authorsSeed is that of the training images in the authors' scripts.
const authorsSeed = 1

// source returns the training batches of a seed: an endless sequence of images of its own, or passes over stored ones in
// orders of its own. The caller calls stop.
func (s *Sets) source(spec Spec) (source train.Source, stop func(), err error) {
	scale := dataset.Scale{Low: spec.Low, High: spec.High}
	if err := scale.Validate(); err != nil {
		return nil, nil, err
	}
	if s.Train != nil {
		return dataset.NewShuffled(s.Train, scale, spec.Batch, spec.Seed), func() {}, nil
	}
	gen, err := dataset.DefaultShapeset().NewGenerator(imagesSeed(spec.Seed))
	if err != nil {
		return nil, nil, err
	}
	const ahead = 16 // batches
	stream := dataset.NewStream(gen, scale, spec.Batch, ahead)
	return stream, func() { stream.Close() }, nil
}

// imagesSeed is the seed of the training images: that of the run, but never that of the test or the validation images (0 and
// 2^32-1). Seed 1 has the authors' own.
func imagesSeed(seed uint64) uint32 {
	const others = 1<<32 - 2
	return uint32((seed+others-1)%others) + 1
}
