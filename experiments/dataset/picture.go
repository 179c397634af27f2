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

// readPicture reads a picture, turns it as its EXIF orientation says, and writes it as size x size greys, row by row:
// the luma (ITU-R BT.601, as in JPEG itself) of the central square, resized by Catmull and Rom's cubic filter, which is
// widened for shrinking so that every pixel counts. Transparent pixels are black.
func readPicture(r io.Reader, size int, greys []uint8) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case len(data) == 0:
		return errors.New("it is empty")
	case err != nil:
		return fmt.Errorf("not a JPEG, PNG, GIF or BMP picture: %w", err)
	case !slices.Contains(formats, format):
		return fmt.Errorf("format is %s, must be %s", format, strings.Join(formats, ", "))
	case config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height:
		return fmt.Errorf("%d x %d pixels, must be 1 to %d together", config.Width, config.Height, maxPixels)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("%s picture: %w", format, err)
	}
	side := min(config.Width, config.Height)
	luma := image.NewGray(image.Rect(0, 0, side, side))
	corner := picture.Bounds().Min.Add(image.Pt((config.Width-side)/2, (config.Height-side)/2))
	draw.Draw(luma, luma.Rect, picture, corner, draw.Src)
	small := &image.Gray{Pix: greys, Stride: size, Rect: image.Rect(0, 0, size, size)}
	draw.CatmullRom.Scale(small, small.Rect, upright(luma, orientation(data)), luma.Rect, draw.Src, nil)
	return nil
}
