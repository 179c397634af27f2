package dataset

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"
)

// follow takes n batches off a stream and holds them to a generator.
func follow(t rapid.TB, s *Stream, g *Generator, scale Scale, size, n int) {
	t.Helper()
	table := scale.Table()
	img := make([]uint8, g.set.Features())
	want := make([]float32, len(img))
	var b Batch
	for k := range n {
		if err := s.Next(&b); err != nil {
			t.Fatal(err)
		}
		if b.N != size || b.Features != len(img) || len(b.X) != size*len(img) || len(b.Labels) != size {
			t.Fatalf("batch of %d x %d, want %d x %d", b.N, b.Features, size, len(img))
		}
		for i := range size {
			label := g.Next(img)
			apply(&table, want, img)
			if b.Labels[i] != label || !slices.Equal(b.X[i*len(img):(i+1)*len(img)], want) {
				t.Fatalf("batch %d, image %d is not the generator's", k, i)
			}
		}
	}
	if s.Images() != g.Tally().Images {
		t.Errorf("%d images consumed, want %d", s.Images(), g.Tally().Images)
	}
}

// Whatever is made ahead, the stream is the generator's; and from the state of
// what was consumed, as from the generator given back, it continues without a gap.
func TestStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := DefaultShapeset()
		set.Size = rapid.IntRange(10, 40).Draw(t, "size")
		seed := rapid.Uint32().Draw(t, "seed")
		scale := Scale{-rapid.Float64Range(0, 2).Draw(t, "low"), 1}
		batch := rapid.IntRange(1, 12).Draw(t, "batch")
		ahead := rapid.IntRange(1, 5).Draw(t, "ahead")
		batches := rapid.IntRange(0, 8)
		made := func(seed uint32) *Generator {
			g, err := set.NewGenerator(seed)
			if err != nil {
				t.Fatal(err)
			}
			return g
		}

		want, gen := made(seed), made(seed)
		s := NewStream(gen, scale, batch, ahead)
		follow(t, s, want, scale, batch, batches.Draw(t, "first part"))
		state := s.State()
		follow(t, s, want, scale, batch, batches.Draw(t, "second part"))
		s.Close()
		if want.state() != gen.state() {
			t.Error("the generator given back is not where the consumer was")
		}

		resumed, control := made(seed+1), made(seed+2)
		for _, g := range []*Generator{resumed, control} {
			if err := g.UnmarshalBinary(state); err != nil {
				t.Fatal(err)
			}
		}
		s = NewStream(resumed, scale, batch, ahead)
		defer s.Close()
		follow(t, s, control, scale, batch, 3)
	})
}

// synctest fails if a goroutine of the bubble outlives the test.
func TestStreamClose(t *testing.T) {
	for taken := range 4 {
		synctest.Test(t, func(t *testing.T) {
			s := NewStream(generator(t, 1), Scale{0, 1}, 10, 2)
			var b Batch
			for range taken {
				if err := s.Next(&b); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait() // until it is as far ahead as it may be
			s.Close()
			s.Close()
			if err := s.Next(&b); !errors.Is(err, ErrClosed) {
				t.Errorf("error %v after Close, want ErrClosed", err)
			}
			if got := s.Images(); got != int64(10*taken) {
				t.Errorf("%d images consumed, want %d", got, 10*taken)
			}
		})
	}
}

func TestStreamPanics(t *testing.T) {
	for _, c := range [][2]int{{0, 1}, {1, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a stream of batches of %d, %d ahead was made", c[0], c[1])
				}
			}()
			NewStream(generator(t, 0), Scale{0, 1}, c[0], c[1])
		}()
	}
}

func TestNoAllocation(t *testing.T) {
	g := generator(t, 0)
	img := make([]uint8, 1024)
	if n := testing.AllocsPerRun(1000, func() { g.Next(img); g.Cover(&g.scene) }); n != 0 {
		t.Errorf("%v allocations an image", n)
	}
	s := NewStream(g, Scale{0, 1}, 10, 4)
	defer s.Close()
	var b Batch
	if n := testing.AllocsPerRun(1000, func() { _ = s.Next(&b) }); n != 0 {
		t.Errorf("%v allocations a batch", n)
	}
}

// BenchmarkStream takes one batch of 10.
func BenchmarkStream(b *testing.B) {
	s := NewStream(generator(b, 0), Scale{0, 1}, 10, 8)
	defer s.Close()
	var batch Batch
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Next(&batch)
	}
}
