package dataset

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"glorot/models/stream"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// numbered is a set whose image i has the pixels i, 255-i and label i modulo 7.
func numbered(n int) *Set {
	s := &Set{Name: "numbered", Features: 2, Classes: 7}
	for i := range n {
		s.Images = append(s.Images, uint8(i), uint8(255-i))
		s.Labels = append(s.Labels, uint8(i%7))
	}
	return s
}

// take returns which images the next batches hold.
func take(t rapid.TB, s *Shuffled, scale Scale, size, batches int) []int {
	t.Helper()
	table := scale.Table()
	var b Batch
	var taken []int
	for range batches {
		if err := s.Next(&b); err != nil {
			t.Fatal(err)
		}
		if b.N != size || b.Features != 2 || len(b.X) != 2*size || len(b.Labels) != size {
			t.Fatalf("batch of %d x %d, %d inputs", b.N, b.Features, len(b.X))
		}
		for k := range size {
			i := slices.Index(table[:], b.X[2*k])
			if b.X[2*k+1] != table[255-i] || b.Labels[k] != uint8(i%7) {
				t.Fatalf("inputs %v with label %d are no image", b.X[2*k:2*k+2], b.Labels[k])
			}
			taken = append(taken, i)
		}
	}
	return taken
}

// Every pass has every image once, in an order that neither the size of the
// batches nor a stop in between changes.
func TestShuffled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := numbered(rapid.IntRange(1, 256).Draw(t, "images"))
		seed := rapid.Uint64().Draw(t, "seed")
		size := rapid.IntRange(1, 300).Draw(t, "batch")
		stop := rapid.IntRange(0, 8).Draw(t, "stop")
		scale := Scale{-1, rapid.Float64Range(0, 3).Draw(t, "high")}
		n := set.Len()

		whole := take(t, NewShuffled(set, scale, 1, seed), scale, 1, size*(stop+4))
		for pass := range slices.Chunk(whole, n) {
			if slices.Sort(pass); len(slices.Compact(pass)) < len(pass) {
				t.Fatalf("pass has an image twice: %v", pass)
			}
		}
		whole = take(t, NewShuffled(set, scale, 1, seed), scale, 1, size*(stop+4))
		s := NewShuffled(set, scale, size, seed)
		got := take(t, s, scale, size, stop)
		state := s.State()
		if s.Images() != int64(stop*size) {
			t.Errorf("%d images consumed, want %d", s.Images(), stop*size)
		}
		if rest := take(t, s, scale, size, 4); !slices.Equal(append(got, rest...), whole) {
			t.Error("the size of the batches changed the order")
		}
		resumed := NewShuffled(set, scale, 1, seed+1)
		if err := resumed.UnmarshalBinary(state); err != nil {
			t.Fatal(err)
		}
		if again := resumed.State(); !slices.Equal(again, state) || resumed.Images() != int64(stop*size) {
			t.Error("the restored state is another")
		}
		if rest := take(t, resumed, scale, 1, 4*size); !slices.Equal(rest, whole[stop*size:]) {
			t.Error("the restored order is another")
		}
	})
}

// The order is part of what a seed means: Fisher and Yates's shuffle of the stream
// "order", here with other arithmetic.
func TestShuffledOrder(t *testing.T) {
	s := NewShuffled(numbered(10), Scale{0, 1}, 10, 1)
	got := [][]int{take(t, s, Scale{0, 1}, 10, 1), take(t, s, Scale{0, 1}, 10, 1)}
	source := stream.New(1, "order")
	for pass := range got {
		want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
		for i := 9; i > 0; i-- {
			// The high word of the product, by halves; 2^64 is so large that nothing is rejected.
			u := source.Uint64()
			j := ((u>>32)*uint64(i+1) + (u&0xffffffff)*uint64(i+1)>>32) >> 32
			want[i], want[j] = want[j], want[i]
		}
		if !slices.Equal(got[pass], want) {
			t.Errorf("pass %d is %v, want %v", pass, got[pass], want)
		}
	}
}

type fixed []uint64

func (f *fixed) Uint64() uint64 {
	u := (*f)[0]
	*f = (*f)[1:]
	return u
}

// Of the 2^64 outputs 2^64 mod n are too many and are drawn again: for n = 3*2^62
// the products whose low word is below 2^62.
func TestBelow(t *testing.T) {
	const n = 3 << 62
	for _, c := range []struct {
		outputs fixed
		want    uint64
	}{
		{fixed{0, math.MaxUint64}, n - 1},
		{fixed{1, 7}, 0}, // 1*n has the low word n
		{fixed{4, 2}, 1}, // 4*n is 3*2^64
	} {
		if got := below(&c.outputs, n); got != c.want {
			t.Errorf("got %d, want %d", got, c.want)
		}
	}
}

// All 24 orders of 4 images come equally often in 24,000 passes, by a chi-squared
// test at 0.1 %.
func TestShuffledUniform(t *testing.T) {
	s := NewShuffled(numbered(4), Scale{0, 1}, 4, 7)
	counts := map[string]int{}
	for range 24000 {
		counts[fmt.Sprint(take(t, s, Scale{0, 1}, 4, 1))]++
	}
	chi := 0.0
	for _, n := range counts {
		chi += float64((n-1000)*(n-1000)) / 1000
	}
	if limit := (distuv.ChiSquared{K: 23}).Quantile(0.999); len(counts) != 24 || chi > limit {
		t.Errorf("%d orders, chi-squared %v", len(counts), chi)
	}
}

func TestShuffledState(t *testing.T) {
	s := NewShuffled(numbered(10), Scale{0, 1}, 3, 1)
	take(t, s, Scale{0, 1}, 3, 5)
	state := s.State()
	other := NewShuffled(numbered(11), Scale{0, 1}, 3, 1)
	refused(t, other.UnmarshalBinary(state), "another set than numbered of 11 images")
	negative := slices.Clone(state)
	negative[len(orderHeader)+15] = 0x80
	refused(t, s.UnmarshalBinary(negative), "saved order is at image -")
	refused(t, s.UnmarshalBinary(state[:len(state)-1]), "ChaCha8")
	for _, bad := range [][]byte{nil, state[:20], append([]byte("x"), state...)} {
		refused(t, s.UnmarshalBinary(bad), "not a saved order")
	}
	if after, err := s.MarshalBinary(); err != nil || !slices.Equal(after, state) {
		t.Error("an error changed the state")
	}
}

func TestShuffledAllocation(t *testing.T) {
	s := NewShuffled(numbered(25), Scale{0, 1}, 10, 1)
	var b Batch
	if n := testing.AllocsPerRun(1000, func() { _ = s.Next(&b) }); n != 0 {
		t.Errorf("%v allocations a batch", n)
	}
}

func TestShuffledPanics(t *testing.T) {
	for _, c := range [][2]int{{0, 10}, {1, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("batches of %d of %d images were made", c[0], c[1])
				}
			}()
			NewShuffled(numbered(c[1]), Scale{0, 1}, c[0], 1)
		}()
	}
}

func FuzzShuffledState(f *testing.F) {
	fresh := func() *Shuffled { return NewShuffled(numbered(10), Scale{0, 1}, 3, 1) }
	s := fresh()
	f.Add(s.State())
	take(f, s, Scale{0, 1}, 3, 10)
	f.Add(s.State())
	f.Fuzz(func(t *testing.T, state []byte) {
		s := fresh()
		before := s.State()
		if err := s.UnmarshalBinary(state); err != nil {
			if !slices.Equal(s.State(), before) {
				t.Error("an error changed the state")
			}
			return
		}
		if !slices.Equal(s.State(), state) {
			t.Error("the state is another")
		}
		take(t, s, Scale{0, 1}, 3, 10)
	})
}

// BenchmarkShuffled takes one batch of 10 images of MNIST's size.
func BenchmarkShuffled(b *testing.B) {
	set := &Set{Images: make([]uint8, 50000*784), Labels: make([]uint8, 50000), Features: 784, Classes: 10}
	s := NewShuffled(set, Scale{0, 1}, 10, 1)
	var batch Batch
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Next(&batch)
	}
}
