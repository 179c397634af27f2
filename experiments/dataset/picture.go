package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // pictures are GIF, where the first frame is used,
	_ "image/jpeg" // JPEG
	_ "image/png"  // PNG
	"io"
	"slices"
	"strings"

	_ "golang.org/x/image/bmp" // or BMP
	"golang.org/x/image/draw"
)

// maxPixels limits the memory of a picture, because the size of the file does not.
const maxPixels = 1 << 26

// formats are the formats of pictures that can be read.
var formats = []string{"jpeg", "png", "gif", "bmp"}

// decodePicture reads a picture and its EXIF orientation.
func decodePicture(r io.Reader) (picture image.Image, turned int, err error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, 0, err
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case len(data) == 0:
		return nil, 0, errors.New("it is empty")
	case err != nil:
		return nil, 0, fmt.Errorf("not a JPEG, PNG, GIF or BMP picture: %w", err)
	case !slices.Contains(formats, format):
		return nil, 0, fmt.Errorf("format is %s, must be %s", format, strings.Join(formats, ", "))
	case config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height:
		return nil, 0, fmt.Errorf("%d x %d pixels, must be 1 to %d together", config.Width, config.Height, maxPixels)
	}
	if picture, _, err = image.Decode(bytes.NewReader(data)); err != nil {
		return nil, 0, fmt.Errorf("%s picture: %w", format, err)
	}
	return picture, orientation(data), nil
}

// square is the central square of a rectangle.
func square(r image.Rectangle) image.Rectangle {
	side := min(r.Dx(), r.Dy())
	corner := r.Min.Add(image.Pt((r.Dx()-side)/2, (r.Dy()-side)/2))
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(side, side))}
}

// readPicture reads a picture, turns it as its EXIF orientation says, and writes it as size x size greys, row by row:
// the luma (ITU-R BT.601, as in JPEG itself) of the central square, resized by Catmull and Rom's cubic filter, which is
// widened for shrinking so that every pixel counts. Transparent pixels are black.
func readPicture(r io.Reader, size int, greys []uint8) error {
	picture, turned, err := decodePicture(r)
	if err != nil {
		return err
	}
	part := square(picture.Bounds())
	luma := image.NewGray(image.Rectangle{Max: part.Size()})
	draw.Draw(luma, luma.Rect, picture, part.Min, draw.Src)
	small := &image.Gray{Pix: greys, Stride: size, Rect: image.Rect(0, 0, size, size)}
	gray := func(r image.Rectangle) draw.Image { return image.NewGray(r) }
	draw.CatmullRom.Scale(small, small.Rect, upright(luma, turned, gray), luma.Rect, draw.Src, nil)
	return nil
}

// readColours reads a picture like readPicture, but in colours and, if size is 0, whole and in its own size.
func readColours(r io.Reader, size int) (*image.RGBA, error) {
	picture, turned, err := decodePicture(r)
	if err != nil {
		return nil, err
	}
	part := picture.Bounds()
	if size > 0 {
		part = square(part)
	}
	rgba := func(r image.Rectangle) draw.Image { return image.NewRGBA(r) }
	colours := rgba(image.Rectangle{Max: part.Size()})
	draw.Draw(colours, colours.Bounds(), picture, part.Min, draw.Src)
	colours = upright(colours, turned, rgba)
	if size > 0 && colours.Bounds().Dx() != size {
		small := rgba(image.Rect(0, 0, size, size))
		draw.CatmullRom.Scale(small, small.Bounds(), colours, colours.Bounds(), draw.Src, nil)
		colours = small
	}
	return colours.(*image.RGBA), nil
}
