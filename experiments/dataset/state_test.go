package dataset

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

func TestStateGoesOn(t *testing.T) {
	a, b := generator(t, 0), generator(t, 9)
	img, want := make([]uint8, 1024), make([]uint8, 1024)
	for range 100 {
		a.Next(img)
	}
	saved, err := a.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.UnmarshalBinary(saved); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if a.Next(want) != b.Next(img) || !slices.Equal(img, want) {
			t.Fatalf("image %d after the saved state differs", i)
		}
	}
	if a.Tally() != b.Tally() {
		t.Errorf("tally %+v, want %+v", b.Tally(), a.Tally())
	}
}

func TestStateErrors(t *testing.T) {
	g := generator(t, 0)
	saved, err := g.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	other := DefaultShapeset()
	other.Overlap = .6
	h, err := other.NewGenerator(0)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.UnmarshalBinary(saved); err == nil {
		t.Error("the state of other constants was taken")
	}

	position := len(stateHeader) + 4*8
	outside := slices.Clone(saved)
	binary.LittleEndian.PutUint32(outside[position:], mtWords+1)
	for name, data := range map[string][]byte{
		"empty": nil, "truncated": saved[:len(saved)-1], "too long": append(slices.Clone(saved), 0),
		"other file": append([]byte("SHAPESET"), saved[8:]...), "outside the block": outside,
	} {
		if err := g.UnmarshalBinary(data); err == nil {
			t.Errorf("%s: taken as a state", name)
		}
	}
	if after, _ := g.MarshalBinary(); !bytes.Equal(after, saved) {
		t.Error("a refused state changed the generator")
	}
}

func FuzzUnmarshalBinary(f *testing.F) {
	g := generator(f, 0)
	saved, err := g.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(saved)
	f.Add(saved[:20])
	f.Fuzz(func(t *testing.T, data []byte) {
		if g.UnmarshalBinary(data) != nil {
			return
		}
		if again, _ := g.MarshalBinary(); !bytes.Equal(again, data) {
			t.Error("the state read is not the state written")
		}
		g.NextScene()
	})
}
