package dataset

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pictureTree writes pictures of two classes: CLASS/I.png is what paint makes.
func pictureTree(t testing.TB, dir string, n int, paint func(class, i int) image.Image) {
	t.Helper()
	for c := range 2 {
		for i := range n {
			write(t, encodePNG(t, paint(c, i)), dir, string(rune('a'+c)), fmt.Sprint(i, ".png"))
		}
	}
}

// Pictures keep their size and colours, or are cut and scaled; transparent pixels are black, and classes alternate.
func TestOwnPictures(t *testing.T) {
	red := func(class, i int) image.Image {
		img := image.NewNRGBA(image.Rect(0, 0, 4, 3))
		for p := range 12 {
			img.Set(p%4, p/4, color.NRGBA{200, uint8(100 * class), uint8(10 * i), 255})
		}
		img.Set(0, 0, color.NRGBA{255, 255, 255, 0})
		return img
	}
	gray := func(class, i int) image.Image {
		return painted(4, 3, func(int, int) color.Color { return color.Gray{Y: uint8(100*class + i)} })
	}
	for name, c := range map[string]struct {
		paint func(class, i int) image.Image
		o     OwnOptions
		shape string // height, width, channels
		pixel string // of test image 1 of class 1 at (1, 1), and at (0, 0)
	}{
		"colours":       {red, OwnOptions{}, "3 4 3", "[200 100 0] [0 0 0]"},
		"greys":         {gray, OwnOptions{}, "3 4 1", "[100] [100]"},
		"as greys":      {red, OwnOptions{Channels: 1}, "3 4 1", "[118] [0]"}, // .299 200 + .587 100
		"as colours":    {gray, OwnOptions{Channels: 3}, "3 4 3", "[100 100 100] [100 100 100]"},
		"square":        {gray, OwnOptions{Size: 3}, "3 3 1", "[100] [100]"},
		"scaled colour": {red, OwnOptions{Size: 2}, "2 2 3", "[200 100 0] [115 57 0]"},
	} {
		dir := t.TempDir()
		for _, split := range []string{"train", "Validation", "test"} {
			pictureTree(t, filepath.Join(dir, split), 3, c.paint)
		}
		d, err := OpenOwn(t.Context(), dir, c.o)
		if err != nil {
			t.Fatal(err)
		}
		at := func(p int) (list []uint8) {
			for k := range d.Channels {
				list = append(list, d.Test.Images[d.Test.Features+k*d.Height*d.Width+p])
			}
			return list
		}
		if got := fmt.Sprint(d.Height, d.Width, d.Channels); got != c.shape {
			t.Errorf("%s: %s, want %s", name, got, c.shape)
		}
		if got := fmt.Sprint(at(d.Width+1), at(0)); got != c.pixel {
			t.Errorf("%s: pixels %s, want %s", name, got, c.pixel)
		}
		if fmt.Sprint(d.Test.Labels) != "[0 1 0 1 0 1]" || strings.Join(d.Classes, " ") != "a b" {
			t.Errorf("%s: labels %v of %q", name, d.Test.Labels, d.Classes)
		}
		if info, err := d.info(); err != nil || len(info.Files) != 1 {
			t.Errorf("%+v, %v", info, err)
		}
	}
}

// What is wrong with a folder of pictures is one line that names the picture.
func TestOwnPicturesRefused(t *testing.T) {
	small := func(int, int) image.Image { return painted(4, 4, func(int, int) color.Color { return color.Black }) }
	var animation bytes.Buffer
	if err := gif.Encode(&animation, image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black}), nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(dir string)
		want  string
	}{
		"other size": {func(dir string) {
			write(t, encodePNG(t, painted(5, 4, func(int, int) color.Color { return color.Black })), dir, "b", "x.png")
		}, filepath.Join("b", "x.png") + ": it has 5 x 4 pixels, and "},
		"broken":        {func(dir string) { write(t, []byte("text"), dir, "a", "x.png") }, filepath.Join("a", "x.png") + ": not a JPEG, PNG, GIF or BMP picture"},
		"cut":           {func(dir string) { write(t, animation.Bytes()[:20], dir, "a", "x.gif") }, filepath.Join("a", "x.gif") + ": gif picture: gif: can't read"},
		"empty picture": {func(dir string) { write(t, nil, dir, "a", "x.png") }, filepath.Join("a", "x.png") + ": it is empty"},
		"webp":          {func(dir string) { write(t, nil, dir, "a", "x.webp") }, "a/x.webp: pictures of this format are not read"},
		"empty class":   {func(dir string) { write(t, nil, dir, "c", "notes.txt") }, "c: a class without pictures"},
		"one class":     {func(dir string) { os.RemoveAll(filepath.Join(dir, "b")) }, "1 folders of pictures, one for each class; must be 2 to 256"},
		"split twice": {func(dir string) {
			os.Rename(filepath.Join(dir, "a"), filepath.Join(dir, "val"))
			os.Rename(filepath.Join(dir, "b"), filepath.Join(dir, "valid"))
		}, "the folders val and valid are both for valid"},
	} {
		dir := t.TempDir()
		pictureTree(t, dir, 4, small)
		c.spoil(dir)
		_, err := OpenOwn(t.Context(), dir, third)
		refused(t, err, dir, c.want)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	dir := t.TempDir()
	pictureTree(t, dir, 4, small)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := OpenOwn(ended, dir, third); err == nil {
		t.Error("an ended context reads pictures")
	}
	_, err := OpenOwn(t.Context(), filepath.Join(dir, "none"), third)
	refused(t, err, filepath.Join(dir, "none")+": there is no such file or folder")
}

// A picture of one's own that is not square is upright, whole and in its own size, whichever way it is stored.
func TestOwnOrientation(t *testing.T) {
	// What is meant is 3 x 2 blocks of 16 pixels, with these greys in reading order.
	const w, h, block = 3, 2, 16
	meant := [w * h]uint8{20, 60, 100, 140, 180, 220}
	// The file's column and row for a block of the picture that is meant, by what the standard says of the first row and column of the file.
	for o, stored := range map[int]func(x, y int) (column, row int){
		1: func(x, y int) (int, int) { return x, y },
		2: func(x, y int) (int, int) { return w - 1 - x, y },         // column 0 is the right side
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }, // row 0 is the bottom, column 0 the right side
		4: func(x, y int) (int, int) { return x, h - 1 - y },         // row 0 is the bottom
		5: func(x, y int) (int, int) { return y, x },                 // row 0 is the left side, column 0 the top
		6: func(x, y int) (int, int) { return y, w - 1 - x },         // right, top
		7: func(x, y int) (int, int) { return h - 1 - y, w - 1 - x }, // right, bottom
		8: func(x, y int) (int, int) { return h - 1 - y, x },         // left, bottom
	} {
		size := image.Pt(w*block, h*block)
		if o > 4 {
			size = image.Pt(h*block, w*block)
		}
		img := image.NewGray(image.Rectangle{Max: size})
		for y := range h * block {
			for x := range w * block {
				column, row := stored(x/block, y/block)
				img.SetGray(column*block+x%block, row*block+y%block, color.Gray{Y: meant[y/block*w+x/block]})
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}); err != nil {
			t.Fatal(err)
		}
		got, err := readColours(bytes.NewReader(withExif(b.Bytes(), binary.BigEndian, o)), 0)
		if err != nil {
			t.Fatal(err)
		}
		if got.Rect.Size() != image.Pt(w*block, h*block) {
			t.Errorf("orientation %d: %v", o, got.Rect)
			continue
		}
		for i, want := range meant {
			if d := int(got.RGBAAt(i%w*block+block/2, i/w*block+block/2).R) - int(want); d < -3 || d > 3 {
				t.Errorf("orientation %d: block %d differs by %d", o, i, d)
			}
		}
	}
}
