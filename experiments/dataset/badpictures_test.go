package dataset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/image/bmp"
)

// All that cannot be used is named at once, and nothing is made; what is left out changes the set as if it had never been there.
func TestBadPictures(t *testing.T) {
	from, clean := pictureFolder(t, 13, 13), pictureFolder(t, 13, 13)
	write(t, nil, from, "class0", "5a.jpg")
	write(t, []byte("no picture"), from, "class1", "sub", "0a.png")
	write(t, []byte("RIFF"), from, "class1", "x.webp")
	write(t, []byte("text"), from, "class2", "readme.txt")
	write(t, []byte("resources"), from, "__MACOSX", "class0", "x.png")
	write(t, []byte("resources"), from, "class0", "__MACOSX", "x.png")
	want := []string{"class1/x.webp", "class2", "class0/5a.jpg", "class1/sub/0a.png"}

	to := t.TempDir()
	err := MakeImageSet(t.Context(), from, to, ImageSetOptions{PerClass: 11, LeaveOut: nil})
	refused(t, err, "class1/x.webp: pictures of this format are not read; class2: a class without pictures")
	var left []string
	err = MakeImageSet(t.Context(), from, to, ImageSetOptions{LeaveOut: func(b BadPicture) {
		if b.Err == nil {
			t.Errorf("%s is left out for nothing", b.Path)
		}
		left = append(left, b.Path)
	}})
	if err != nil || !slices.Equal(left, want) {
		t.Errorf("left out %q, want %q, error %v", left, want, err)
	}
	again := t.TempDir()
	if err := MakeImageSet(t.Context(), clean, again, ImageSetOptions{}); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), "smallimagenet", to)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), "smallimagenet", again)
	if err != nil {
		t.Fatal(err)
	}
	if a.Checksum() != b.Checksum() {
		t.Error("what is left out changes the set")
	}
}

// Of several pictures that cannot be read, all are named.
func TestSeveralBadPictures(t *testing.T) {
	from := pictureFolder(t, 11, 11)
	for _, file := range []string{"class0/0.PNG", "class1/sub/3.PNG"} {
		write(t, nil, from, filepath.FromSlash(file))
	}
	err := MakeImageSet(t.Context(), from, t.TempDir(), ImageSetOptions{})
	bad := new(BadPicturesError)
	if !errors.As(err, &bad) || len(bad.Bad) != 2 {
		t.Fatalf("error %v, want two bad pictures", err)
	}
	refused(t, err, "class0/0.PNG: it is empty", "class1/sub/3.PNG: it is empty")
}

// A folder that is split into train and test has no two classes of that name.
func TestSplitPictures(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"train", "Test"} {
		for i := range 11 {
			write(t, encodePNG(t, image.NewGray(image.Rect(0, 0, 40, 40))), dir, folder, "bees", fmt.Sprintf("%d.png", i))
		}
	}
	err := MakeImageSet(t.Context(), dir, t.TempDir(), ImageSetOptions{})
	refused(t, err, "it is split into Test, train, which are not classes")
}

// GIF and BMP pictures are read as a PNG picture of the same levels.
func TestPictureFormats(t *testing.T) {
	grey := make(color.Palette, 256)
	for i := range grey {
		grey[i] = color.Gray{Y: uint8(i)}
	}
	picture := image.NewPaletted(image.Rect(0, 0, 50, 40), grey)
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i * 7)
	}
	var asGIF, asBMP bytes.Buffer
	if err := errors.Join(gif.Encode(&asGIF, picture, nil), bmp.Encode(&asBMP, picture)); err != nil {
		t.Fatal(err)
	}
	want := greysOf(t, encodePNG(t, picture))
	if !bytes.Equal(greysOf(t, asGIF.Bytes()), want) || !bytes.Equal(greysOf(t, asBMP.Bytes()), want) {
		t.Error("the format changes the picture")
	}
}

// A JPEG picture that is stored turned or mirrored, as its EXIF orientation says, is shown upright.
func TestOrientation(t *testing.T) {
	const n = 64
	// The corners of the picture that is meant, from the upper left in reading order.
	corners := [4]uint8{30, 90, 150, 210}
	quadrants := func(of [4]uint8) []byte {
		img := image.NewGray(image.Rect(0, 0, n, n))
		for i := range img.Pix {
			x, y := i%n, i/n
			img.Pix[i] = of[y/(n/2)*2+x/(n/2)]
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	// Which corner of the picture that is meant is stored where: the standard says which side of it the first row and the first
	// column of the file are.
	stored := map[int][4]int{
		1: {0, 1, 2, 3}, // row 0 is the top, column 0 the left side
		2: {1, 0, 3, 2}, // top, right
		3: {3, 2, 1, 0}, // bottom, right
		4: {2, 3, 0, 1}, // bottom, left
		5: {0, 2, 1, 3}, // left, top
		6: {1, 3, 0, 2}, // right, top
		7: {3, 1, 2, 0}, // right, bottom
		8: {2, 0, 3, 1}, // left, bottom
	}
	for o, at := range stored {
		var file [4]uint8
		for i, corner := range at {
			file[i] = corners[corner]
		}
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			greys := greysOf(t, withExif(quadrants(file), order, o))
			for i, want := range corners {
				x, y := 5+i%2*26, 5+i/2*26
				if got := int(greys[y*37+x]) - int(want); got < -3 || got > 3 {
					t.Errorf("orientation %d, %v: corner %d is %d, want %d", o, order, i, greys[y*37+x], want)
				}
			}
		}
	}
	plain := quadrants(corners)
	if o := orientation(plain); o != 1 {
		t.Errorf("orientation %d of a file without EXIF", o)
	}
	whole := withExif(plain, binary.BigEndian, 6)
	for cut := range 60 {
		orientation(whole[:cut]) // does not panic
	}
}

// withExif puts an EXIF segment with an orientation before the rest of a JPEG file.
func withExif(file []byte, order binary.AppendByteOrder, orientation int) []byte {
	tiff := []byte("MM")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II")
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for tag, value := range []int{7, orientation} {
		tiff = order.AppendUint16(tiff, uint16(0x0111+tag))
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, uint16(value))
		tiff = order.AppendUint16(tiff, 0)
	}
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte(nil), file[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(2+len(segment)))
	return append(append(out, segment...), file[2:]...)
}
