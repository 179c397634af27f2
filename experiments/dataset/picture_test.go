package dataset

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"testing"
)

func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// painted is a picture with the colour of each place.
func painted(w, h int, at func(x, y int) color.Color) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			img.Set(x, y, at(x, y))
		}
	}
	return img
}

func greysOf(t testing.TB, data []byte) []uint8 {
	t.Helper()
	greys := make([]uint8, 37*37)
	if err := readPicture(bytes.NewReader(data), 37, greys); err != nil {
		t.Fatal(err)
	}
	return greys
}

// Uniform colours become their luma, .299 R + .587 G + .114 B (ITU-R BT.601).
func TestLuma(t *testing.T) {
	for _, c := range []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {10, 200, 90, 255}, {255, 255, 255, 255}, {0, 0, 0, 0}} {
		want := .299*float64(c.R) + .587*float64(c.G) + .114*float64(c.B)
		img := painted(50, 80, func(int, int) color.Color { return c })
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}); err != nil {
			t.Fatal(err)
		}
		for format, data := range map[string][]byte{"png": encodePNG(t, img), "jpeg": b.Bytes()} {
			for i, g := range greysOf(t, data) {
				if math.Abs(float64(g)-want) > map[string]float64{"png": 1, "jpeg": 2}[format] {
					t.Fatalf("%s of %v: pixel %d is %d, want %v", format, c, i, g, want)
				}
			}
		}
	}
}

// The central square is taken: left and right, or top and bottom, are cut off.
func TestCrop(t *testing.T) {
	inside := func(k int) color.Color {
		if k < 60 || k >= 60+37 {
			return color.White
		}
		return color.Gray{Y: uint8(k)}
	}
	wide := greysOf(t, encodePNG(t, painted(157, 37, func(x, _ int) color.Color { return inside(x) })))
	high := greysOf(t, encodePNG(t, painted(37, 157, func(_, y int) color.Color { return inside(y) })))
	for y := range 37 {
		for x := range 37 {
			if got := wide[y*37+x]; got != uint8(60+x) {
				t.Fatalf("wide: pixel (%d, %d) is %d, want %d", x, y, got, 60+x)
			}
			if got := high[y*37+x]; got != uint8(60+y) {
				t.Fatalf("high: pixel (%d, %d) is %d, want %d", x, y, got, 60+y)
			}
		}
	}
}

// catmullRom is the kernel of Catmull and Rom, the cubic convolution with a = -1/2
// (Keys, "Cubic convolution interpolation for digital image processing", 1981, eq. 15).
func catmullRom(t float64) float64 {
	switch t = math.Abs(t); {
	case t < 1:
		return (1.5*t-2.5)*t*t + 1
	case t < 2:
		return ((-0.5*t+2.5)*t-4)*t + 2
	}
	return 0
}

// Shrinking averages: a fine chequerboard becomes its mean and not a pattern, and a
// band is spread as the kernel says, stretched by 10.
func TestAntialias(t *testing.T) {
	chequers := greysOf(t, encodePNG(t, painted(370, 370, func(x, y int) color.Color { return color.Gray{Y: uint8(255 * ((x + y) % 2))} })))
	for i, g := range chequers {
		if g < 125 || g > 130 {
			t.Fatalf("chequers: pixel %d is %d, want 127 or so", i, g)
		}
	}
	const first, last = 183, 195
	band := greysOf(t, encodePNG(t, painted(370, 370, func(x, _ int) color.Color {
		if x >= first && x <= last {
			return color.Gray{Y: 220}
		}
		return color.Gray{Y: 60}
	})))
	for i, g := range band {
		x, share := i%37, 0.0
		for c := first; c <= last; c++ {
			share += catmullRom((float64(c)-(10*float64(x)+4.5))/10) / 10
		}
		if want := 60 + 160*share; math.Abs(float64(g)-want) > 1 {
			t.Errorf("band: pixel (%d, %d) is %d, want %v", x, i/37, g, want)
		}
	}
}

func TestPictureErrors(t *testing.T) {
	whole := encodePNG(t, painted(40, 40, func(x, y int) color.Color { return color.Gray{Y: uint8(x * y)} }))
	var animation bytes.Buffer
	if err := gif.Encode(&animation, image.NewPaletted(image.Rect(0, 0, 40, 40), color.Palette{color.Black}), nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":     {nil, "it is empty"},
		"text":      {[]byte("no picture"), "not a JPEG, PNG, GIF or BMP picture"},
		"gif":       {animation.Bytes()[:40], "gif"},
		"truncated": {whole[:len(whole)-40], "png picture: png: invalid format: not enough pixel data"},
		"oversized": {hugePNG, "100000 x 100000 pixels, must be 1 to 67108864 together"},
	} {
		err := readPicture(bytes.NewReader(c.data), 37, make([]uint8, 37*37))
		refused(t, err, c.want)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// hugePNG is the beginning of a picture of 100,000 x 100,000 pixels.
var hugePNG = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x00\x00\x00\x00\x8d\x39\x54\x14")

func FuzzPicture(f *testing.F) {
	img := painted(5, 4, func(x, y int) color.Color { return color.RGBA{uint8(40 * x), uint8(50 * y), 9, 200} })
	f.Add(encodePNG(f, img))
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(hugePNG)
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && c.Width*c.Height > 1<<20 && c.Width*c.Height <= maxPixels {
			t.Skip("only slow")
		}
		greys := make([]uint8, 7*7+1)
		greys[49] = 77
		if err := readPicture(bytes.NewReader(data), 7, greys[:49]); err == nil && greys[49] != 77 {
			t.Error("a picture was written beyond its end")
		}
	})
}
