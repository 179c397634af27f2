package dataset

import (
	"bytes"
	"context"
	"errors"
	"image"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// What a kind says before it is opened is so afterwards, and every kind is found by its name.
func TestKinds(t *testing.T) {
	names := map[string]bool{}
	for _, k := range Kinds() {
		if names[k.Name] || k.Title == "" || k.Features() < 1 {
			t.Errorf("%s: twice %v, title %q, %d features", k.Name, names[k.Name], k.Title, k.Features())
		}
		names[k.Name] = true
		got, err := KindByName(k.Name)
		if err != nil || got.Title != k.Title {
			t.Errorf("%s is found as %q, error %v", k.Name, got.Title, err)
		}
	}
	_, err := KindByName("svhn")
	refused(t, err, `data set "svhn"; want shapeset, shapeset100k, mnist, fashionmnist, kmnist, emnist, cifar10, cifar100, smallimagenet`)
	s := DefaultShapeset()
	k := shapeset()
	if k.Features() != s.Features() || len(k.Classes) != s.Classes() {
		t.Errorf("shapeset has %d features and %d classes, want %d and %d", k.Features(), len(k.Classes), s.Features(), s.Classes())
	}
	labels := s.labels()
	one := []string{"triangle", "parallelogram", "ellipse"}
	for i := range one {
		if got := k.Classes[labels[i][3]]; got != one[i] {
			t.Errorf("one %s is called %s", one[i], got)
		}
		for j := range one {
			want := one[min(i, j)] + " and " + one[max(i, j)]
			if i == j {
				want = "two " + one[i] + "s"
			}
			if got := k.Classes[labels[i][j]]; got != want {
				t.Errorf("%s is called %s", want, got)
			}
		}
	}
}

// The checksum of Shapeset-3x2 is in the manifests of runs.
func TestShapesetData(t *testing.T) {
	l := NewLibrary("")
	d, err := l.Open(t.Context(), ShapesetName)
	if err != nil {
		t.Fatal(err)
	}
	const sum = "07463e2cbb9f46d50e610fd58154b0c7ac06757f812580a3ad63a0b6bc117bed"
	if d.Checksum() != sum || d.Train != nil || d.Valid.Len() != FixedLen || d.Test.Len() != FixedLen || len(d.Files) != 0 {
		t.Errorf("checksum %s, want %s; %d images to validate, %d to test", d.Checksum(), sum, d.Valid.Len(), d.Test.Len())
	}
	// Pixel (x, y) is stored at 32x+y.
	picture := d.Image(d.Test, 7).(*image.Gray)
	for i, grey := range d.Test.Images[7*1024 : 8*1024] {
		if got := picture.GrayAt(i/32, i%32).Y; got != grey {
			t.Fatalf("pixel (%d, %d) is %d, want %d", i/32, i%32, got, grey)
		}
	}
}

// shapeset100k has the authors' training images, in the orders of a seed.
func TestShapeset100kData(t *testing.T) {
	d, err := Open(t.Context(), Shapeset100kName, "")
	if err != nil {
		t.Fatal(err)
	}
	gen, err := DefaultShapeset().NewGenerator(1)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]uint8, d.Features())
	if label := gen.Next(first); d.Train.Len() != 100_000 || d.Train.Labels[0] != label || !bytes.Equal(d.Train.Images[:d.Features()], first) {
		t.Error("the training images are not those of the authors' seed")
	}
	const sum = "56698fc825f84cc88c3a683a762058a29948118dbb0bd6b802cea9f65c1f2e8b"
	if d.Checksum() != sum {
		t.Errorf("checksum %s, want %s", d.Checksum(), sum)
	}
	o := SourceOptions{Scale: Scale{-1, 1}, Batch: 7, Seed: 3, ImageSeed: 9}
	sameBatches(t, d, o, NewShuffled(d.Train, o.Scale, o.Batch, o.Seed))
}

// sameBatches compares a source of d with another that makes its batches.
func sameBatches(t *testing.T, d *Data, o SourceOptions, want interface{ Next(*Batch) error }) {
	t.Helper()
	s, err := d.Source(o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var a, b Batch
	for k := range 20 {
		if err := errors.Join(s.Next(&a), want.Next(&b)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a.X, b.X) || !slices.Equal(a.Labels, b.Labels) {
			t.Fatalf("batch %d is another", k)
		}
	}
}

// small are data whose training images have an end.
func small() *Data {
	set := &Set{Name: "small train", Images: make([]uint8, 22), Labels: make([]uint8, 11), Features: 2, Classes: 3}
	for i := range set.Images {
		set.Images[i] = uint8(i)
	}
	return &Data{Train: set, Valid: set.part("small valid", 0, 2), Test: set.part("small test", 2, 4)}
}

// Images without end are those of the image seed, whatever the other is.
func TestSourceOfGenerated(t *testing.T) {
	d := &Data{Kind: shapeset()}
	gen, err := DefaultShapeset().NewGenerator(5)
	if err != nil {
		t.Fatal(err)
	}
	o := SourceOptions{Scale: Scale{0, 1}, Batch: 10, Seed: 77, ImageSeed: 5}
	stream := NewStream(gen, o.Scale, o.Batch, 3)
	defer stream.Close()
	sameBatches(t, d, o, stream)
}

// A source continues where the state of another one was taken, whatever its own seeds.
func TestSourceState(t *testing.T) {
	for _, d := range []*Data{small(), {Kind: shapeset()}} {
		rapid.Check(t, func(t *rapid.T) {
			o := SourceOptions{Scale: Scale{0, 1}, Batch: rapid.IntRange(1, 30).Draw(t, "batch"), Seed: rapid.Uint64().Draw(t, "seed"), ImageSeed: rapid.Uint32().Draw(t, "images")}
			a, err := d.Source(o)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			var want, got Batch
			for range rapid.IntRange(0, 10).Draw(t, "before") {
				if err := a.Next(&want); err != nil {
					t.Fatal(err)
				}
			}
			o.State, o.Seed, o.ImageSeed = a.State(), o.Seed+1, o.ImageSeed+1
			b, err := d.Source(o)
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			for k := range 5 {
				if err := errors.Join(a.Next(&want), b.Next(&got)); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got.X, want.X) || !slices.Equal(got.Labels, want.Labels) {
					t.Fatalf("batch %d after the state is another", k)
				}
			}
			if !bytes.Equal(a.State(), b.State()) {
				t.Error("the states part")
			}
		})
	}
}

func TestSourceRefuses(t *testing.T) {
	good := SourceOptions{Scale: Scale{0, 1}, Batch: 1}
	for _, d := range []*Data{small(), {Kind: shapeset()}} {
		for want, change := range map[string]func(o *SourceOptions){
			"scale is 1 to 1":      func(o *SourceOptions) { o.Scale.Low = 1 },
			"batches of 0":         func(o *SourceOptions) { o.Batch = 0 },
			"not a saved":          func(o *SourceOptions) { o.State = []byte("x") },
			", or an incomplete o": func(o *SourceOptions) { o.State = []byte{} },
		} {
			o := good
			change(&o)
			_, err := d.Source(o)
			refused(t, err, want)
		}
	}
}

// Training images are never those of the test or the validation set.
func TestImageSeed(t *testing.T) {
	for seed, want := range map[uint64]uint32{0: 4294967294, 1: 1, 2: 2, 4294967294: 4294967294, 4294967295: 1, 4294967296: 2} {
		if got := ImageSeed(seed); got != want || got == TestSeed || got == ValidSeed {
			t.Errorf("seed %d: %d, want %d", seed, got, want)
		}
	}
}

// Whoever asks gets the same data, opened once; an error and an end are the asker's own.
func TestLibrary(t *testing.T) {
	dir := t.TempDir()
	l := NewLibrary(dir)
	_, err := l.Open(t.Context(), "smallimagenet")
	if missing := new(MissingError); !errors.As(err, &missing) {
		t.Errorf("error %v, want a MissingError", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Open(ended, "smallimagenet"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	if _, err := l.Open(ended, ShapesetName); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	for name, data := range digits(20, 4, 37, 2) {
		write(t, data, dir, "smallimagenet", name)
	}
	write(t, []byte(`{"a": [], "b": []}`), dir, "smallimagenet", classesFile)
	all := make([]*Data, 8)
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() {
			d, err := l.Open(t.Context(), "smallimagenet")
			if err != nil {
				t.Error(err)
				return
			}
			d.Checksum()
			all[i] = d
		})
	}
	group.Wait()
	if len(slices.Compact(all)) != 1 {
		t.Error("opened more than once")
	}
	if d := all[0]; d != nil && (strings.Join(d.Classes, " ") != "a b" || d.Title != "Small-ImageNet" || d.Train.Len() != 18) {
		t.Errorf("%+v", d.Kind)
	}
	_, err = l.Open(t.Context(), "svhn")
	refused(t, err, `"svhn"`)
}
